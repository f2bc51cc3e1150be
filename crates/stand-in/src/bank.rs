//! The question bank: what the interviewer can say, by language and area.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// One thing the interviewer can say. Its audio has the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Who is speaking, and what it can and cannot do.
    Greeting,
    /// The first question.
    Opening,
    /// Says that the answer was heard, never that it was understood.
    Acknowledgement,
    Transition,
    FollowUpShort,
    FollowUpLong,
    /// After an answer too short to be one.
    Nudge,
    Repeat,
    /// Announces the last question.
    LastQuestion,
    /// The last question itself.
    Closing,
    Farewell,
    Goodbye,
    /// The interview was asked for in a language that has no voice.
    OtherLanguage,
}

pub(crate) struct Area {
    #[cfg(test)]
    name: String,
    keywords: Vec<String>,
    pub(crate) questions: Vec<Line>,
}

/// The lines of one language.
pub(crate) struct Bank {
    pub(crate) language: String,
    lines: BTreeMap<Kind, Vec<Line>>,
    pub(crate) areas: Vec<Area>,
}

#[derive(Deserialize)]
struct File {
    language: String,
    areas: Vec<FileArea>,
    #[serde(flatten)]
    lines: BTreeMap<Kind, Vec<String>>,
}

#[derive(Deserialize)]
struct FileArea {
    name: String,
    keywords: Vec<String>,
    questions: Vec<String>,
}

impl Bank {
    /// Returns every bank there is; English first.
    pub(crate) fn all() -> &'static [Self] {
        static BANKS: OnceLock<Vec<Bank>> = OnceLock::new();
        BANKS.get_or_init(|| {
            [include_str!("../bank/en.json"), include_str!("../bank/es.json")]
                .into_iter()
                .map(Self::read)
                .collect()
        })
    }

    /// Returns the bank of a language tag such as `es` or `en-GB`, if there is one.
    pub(crate) fn of(tag: &str) -> Option<&'static Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        Self::all().iter().find(|bank| bank.language.eq_ignore_ascii_case(primary))
    }

    fn read(json: &str) -> Self {
        let file: File =
            serde_json::from_str(json).expect("the banks are part of the binary and read by every test");
        let line = |kind: &str, place: usize, text: String| Line {
            id: format!("{}-{}-{}", file.language, kind, place + 1),
            text,
        };
        let many = |kind: &str, texts: Vec<String>| -> Vec<Line> {
            texts.into_iter().enumerate().map(|(place, text)| line(kind, place, text)).collect()
        };
        let lines = file.lines.into_iter().map(|(kind, texts)| (kind, many(kind.slug(), texts))).collect();
        let areas = file.areas.into_iter().map(|area| Area {
            questions: many(&area.name, area.questions),
            #[cfg(test)]
            name: area.name,
            keywords: area.keywords,
        });
        Self { areas: areas.collect(), lines, language: file.language }
    }

    /// Returns the lines of a kind; empty if the language has none.
    pub(crate) fn lines(&self, kind: Kind) -> &[Line] {
        self.lines.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Returns every line of the bank.
    #[cfg(test)]
    pub(crate) fn every_line(&self) -> impl Iterator<Item = &Line> {
        self.lines.values().flatten().chain(self.areas.iter().flat_map(|area| &area.questions))
    }

    /// Returns the areas that fit a role and a job description, best first; a keyword in the role counts four times.
    pub(crate) fn fitting_areas(&self, role: &str, description: &str) -> Vec<&Area> {
        let (role, description) = (words(role), words(description));
        let mut scored: Vec<(usize, &Area)> = self
            .areas
            .iter()
            .map(|area| {
                let found =
                    |text: &str| area.keywords.iter().filter(|keyword| has_words(text, keyword)).count();
                (4 * found(&role) + found(&description), area)
            })
            .filter(|(score, _)| *score > 0)
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, area)| area).collect()
    }

    pub(crate) fn general(&self) -> Option<&Area> {
        self.areas.iter().find(|area| area.keywords.is_empty())
    }
}

impl Kind {
    fn slug(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Opening => "opening",
            Self::Acknowledgement => "acknowledgement",
            Self::Transition => "transition",
            Self::FollowUpShort => "follow-up-short",
            Self::FollowUpLong => "follow-up-long",
            Self::Nudge => "nudge",
            Self::Repeat => "repeat",
            Self::LastQuestion => "last-question",
            Self::Closing => "closing",
            Self::Farewell => "farewell",
            Self::Goodbye => "goodbye",
            Self::OtherLanguage => "other-language",
        }
    }
}

/// Returns a text as lower-case words with a blank on each side.
fn words(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

fn has_words(text: &str, keyword: &str) -> bool {
    let keyword = words(keyword);
    text.contains(&keyword) || text.contains(&format!("{}s ", keyword.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::{Bank, Kind};

    fn areas(role: &str, description: &str) -> Vec<&'static str> {
        Bank::all()[0].fitting_areas(role, description).iter().map(|area| area.name.as_str()).collect()
    }

    #[test]
    fn areas_are_chosen_by_role_then_description() {
        assert_eq!(areas("Senior Rust Engineer", "You design APIs")[0], "software");
        assert_eq!(
            areas("Registered Nurse", "Care for patients, work with software")[..2],
            ["nursing", "software"]
        );
        assert_eq!(areas("Engineering Manager", "Lead a team of developers")[0], "management");
        assert_eq!(areas("Product Manager", "own the roadmap")[0], "product");
        assert_eq!(areas("", "Primary school teacher wanted")[0], "teaching");
        assert!(areas("Astronaut", "Fly to the moon").is_empty());
    }

    #[test]
    fn a_keyword_is_a_word_and_not_a_part_of_one() {
        assert!(!areas("", "available daily").contains(&"data"));
        assert!(areas("Leadership coach", "").is_empty(), "\"lead\" is not in \"leadership\"");
    }

    #[test]
    fn banks_have_every_kind_and_enough_questions() {
        let kinds = [
            Kind::Greeting,
            Kind::Opening,
            Kind::Acknowledgement,
            Kind::Transition,
            Kind::FollowUpShort,
            Kind::FollowUpLong,
            Kind::Nudge,
            Kind::Repeat,
            Kind::LastQuestion,
            Kind::Closing,
            Kind::Farewell,
            Kind::Goodbye,
            Kind::OtherLanguage,
        ];
        for (bank, least) in Bank::all().iter().zip([60, 15]) {
            assert!(kinds.iter().all(|kind| !bank.lines(*kind).is_empty()), "{}", bank.language);
            let questions: usize = bank.areas.iter().map(|area| area.questions.len()).sum();
            assert!(questions >= least, "{}: {questions}", bank.language);
            assert!(bank.general().is_some());
        }
    }

    #[test]
    fn acknowledgements_claim_no_understanding() {
        for line in Bank::all().iter().flat_map(|bank| bank.lines(Kind::Acknowledgement)) {
            let text = line.text.to_lowercase();
            assert!(text.split_whitespace().count() <= 4, "{text}");
            assert!(
                !["great point", "interesting", "i see", "about"].iter().any(|claim| text.contains(claim)),
                "{text}"
            );
        }
    }

    #[test]
    fn languages_are_found_by_their_tag() {
        assert_eq!(Bank::of("es-MX").map(|bank| bank.language.as_str()), Some("es"));
        assert!(Bank::of("de").is_none());
    }
}
