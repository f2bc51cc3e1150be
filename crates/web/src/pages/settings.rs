//! Settings: what one is called, how the app looks, signing out.

use crate::account::{Account, Who};
use crate::backend::CallError;
use crate::complaint::{Complaint, text_of};
use crate::parts::{Choice, Confirm, Field, LanguageChoice, Page};
use crate::preferences::{Preferences, Theme};
use crate::text::{Phrase, signal, t, t_with};
use crate::texts::SettingsText;
use api::public::{MAX_NAME_CHARS, SetName, SignOut};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

#[component]
pub(crate) fn Settings() -> impl IntoView {
    view! {
        <Page title=signal(SettingsText::Title) class="form">
            <Name/>
            <section class="card">
                <h2>{t(SettingsText::Appearance)}</h2>
                <LanguageChoice id="language"/>
                <ThemeChoice/>
            </section>
            <SessionCard/>
        </Page>
    }
}

/// Where saving a name has come to.
#[derive(Clone, PartialEq, Eq)]
enum Saving {
    Idle,
    Busy,
    Done,
    TooLong,
    Failed(CallError),
}

#[component]
fn Name() -> impl IntoView {
    let account = expect_context::<Account>();
    let name = RwSignal::new(untrack(|| account.user()).map(|user| user.name).unwrap_or_default());
    let saving = RwSignal::new(Saving::Idle);
    let submit = move || {
        let name = name.get_untracked().trim().to_owned();
        if name.chars().count() > MAX_NAME_CHARS as usize {
            return saving.set(Saving::TooLong);
        }
        saving.set(Saving::Busy);
        spawn_local(async move {
            let outcome = match account.call(&SetName { name }).await {
                Ok(user) => {
                    account.who.set(Who::User(user));
                    Saving::Done
                }
                Err(error) => Saving::Failed(error),
            };
            saving.try_set(outcome);
        });
    };
    let wrong = Signal::derive(move || {
        (saving.get() == Saving::TooLong).then(|| Phrase::from(SettingsText::NameTooLong))
    });
    let error = Signal::derive(move || match saving.get() {
        Saving::Failed(error) => Some(text_of(&error)),
        Saving::Idle | Saving::Busy | Saving::Done | Saving::TooLong => None,
    });
    let is_busy = move || saving.get() == Saving::Busy;
    let (save, busy, saved) = (t(SettingsText::Save), t(SettingsText::Saving), t(SettingsText::Saved));
    view! {
        <form class="card" novalidate on:submit=move |event| { event.prevent_default(); submit(); }>
            <h2>{t(SettingsText::You)}</h2>
            <Field
                id="name"
                label=SettingsText::Name
                hint=SettingsText::NameHint
                value=name
                wrong
                autocomplete="name"
            />
            <Complaint error/>
            <div class="row">
                <button id="save" class="button" type="submit" aria-disabled=move || is_busy().then_some("true")>
                    {move || if is_busy() { busy() } else { save() }}
                </button>
                <span role="status">{move || (saving.get() == Saving::Done).then(saved)}</span>
            </div>
        </form>
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let option = |theme| {
        let text = match theme {
            Theme::System => SettingsText::System,
            Theme::Light => SettingsText::Light,
            Theme::Dark => SettingsText::Dark,
        };
        (theme, view! { {t(text)} }.into_any())
    };
    view! {
        <Choice
            name="theme"
            legend=SettingsText::Theme
            options=Theme::ALL.map(option).into_iter().collect()
            value=preferences.theme
            on_choose=Callback::new(move |theme| preferences.choose_theme(theme))
        />
    }
}

/// Who is signed in, and the way out. A guest who leaves cannot come back, so they are asked.
#[component]
fn SessionCard() -> impl IntoView {
    let account = expect_context::<Account>();
    let is_guest = Memo::new(move |_| account.user().is_some_and(|user| user.is_guest));
    let (asks, error) = (RwSignal::new(false), RwSignal::new(None::<CallError>));
    let leave = Callback::new(move |()| {
        spawn_local(async move {
            match account.call(&SignOut).await {
                Ok(()) => forget_everything(),
                Err(failed) => {
                    error.try_set(Some(failed));
                }
            }
        });
    });
    let sign_out = move |_| if is_guest.get_untracked() { asks.set(true) } else { leave.run(()) };
    let email = move || account.user().map(|user| user.email).unwrap_or_default();
    view! {
        <section class="card">
            <h2>{t(SettingsText::Account)}</h2>
            <Show
                when=move || is_guest.get()
                fallback=move || view! { <p>{t_with(SettingsText::SignedInAs, email)}</p> }
            >
                <p><strong>{t(SettingsText::Guest)}</strong></p>
                <p class="muted">{t(SettingsText::GuestBody)}</p>
                <p><A href="/sign-in?back=/settings" attr:class="button primary">{t(SettingsText::KeepThem)}</A></p>
            </Show>
            <Complaint error=Signal::derive(move || error.get().as_ref().map(text_of))/>
            <p><button id="sign-out" class="button" type="button" on:click=sign_out>{t(SettingsText::SignOut)}</button></p>
            <Confirm
                open=asks
                title=SettingsText::SignOutTitle
                yes=SettingsText::SignOut
                no=SettingsText::Stay
                on_yes=leave
            >
                <p>{t(SettingsText::SignOutBody)}</p>
            </Confirm>
        </section>
    }
}

/// Loads the start page anew: nothing of whoever was signed in stays in the tab's memory, nor what they were typing.
fn forget_everything() {
    if let Ok(Some(storage)) = window().session_storage() {
        // A browser that keeps nothing has nothing to clear.
        let _ = storage.clear();
    }
    // The start page has an address.
    let _ = window().location().set_href("/");
}
