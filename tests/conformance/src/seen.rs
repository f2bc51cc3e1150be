//! What a candidate has seen of an interview, over all of its connections.

use anyhow::ensure;
use api::interview::TranscriptEntry;
use std::collections::BTreeMap;
use std::fmt;
use wire::server_to_client_message::Payload;
use wire::session_state::State;
use wire::{ServerToClientMessage, SessionEnded, SessionReady, TranscriptUpdate};

/// Everything a candidate was told.
#[derive(Clone, Default)]
pub struct Seen {
    /// What `session_ready` said last.
    pub ready: Option<SessionReady>,
    /// Every update, as it came.
    pub updates: Vec<TranscriptUpdate>,
    /// Every error: code and text.
    pub errors: Vec<(i32, String)>,
    /// Every state, as it came.
    pub states: Vec<State>,
    /// Sound of the interviewer, bytes.
    pub sound_bytes: usize,
    /// How often the interviewer was interrupted.
    pub interruptions: usize,
    /// What was said at the end.
    pub ended: Option<SessionEnded>,
    /// Whether something came that clients of the seed do not know.
    pub beyond_seed: bool,
    turns: BTreeMap<(u64, String), Turn>,
    sequence: u64,
}

/// One turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// What was said.
    pub text: String,
    /// Whether it was shown as complete and stored.
    pub is_final: bool,
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("states", &self.states)
            .field("errors", &self.errors)
            .field("turns", &self.turns())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl Seen {
    /// Begins with another connection: messages are counted anew.
    pub(crate) fn reconnect(&mut self) {
        self.sequence = 0;
    }

    /// Returns the number of the last message of this connection.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Takes a message; fails if one before it is missing.
    pub(crate) fn note(&mut self, message: &ServerToClientMessage) -> anyhow::Result<()> {
        if message.sequence == 1 && matches!(message.payload, Some(Payload::SessionReady(_))) {
            // A host that slept greets again, and counts anew.
            self.reconnect();
        }
        if message.sequence != 0 {
            ensure!(
                message.sequence == self.sequence + 1,
                "{} came after {}",
                message.sequence,
                self.sequence
            );
            self.sequence = message.sequence;
            self.beyond_seed = true;
        }
        match &message.payload {
            None => {}
            Some(Payload::TranscriptUpdate(update)) => self.update(update)?,
            Some(Payload::AudioResponse(audio)) => self.sound_bytes += audio.audio_content.len(),
            Some(Payload::Error(error)) => self.errors.push((error.code, error.message.clone())),
            Some(Payload::SessionEnded(ended)) => self.ended = Some(*ended),
            Some(Payload::SessionReady(ready)) => self.join(ready)?,
            Some(Payload::Interrupted(_)) => self.interruptions += 1,
            Some(Payload::SessionState(state)) => self.states.push(state.state()),
        }
        self.beyond_seed |= matches!(
            &message.payload,
            Some(Payload::SessionReady(_) | Payload::Interrupted(_) | Payload::SessionState(_))
        );
        Ok(())
    }

    fn update(&mut self, update: &TranscriptUpdate) -> anyhow::Result<()> {
        ensure!(!update.text.is_empty(), "an update without text");
        self.updates.push(update.clone());
        self.beyond_seed |= update.turn_started_ms != 0;
        let turn = self.turns.entry((update.turn_started_ms, update.speaker.clone())).or_default();
        if turn.is_final && update.turn_started_ms != 0 {
            ensure!(update.text.trim().is_empty(), "words after the end of a turn: {update:?}");
        }
        turn.text.push_str(&update.text);
        turn.is_final |= update.is_final;
        Ok(())
    }

    /// The host's knowledge is the better one, but what was shown as complete must be in it as it was.
    fn join(&mut self, ready: &SessionReady) -> anyhow::Result<()> {
        let known = ready.transcript.iter().map(|known| {
            let turn = Turn { text: known.text.clone(), is_final: known.is_final };
            ((known.turn_started_ms, known.speaker.clone()), turn)
        });
        let before = std::mem::replace(&mut self.turns, known.collect());
        for (id, shown) in before.iter().filter(|(_, turn)| turn.is_final && !turn.text.trim().is_empty()) {
            let kept =
                self.turns.get(id).is_some_and(|kept| kept.is_final && kept.text.trim() == shown.text.trim());
            ensure!(kept, "a turn that was shown as complete is lost: {id:?} {shown:?}");
        }
        self.ready = Some(ready.clone());
        Ok(())
    }

    /// Returns the turns in which something was said, in order: when each began, who spoke, and what.
    #[must_use]
    pub fn turns(&self) -> Vec<(i64, &str, &str)> {
        self.turns_that(|_| true)
    }

    /// Returns those that were shown as complete.
    #[must_use]
    pub fn final_turns(&self) -> Vec<(i64, &str, &str)> {
        self.turns_that(|turn| turn.is_final)
    }

    fn turns_that(&self, wanted: impl Fn(&Turn) -> bool) -> Vec<(i64, &str, &str)> {
        let turns = self.turns.iter().filter(|(_, turn)| wanted(turn));
        turns
            .map(|((began, speaker), turn)| (began.cast_signed(), speaker.as_str(), turn.text.trim()))
            .filter(|(_, _, text)| !text.is_empty())
            .collect()
    }

    /// Returns how often a candidate's words stand in the transcript as a turn of their own.
    #[must_use]
    pub fn times_said(&self, words: &str) -> usize {
        self.turns().iter().filter(|(_, speaker, text)| *speaker == "USER" && *text == words).count()
    }
}

/// Returns stored entries as [`Seen::turns`] shows them.
#[must_use]
pub fn turns_of(entries: &[TranscriptEntry]) -> Vec<(i64, &str, &str)> {
    let turns = entries.iter().map(|entry| (entry.timestamp.0, entry.speaker.name(), entry.content.trim()));
    turns.collect()
}

#[cfg(test)]
mod tests {
    use super::Seen;
    use wire::server_to_client_message::Payload;
    use wire::{ServerToClientMessage, SessionReady, TranscriptTurn, TranscriptUpdate};

    fn told(sequence: u64, payload: Payload) -> ServerToClientMessage {
        ServerToClientMessage { sequence, payload: Some(payload) }
    }

    fn update(text: &str, is_final: bool) -> Payload {
        let speaker = "AI".to_owned();
        let text = text.to_owned();
        Payload::TranscriptUpdate(TranscriptUpdate {
            speaker,
            text,
            is_final,
            turn_complete: false,
            turn_started_ms: 7,
        })
    }

    fn ready(text: &str, is_final: bool) -> Payload {
        let turn =
            TranscriptTurn { speaker: "AI".to_owned(), text: text.to_owned(), turn_started_ms: 7, is_final };
        Payload::SessionReady(SessionReady { transcript: vec![turn], ..SessionReady::default() })
    }

    #[test]
    fn a_missing_message_is_noticed_and_a_new_greeting_counts_anew() {
        let mut seen = Seen::default();
        seen.note(&told(1, update("One ", false))).unwrap();
        seen.note(&told(2, update("question.", false))).unwrap();
        assert!(seen.clone().note(&told(4, update("?", false))).is_err());
        seen.note(&told(1, ready("One question.", false))).unwrap();
        seen.note(&told(2, update(" ", true))).unwrap();
        assert_eq!(seen.turns(), [(7, "AI", "One question.")]);
    }

    #[test]
    fn words_of_a_complete_turn_stay_as_they_were_shown() {
        let mut seen = Seen::default();
        seen.note(&told(1, update("One question.", true))).unwrap();
        assert!(seen.clone().note(&told(2, update(" More.", false))).is_err());
        assert!(seen.clone().note(&told(1, ready("Another.", true))).is_err());
        assert!(seen.clone().note(&told(1, ready("One question.", false))).is_err());
        seen.note(&told(1, ready("One question.", true))).unwrap();
    }

    #[test]
    fn an_update_has_a_text() {
        assert!(Seen::default().note(&told(1, update("", true))).is_err());
    }
}
