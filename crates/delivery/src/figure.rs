//! The figures of a report: what each one is, in which unit, and what is normal according to whom.
//!
//! A range is given only where somebody has measured it and published it; `docs/report.md` has the same table for people,
//! and a test holds the two together.

use crate::language::Language;
use crate::record::Record;
use crate::wording::Wording;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Which figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Key {
    /// How long the candidate spoke.
    SpeakingTime,
    /// Their share of all that was said.
    SpeakingShare,
    /// How fast they spoke.
    SpeechRate,
    /// How often they were silent within answers.
    Pauses,
    /// The longest of those silences.
    LongestPause,
    /// How many of them were long.
    LongPauses,
    /// How long the first answer kept the interviewer waiting.
    TimeToFirstAnswer,
    /// How long answers usually did.
    TimeToAnswer,
    /// How many answers there were.
    Answers,
    /// How long one usually was.
    AnswerLength,
    /// How long the longest was.
    LongestAnswer,
    /// How often they began while the interviewer spoke.
    Interruptions,
    /// How loud they were.
    Loudness,
    /// How much that changed.
    LoudnessChange,
    /// How often they filled.
    FillerRate,
    /// How long a sentence was.
    SentenceLength,
    /// How often they repeated a phrase.
    RepeatedPhrases,
    /// How many questions they asked.
    QuestionsAsked,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Per cent.
    Percent,
    /// Words a minute.
    WordsPerMinute,
    /// Chinese characters a minute.
    CharactersPerMinute,
    /// How often.
    Count,
    /// Decibels below full scale.
    DecibelsFullScale,
    /// Decibels.
    Decibels,
    /// Per hundred words.
    PerHundredWords,
    /// Words.
    Words,
    /// Chinese characters.
    Characters,
}

/// A range in which the middle of people is, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Normal {
    /// From.
    pub low: f64,
    /// To.
    pub high: f64,
    /// Who has measured it.
    pub source: &'static str,
}

/// What a figure means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Definition {
    /// What it is called.
    pub name: &'static str,
    /// How it is measured.
    pub meaning: &'static str,
}

/// A figure of one interview.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// Which.
    pub key: Key,
    /// To one decimal.
    pub value: f64,
    /// Of the value.
    pub unit: Unit,
    /// What is normal, where that is known.
    pub normal: Option<Normal>,
}

impl Key {
    /// Every figure, in the order of a report.
    pub const ALL: [Self; 18] = [
        Self::SpeakingTime,
        Self::SpeakingShare,
        Self::SpeechRate,
        Self::Pauses,
        Self::LongestPause,
        Self::LongPauses,
        Self::TimeToFirstAnswer,
        Self::TimeToAnswer,
        Self::Answers,
        Self::AnswerLength,
        Self::LongestAnswer,
        Self::Interruptions,
        Self::Loudness,
        Self::LoudnessChange,
        Self::FillerRate,
        Self::SentenceLength,
        Self::RepeatedPhrases,
        Self::QuestionsAsked,
    ];

    /// What it means.
    pub fn definition(self) -> Definition {
        let (name, meaning) = match self {
            Self::SpeakingTime => {
                ("Speaking time", "Speech in the microphone's sound; gaps below 250 ms are part of it.")
            }
            Self::SpeakingShare => (
                "Speaking share",
                "Speaking time, of it and the interviewer's sound as far as it was played.",
            ),
            Self::SpeechRate => {
                ("Speech rate", "Words of the transcript by the length of all answers, pauses included.")
            }
            Self::Pauses => ("Pauses", "Silences of at least 250 ms within answers."),
            Self::LongestPause => ("Longest pause", "The longest silence within an answer."),
            Self::LongPauses => ("Long pauses", "Silences of at least 2 s within answers."),
            Self::TimeToFirstAnswer => (
                "Time to the first answer",
                "From the end of the first question as it was played to the first word.",
            ),
            Self::TimeToAnswer => {
                ("Time to answer", "The median of the times from the end of a question to the first word.")
            }
            Self::Answers => {
                ("Answers", "Stretches of the candidate's speech between two turns of the interviewer.")
            }
            Self::AnswerLength => ("Length of an answer", "The median, from the first word to the last."),
            Self::LongestAnswer => ("Longest answer", "From its first word to its last."),
            Self::Interruptions => {
                ("Interruptions", "How often the interviewer stopped because the candidate began to speak.")
            }
            Self::Loudness => ("Loudness", "The mean level of half-seconds of speech."),
            Self::LoudnessChange => {
                ("Change of loudness", "The standard deviation of the levels of half-seconds of speech.")
            }
            Self::FillerRate => ("Fillers", "Words that fill, such as um and you know, by all words."),
            Self::SentenceLength => ("Length of a sentence", "The mean."),
            Self::RepeatedPhrases => {
                ("Repeated phrases", "Phrases of three words or more that were said three times or more.")
            }
            Self::QuestionsAsked => {
                ("Questions asked back", "Sentences of the candidate that end in a question mark.")
            }
        };
        Definition { name, meaning }
    }

    /// What is normal in a language, as far as somebody has published it.
    pub fn normal(self, language: Language) -> Option<Normal> {
        let (low, high, source) = match (self, language) {
            (Self::SpeechRate, Language::English) => (
                160.0,
                210.0,
                "Tauroza and Allison 1990, Applied Linguistics 11(1): interviews in British English",
            ),
            (Self::TimeToAnswer | Self::TimeToFirstAnswer, _) => (
                0.0,
                1.0,
                "Jefferson 1989: about one second is the standard maximum silence of a conversation",
            ),
            (Self::Loudness, _) => {
                (-36.0, -16.0, "ITU-T G.191: speech at -26 dBov is nominal; ten decibels either way")
            }
            (Self::FillerRate, Language::English) => {
                (0.0, 2.6, "Bortfeld et al. 2001, Language and Speech 44(2): the mean rate of fillers")
            }
            (Self::SentenceLength, Language::English) => {
                (0.0, 20.0, "Cutts, Oxford Guide to Plain English: fifteen to twenty words on average")
            }
            _ => return None,
        };
        Some(Normal { low, high, source })
    }

    fn unit(self, language: Language) -> Unit {
        let is_chinese = language == Language::Chinese;
        match self {
            Self::SpeakingTime
            | Self::LongestPause
            | Self::TimeToFirstAnswer
            | Self::TimeToAnswer
            | Self::AnswerLength
            | Self::LongestAnswer => Unit::Seconds,
            Self::SpeakingShare => Unit::Percent,
            Self::SpeechRate if is_chinese => Unit::CharactersPerMinute,
            Self::SpeechRate => Unit::WordsPerMinute,
            Self::Pauses
            | Self::LongPauses
            | Self::Answers
            | Self::Interruptions
            | Self::RepeatedPhrases
            | Self::QuestionsAsked => Unit::Count,
            Self::Loudness => Unit::DecibelsFullScale,
            Self::LoudnessChange => Unit::Decibels,
            Self::FillerRate => Unit::PerHundredWords,
            Self::SentenceLength if is_chinese => Unit::Characters,
            Self::SentenceLength => Unit::Words,
        }
    }
}

/// Returns every figure that can be told from what was measured, in the order of [`Key::ALL`]. What is not known is absent,
/// never zero.
pub fn figures(language: Language, record: Option<&Record>, wording: Option<&Wording>) -> Vec<Figure> {
    let heard = record.filter(|record| record.listened_ms > 0);
    let values = Key::ALL.into_iter().filter_map(|key| {
        let tenths = heard
            .and_then(|record| of_sound(key, record))
            .or_else(|| wording.and_then(|wording| of_text(key, wording, heard)))?;
        let value = tenths as f64 / 10.0;
        Some(Figure { key, value, unit: key.unit(language), normal: key.normal(language) })
    });
    values.collect()
}

/// Tenths of the unit.
fn of_sound(key: Key, record: &Record) -> Option<i64> {
    let seconds = |ms: u32| i64::from(ms.saturating_add(50) / 100);
    let count = |number: u32| i64::from(number) * 10;
    let spoke = record.spoken_ms > 0;
    let answered = record.answer_count > 0;
    let of_answers = |ms: Option<u32>| ms.map(seconds);
    let waits = || record.answers.iter().filter_map(|answer| answer.wait_ms);
    match key {
        Key::SpeakingTime => Some(seconds(record.spoken_ms)),
        Key::SpeakingShare => {
            rate(record.spoken_ms, record.spoken_ms.saturating_add(record.interviewer_ms), 1_000)
        }
        Key::Pauses => answered.then(|| count(record.pauses)),
        Key::LongestPause => (record.pauses > 0).then(|| seconds(record.longest_pause_ms)),
        Key::LongPauses => answered.then(|| count(record.long_pauses)),
        Key::TimeToFirstAnswer => of_answers(record.answers.first().and_then(|answer| answer.wait_ms)),
        Key::TimeToAnswer => of_answers(median(waits())),
        Key::Answers => Some(count(record.answer_count)),
        Key::AnswerLength => of_answers(median(record.answers.iter().map(|answer| answer.length_ms))),
        Key::LongestAnswer => of_answers(record.answers.iter().map(|answer| answer.length_ms).max()),
        Key::Interruptions => Some(count(record.interruptions)),
        Key::Loudness => spoke.then(|| record.loudness.mean_x10()).flatten(),
        Key::LoudnessChange => record.loudness.deviation_x10(),
        Key::SpeechRate
        | Key::FillerRate
        | Key::SentenceLength
        | Key::RepeatedPhrases
        | Key::QuestionsAsked => None,
    }
}

/// Tenths of the unit.
fn of_text(key: Key, wording: &Wording, record: Option<&Record>) -> Option<i64> {
    match key {
        Key::SpeechRate => rate(wording.words, record?.answers_ms, 600_000),
        Key::FillerRate => rate(wording.filler_count()?, wording.words, 1_000),
        Key::SentenceLength => rate(wording.words, wording.sentences, 10),
        Key::RepeatedPhrases => Some(wording.repeated.len() as i64 * 10),
        Key::QuestionsAsked => Some(i64::from(wording.questions) * 10),
        _ => None,
    }
}

/// `part` of `whole`, times `factor`, rounded; nothing of nothing is not known.
fn rate(part: u32, whole: u32, factor: i64) -> Option<i64> {
    let whole = i64::from(whole);
    (whole > 0).then(|| (i64::from(part) * factor + whole / 2) / whole)
}

fn median(values: impl Iterator<Item = u32>) -> Option<u32> {
    let mut sorted: Vec<u32> = values.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Answer, Loudness};
    use alloc::format;
    use alloc::vec;

    fn value(figures: &[Figure], key: Key) -> Option<f64> {
        figures.iter().find(|figure| figure.key == key).map(|figure| figure.value)
    }

    fn record() -> Record {
        let answer = |wait_ms, length_ms| Answer { at_ms: 0, wait_ms, length_ms, spoken_ms: length_ms };
        Record {
            listened_ms: 100_000,
            spoken_ms: 45_000,
            interviewer_ms: 15_000,
            pauses: 4,
            longest_pause_ms: 1_234,
            answer_count: 3,
            answers_ms: 60_000,
            answers: vec![answer(Some(800), 20_000), answer(None, 30_000), answer(Some(400), 10_000)],
            loudness: Loudness { blocks: 2, sum: -500, squares: 125_200 },
            ..Record::default()
        }
    }

    #[test]
    fn figures_are_what_their_definitions_say() {
        let wording = Wording::of(Language::English, ["Um, I built it. You know it. Did you?"]).unwrap();
        let figures = figures(Language::English, Some(&record()), Some(&wording));
        let expected = [
            (Key::SpeakingTime, 45.0),
            (Key::SpeakingShare, 75.0),
            (Key::SpeechRate, 9.0),
            (Key::LongestPause, 1.2),
            (Key::TimeToFirstAnswer, 0.8),
            (Key::TimeToAnswer, 0.4),
            (Key::AnswerLength, 20.0),
            (Key::LongestAnswer, 30.0),
            (Key::Loudness, -25.0),
            (Key::LoudnessChange, 1.0),
            (Key::FillerRate, 22.2),
            (Key::SentenceLength, 3.0),
            (Key::QuestionsAsked, 1.0),
        ];
        for (key, expected) in expected {
            assert_eq!(value(&figures, key), Some(expected), "{key:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_absent() {
        assert_eq!(figures(Language::English, None, None), []);
        assert_eq!(figures(Language::English, Some(&Record::default()), None), []);
        let silent = Record { listened_ms: 5_000, ..Record::default() };
        let silent = figures(Language::English, Some(&silent), None);
        assert_eq!(value(&silent, Key::SpeakingTime), Some(0.0));
        assert_eq!((value(&silent, Key::LongestPause), value(&silent, Key::Loudness)), (None, None));
        let wordless = figures(Language::English, Some(&record()), None);
        assert_eq!((value(&wordless, Key::SpeechRate), value(&wordless, Key::FillerRate)), (None, None));
    }

    #[test]
    fn the_documentation_has_every_figure_and_every_source() {
        let document = include_str!("../../../docs/report.md");
        for key in Key::ALL {
            let Definition { name, meaning } = key.definition();
            assert!(document.contains(&format!("| {name} |")), "{name}");
            assert!(document.contains(meaning), "{meaning}");
            for language in [Language::English, Language::Spanish, Language::Chinese] {
                if let Some(normal) = key.normal(language) {
                    assert!(document.contains(normal.source), "{}", normal.source);
                }
            }
        }
    }
}
