//! What differs between languages: how words are told apart, and which of them fill.

/// A language whose text is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// Chinese: each character counts as a word.
    Chinese,
    /// Any other: words are counted, fillers are not known.
    Other,
}

/// Words that are said while looking for others. `like`, `so`, `este`, `那个` and `然后` are left out: as often as not they
/// mean something, and a count that is wrong half the time helps nobody.
const ENGLISH: &[&[&str]] = &[
    &["um"],
    &["umm"],
    &["uh"],
    &["uhh"],
    &["uhm"],
    &["er"],
    &["erm"],
    &["hmm"],
    &["you", "know"],
    &["i", "mean"],
    &["sort", "of"],
    &["kind", "of"],
    &["basically"],
    &["literally"],
];

const SPANISH: &[&[&str]] = &[
    &["eh"],
    &["ehh"],
    &["ehm"],
    &["em"],
    &["mmm"],
    &["o", "sea"],
    &["pues"],
    &["digamos"],
    &["en", "plan"],
    &["la", "verdad", "es", "que"],
];

const CHINESE: &[&[&str]] = &[
    &["嗯"],
    &["呃"],
    &["额"],
    &["唔"],
    &["那", "个", "那", "个"],
    &["这", "个", "这", "个"],
    &["就", "是", "说"],
    &["怎", "么", "说", "呢"],
];

impl Language {
    /// Reads a BCP 47 tag.
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or_default();
        let is = |name: &str| primary.eq_ignore_ascii_case(name);
        if is("en") {
            Self::English
        } else if is("es") {
            Self::Spanish
        } else if is("zh") || is("cmn") || is("yue") {
            Self::Chinese
        } else {
            Self::Other
        }
    }

    /// The fillers, as words; `None` where they are not known.
    pub(crate) fn fillers(self) -> Option<&'static [&'static [&'static str]]> {
        match self {
            Self::English => Some(ENGLISH),
            Self::Spanish => Some(SPANISH),
            Self::Chinese => Some(CHINESE),
            Self::Other => None,
        }
    }

    /// What stands between the words of a phrase.
    pub(crate) fn separator(self) -> &'static str {
        if self == Self::Chinese { "" } else { " " }
    }

    /// How many words make a phrase worth counting when it is repeated: three, or about as much in characters.
    pub(crate) fn phrase_words(self) -> core::ops::RangeInclusive<usize> {
        if self == Self::Chinese { 4..=8 } else { 3..=6 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_a_language() {
        for (tag, language) in [
            ("en", Language::English),
            ("EN-gb", Language::English),
            ("es-419", Language::Spanish),
            ("zh-Hant-TW", Language::Chinese),
            ("de", Language::Other),
            ("", Language::Other),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }
}
