//! Preparing an interview. What was typed survives a reload and a sign-in on the way.

mod draft;

use crate::account::Account;
use crate::backend::CallError;
use crate::complaint::{Complaint, text_of};
use crate::parts::{Choice, Field, Page, TextArea};
use crate::preferences::Preferences;
use crate::text::filled;
use crate::text::{Text, signal, t};
use crate::texts::{InterviewsText, NewInterviewText};
use draft::{Draft, Form, Problem};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Lengths on offer, minutes.
const DURATIONS: [u32; 6] = [5, 10, 20, 30, 45, 60];

/// Languages on offer for an interview, each by its own name.
const LANGUAGES: [(&str, &str); 10] = [
    ("en", "English"),
    ("es", "Español"),
    ("zh", "中文"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("hi", "हिन्दी"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("pt", "Português"),
];

/// Returns what its speakers call a language; the tag itself if it is not on offer.
pub(super) fn name_of(tag: &str) -> &str {
    LANGUAGES.iter().find(|(known, _)| *known == tag).map_or(tag, |(_, name)| name)
}

/// Ways to behave: what is chosen from, and what the interviewer is told.
const PERSONAS: [(NewInterviewText, NewInterviewText, &str); 3] = [
    (NewInterviewText::Balanced, NewInterviewText::BalancedHint, ""),
    (
        NewInterviewText::Friendly,
        NewInterviewText::FriendlyHint,
        "A warm, encouraging interviewer who puts the candidate at ease and asks gentle follow-up questions.",
    ),
    (
        NewInterviewText::Demanding,
        NewInterviewText::DemandingHint,
        "A demanding senior interviewer, polite but direct, who probes vague answers and asks for specifics and numbers.",
    ),
];

#[component]
pub(crate) fn NewInterview() -> impl IntoView {
    let account = expect_context::<Account>();
    let language = expect_context::<Preferences>().language;
    let form = Form::new(Draft::kept().unwrap_or_else(|| Draft::new(language.get_untracked())));
    Effect::new(move || form.draft().keep());
    let error = RwSignal::new(None::<CallError>);
    let is_busy = RwSignal::new(false);
    let navigate = use_navigate();
    let submit = move || {
        if is_busy.get_untracked() || !form.is_complete() {
            return;
        }
        is_busy.set(true);
        error.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match account.call(&form.draft().input()).await {
                Ok(interview) => {
                    Draft::forget();
                    navigate(&format!("/interviews/{}/session", interview.id), NavigateOptions::default());
                }
                Err(failed) => {
                    error.try_set(Some(failed));
                    is_busy.try_set(false);
                }
            }
        });
    };
    let (create, creating) = (t(NewInterviewText::Create), t(NewInterviewText::Creating));
    view! {
        <Page title=signal(NewInterviewText::Title) class="form">
            <p class="muted">{t(NewInterviewText::Lead)}</p>
            <form class="stack wide" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
                <Field
                    id="role"
                    label=NewInterviewText::Role
                    hint=NewInterviewText::RoleHint
                    value=form.role
                    wrong=form.wrong(Problem::Role)
                    autocomplete="organization-title"
                    required=true
                />
                <TextArea
                    id="job-description"
                    label=NewInterviewText::JobDescription
                    hint=NewInterviewText::JobDescriptionHint
                    value=form.job_description
                    wrong=form.wrong(Problem::JobDescription)
                />
                <TextArea
                    id="resume"
                    label=NewInterviewText::Resume
                    hint=NewInterviewText::ResumeHint
                    value=form.resume
                    wrong=form.wrong(Problem::Resume)
                />
                <PersonaChoice form/>
                <DurationChoice form/>
                <LanguageOfInterview form/>
                <Complaint error=Signal::derive(move || error.get().as_ref().map(text_of))/>
                <button
                    id="create"
                    class="button primary large"
                    type="submit"
                    aria-disabled=move || is_busy.get().then_some("true")
                >
                    {move || if is_busy.get() { creating() } else { create() }}
                </button>
            </form>
        </Page>
    }
}

/// Three ways to behave, or one's own words.
#[component]
fn PersonaChoice(form: Form) -> impl IntoView {
    let shown = |title: NewInterviewText, hint: NewInterviewText| {
        view! { {t(title)}<small>{t(hint)}</small> }.into_any()
    };
    let mut options: Vec<(Option<usize>, AnyView)> = PERSONAS
        .iter()
        .enumerate()
        .map(|(index, (title, hint, _))| (Some(index), shown(*title, *hint)))
        .collect();
    options.push((None, shown(NewInterviewText::OwnWords, NewInterviewText::OwnWordsHint)));
    view! {
        <Choice
            name="persona"
            legend=NewInterviewText::Persona
            options
            value=form.persona
            on_choose=Callback::new(move |persona| form.persona.set(persona))
            class="tall"
        />
        <Show when=move || form.persona.get().is_none()>
            <Field
                id="own-words"
                label=NewInterviewText::OwnWordsLabel
                value=form.own_words
                wrong=form.wrong(Problem::OwnWords)
            />
        </Show>
    }
}

#[component]
fn DurationChoice(form: Form) -> impl IntoView {
    let language = expect_context::<Preferences>().language;
    let shown = move |minutes: u32| {
        let text = move || filled(InterviewsText::Minutes.within(language.get()), &minutes.to_string());
        view! { {text} }.into_any()
    };
    let options = DURATIONS.map(|minutes| (minutes, shown(minutes))).into_iter().collect();
    view! {
        <Choice
            name="duration"
            legend=NewInterviewText::Duration
            options
            value=form.minutes
            on_choose=Callback::new(move |minutes| form.minutes.set(minutes))
        />
    }
}

#[component]
fn LanguageOfInterview(form: Form) -> impl IntoView {
    let options = LANGUAGES.map(|(tag, name)| {
        view! { <option value=tag lang=tag prop:selected=move || form.language.get() == tag>{name}</option> }
    });
    view! {
        <div class="field">
            <label for="interview-language">{t(NewInterviewText::Language)}</label>
            <select
                id="interview-language"
                on:change:target=move |event| form.language.set(event.target().value())
            >
                {options.collect_view()}
            </select>
        </div>
    }
}
