//! The languages of the app.

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
    Spanish,
    Chinese,
}

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::Spanish, Self::Chinese];

    /// Returns the BCP 47 tag, for `lang` attributes and for an interview's language.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Chinese => "zh",
        }
    }

    /// Returns what its speakers call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
            Self::Chinese => "中文",
        }
    }

    /// Finds the language of a tag like `es-MX`; `None` if it is none of ours.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// Chooses for somebody who prefers these tags, the first most.
    pub(crate) fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(Self::from_tag).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_first_language_that_is_ours_is_chosen() {
        for (tags, language) in [
            (&["es-MX", "en"][..], Language::Spanish),
            (&["fr", "zh-Hant-TW", "es"], Language::Chinese),
            (&["ZH"], Language::Chinese),
            (&["fr", "de"], Language::English),
            (&["est", ""], Language::English),
            (&[], Language::English),
        ] {
            assert_eq!(Language::preferred(tags.iter().copied()), language, "{tags:?}");
        }
    }

    #[test]
    fn every_language_is_found_by_its_tag() {
        assert!(
            Language::ALL.into_iter().all(|language| Language::from_tag(language.tag()) == Some(language))
        );
    }
}
