//! The page after an interview: that it is over, and that what was said is stored.

use super::interview::reason_text;
use crate::parts::{Icon, Loaded, Loading, Page, Shape, length};
use crate::text::{signal, t};
use crate::texts::InterviewText;
use api::interview::Status;
use api::public::{GetInterview, InterviewDetails};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use std::time::Duration;

/// How often the backend is asked whether the transcript has arrived.
const REFRESH: Duration = Duration::from_secs(3);

#[component]
pub(crate) fn Ended() -> impl IntoView {
    let params = use_params_map();
    let loading = Loading::start(move || GetInterview {
        id: params.with(|params| params.get("id").unwrap_or_default()),
    });
    let is_stored = move || loading.answer_untracked().is_some_and(|it| is_over(it.summary.status));
    let timer = set_interval_with_handle(
        move || {
            if !is_stored() {
                loading.again();
            }
        },
        REFRESH,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    view! {
        <Page title=signal(InterviewText::EndedTitle) class="narrow ended">
            <Loaded loading view=|details: InterviewDetails| view! { <Outcome details/> }/>
        </Page>
    }
}

fn is_over(status: Status) -> bool {
    match status {
        Status::Completed | Status::Error => true,
        Status::Pending | Status::InProgress => false,
    }
}

#[component]
fn Outcome(details: InterviewDetails) -> impl IntoView {
    let summary = details.summary;
    let is_over = is_over(summary.status);
    let (badge, shape, text) = if is_over {
        ("badge good", Shape::Check, InterviewText::Stored)
    } else {
        ("badge", Shape::Clock, InterviewText::Storing)
    };
    let took = length(&summary);
    view! {
        <section class="card">
            <p class="row"><span class=badge><Icon shape/></span><strong>{summary.role}</strong></p>
            {summary.end_reason.map(|reason| view! { <p>{t(reason_text(reason))}</p> })}
            {took.map(|took| view! { <p class="muted">{t(InterviewText::Took)}": "{took}</p> })}
            <p role="status">{t(text)}</p>
            <div class="row">
                <A href=format!("/interviews/{}", summary.id) attr:class="button primary">
                    {t(InterviewText::Read)}
                </A>
                <A href="/interviews/new" attr:class="button">{t(InterviewText::Again)}</A>
                <A href="/" attr:class="button quiet">{t(InterviewText::Back)}</A>
            </div>
        </section>
    }
}
