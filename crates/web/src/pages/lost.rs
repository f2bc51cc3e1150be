//! Where there is nothing to show: an address without a page, and a backend that does not answer.

use crate::account::{Account, Who};
use crate::complaint::{Complaint, text_of};
use crate::parts::Page;
use crate::text::{signal, t};
use crate::texts::ShellText;
use leptos::prelude::*;
use leptos_router::components::A;

/// No page has this address.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Page title=signal(ShellText::NotFoundTitle) class="narrow">
            <p>{t(ShellText::NotFoundBody)}</p>
            <p><A href="/" attr:class="button">{t(ShellText::ToStart)}</A></p>
        </Page>
    }
}

/// The backend does not answer.
#[component]
pub(crate) fn OutOfReach() -> impl IntoView {
    let account = expect_context::<Account>();
    let error = Signal::derive(move || match account.who.get() {
        Who::Unasked(error) => Some(text_of(&error)),
        Who::Unknown | Who::Nobody | Who::User(_) => None,
    });
    view! {
        <Page title=signal(ShellText::ErrorTitle) class="narrow">
            <Complaint error/>
            <p>
                <button class="button" type="button" on:click=move |_| account.reload()>
                    {t(ShellText::TryAgain)}
                </button>
            </p>
        </Page>
    }
}
