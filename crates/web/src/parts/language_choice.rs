//! Choosing the app's language.

use crate::language::Language;
use crate::parts::{Icon, Shape};
use crate::preferences::Preferences;
use crate::text::t;
use crate::texts::SettingsText;
use leptos::prelude::*;

/// A list of the languages, each by its own name.
#[component]
pub(crate) fn LanguageChoice(id: &'static str) -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let options = Language::ALL.map(|language| {
        view! {
            <option
                value=language.tag()
                lang=language.tag()
                prop:selected=move || preferences.language.get() == language
            >
                {language.name()}
            </option>
        }
    });
    let choose = move |tag: String| {
        if let Some(language) = Language::from_tag(&tag) {
            preferences.choose_language(language);
        }
    };
    view! {
        <div class="field language">
            <label for=id><Icon shape=Shape::Globe/>{t(SettingsText::Language)}</label>
            <select id=id on:change:target=move |event| choose(event.target().value())>
                {options.collect_view()}
            </select>
        </div>
    }
}
