//! The page of one interview: which of its screens is shown, and what begins and ends a conversation.

use crate::account::Account;
use crate::backend::CallError;
use crate::complaint::{Complaint, text_of};
use crate::parts::Page;
use crate::session::conversation::{Conversation, Place};
use crate::session::equipment::Equipment;
use crate::session::live::Live;
use crate::session::lobby::Lobby;
use crate::session::surface::Surface;
use crate::session::texts::SessionText as T;
use crate::session::trouble::{Way, failure as describe};
use crate::text::{signal, t};
use api::interview::Status;
use api::public::{GetInterview, InterviewSummary};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};
use session_client::{Failure, State};
use std::time::Duration;

/// Remembers, across a reload, that this tab is in an interview: the value is its id.
const TALKING_KEY: &str = "preppal.talking";

/// Everything about one visit of the page, as a context of its screens.
#[derive(Clone, Copy)]
pub(super) struct Session {
    pub(super) interview: RwSignal<Option<InterviewSummary>>,
    pub(super) surface: Surface,
    pub(super) equipment: Equipment,
    conversation: StoredValue<Option<Conversation>, LocalStorage>,
    interview_id: StoredValue<String>,
    account: Account,
}

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Screen {
    Loading,
    Unavailable,
    Lobby,
    Live,
    Trouble(Failure),
}

/// The page of one interview that is about to begin, or goes on. Reads `:id` of its route.
#[component]
pub(crate) fn SessionPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id").unwrap_or_default());
    let session = Session {
        interview: RwSignal::new(None),
        surface: Surface::new(),
        equipment: Equipment::new(),
        conversation: StoredValue::new_local(None),
        interview_id: StoredValue::new(id),
        account: expect_context::<Account>(),
    };
    provide_context(session);
    let refusal = RwSignal::new(None::<CallError>);
    session.look(refusal);
    session.watch();
    // A retry's number changes the state and not the screen, which keeps its focus.
    let screen = Memo::new(move |_| session.screen(refusal.with(Option::is_some)));
    view! {
        <div class="session" data-state=move || session.surface.state.get().map_or("lobby", name)>
            {move || match screen.get() {
                Screen::Loading => view! { <p class="waiting" role="status">{t(T::Connecting)}</p> }.into_any(),
                Screen::Unavailable => {
                    let error = Signal::derive(move || refusal.get().as_ref().map(text_of));
                    view! { <Page title=signal(T::TroubleTitle) class="narrow"><Complaint error/></Page> }.into_any()
                }
                Screen::Lobby => view! { <Lobby/> }.into_any(),
                Screen::Live => view! { <Live/> }.into_any(),
                Screen::Trouble(failure) => view! { <Trouble failure/> }.into_any(),
            }}
        </div>
    }
}

/// The state in a word, for styles and for whoever looks at the page from outside.
fn name(state: State) -> &'static str {
    match state {
        State::Connecting => "connecting",
        State::Live => "live",
        State::Reconnecting(_) => "reconnecting",
        State::Paused => "paused",
        State::Ending => "ending",
        State::Ended(_) => "ended",
        State::Error(_) => "error",
    }
}

impl Session {
    fn screen(self, is_refused: bool) -> Screen {
        let interview = self.interview.with(|interview| interview.as_ref().map(|found| found.status));
        match (self.surface.state.get(), interview) {
            (Some(State::Error(failure)), _) => Screen::Trouble(failure),
            (Some(_), _) => Screen::Live,
            (None, Some(Status::Completed | Status::Error)) => Screen::Trouble(Failure::Over),
            (None, Some(Status::Pending | Status::InProgress)) => Screen::Lobby,
            (None, None) if is_refused => Screen::Unavailable,
            (None, None) => Screen::Loading,
        }
    }

    /// Looks whether the interview can be joined. A tab that was in it when it was reloaded goes on at once.
    fn look(self, refusal: RwSignal<Option<CallError>>) {
        spawn_local(async move {
            let id = self.interview_id.get_value();
            match self.account.call(&GetInterview { id: id.clone() }).await {
                Ok(found) => {
                    let status = found.summary.status;
                    self.interview.set(Some(found.summary));
                    if status == Status::InProgress && remembered().as_deref() == Some(&id) {
                        self.start();
                    }
                }
                Err(error) => refusal.set(Some(error)),
            }
        });
    }

    /// Begins or joins the conversation, again if there was one. To be called in a click, for the sound's sake.
    pub(super) fn start(self) {
        let worker_url =
            self.account.config.with_untracked(|config| config.as_ref()?.worker_url.clone().into());
        // `None` is a page that has been left.
        let (Some(worker_url), Some(interview_id)) = (worker_url, self.interview_id.try_get_value()) else {
            return;
        };
        self.equipment.open_speaker();
        self.equipment.ensure_microphone();
        remember(Some(&interview_id));
        self.hang_up();
        let begun = Conversation::begin(Place { worker_url, interview_id }, self.surface, self.equipment);
        if self.equipment.is_muted.get_untracked() {
            begun.set_muted(true);
        }
        self.conversation.set_value(Some(begun));
    }

    fn hang_up(self) {
        drop(self.conversation.try_update_value(Option::take));
    }

    /// Lets go of everything: the page is left.
    fn leave(self) {
        remember(None);
        self.equipment.release();
        self.hang_up();
    }

    /// Does something in the conversation, if there is one.
    pub(super) fn talk<T>(self, deed: impl FnOnce(&Conversation) -> T) -> Option<T> {
        // Cloned, since a deed may come back here.
        let conversation = self.conversation.try_with_value(Option::clone).flatten()?;
        Some(deed(&conversation))
    }

    /// Everything that happens to the page itself while it is open.
    fn watch(self) {
        let is_talking = move || self.surface.state.get_untracked().is_some_and(|state| !state.is_final());
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if is_talking() {
                event.prevent_default();
            }
        });
        let shown = window_event_listener(ev::visibilitychange, move |_| {
            self.talk(Conversation::on_shown);
        });
        let tick = move || {
            self.talk(Conversation::tick);
        };
        let clock = set_interval_with_handle(tick, Duration::from_secs(1));
        let navigate = use_navigate();
        Effect::new(move || {
            if self.surface.state.get().is_some_and(State::is_final) {
                remember(None);
            }
            if let Some(State::Ended(_)) = self.surface.state.get() {
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                navigate(&format!("/interviews/{}/ended", self.interview_id.get_value()), options);
            }
        });
        on_cleanup(move || {
            leaving.remove();
            shown.remove();
            if let Ok(clock) = clock {
                clock.clear();
            }
            self.leave();
        });
    }
}

/// Why it cannot go on, what to do, and a button that does it.
#[component]
fn Trouble(failure: Failure) -> impl IntoView {
    let session = expect_context::<Session>();
    let ((what, mend), way) = describe(failure, session.surface.is_signed_out.get_untracked());
    let interview = format!("/interviews/{}", session.interview_id.get_value());
    let button = move |label| {
        view! {
            <button id="try-again" class="button primary" type="button" on:click=move |_| session.start()>{t(label)}</button>
        }
    };
    let link = |to: String, label| view! { <A href=to attr:class="button primary">{t(label)}</A> };
    view! {
        <Page title=signal(T::TroubleTitle) class="narrow">
            <div class="complaint" role="alert" id="trouble">
                <p><strong>{t(what)}</strong></p>
                <p>{t(mend)}</p>
            </div>
            <p class="row">
                {match way {
                    Way::TryAgain => button(T::TryAgain).into_any(),
                    Way::ContinueHere => button(T::ContinueHere).into_any(),
                    Way::SeeInterview => link(interview, T::SeeInterview).into_any(),
                    Way::SignIn => link(format!("/sign-in?back={interview}/session"), T::SignIn).into_any(),
                    Way::Reload => view! {
                        <button class="button primary" type="button" on:click=move |_| drop(window().location().reload())>
                            {t(T::Reload)}
                        </button>
                    }
                    .into_any(),
                }}
            </p>
        </Page>
    }
}

fn remembered() -> Option<String> {
    window().session_storage().ok()??.get_item(TALKING_KEY).ok()?
}

/// A browser may refuse to keep anything: then a reload leads to the device check.
fn remember(interview_id: Option<&str>) {
    let Ok(Some(storage)) = window().session_storage() else { return };
    let _ = match interview_id {
        Some(id) => storage.set_item(TALKING_KEY, id),
        None => storage.remove_item(TALKING_KEY),
    };
}
