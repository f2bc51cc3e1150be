//! Who said what: turns assembled from the model's transcription deltas.
//!
//! # Theory of operation
//!
//! The model transcribes both sides. Its own words come as deltas beside the audio. The candidate's come as one message
//! just before the answer (3.8, 3.1), or as many small ones, also seconds after the answer has begun (2.5). So a turn of
//! the candidate stays open until the interviewer's *next* turn is complete, or until the candidate is heard to speak
//! again after the interviewer has begun; late deltas still land in the right turn.
//!
//! A turn is named by when it began. That instant is set when the turn opens, is unique, and orders the transcript:
//! late words take the place where they were spoken, which need not be the end.

use crate::boundary::Timestamp;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use api::interview::{Speaker, TranscriptEntry};

/// One turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Names the turn, and orders it.
    pub(crate) began: Timestamp,
    pub(crate) speaker: Speaker,
    /// The deltas, concatenated verbatim.
    pub(crate) text: String,
    /// Complete: no delta will come.
    pub(crate) sealed: bool,
}

/// All turns of an interview, in order.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    turns: Vec<Turn>,
    /// The open turn of each side.
    user: Option<Timestamp>,
    ai: Option<Timestamp>,
    /// When the candidate was last heard to begin, if no words have come of it yet.
    user_spoke_at: Option<Timestamp>,
    /// When the interviewer's sound began, if no words have come of it yet.
    ai_spoke_at: Option<Timestamp>,
    /// The interviewer has begun a turn since the candidate's open turn got its last words.
    ai_followed: bool,
}

impl Transcript {
    pub(crate) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.turns.iter().all(|turn| turn.text.trim().is_empty())
    }

    /// Notes that the candidate is heard to begin. Returns the turn that this closes.
    pub(crate) fn user_begins(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.user_spoke_at = Some(now);
        if self.ai_followed { self.seal(Speaker::User) } else { None }
    }

    /// Notes that the interviewer's sound begins or goes on.
    pub(crate) fn ai_sounds(&mut self, now: Timestamp) {
        if self.ai.is_none() && self.ai_spoke_at.is_none() {
            self.ai_spoke_at = Some(now);
            self.ai_followed = true;
        }
    }

    /// Adds words. Returns the turn they belong to, or `None` if they say nothing new.
    pub(crate) fn add(&mut self, now: Timestamp, speaker: Speaker, text: &str) -> Option<Timestamp> {
        let open = match speaker {
            Speaker::User => self.user,
            Speaker::Ai => self.ai,
        };
        if let Some(began) = open {
            self.turn_mut(began)?.text.push_str(text);
            if speaker == Speaker::User {
                self.ai_followed = self.ai.is_some() || self.ai_spoke_at.is_some();
            }
            return Some(began);
        }
        if text.trim().is_empty() || self.is_repetition(speaker, text) {
            return None;
        }
        let spoke_at = match speaker {
            Speaker::User => self.user_spoke_at.take(),
            Speaker::Ai => self.ai_spoke_at.take(),
        };
        let began = self.open(spoke_at.unwrap_or(now), speaker, text);
        match speaker {
            Speaker::User => (self.user, self.ai_followed) = (Some(began), false),
            Speaker::Ai => (self.ai, self.ai_followed) = (Some(began), true),
        }
        Some(began)
    }

    /// Adds a whole turn at once: a typed answer. It is complete, but stored only once it is [`Self::seal_again`].
    pub(crate) fn add_typed(&mut self, now: Timestamp, text: &str) -> Timestamp {
        self.open(now, Speaker::User, text)
    }

    /// Puts back words that were stored. They name their turn; one that is new opens.
    pub(crate) fn put_back(&mut self, began: Timestamp, speaker: Speaker, text: &str) {
        match self.turn_mut(began) {
            Some(turn) => turn.text.push_str(text),
            None => {
                self.open(began, speaker, text);
            }
        }
    }

    /// Closes a turn that was put back, or typed.
    pub(crate) fn seal_again(&mut self, began: Timestamp) {
        if let Some(turn) = self.turn_mut(began) {
            turn.sealed = true;
        }
    }

    /// Returns the words of a turn.
    pub(crate) fn text(&self, began: Timestamp) -> Option<String> {
        let index = self.turns.binary_search_by_key(&began, |turn| turn.began).ok()?;
        self.turns.get(index).map(|turn| turn.text.clone())
    }

    /// Closes every turn: whoever was speaking was cut off. Returns the turns that this closes.
    pub(crate) fn seal_all(&mut self) -> Vec<(Timestamp, Speaker)> {
        let open = self.turns.iter_mut().filter(|turn| !turn.sealed);
        let closed = open.map(|turn| {
            turn.sealed = true;
            (turn.began, turn.speaker)
        });
        closed.collect()
    }

    pub(crate) fn is_open(&self, speaker: Speaker) -> bool {
        match speaker {
            Speaker::User => self.user.is_some(),
            Speaker::Ai => self.ai.is_some(),
        }
    }

    /// The interviewer's turn is over; if its sound had no words, none will come.
    pub(crate) fn forget_sound(&mut self) {
        self.ai_spoke_at = None;
    }

    /// Closes the open turn of a side. Returns it, if there was one.
    pub(crate) fn seal(&mut self, speaker: Speaker) -> Option<Timestamp> {
        let began = match speaker {
            Speaker::User => {
                self.ai_followed = false;
                self.user.take()
            }
            Speaker::Ai => self.ai.take(),
        }?;
        self.turn_mut(began)?.sealed = true;
        Some(began)
    }

    /// Returns the transcript to be stored: every turn with words, trimmed, in order.
    pub(crate) fn entries(&self) -> Vec<TranscriptEntry> {
        let spoken = self.turns.iter().filter(|turn| !turn.text.trim().is_empty());
        spoken
            .map(|turn| TranscriptEntry {
                speaker: turn.speaker,
                content: turn.text.trim().to_owned(),
                timestamp: api::timestamp::Timestamp(turn.began.0 as i64),
            })
            .collect()
    }

    /// Some recognisers send an utterance twice; without new speech in between the second is no new turn.
    fn is_repetition(&self, speaker: Speaker, text: &str) -> bool {
        speaker == Speaker::User
            && self.user_spoke_at.is_none()
            && self
                .turns
                .iter()
                .rev()
                .find(|turn| turn.speaker == Speaker::User)
                .is_some_and(|turn| turn.text == text)
    }

    fn open(&mut self, at: Timestamp, speaker: Speaker, text: &str) -> Timestamp {
        let mut began = at;
        let mut index = self.turns.partition_point(|turn| turn.began < began);
        while self.turns.get(index).is_some_and(|turn| turn.began == began) {
            began.0 += 1;
            index += 1;
        }
        self.turns.insert(index, Turn { began, speaker, text: text.to_owned(), sealed: false });
        began
    }

    fn turn_mut(&mut self, began: Timestamp) -> Option<&mut Turn> {
        let index = self.turns.binary_search_by_key(&began, |turn| turn.began).ok()?;
        self.turns.get_mut(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Speaker::{Ai, User};
    use alloc::vec;

    fn stored(transcript: &Transcript) -> Vec<(Speaker, String, i64)> {
        transcript.entries().into_iter().map(|e| (e.speaker, e.content, e.timestamp.0)).collect()
    }

    #[test]
    fn deltas_are_concatenated_verbatim_and_trimmed_once() {
        let mut transcript = Transcript::default();
        transcript.ai_sounds(Timestamp(100));
        assert_eq!(transcript.add(Timestamp(101), Ai, "Hello"), Some(Timestamp(100)));
        assert_eq!(transcript.add(Timestamp(150), Ai, ", Ada. "), Some(Timestamp(100)));
        assert_eq!(transcript.seal(Ai), Some(Timestamp(100)));
        assert_eq!(transcript.seal(Ai), None);
        assert_eq!(stored(&transcript), [(Ai, "Hello, Ada.".into(), 100)]);
    }

    #[test]
    fn late_words_of_the_candidate_take_the_place_where_they_were_spoken() {
        let mut transcript = Transcript::default();
        transcript.user_begins(Timestamp(100));
        transcript.ai_sounds(Timestamp(500));
        transcript.add(Timestamp(501), Ai, "Thanks.");
        assert_eq!(transcript.add(Timestamp(900), User, " I led"), Some(Timestamp(100)));
        assert_eq!(transcript.add(Timestamp(950), User, " it."), Some(Timestamp(100)));
        transcript.seal(Ai);
        transcript.seal(User);
        assert_eq!(stored(&transcript), [(User, "I led it.".into(), 100), (Ai, "Thanks.".into(), 500)]);
    }

    #[test]
    fn speaking_again_after_the_interviewer_began_is_a_new_turn() {
        let mut transcript = Transcript::default();
        transcript.add(Timestamp(100), User, "One.");
        assert_eq!(transcript.user_begins(Timestamp(150)), None, "a pause within the answer");
        transcript.add(Timestamp(200), User, " Two.");
        transcript.ai_sounds(Timestamp(300));
        assert_eq!(transcript.user_begins(Timestamp(400)), Some(Timestamp(100)));
        assert_eq!(transcript.add(Timestamp(500), User, "Three."), Some(Timestamp(400)));
        assert_eq!(stored(&transcript), [(User, "One. Two.".into(), 100), (User, "Three.".into(), 400)]);
    }

    #[test]
    fn turns_of_one_instant_get_instants_of_their_own() {
        let mut transcript = Transcript::default();
        assert_eq!(transcript.add_typed(Timestamp(100), "a"), Timestamp(100));
        assert_eq!(transcript.add_typed(Timestamp(100), "b"), Timestamp(101));
        assert_eq!(transcript.add(Timestamp(100), Ai, "c"), Some(Timestamp(102)));
        let times: Vec<i64> = stored(&transcript).into_iter().map(|(_, _, at)| at).collect();
        assert_eq!(times, vec![100, 101, 102]);
    }

    #[test]
    fn the_same_utterance_twice_without_speech_in_between_counts_once() {
        let mut transcript = Transcript::default();
        transcript.add(Timestamp(100), User, "Yes.");
        transcript.seal(User);
        assert_eq!(transcript.add(Timestamp(200), User, "Yes."), None);
        transcript.user_begins(Timestamp(300));
        assert_eq!(transcript.add(Timestamp(400), User, "Yes."), Some(Timestamp(300)));
    }

    #[test]
    fn empty_text_opens_no_turn() {
        let mut transcript = Transcript::default();
        assert_eq!(transcript.add(Timestamp(1), User, " "), None);
        assert!(transcript.is_empty() && transcript.turns().is_empty());
    }
}
