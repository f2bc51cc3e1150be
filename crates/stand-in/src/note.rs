//! Text sent to the interviewer: is it a typed answer, or a note about the interview?

use std::time::Duration;

/// What a text wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// So much time is left.
    TimeLeft(Duration),
    /// Say goodbye.
    Finish,
    /// The conversation was interrupted from outside: go on with it.
    GoOn,
    /// The candidate's own words.
    Answer,
}

/// Notes are short; a long text is an answer, whatever words are in it.
const LONGEST_NOTE: usize = 400;

impl Note {
    pub(crate) fn read(text: &str) -> Self {
        if text.len() > LONGEST_NOTE {
            return Self::Answer;
        }
        let lower = text.to_lowercase();
        if let Some(left) = time_left(&lower) {
            return Self::TimeLeft(left);
        }
        let any = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
        if any(&[
            "time is up",
            "end the interview",
            "say goodbye",
            "wrap up",
            "close the interview",
            "finish the interview",
        ]) {
            Self::Finish
        } else if any(&[
            "connection restored",
            "connection was restored",
            "connection was lost",
            "please continue",
            "do not greet",
            "are you there",
            "repeat the question",
            "is waiting for you",
        ]) || bracketed(&lower)
        {
            Self::GoOn
        } else {
            Self::Answer
        }
    }
}

impl Note {
    /// Whether a text that opens a conversation says that it goes on.
    pub(crate) fn forbids_greeting(text: &str) -> bool {
        text.to_lowercase().contains("do not greet")
    }
}

/// Whether the text marks itself as not the candidate's: in brackets, or led by "note".
fn bracketed(lower: &str) -> bool {
    let text = lower.trim();
    (text.starts_with('(') && text.ends_with(')'))
        || (text.starts_with('[') && text.ends_with(']'))
        || text.starts_with("system note")
        || text.starts_with("note:")
}

/// Finds "2 minutes left", "one minute remains", "about 90 seconds are left", "time left: 3 min", "quedan 2 minutos".
fn time_left(lower: &str) -> Option<Duration> {
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let left = |word: &str| {
        matches!(word, "left" | "remain" | "remains" | "remaining" | "quedan" | "queda" | "restan")
    };
    let at = words.iter().position(|word| left(word))?;
    let near = &words[at.saturating_sub(4)..words.len().min(at + 5)];
    near.windows(2).find_map(|pair| {
        let unit = match pair[1] {
            "minute" | "minutes" | "min" | "mins" | "minuto" | "minutos" => 60,
            "second" | "seconds" | "sec" | "segundos" => 1,
            _ => return None,
        };
        Some(Duration::from_secs(number(pair[0])? * unit))
    })
}

fn number(word: &str) -> Option<u64> {
    let names = [
        ["a", "un"],
        ["one", "uno"],
        ["two", "dos"],
        ["three", "tres"],
        ["four", "cuatro"],
        ["five", "cinco"],
        ["ten", "diez"],
    ];
    let values = [1, 1, 2, 3, 4, 5, 10];
    word.parse::<u64>()
        .ok()
        .map(|value| value.min(24 * 60))
        .or_else(|| names.iter().position(|spellings| spellings.contains(&word)).map(|place| values[place]))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Note;

    #[test]
    fn time_notes_are_read_in_many_wordings() {
        for (text, seconds) in [
            ("(About 2 minutes are left. Ask your last question.)", 120),
            ("There is one minute left", 60),
            ("Time left: 3 minutes", 180),
            (
                "[Time note: about 1 minute left. Ask at most one more short question, then thank the candidate, say goodbye and call end_interview.]",
                60,
            ),
            ("Note: remaining time is 90 seconds.", 90),
            ("Quedan 2 minutos.", 120),
        ] {
            assert_eq!(Note::read(text), Note::TimeLeft(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_a_candidate_types_is_an_answer() {
        for text in [
            "I left my last job in May.",
            "I led a team of five people.",
            "Two minutes later the server was back.",
        ] {
            assert_eq!(Note::read(text), Note::Answer, "{text}");
        }
        assert_eq!(Note::read(&"I have 2 minutes left. ".repeat(40)), Note::Answer);
    }

    #[test]
    fn requests_to_finish_and_to_go_on() {
        assert_eq!(Note::read("(Time is up. Say goodbye and end the interview.)"), Note::Finish);
        assert_eq!(Note::read("(connection restored, please continue)"), Note::GoOn);
        assert_eq!(Note::read("[The candidate is waiting. Please continue the interview.]"), Note::GoOn);
        assert!(Note::forbids_greeting("[System note: the connection was lost. Do not greet again.]"));
    }
}
