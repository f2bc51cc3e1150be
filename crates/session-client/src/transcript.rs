//! How deltas become turns.
//!
//! A turn is named by its speaker and the moment it began. Deltas of both speakers interleave: the transcription of an
//! answer arrives while the interviewer already replies. So a delta finds its turn by name, and turns stand in the order
//! in which they began, whatever the order of arrival.

use alloc::string::String;
use alloc::vec::Vec;
use wire::{Speaker, TranscriptTurn, TranscriptUpdate};

/// The name of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TurnId {
    /// Unix milliseconds.
    pub started_ms: u64,
    /// Who speaks.
    pub speaker: Speaker,
}

impl TurnId {
    /// Turns stand in the order in which they began; the name settles the rest, so that the order is the same everywhere.
    fn place(self) -> (u64, &'static str) {
        (self.started_ms, self.speaker.as_str())
    }

    fn parse(speaker: &str, started_ms: u64) -> Option<Self> {
        let speaker = [Speaker::User, Speaker::Ai].into_iter().find(|known| known.as_str() == speaker)?;
        Some(Self { started_ms, speaker })
    }
}

/// One turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its name.
    pub id: TurnId,
    /// Whether the text is complete and stored.
    pub is_final: bool,
    text: String,
}

impl Turn {
    /// Returns what was said so far, without the blanks around it.
    pub fn text(&self) -> &str {
        self.text.trim()
    }
}

/// What an update does to a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) id: TurnId,
    pub(crate) has_words: bool,
    pub(crate) is_closed: bool,
}

/// What was said, in order.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    turns: Vec<Turn>,
}

impl Transcript {
    /// Returns every turn, in the order in which they began.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Returns one turn.
    pub fn turn(&self, id: TurnId) -> Option<&Turn> {
        self.find(id).ok().map(|at| &self.turns[at])
    }

    /// Takes an update; returns what it changed.
    pub(crate) fn update(&mut self, update: &TranscriptUpdate) -> Option<Change> {
        // Sent before the host had read our hello: `session_ready` tells it again, by name.
        if update.turn_started_ms == 0 {
            return None;
        }
        let id = TurnId::parse(&update.speaker, update.turn_started_ms)?;
        let at = match self.find(id) {
            Ok(at) => at,
            Err(_) if update.text.trim().is_empty() => return None,
            Err(at) => self.insert(at, id),
        };
        let turn = &mut self.turns[at];
        if turn.is_final {
            return None;
        }
        let words = if is_placeholder(update) { "" } else { &update.text };
        turn.text.push_str(words);
        turn.is_final = update.is_final;
        Some(Change { id, has_words: !words.is_empty(), is_closed: update.is_final })
    }

    /// Takes a turn as the session host knows it, which is the better knowledge; returns it if that changed it.
    pub(crate) fn merge(&mut self, known: &TranscriptTurn) -> Option<TurnId> {
        let id = TurnId::parse(&known.speaker, known.turn_started_ms)?;
        let at = match self.find(id) {
            Ok(at) if self.turns[at].text == known.text && self.turns[at].is_final == known.is_final => {
                return None;
            }
            Ok(at) => at,
            Err(_) if known.text.trim().is_empty() => return None,
            Err(at) => self.insert(at, id),
        };
        let turn = &mut self.turns[at];
        turn.text.clone_from(&known.text);
        turn.is_final = known.is_final;
        Some(id)
    }

    fn find(&self, id: TurnId) -> Result<usize, usize> {
        self.turns.binary_search_by_key(&id.place(), |turn| turn.id.place())
    }

    fn insert(&mut self, at: usize, id: TurnId) -> usize {
        self.turns.insert(at, Turn { id, is_final: false, text: String::new() });
        at
    }
}

/// Whether the text only stands in for "no text": the wire never sends an empty one.
fn is_placeholder(update: &TranscriptUpdate) -> bool {
    update.text == " " && (update.is_final || update.turn_complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(speaker: &str, started_ms: u64, text: &str) -> TranscriptUpdate {
        TranscriptUpdate {
            speaker: speaker.into(),
            text: text.into(),
            turn_started_ms: started_ms,
            ..Default::default()
        }
    }

    fn texts(transcript: &Transcript) -> Vec<(&'static str, &str)> {
        transcript.turns().iter().map(|turn| (turn.id.speaker.as_str(), turn.text())).collect()
    }

    #[test]
    fn deltas_find_their_turn_when_both_speak() {
        let mut transcript = Transcript::default();
        for update in [
            delta("AI", 1_000, "Tell me"),
            delta("USER", 2_000, "I built"),
            delta("AI", 3_000, "How "),
            delta("USER", 2_000, " a compiler."),
            delta("AI", 1_000, " about yourself."),
            delta("AI", 3_000, "so?"),
        ] {
            transcript.update(&update).unwrap();
        }
        assert_eq!(
            texts(&transcript),
            [("AI", "Tell me about yourself."), ("USER", "I built a compiler."), ("AI", "How so?")]
        );
    }

    #[test]
    fn a_late_turn_takes_its_place_in_time() {
        let mut transcript = Transcript::default();
        transcript.update(&delta("AI", 3_000, "second"));
        transcript.update(&delta("USER", 2_000, "first"));
        assert_eq!(texts(&transcript), [("USER", "first"), ("AI", "second")]);
    }

    #[test]
    fn the_blank_of_a_closing_update_is_no_text() {
        let mut transcript = Transcript::default();
        transcript.update(&delta("AI", 1_000, "Good"));
        transcript.update(&TranscriptUpdate { turn_complete: true, ..delta("AI", 1_000, " ") });
        transcript.update(&delta("AI", 1_000, "bye"));
        let closing = TranscriptUpdate { is_final: true, ..delta("AI", 1_000, " ") };
        let change = transcript.update(&closing).unwrap();
        assert_eq!((change.has_words, change.is_closed), (false, true));
        let turn = transcript.turn(change.id).unwrap();
        assert!(turn.is_final);
        assert_eq!(turn.text(), "Goodbye");
    }

    #[test]
    fn a_closed_turn_does_not_change() {
        let mut transcript = Transcript::default();
        transcript.update(&TranscriptUpdate { is_final: true, ..delta("AI", 1_000, "Done.") });
        assert_eq!(transcript.update(&delta("AI", 1_000, " More.")), None);
        assert_eq!(texts(&transcript), [("AI", "Done.")]);
    }

    #[test]
    fn news_of_an_end_makes_no_turn_and_strangers_are_ignored() {
        let mut transcript = Transcript::default();
        let complete = TranscriptUpdate { turn_complete: true, ..delta("AI", 1_000, " ") };
        assert_eq!(transcript.update(&complete), None);
        assert_eq!(transcript.update(&delta("NARRATOR", 1_000, "Meanwhile")), None);
        assert!(transcript.turns().is_empty());
    }

    #[test]
    fn the_hosts_transcript_fills_the_gap_and_live_deltas_go_on() {
        let mut transcript = Transcript::default();
        transcript.update(&delta("AI", 1_000, "Tell me"));
        let known = |speaker: &str, started_ms, text: &str, is_final| TranscriptTurn {
            speaker: speaker.into(),
            text: text.into(),
            turn_started_ms: started_ms,
            is_final,
        };
        transcript.merge(&known("AI", 1_000, "Tell me more.", true)).unwrap();
        transcript.merge(&known("USER", 2_000, "While I was", false)).unwrap();
        assert_eq!(transcript.merge(&known("USER", 2_000, "While I was", false)), None, "nothing new");
        transcript.update(&delta("USER", 2_000, " away"));
        assert_eq!(texts(&transcript), [("AI", "Tell me more."), ("USER", "While I was away")]);
    }
}
