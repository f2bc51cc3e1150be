//! Phrases that come again and again.

use crate::language::Language;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How often a phrase is said before it is worth mentioning.
const LEAST: u32 = 3;

/// Most phrases that are mentioned.
const MENTIONED: usize = 5;

/// A phrase and how often it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// In lower case, without punctuation.
    pub text: String,
    /// How often.
    pub count: u32,
}

/// Returns the phrases said most often, none of which is a part of a longer one said as often.
pub(crate) fn repeated(sentences: &[&[String]], language: Language) -> Vec<Phrase> {
    let mut counts: BTreeMap<&[String], u32> = BTreeMap::new();
    for length in language.phrase_words() {
        for sentence in sentences {
            for phrase in sentence.windows(length) {
                *counts.entry(phrase).or_default() += 1;
            }
        }
    }
    counts.retain(|_, count| *count >= LEAST);
    let mut kept: Vec<(&[String], u32)> = Vec::new();
    let mut found: Vec<(&[String], u32)> = counts.into_iter().collect();
    found.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(b.1.cmp(&a.1)).then(a.0.cmp(b.0)));
    for (phrase, count) in found {
        let is_part = |whole: &[String]| whole.windows(phrase.len()).any(|part| part == phrase);
        if !kept.iter().any(|(whole, times)| *times >= count && is_part(whole)) {
            kept.push((phrase, count));
        }
    }
    kept.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())).then(a.0.cmp(b.0)));
    kept.truncate(MENTIONED);
    kept.into_iter().map(|(words, count)| Phrase { text: words.join(language.separator()), count }).collect()
}

#[cfg(test)]
mod tests {
    use crate::language::Language;
    use crate::wording::Wording;

    fn phrases(language: Language, text: &str) -> alloc::vec::Vec<(alloc::string::String, u32)> {
        let wording = Wording::of(language, [text]).unwrap();
        wording.repeated.into_iter().map(|phrase| (phrase.text, phrase.count)).collect()
    }

    #[test]
    fn the_longest_form_of_a_repetition_is_told() {
        let text =
            "At the end of the day it worked. At the end of the day, yes. So at the end of the day we won.";
        assert_eq!(phrases(Language::English, text), [("at the end of the day".into(), 3)]);
    }

    #[test]
    fn twice_is_no_habit_and_a_sentence_ends_a_phrase() {
        assert!(phrases(Language::English, "I did the work. I did the work.").is_empty());
        assert!(phrases(Language::English, "we did. it we did. it we did. it").is_empty());
    }

    #[test]
    fn characters_are_joined_without_spaces() {
        let text = "总的来说很好。总的来说不错。总的来说可以。";
        assert_eq!(phrases(Language::Chinese, text), [("总的来说".into(), 3)]);
    }
}
