//! One interview: what it is about, what was said. Here the report will stand.

use super::new_interview::name_of;
use super::state::State;
use crate::parts::{Icon, Loaded, Loading, Page, Shape, day_and_time, elapsed, length};
use crate::preferences::Preferences;
use crate::text::{signal, t, t_with};
use crate::texts::{InterviewText, InterviewsText};
use api::interview::{EndReason, Speaker, Status, TranscriptEntry};
use api::public::{GetInterview, InterviewDetails, InterviewSummary};
use api::timestamp::Timestamp;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

#[component]
pub(crate) fn Interview() -> impl IntoView {
    let params = use_params_map();
    let loading = Loading::start(move || GetInterview {
        id: params.with(|params| params.get("id").unwrap_or_default()),
    });
    let fallback = signal(InterviewText::Title);
    let title = Signal::derive(move || {
        loading.answer().map_or_else(|| fallback.get(), |details| details.summary.role)
    });
    view! {
        <Page title=title class="form">
            <Loaded loading view=|details: InterviewDetails| view! { <Details details/> }/>
            <p><A href="/">{t(InterviewText::Back)}</A></p>
        </Page>
    }
}

#[component]
fn Details(details: InterviewDetails) -> impl IntoView {
    let InterviewDetails { summary, job_description, resume, persona, transcript } = details;
    let began = summary.started_at.or(transcript.first().map(|entry| entry.timestamp));
    let status = summary.status;
    view! {
        <Facts summary=summary.clone()/>
        <NextStep summary/>
        <section class="stack">
            <h2>{t(InterviewText::Transcript)}</h2>
            {match (transcript.is_empty(), status) {
                (false, _) => view! { <Transcript entries=transcript began/> }.into_any(),
                (true, Status::Pending | Status::InProgress) => {
                    view! { <p class="muted">{t(InterviewText::NotYet)}</p> }.into_any()
                }
                (true, Status::Completed | Status::Error) => {
                    view! { <p class="muted">{t(InterviewText::NothingSaid)}</p> }.into_any()
                }
            }}
        </section>
        <Material job_description resume persona/>
    }
}

#[component]
fn Facts(summary: InterviewSummary) -> impl IntoView {
    let language = expect_context::<Preferences>().language;
    let created_at = summary.created_at;
    let planned = summary.duration_minutes;
    let took = length(&summary);
    let tag = summary.language;
    let name = name_of(&tag).to_owned();
    view! {
        <dl class="facts">
            <div><dt>{t(InterviewText::State)}</dt><dd><State status=summary.status/></dd></div>
            <div>
                <dt>{t(InterviewText::Created)}</dt>
                <dd>{move || day_and_time(created_at, language.get())}</dd>
            </div>
            <div>
                <dt>{t(InterviewText::Took)}</dt>
                <dd>
                    {match took {
                        Some(took) => took.into_any(),
                        None => t_with(InterviewsText::Minutes, move || planned).into_any(),
                    }}
                </dd>
            </div>
            <div>
                <dt>{t(InterviewText::Language)}</dt>
                <dd lang=tag>{name}</dd>
            </div>
        </dl>
        {summary.end_reason.map(|reason| view! { <p class="muted">{t(reason_text(reason))}</p> })}
    }
}

/// What one would do now.
#[component]
fn NextStep(summary: InterviewSummary) -> impl IntoView {
    let (href, class, text) = match summary.status {
        Status::Pending => {
            (format!("/interviews/{}/session", summary.id), "button primary", InterviewText::Start)
        }
        Status::InProgress => {
            (format!("/interviews/{}/session", summary.id), "button primary", InterviewText::Return)
        }
        Status::Completed | Status::Error => ("/interviews/new".to_owned(), "button", InterviewText::Again),
    };
    view! { <p><A href=href attr:class=class><Icon shape=Shape::Play/>{t(text)}</A></p> }
}

#[component]
fn Transcript(entries: Vec<TranscriptEntry>, began: Option<Timestamp>) -> impl IntoView {
    let turn = |entry: TranscriptEntry| {
        let (class, who) = match entry.speaker {
            Speaker::User => ("turn you", InterviewText::You),
            Speaker::Ai => ("turn", InterviewText::Interviewer),
        };
        let at = began.map(|began| elapsed(began, entry.timestamp));
        view! {
            <li class=class>
                <p class="who"><strong>{t(who)}</strong><span class="muted">{at}</span></p>
                <p>{entry.content}</p>
            </li>
        }
    };
    view! { <ol class="transcript">{entries.into_iter().map(turn).collect_view()}</ol> }
}

/// What the candidate had prepared.
#[component]
fn Material(job_description: String, resume: String, persona: String) -> impl IntoView {
    let given = [
        (InterviewText::JobDescription, job_description),
        (InterviewText::Resume, resume),
        (InterviewText::Persona, persona),
    ];
    let given: Vec<_> = given.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    let part = |(title, text): (InterviewText, String)| {
        view! { <h3>{t(title)}</h3><p class="prose">{text}</p> }
    };
    (!given.is_empty()).then(|| {
        view! {
            <details class="details">
                <summary>{t(InterviewText::Material)}</summary>
                <div class="stack">{given.into_iter().map(part).collect_view()}</div>
            </details>
        }
    })
}

/// Why an interview ended, as a sentence.
pub(super) fn reason_text(reason: EndReason) -> InterviewText {
    match reason {
        EndReason::User => InterviewText::ByUser,
        EndReason::Interviewer => InterviewText::ByInterviewer,
        EndReason::TimeLimit => InterviewText::ByTime,
        EndReason::ClientLeft => InterviewText::ByLeaving,
        EndReason::Failed => InterviewText::ByFailure,
        EndReason::Shutdown => InterviewText::ByShutdown,
    }
}
