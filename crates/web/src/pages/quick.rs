//! An interview without preparation: created, and its lobby opened.

use crate::account::{Account, Who};
use crate::backend::{CallError, call};
use crate::preferences::Preferences;
use crate::text::Text;
use crate::texts::WelcomeText;
use api::public::{CreateInterview, SignInGuest};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// How long it takes: enough for four or five questions.
const MINUTES: u32 = 10;

/// Whole numbers up to here are exact.
const RANDOM_SPAN: f64 = (1_u64 << 52) as f64;

/// Starting an interview with one click.
#[derive(Clone, Copy)]
pub(super) struct QuickStart {
    action: Action<(), ()>,
    pub(super) error: RwSignal<Option<CallError>>,
}

impl QuickStart {
    /// Makes it ready to be started. Who has no account becomes a guest on the way.
    pub(super) fn new() -> Self {
        let (account, preferences) = (expect_context::<Account>(), expect_context::<Preferences>());
        let (navigate, error) = (use_navigate(), RwSignal::new(None));
        let action = Action::new_local(move |&()| {
            let navigate = navigate.clone();
            async move {
                match open(account, preferences).await {
                    Ok(id) => navigate(&format!("/interviews/{id}/session"), NavigateOptions::default()),
                    Err(failed) => error.set(Some(failed)),
                }
            }
        });
        Self { action, error }
    }

    pub(super) fn start(self) {
        if !self.is_starting() {
            self.error.set(None);
            self.action.dispatch_local(());
        }
    }

    /// Whether it is on its way.
    pub(super) fn is_starting(self) -> bool {
        self.action.pending().get()
    }
}

/// Creates the interview and returns its id. The guest is told to everybody only with it: pages change then.
async fn open(account: Account, preferences: Preferences) -> Result<String, CallError> {
    let user = match account.who.get_untracked() {
        Who::User(user) => user,
        Who::Unknown | Who::Nobody | Who::Unasked(_) => call(&SignInGuest).await?,
    };
    let language = preferences.language.get_untracked();
    let interview = CreateInterview {
        idempotency_key: new_key(),
        role: WelcomeText::QuickRole.within(language).to_owned(),
        job_description: String::new(),
        resume: String::new(),
        persona: String::new(),
        language: language.tag().to_owned(),
        duration_minutes: MINUTES,
    };
    let created = call(&interview).await?;
    account.who.set(Who::User(user));
    Ok(created.id)
}

/// Returns a key that this user has not used before.
pub(super) fn new_key() -> String {
    let part = || (js_sys::Math::random() * RANDOM_SPAN) as u64;
    format!("{:x}-{:x}-{:x}", js_sys::Date::now() as u64, part(), part())
}
