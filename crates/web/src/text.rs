//! Texts in every language: how a catalogue is written, and how a view looks one up.
//!
//! A catalogue is an enum whose variants are its texts; leaving a language out does not compile. A place for a value is
//! written `{}`, once in each language.

use crate::language::Language;
use crate::preferences::Preferences;
use leptos::prelude::{Get, Signal, expect_context};

/// A text that exists in every language.
pub(crate) trait Text: Copy + Send + Sync + 'static {
    /// Returns it as it is written in the catalogue.
    fn within(self, language: Language) -> &'static str;
}

/// Makes an enum of texts: `Name: "English" | "Spanish" | "Chinese";`.
macro_rules! catalogue {
    ($(#[$doc:meta])* enum $catalogue:ident { $($name:ident: $en:literal | $es:literal | $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $catalogue { $($name,)* }

        impl $crate::text::Text for $catalogue {
            fn within(self, language: $crate::language::Language) -> &'static str {
                use $crate::language::Language::{Chinese, English, Spanish};
                match (self, language) {
                    $((Self::$name, English) => $en,
                    (Self::$name, Spanish) => $es,
                    (Self::$name, Chinese) => $zh,)*
                }
            }
        }

        #[cfg(test)]
        impl $catalogue {
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}
pub(crate) use catalogue;

/// A text in every language, whichever catalogue it is from: parts that take one are compiled once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phrase([&'static str; Language::ALL.len()]);

impl<T: Text> From<T> for Phrase {
    fn from(text: T) -> Self {
        Self(Language::ALL.map(|language| text.within(language)))
    }
}

impl Phrase {
    /// Returns it in a language.
    pub(crate) fn within(self, language: Language) -> &'static str {
        self.0[language as usize]
    }
}

/// Returns a text that follows the chosen language. To be called where views are made.
pub(crate) fn t(text: impl Into<Phrase>) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    following(text.into())
}

/// Not generic, so that all texts are one type to the views that show them.
fn following(phrase: Phrase) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let language = expect_context::<Preferences>().language;
    move || phrase.within(language.get())
}

/// Returns a text as a signal, for parts that show texts from elsewhere too.
pub(crate) fn signal(text: impl Into<Phrase>) -> Signal<String> {
    let text = following(text.into());
    Signal::derive(move || text().to_owned())
}

/// Returns a text with its place filled, that follows the chosen language and the value.
pub(crate) fn t_with<V: ToString>(
    text: impl Into<Phrase>,
    value: impl Fn() -> V + Send + Sync + 'static,
) -> impl Fn() -> String + Send + Sync + 'static {
    let text = following(text.into());
    move || filled(text(), &value().to_string())
}

/// Returns the template with the value at its place.
pub(crate) fn filled(template: &str, value: &str) -> String {
    template.replacen("{}", value, 1)
}

/// Fails if a text is missing in a language, or has a place for a value in one and not in another.
#[cfg(test)]
pub(crate) fn check(texts: &[impl Text + std::fmt::Debug]) {
    for text in texts {
        let places = text.within(Language::English).matches("{}").count();
        assert!(places <= 1, "{text:?} has more than one place");
        for language in Language::ALL {
            let written = text.within(language);
            assert!(!written.trim().is_empty(), "{text:?} is missing in {language:?}");
            assert_eq!(written.matches("{}").count(), places, "{text:?} in {language:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Phrase, Text, check, filled};
    use crate::language::Language;

    catalogue! {
        enum Sample {
            Left: "{} left" | "Quedan {}" | "还剩 {}";
            Whole: "Whole" | "Entero" | "完整";
            Broken: "{} of us" | "Nosotros" | "我们";
        }
    }

    #[test]
    fn a_text_is_found_and_filled() {
        assert_eq!(Sample::Whole.within(Language::Spanish), "Entero");
        assert_eq!(filled(Sample::Left.within(Language::Chinese), "3:20"), "还剩 3:20");
    }

    #[test]
    fn a_phrase_is_the_text_in_each_language() {
        for language in Language::ALL {
            assert_eq!(Phrase::from(Sample::Whole).within(language), Sample::Whole.within(language));
        }
    }

    #[test]
    fn a_lost_place_is_found() {
        check(&Sample::ALL[..2]);
        assert!(std::panic::catch_unwind(|| check(Sample::ALL)).is_err());
    }
}
