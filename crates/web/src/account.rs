//! Who is signed in, and what the backend says about itself, as a context of every view.

use crate::backend::{CallError, call};
use api::procedure::Procedure;
use api::public::{GetConfig, Me, PublicConfig, User};
use futures::future::join;
use leptos::prelude::{Get, GetUntracked, RwSignal, Set};
use leptos::task::spawn_local;

/// Whether somebody is signed in.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Who {
    /// The backend has not been heard yet.
    Unknown,
    Nobody,
    User(User),
    /// The backend cannot be asked.
    Unasked(CallError),
}

/// The signed-in user and the backend's configuration.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    pub(crate) who: RwSignal<Who>,
    /// `None` until the backend has told it.
    pub(crate) config: RwSignal<Option<PublicConfig>>,
}

impl Account {
    /// Starts to ask the backend.
    pub(crate) fn load() -> Self {
        let account = Self { who: RwSignal::new(Who::Unknown), config: RwSignal::new(None) };
        account.reload();
        account
    }

    /// Asks the backend again.
    pub(crate) fn reload(self) {
        self.who.set(Who::Unknown);
        spawn_local(async move {
            let (config, user) = join(call(&GetConfig), call(&Me)).await;
            self.who.set(match (config, user) {
                (Err(error), _) => Who::Unasked(error),
                (Ok(config), user) => {
                    self.config.set(Some(config));
                    match user {
                        Ok(user) => Who::User(user),
                        Err(CallError::SignedOut) => Who::Nobody,
                        Err(error) => Who::Unasked(error),
                    }
                }
            });
        });
    }

    /// Returns the signed-in user, if there is one.
    pub(crate) fn user(self) -> Option<User> {
        match self.who.get() {
            Who::User(user) => Some(user),
            Who::Unknown | Who::Nobody | Who::Unasked(_) => None,
        }
    }

    /// Calls a procedure as the signed-in user. If the session is over, whoever guards a page learns of it.
    pub(crate) async fn call<P: Procedure>(self, input: &P) -> Result<P::Output, CallError> {
        let answer = call(input).await;
        if matches!(answer, Err(CallError::SignedOut)) && self.who.get_untracked() != Who::Nobody {
            self.who.set(Who::Nobody);
        }
        answer
    }
}
