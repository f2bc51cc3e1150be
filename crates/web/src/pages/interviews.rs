//! The interviews of whoever is signed in, and how to begin another.

mod list;

use super::quick::QuickStart;
use crate::account::Account;
use crate::backend::CallError;
use crate::complaint::{Complaint, text_of};
use crate::parts::{Confirm, Icon, Loaded, Loading, Page, Shape, focus};
use crate::preferences::Preferences;
use crate::text::{Text, filled, t, t_with};
use crate::texts::{InterviewsText, ShellText};
use api::interview::Status;
use api::public::{DeleteInterview, InterviewPage, InterviewSummary, Interviewer, ListInterviews};
use leptos::ev::visibilitychange;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use list::List;
use std::time::Duration;

/// How often a list with a running interview is asked for again.
const REFRESH: Duration = Duration::from_secs(10);

#[component]
pub(super) fn Interviews() -> impl IntoView {
    let account = expect_context::<Account>();
    let language = expect_context::<Preferences>().language;
    let loading = Loading::start(ListInterviews::default);
    keep_fresh(loading);
    let removal = Removal::new(account, loading);
    let title = Signal::derive(move || match account.user() {
        Some(user) if !user.name.is_empty() => {
            filled(InterviewsText::Greeting.within(language.get()), &user.name)
        }
        _ => InterviewsText::Title.within(language.get()).to_owned(),
    });
    let is_stand_in = Memo::new(move |_| {
        account.config.get().is_some_and(|config| config.interviewer == Interviewer::StandIn)
    });
    let error = Signal::derive(move || removal.error.get().as_ref().map(text_of));
    view! {
        <Page title=title>
            <Loaded
                loading
                view=move |page: InterviewPage| {
                    if page.items.is_empty() {
                        view! { <Empty/> }.into_any()
                    } else {
                        view! {
                            <Begin/>
                            <Running items=page.items.clone()/>
                            <Complaint error/>
                            <List page removal/>
                        }
                            .into_any()
                    }
                }
            />
            <Show when=move || is_stand_in.get()>
                <p class="notice"><Icon shape=Shape::Speech/><span>{t(ShellText::StandInNote)}</span></p>
            </Show>
            <Question removal/>
        </Page>
    }
}

/// Asks for the list again when somebody comes back to the page, and now and then while an interview runs.
fn keep_fresh(loading: Loading<ListInterviews>) {
    let is_running = move || {
        let page = loading.answer_untracked();
        page.is_some_and(|page| page.items.iter().any(|item| item.status == Status::InProgress))
    };
    let listener = window_event_listener(visibilitychange, move |_| {
        if !document().hidden() {
            loading.again();
        }
    });
    let timer = set_interval_with_handle(
        move || {
            if is_running() && !document().hidden() {
                loading.again();
            }
        },
        REFRESH,
    );
    on_cleanup(move || {
        listener.remove();
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
}

/// Two ways to begin: prepared, or at once.
#[component]
fn Begin() -> impl IntoView {
    let quick = QuickStart::new();
    let error = Signal::derive(move || quick.error.get().as_ref().map(text_of));
    view! {
        <div class="row">
            <A href="/interviews/new" attr:class="button primary">
                <Icon shape=Shape::Plus/>
                {t(InterviewsText::New)}
            </A>
            <button
                id="quick"
                class="button"
                type="button"
                aria-disabled=move || quick.is_starting().then_some("true")
                on:click=move |_| quick.start()
            >
                <Icon shape=Shape::Play/>
                {t(InterviewsText::Quick)}
            </button>
            <span class="muted small">{t(InterviewsText::QuickHint)}</span>
        </div>
        <Complaint error/>
    }
}

/// Nothing to list yet: what to do about it.
#[component]
fn Empty() -> impl IntoView {
    view! {
        <section class="card empty">
            <span class="badge"><Icon shape=Shape::Speech/></span>
            <h2>{t(InterviewsText::EmptyTitle)}</h2>
            <p class="muted">{t(InterviewsText::EmptyBody)}</p>
            <Begin/>
        </section>
    }
}

/// The way back into interviews that run.
#[component]
fn Running(items: Vec<InterviewSummary>) -> impl IntoView {
    let running = items.into_iter().filter(|item| item.status == Status::InProgress);
    let banner = |item: InterviewSummary| {
        let role = item.role;
        view! {
            <section class="notice warn running">
                <Icon shape=Shape::Microphone/>
                <div class="stack">
                    <h2>{t(InterviewsText::Running)}</h2>
                    <p>{t_with(InterviewsText::RunningBody, move || role.clone())}</p>
                    <A href=format!("/interviews/{}/session", item.id) attr:class="button primary">
                        {t(InterviewsText::Return)}
                    </A>
                </div>
            </section>
        }
    };
    running.map(banner).collect_view()
}

/// Deleting an interview, after a question.
#[derive(Clone, Copy)]
struct Removal {
    account: Account,
    loading: Loading<ListInterviews>,
    open: RwSignal<bool>,
    about: RwSignal<Option<InterviewSummary>>,
    is_done: RwSignal<bool>,
    error: RwSignal<Option<CallError>>,
}

impl Removal {
    fn new(account: Account, loading: Loading<ListInterviews>) -> Self {
        Self {
            account,
            loading,
            open: RwSignal::new(false),
            about: RwSignal::new(None),
            is_done: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    fn ask(self, interview: InterviewSummary) {
        self.is_done.set(false);
        self.about.set(Some(interview));
        self.open.set(true);
    }

    fn carry_out(self) {
        let Some(interview) = self.about.get_untracked() else { return };
        spawn_local(async move {
            let done = self.account.call(&DeleteInterview { id: interview.id }).await;
            self.is_done.try_set(done.is_ok());
            self.error.try_set(done.err());
            self.loading.again();
            // The button that was pressed goes with its interview.
            focus("main");
        });
    }
}

#[component]
fn Question(removal: Removal) -> impl IntoView {
    let role = move || removal.about.get().map(|interview| interview.role).unwrap_or_default();
    let deleted = t(InterviewsText::Deleted);
    view! {
        <Confirm
            open=removal.open
            title=InterviewsText::DeleteTitle
            yes=InterviewsText::Delete
            no=InterviewsText::Keep
            on_yes=Callback::new(move |()| removal.carry_out())
        >
            <p>{t_with(InterviewsText::DeleteBody, role)}</p>
        </Confirm>
        <p class="sr-only" role="status">{move || removal.is_done.get().then(deleted)}</p>
    }
}
