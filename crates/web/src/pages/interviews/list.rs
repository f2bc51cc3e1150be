//! The list itself, page by page.

use super::Removal;
use crate::backend::CallError;
use crate::complaint::{Complaint, text_of};
use crate::pages::state::State;
use crate::parts::{Icon, Shape, day_and_time};
use crate::preferences::Preferences;
use crate::text::{t, t_with};
use crate::texts::InterviewsText;
use api::interview::Status;
use api::public::{InterviewPage, InterviewSummary, ListInterviews};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// Shows the first page, and more when asked to.
#[component]
pub(super) fn List(page: InterviewPage, removal: Removal) -> impl IntoView {
    let items = RwSignal::new(page.items);
    let cursor = RwSignal::new(page.next_cursor);
    let failed = RwSignal::new(None::<CallError>);
    let show_more = move |_| {
        let Some(next) = cursor.get_untracked() else { return };
        spawn_local(async move {
            match removal.account.call(&ListInterviews { cursor: Some(next), limit: None }).await {
                Ok(page) => {
                    items.try_update(|items| items.extend(page.items));
                    cursor.try_set(page.next_cursor);
                }
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <ul class="interviews">
            <For each=move || items.get() key=|item| item.id.clone() let:item>
                <Row item removal/>
            </For>
        </ul>
        <Complaint error=Signal::derive(move || failed.get().as_ref().map(text_of))/>
        <Show when=move || cursor.get().is_some()>
            <button class="button" type="button" on:click=show_more>{t(InterviewsText::More)}</button>
        </Show>
    }
}

#[component]
fn Row(item: InterviewSummary, removal: Removal) -> impl IntoView {
    let language = expect_context::<Preferences>().language;
    let (created_at, minutes, role) = (item.created_at, item.duration_minutes, item.role.clone());
    let (page, session) = (format!("/interviews/{}", item.id), format!("/interviews/{}/session", item.id));
    let (href, class, text) = match item.status {
        Status::Pending => (session, "button primary", InterviewsText::Start),
        Status::InProgress => (session, "button primary", InterviewsText::Return),
        Status::Completed => (page.clone(), "button", InterviewsText::Read),
        Status::Error => (page.clone(), "button", InterviewsText::Look),
    };
    let status = item.status;
    let subject = role.clone();
    view! {
        <li class="card interview">
            <div class="stack about">
                <h2><A href=page>{role}</A></h2>
                <p class="row muted small">
                    <State status/>
                    <span>{move || day_and_time(created_at, language.get())}</span>
                    <span>{t_with(InterviewsText::Minutes, move || minutes)}</span>
                </p>
            </div>
            <div class="row">
                <A href=href attr:class=class>
                    {t(text)}
                    <span class="sr-only">": "{subject}</span>
                </A>
                <Delete item removal/>
            </div>
        </li>
    }
}

/// What runs is not deleted: its transcript would have nowhere to go.
#[component]
fn Delete(item: InterviewSummary, removal: Removal) -> impl IntoView {
    let is_possible = item.status != Status::InProgress;
    let subject = item.role.clone();
    is_possible.then(|| {
        view! {
            <button class="button quiet icon-only" type="button" on:click=move |_| removal.ask(item.clone())>
                <Icon shape=Shape::Trash/>
                <span class="sr-only">{t(InterviewsText::Delete)}": "{subject}</span>
            </button>
        }
    })
}
