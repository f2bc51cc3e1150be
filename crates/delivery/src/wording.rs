//! What the candidate's words show, by counting.

use crate::language::Language;
use crate::repetition::{Phrase, repeated};
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Counts of the candidate's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wording {
    /// Words; in Chinese, characters.
    pub words: u32,
    /// Sentences with a word in them.
    pub sentences: u32,
    /// How often each filler was said, most frequent first; absent where a language's are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fillers: Option<Vec<Filler>>,
    /// Phrases said three times or more, most frequent first.
    pub repeated: Vec<Phrase>,
    /// Questions the candidate asked.
    pub questions: u32,
}

/// A filler and how often it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filler {
    /// In lower case.
    pub text: String,
    /// How often.
    pub count: u32,
}

impl Wording {
    /// Counts what stands in the candidate's turns. `None` if no word is known: what stands in square brackets is a note
    /// about sound, such as `[8.4 s of speech]`.
    pub fn of<'a>(language: Language, turns: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let sentences: Vec<Sentence> = turns.into_iter().flat_map(|turn| sentences(turn, language)).collect();
        let words = sentences.iter().map(|sentence| sentence.words.len()).sum::<usize>();
        (words > 0).then(|| Self {
            words: count(words),
            sentences: count(sentences.len()),
            fillers: language.fillers().map(|known| fillers(&sentences, known, language)),
            repeated: repeated(
                &sentences.iter().map(|sentence| &sentence.words[..]).collect::<Vec<_>>(),
                language,
            ),
            questions: count(sentences.iter().filter(|sentence| sentence.is_question).count()),
        })
    }

    /// How many fillers were said.
    pub fn filler_count(&self) -> Option<u32> {
        self.fillers.as_ref().map(|fillers| fillers.iter().map(|filler| filler.count).sum())
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Sentence {
    words: Vec<String>,
    is_question: bool,
}

fn sentences(turn: &str, language: Language) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let spoken = without_notes(turn);
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '…' | '\n');
    for part in spoken.split_inclusive(ends) {
        // A decimal point or an abbreviation ends no sentence of its own: what follows is glued to it.
        let words = words(part, language);
        let is_question = part.ends_with(['?', '？']);
        if !words.is_empty() {
            sentences.push(Sentence { words, is_question });
        }
    }
    sentences
}

/// Leaves out what stands in square brackets, and makes a point between digits a part of the number.
fn without_notes(turn: &str) -> String {
    let mut spoken = String::with_capacity(turn.len());
    let mut depth = 0_u32;
    let mut before = ' ';
    let mut chars = turn.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '[' => depth += 1,
            ']' if depth > 0 => depth -= 1,
            '.' if depth == 0
                && before.is_ascii_digit()
                && chars.peek().is_some_and(char::is_ascii_digit) =>
            {
                spoken.push('’');
            }
            _ if depth == 0 => spoken.push(c),
            _ => {}
        }
        before = c;
    }
    spoken
}

fn words(part: &str, language: Language) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in part.chars() {
        let is_sign = language == Language::Chinese && is_han(c);
        let is_inside = matches!(c, '\'' | '’') && !word.is_empty();
        if !is_sign && (c.is_alphanumeric() || is_inside) {
            word.extend(c.to_lowercase());
            continue;
        }
        finish(&mut word, &mut words);
        if is_sign {
            words.push(String::from(c));
        }
    }
    finish(&mut word, &mut words);
    words
}

fn finish(word: &mut String, words: &mut Vec<String>) {
    let ended = core::mem::take(word);
    let trimmed = ended.trim_end_matches(['\'', '’']);
    if !trimmed.is_empty() {
        words.push(String::from(trimmed));
    }
}

/// The unified ideographs and their extensions.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn fillers(sentences: &[Sentence], known: &[&[&str]], language: Language) -> Vec<Filler> {
    let mut said = Vec::new();
    for filler in known {
        let occurrences = sentences.iter().map(|sentence| occurrences(&sentence.words, filler)).sum();
        if occurrences > 0 {
            said.push(Filler { text: filler.join(language.separator()), count: count(occurrences) });
        }
    }
    said.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    said
}

fn occurrences(words: &[String], filler: &[&str]) -> usize {
    words.windows(filler.len()).filter(|window| window.iter().zip(filler).all(|(a, b)| a == b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(language: &str, turns: &[&str]) -> Wording {
        Wording::of(Language::of_tag(language), turns.iter().copied()).unwrap()
    }

    fn fillers_of(wording: &Wording) -> Vec<(&str, u32)> {
        wording.fillers.iter().flatten().map(|filler| (filler.text.as_str(), filler.count)).collect()
    }

    #[test]
    fn english() {
        let turns =
            ["Um, I led, you know, a team of 3.5 people. Um… it's kind of hard!", "What is your stack?"];
        let wording = wording("en-US", &turns);
        assert_eq!(fillers_of(&wording), [("um", 2), ("kind of", 1), ("you know", 1)]);
        assert_eq!((wording.words, wording.questions, wording.filler_count()), (19, 1, Some(4)));
        assert_eq!(wording.sentences, 4);
    }

    #[test]
    fn spanish() {
        let wording = wording("es", &["Eh, pues trabajé allí, o sea, dos años. ¿Cómo es el equipo?"]);
        assert_eq!(fillers_of(&wording), [("eh", 1), ("o sea", 1), ("pues", 1)]);
        assert_eq!((wording.words, wording.sentences, wording.questions), (12, 2, 1));
    }

    #[test]
    fn chinese_counts_characters() {
        let wording = wording("zh-CN", &["嗯，我用 Rust 写过三年后端。团队有多大？"]);
        assert_eq!(fillers_of(&wording), [("嗯", 1)]);
        assert_eq!((wording.words, wording.sentences, wording.questions), (15, 2, 1));
    }

    #[test]
    fn other_languages_have_words_and_no_fillers() {
        let wording = wording("de", &["Ähm, ich habe das gebaut."]);
        assert_eq!((wording.words, wording.fillers), (5, None));
    }

    #[test]
    fn a_note_about_sound_is_no_word() {
        assert_eq!(Wording::of(Language::English, ["[8.4 s of speech]", " "]), None);
        assert_eq!(wording("en", &["[2 s of speech] Hello there"]).words, 2);
        assert_eq!(Wording::of(Language::English, []), None);
    }
}
