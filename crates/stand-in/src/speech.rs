//! What is said in one turn: samples, words, and which words belong to which samples.

use crate::bank::Line;
use crate::voice::{self, RATE_HZ};

/// The pause between two lines of a turn.
const PAUSE_SAMPLES: usize = RATE_HZ as usize / 3;
/// Transcription deltas have at least so many characters (SI-54).
const DELTA_CHARS: usize = 12;

/// Audio with its transcript in deltas.
#[derive(Debug, Default)]
pub(crate) struct Speech {
    pub(crate) pcm: Vec<i16>,
    /// Deltas in order, each with the sample at which it begins to be spoken. Joined they are the text.
    deltas: Vec<(usize, String)>,
}

impl Speech {
    pub(crate) fn of(lines: &[&Line]) -> Self {
        let mut speech = Self::default();
        for line in lines {
            if !speech.pcm.is_empty() {
                speech.pcm.resize(speech.pcm.len() + PAUSE_SAMPLES, 0);
            }
            let start = speech.pcm.len();
            speech.pcm.extend_from_slice(&voice::samples(&line.id));
            speech.append_text(&line.text, start);
        }
        speech
    }

    fn append_text(&mut self, text: &str, start: usize) {
        let span = self.pcm.len() - start;
        let lead = if self.deltas.is_empty() { "" } else { " " };
        let mut rest = text;
        while !rest.is_empty() {
            let end = delta_end(rest);
            let spoken = text.len() - rest.len();
            let lead = if spoken == 0 { lead } else { "" };
            self.deltas.push((start + span * spoken / text.len(), format!("{lead}{}", &rest[..end])));
            rest = &rest[end..];
        }
    }

    /// Returns the delta after the first `sent` ones, if its speech begins before `sample`.
    pub(crate) fn delta_before(&self, sent: usize, sample: usize) -> Option<&str> {
        self.deltas
            .get(sent)
            .filter(|(start, _)| *start < sample || self.pcm.is_empty())
            .map(|(_, text)| text.as_str())
    }

    /// Returns how many deltas there are.
    pub(crate) fn deltas(&self) -> usize {
        self.deltas.len()
    }

    #[cfg(test)]
    fn text_of(&self, deltas: usize) -> String {
        self.deltas.iter().take(deltas).map(|(_, text)| text.as_str()).collect()
    }
}

/// Returns where the next delta ends: after the blank that follows its minimum.
fn delta_end(text: &str) -> usize {
    let blanks = text.match_indices(' ').map(|(at, _)| at + 1);
    blanks
        .filter(|end| *end >= DELTA_CHARS && text.len() - end >= DELTA_CHARS / 2)
        .min()
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::Speech;
    use crate::bank::{Bank, Kind};

    #[test]
    fn si_54_deltas_join_to_the_exact_text_and_follow_the_audio() {
        let bank = &Bank::all()[0];
        let lines = [&bank.lines(Kind::Acknowledgement)[0], &bank.lines(Kind::Greeting)[0]];
        let speech = Speech::of(&lines);
        assert_eq!(speech.text_of(usize::MAX), format!("{} {}", lines[0].text, lines[1].text));
        assert!(speech.deltas.len() > 8);
        assert!(speech.deltas.iter().all(|(_, text)| text.len() <= 30), "{:?}", speech.deltas);
        assert!(speech.deltas.is_sorted_by_key(|(start, _)| *start));
        assert!(speech.delta_before(0, 1).is_some());
        assert!(speech.delta_before(1, 1).is_none());
    }
}
