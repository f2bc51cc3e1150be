//! Fields of forms: a label, a hint, and what is wrong, tied together for screen readers.

use crate::text::{Phrase, t};
use leptos::prelude::*;

/// Returns the ids of what describes a field: its hint always, what is wrong while something is.
fn described_by(id: &str, has_hint: bool, is_wrong: bool) -> Option<String> {
    let hint = has_hint.then(|| format!("{id}-hint"));
    let wrong = is_wrong.then(|| format!("{id}-wrong"));
    let ids: Vec<String> = hint.into_iter().chain(wrong).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A line of text.
#[component]
pub(crate) fn Field(
    id: &'static str,
    #[prop(into)] label: Phrase,
    #[prop(optional, into)] hint: Option<Phrase>,
    value: RwSignal<String>,
    wrong: Signal<Option<Phrase>>,
    #[prop(default = "text")] kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional)] input_mode: Option<&'static str>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let has_hint = hint.is_some();
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <input
                id=id
                name=id
                type=kind
                autocomplete=autocomplete
                inputmode=input_mode
                aria-required=required.then_some("true")
                aria-invalid=move || wrong.get().is_some().then_some("true")
                aria-describedby=move || described_by(id, has_hint, wrong.get().is_some())
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{t(hint)}</p> })}
            <Wrongness id wrong/>
        </div>
    }
}

/// Many lines of text.
#[component]
pub(crate) fn TextArea(
    id: &'static str,
    #[prop(into)] label: Phrase,
    #[prop(into)] hint: Phrase,
    value: RwSignal<String>,
    wrong: Signal<Option<Phrase>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <textarea
                id=id
                name=id
                rows="6"
                aria-invalid=move || wrong.get().is_some().then_some("true")
                aria-describedby=move || described_by(id, true, wrong.get().is_some())
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
            <p class="hint" id=format!("{id}-hint")>{t(hint)}</p>
            <Wrongness id wrong/>
        </div>
    }
}

#[component]
fn Wrongness(id: &'static str, wrong: Signal<Option<Phrase>>) -> impl IntoView {
    move || wrong.get().map(|wrong| view! { <p class="wrong" id=format!("{id}-wrong")>{t(wrong)}</p> })
}

/// One of a few: radio buttons that all can be seen.
#[component]
pub(crate) fn Choice<T>(
    name: &'static str,
    #[prop(into)] legend: Phrase,
    /// Values with what is shown of them.
    options: Vec<(T, AnyView)>,
    #[prop(into)] value: Signal<T>,
    on_choose: Callback<T>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let options = options.into_iter().enumerate().map(|(index, (option, shown))| {
        let this = option.clone();
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    value=index
                    prop:checked=move || value.get() == this
                    on:change=move |_| on_choose.run(option.clone())
                />
                <span>{shown}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{t(legend)}</legend>
            <div class=format!("choices {class}")>{options.collect_view()}</div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::described_by;

    #[test]
    fn a_field_is_described_by_what_is_there() {
        assert_eq!(described_by("role", false, false), None);
        assert_eq!(described_by("role", true, false).as_deref(), Some("role-hint"));
        assert_eq!(described_by("role", true, true).as_deref(), Some("role-hint role-wrong"));
    }
}
