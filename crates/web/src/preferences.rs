//! What a person chose about the app itself, kept by their browser.

use crate::language::Language;
use leptos::prelude::{Effect, Get, RwSignal, Set, document, window};

const LANGUAGE_KEY: &str = "preppal.language";
/// Read by `boot.js` too, before the first paint.
const THEME_KEY: &str = "preppal.theme";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Returns its name in storage and in `data-theme`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// The choices, as a context of every view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preferences {
    pub(crate) language: RwSignal<Language>,
    pub(crate) theme: RwSignal<Theme>,
}

impl Preferences {
    /// Reads what was chosen before, otherwise what the browser prefers, and keeps the document in step.
    pub(crate) fn load() -> Self {
        let language = stored(LANGUAGE_KEY).and_then(|tag| Language::from_tag(&tag));
        let theme = stored(THEME_KEY).and_then(|name| Theme::from_name(&name));
        let preferences = Self {
            language: RwSignal::new(language.unwrap_or_else(language_of_browser)),
            theme: RwSignal::new(theme.unwrap_or_default()),
        };
        Effect::new(move || set_on_document("lang", preferences.language.get().tag()));
        Effect::new(move || set_on_document("data-theme", preferences.theme.get().name()));
        preferences
    }

    pub(crate) fn choose_language(self, language: Language) {
        store(LANGUAGE_KEY, language.tag());
        self.language.set(language);
    }

    pub(crate) fn choose_theme(self, theme: Theme) {
        store(THEME_KEY, theme.name());
        self.theme.set(theme);
    }
}

fn language_of_browser() -> Language {
    let tags: Vec<String> =
        window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect();
    Language::preferred(tags.iter().map(String::as_str))
}

fn set_on_document(attribute: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Fails for names that are none.
        let _ = root.set_attribute(attribute, value);
    }
}

/// A browser may refuse to keep anything: then a choice lasts as long as the page.
fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn every_theme_is_found_by_its_name() {
        assert!(Theme::ALL.into_iter().all(|theme| Theme::from_name(theme.name()) == Some(theme)));
        assert_eq!(Theme::from_name("sepia"), None);
    }
}
