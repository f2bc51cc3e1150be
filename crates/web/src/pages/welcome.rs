//! The start page for people who are not signed in.

use super::quick::QuickStart;
use crate::account::Account;
use crate::complaint::{Complaint, text_of};
use crate::parts::{Icon, LanguageChoice, Page, Shape};
use crate::text::{signal, t};
use crate::texts::{ShellText, WelcomeText};
use api::public::Interviewer;
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub(super) fn Welcome() -> impl IntoView {
    let config = expect_context::<Account>().config;
    let quick = QuickStart::new();
    let admits_guests = Memo::new(move |_| config.get().is_some_and(|config| config.guest_sign_in));
    let is_stand_in =
        Memo::new(move |_| config.get().is_some_and(|config| config.interviewer == Interviewer::StandIn));
    let error = Signal::derive(move || quick.error.get().as_ref().map(text_of));
    let (try_now, starting) = (t(WelcomeText::TryNow), t(WelcomeText::Starting));
    let point = |shape, title: WelcomeText, body: WelcomeText| {
        view! {
            <li>
                <span class="badge"><Icon shape/></span>
                <h2>{t(title)}</h2>
                <p class="muted">{t(body)}</p>
            </li>
        }
    };
    view! {
        <Page title=signal(WelcomeText::Title) class="welcome">
            <p class="lead">{t(WelcomeText::Lead)}</p>
            <div class="row">
                <Show when=move || admits_guests.get()>
                    <button
                        id="try-now"
                        class="button primary large"
                        type="button"
                        aria-disabled=move || quick.is_starting().then_some("true")
                        on:click=move |_| quick.start()
                    >
                        <Icon shape=Shape::Microphone/>
                        {move || if quick.is_starting() { starting() } else { try_now() }}
                    </button>
                </Show>
                <A href="/sign-in" attr:class=move || if admits_guests.get() { "button large" } else { "button primary large" }>
                    {t(WelcomeText::SignIn)}
                </A>
            </div>
            <Complaint error/>
            <Show when=move || admits_guests.get()>
                <p class="muted small">{t(WelcomeText::NoAccount)}</p>
            </Show>
            <Show when=move || is_stand_in.get()>
                <p class="notice"><Icon shape=Shape::Speech/><span>{t(ShellText::StandInNote)}</span></p>
            </Show>
            <ul class="points">
                {point(Shape::Speech, WelcomeText::TalkTitle, WelcomeText::Talk)}
                {point(Shape::Person, WelcomeText::RoleTitle, WelcomeText::Role)}
                {point(Shape::Check, WelcomeText::KeptTitle, WelcomeText::Kept)}
            </ul>
            <LanguageChoice id="language"/>
        </Page>
    }
}
