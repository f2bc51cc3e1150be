//! The frame around every page, and which page has which address.

use crate::account::Account;
use crate::pages::{Ended, Home, Interview, NewInterview, NotFound, Settings, SignIn};
use crate::parts::{Arrived, Gate, SignedIn, focus, gate};
use crate::preferences::Preferences;
use crate::session::SessionPage;
use crate::text::t;
use crate::texts::ShellText;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_router::components::{A, Redirect, Route, Router, Routes};
use leptos_router::path;

#[component]
pub(crate) fn App() -> impl IntoView {
    provide_context(Preferences::load());
    provide_context(Account::load());
    provide_context(Arrived(StoredValue::new(false)));
    view! {
        <Router>
            <a class="skip" href="#main" on:click=skip_to_content>{t(ShellText::SkipToContent)}</a>
            <TopBar/>
            <main id="main" tabindex="-1">
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Home/>
                    <Route path=path!("/sign-in") view=SignIn/>
                    <Route path=path!("/interviews") view=|| view! { <Redirect path="/"/> }/>
                    <Route
                        path=path!("/interviews/new")
                        view=|| view! { <SignedIn><NewInterview/></SignedIn> }
                    />
                    <Route
                        path=path!("/interviews/:id")
                        view=|| view! { <SignedIn><Interview/></SignedIn> }
                    />
                    <Route
                        path=path!("/interviews/:id/session")
                        view=|| view! { <SignedIn><SessionPage/></SignedIn> }
                    />
                    <Route
                        path=path!("/interviews/:id/ended")
                        view=|| view! { <SignedIn><Ended/></SignedIn> }
                    />
                    <Route path=path!("/settings") view=|| view! { <SignedIn><Settings/></SignedIn> }/>
                </Routes>
            </main>
        </Router>
    }
}

/// The router takes every link for an address of its own, and moves no focus.
fn skip_to_content(click: MouseEvent) {
    click.prevent_default();
    focus("main");
}

#[component]
fn TopBar() -> impl IntoView {
    let gate = gate();
    // Nothing stands there until it is known what belongs there.
    let links = move || match gate.get() {
        Gate::Open => view! {
            <A href="/" exact=true>{t(ShellText::Interviews)}</A>
            <A href="/settings">{t(ShellText::Settings)}</A>
        }
        .into_any(),
        Gate::Closed => view! { <A href="/sign-in">{t(ShellText::SignIn)}</A> }.into_any(),
        Gate::Waiting | Gate::Broken => ().into_any(),
    };
    view! {
        <header class="topbar">
            <a href="/" class="brand">
                <span class="logo" aria-hidden="true"></span>
                "PrepPal"
            </a>
            <nav aria-label=t(ShellText::Main)>{links}</nav>
        </header>
    }
}
