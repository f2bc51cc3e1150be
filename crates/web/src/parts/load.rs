//! What a page asked the backend for: on its way, there, or not to be had.

use crate::account::Account;
use crate::backend::CallError;
use crate::complaint::{Complaint, text_of};
use crate::text::t;
use crate::texts::ShellText;
use api::procedure::Procedure;
use leptos::prelude::*;

/// The answer to a call, asked for again at will. What came before is shown until the next answer is there, and nothing is
/// built anew if that is the same.
pub(crate) struct Loading<P: Procedure<Output: Send + Sync + 'static>> {
    resource: LocalResource<Result<P::Output, CallError>>,
    latest: Memo<Option<Result<P::Output, CallError>>>,
}

impl<P: Procedure<Output: Send + Sync + 'static>> Clone for Loading<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Procedure<Output: Send + Sync + 'static>> Copy for Loading<P> {}

impl<P: Procedure<Output: Clone + PartialEq + Send + Sync + 'static> + 'static> Loading<P> {
    /// Starts to ask; again whenever a signal that `input` reads has changed.
    pub(crate) fn start(input: impl Fn() -> P + 'static) -> Self {
        let account = expect_context::<Account>();
        let resource = LocalResource::new(move || {
            let input = input();
            async move { account.call(&input).await }
        });
        Self { resource, latest: Memo::new(move |_| resource.get()) }
    }

    /// Asks again.
    pub(crate) fn again(self) {
        self.resource.refetch();
    }

    /// Returns the latest answer; `None` before the first one, and for a call that failed.
    pub(crate) fn answer(self) -> Option<P::Output> {
        self.latest.get()?.ok()
    }

    /// Returns the latest answer to whoever does not follow it.
    pub(crate) fn answer_untracked(self) -> Option<P::Output> {
        self.latest.get_untracked()?.ok()
    }
}

/// Shows the answer once it is there, and what went wrong if it does not come.
#[component]
pub(crate) fn Loaded<P, V>(
    loading: Loading<P>,
    /// Makes the view of an answer.
    view: impl Fn(P::Output) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    P: Procedure<Output: Clone + PartialEq + Send + Sync + 'static> + Send + Sync + 'static,
    V: IntoView + 'static,
{
    move || match loading.latest.get() {
        Some(Ok(answer)) => view(answer).into_any(),
        Some(Err(error)) => view! {
            <Complaint error=Signal::stored(Some(text_of(&error)))/>
            <p>
                <button class="button" type="button" on:click=move |_| loading.again()>
                    {t(ShellText::TryAgain)}
                </button>
            </p>
        }
        .into_any(),
        None => view! { <Waiting/> }.into_any(),
    }
}

/// Something is on its way.
#[component]
pub(crate) fn Waiting() -> impl IntoView {
    view! {
        <p class="waiting" role="status">
            <span class="logo" aria-hidden="true"></span>
            <span class="sr-only">{t(ShellText::Loading)}</span>
        </p>
    }
}
