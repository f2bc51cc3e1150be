//! What was typed so far: kept by the browser for this tab, checked before it is sent.

use super::PERSONAS;
use crate::language::Language;
use crate::pages::quick::new_key;
use crate::parts::focus;
use crate::text::Phrase;
use crate::texts::NewInterviewText;
use api::public::{CreateInterview, MAX_DOCUMENT_CHARS, MAX_LINE_CHARS};
use leptos::prelude::*;
use web_sys::Storage;

const KEY: &str = "preppal.draft";

const DEFAULT_MINUTES: u32 = 20;

/// An interview that is not created yet. Its key is its own from the start: sent twice, it is created once.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Draft(CreateInterview);

impl Draft {
    pub(super) fn new(language: Language) -> Self {
        Self(CreateInterview {
            idempotency_key: new_key(),
            role: String::new(),
            job_description: String::new(),
            resume: String::new(),
            persona: String::new(),
            language: language.tag().to_owned(),
            duration_minutes: DEFAULT_MINUTES,
        })
    }

    /// Returns the draft that this tab has kept.
    pub(super) fn kept() -> Option<Self> {
        serde_json::from_str(&storage()?.get_item(KEY).ok()??).ok().map(Self)
    }

    /// Keeps it until the tab is closed. A browser may refuse; then a reload forgets it.
    pub(super) fn keep(&self) {
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&self.0)) {
            let _ = storage.set_item(KEY, &text);
        }
    }

    pub(super) fn forget() {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(KEY);
        }
    }

    pub(super) fn input(self) -> CreateInterview {
        let trimmed = |text: String| text.trim().to_owned();
        CreateInterview { role: trimmed(self.0.role), persona: trimmed(self.0.persona), ..self.0 }
    }
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// A field that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Role,
    JobDescription,
    Resume,
    OwnWords,
}

impl Problem {
    const ALL: [Self; 4] = [Self::Role, Self::JobDescription, Self::Resume, Self::OwnWords];

    /// Returns the id of its field.
    const fn field(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::JobDescription => "job-description",
            Self::Resume => "resume",
            Self::OwnWords => "own-words",
        }
    }

    /// Returns what is wrong with the field in a draft, by the backend's own limits.
    fn of(self, draft: &CreateInterview) -> Option<NewInterviewText> {
        let is_over = |text: &str, most: u32| text.trim().chars().count() > most as usize;
        match self {
            Self::Role if draft.role.trim().is_empty() => Some(NewInterviewText::NoRole),
            Self::Role => is_over(&draft.role, MAX_LINE_CHARS).then_some(NewInterviewText::RoleTooLong),
            Self::JobDescription => {
                is_over(&draft.job_description, MAX_DOCUMENT_CHARS).then_some(NewInterviewText::TooLong)
            }
            Self::Resume => is_over(&draft.resume, MAX_DOCUMENT_CHARS).then_some(NewInterviewText::TooLong),
            Self::OwnWords => {
                is_over(&draft.persona, MAX_LINE_CHARS).then_some(NewInterviewText::PersonaTooLong)
            }
        }
    }
}

/// The draft as signals, one for each field.
#[derive(Clone, Copy)]
pub(super) struct Form {
    key: StoredValue<String>,
    pub(super) role: RwSignal<String>,
    pub(super) job_description: RwSignal<String>,
    pub(super) resume: RwSignal<String>,
    /// Which of [`PERSONAS`]; `None` for one's own words.
    pub(super) persona: RwSignal<Option<usize>>,
    pub(super) own_words: RwSignal<String>,
    pub(super) language: RwSignal<String>,
    pub(super) minutes: RwSignal<u32>,
    /// Whether it was to be sent: nobody is told off before.
    is_tried: RwSignal<bool>,
}

impl Form {
    pub(super) fn new(Draft(draft): Draft) -> Self {
        let persona = PERSONAS.iter().position(|(.., told)| *told == draft.persona);
        let own_words = if persona.is_some() { String::new() } else { draft.persona };
        Self {
            key: StoredValue::new(draft.idempotency_key),
            role: RwSignal::new(draft.role),
            job_description: RwSignal::new(draft.job_description),
            resume: RwSignal::new(draft.resume),
            persona: RwSignal::new(persona),
            own_words: RwSignal::new(own_words),
            language: RwSignal::new(draft.language),
            minutes: RwSignal::new(draft.duration_minutes),
            is_tried: RwSignal::new(false),
        }
    }

    pub(super) fn draft(self) -> Draft {
        let persona = self.persona.get().and_then(|index| PERSONAS.get(index));
        Draft(CreateInterview {
            idempotency_key: self.key.get_value(),
            role: self.role.get(),
            job_description: self.job_description.get(),
            resume: self.resume.get(),
            persona: persona.map_or_else(|| self.own_words.get(), |(.., told)| (*told).to_owned()),
            language: self.language.get(),
            duration_minutes: self.minutes.get(),
        })
    }

    /// Returns what is wrong with a field, once it was to be sent.
    pub(super) fn wrong(self, problem: Problem) -> Signal<Option<Phrase>> {
        Signal::derive(
            move || {
                if self.is_tried.get() { problem.of(&self.draft().0).map(Phrase::from) } else { None }
            },
        )
    }

    /// Whether it can be sent. If not, the first field that is wrong gets the focus.
    pub(super) fn is_complete(self) -> bool {
        self.is_tried.set(true);
        let draft = untrack(|| self.draft());
        let Some(first) = Problem::ALL.into_iter().find(|problem| problem.of(&draft.0).is_some()) else {
            return true;
        };
        focus(first.field());
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, Problem};
    use crate::texts::NewInterviewText;
    use api::public::CreateInterview;

    fn draft() -> CreateInterview {
        CreateInterview {
            idempotency_key: "key".into(),
            role: " Cook ".into(),
            job_description: "d".repeat(100_000),
            resume: String::new(),
            persona: " kind ".into(),
            language: "en".into(),
            duration_minutes: 20,
        }
    }

    fn problems(draft: &CreateInterview) -> Vec<(Problem, NewInterviewText)> {
        Problem::ALL.into_iter().filter_map(|problem| Some((problem, problem.of(draft)?))).collect()
    }

    #[test]
    fn what_the_backend_would_refuse_is_said_before() {
        assert_eq!(problems(&draft()), []);
        let wrong = CreateInterview {
            role: " ".into(),
            job_description: "語".repeat(100_001),
            persona: "p".repeat(501),
            ..draft()
        };
        assert_eq!(
            problems(&wrong),
            [
                (Problem::Role, NewInterviewText::NoRole),
                (Problem::JobDescription, NewInterviewText::TooLong),
                (Problem::OwnWords, NewInterviewText::PersonaTooLong),
            ]
        );
    }

    #[test]
    fn single_lines_are_sent_without_space_around_them() {
        let input = Draft(draft()).input();
        assert_eq!((input.role.as_str(), input.persona.as_str()), ("Cook", "kind"));
    }
}
