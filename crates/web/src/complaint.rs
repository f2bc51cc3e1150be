//! What went wrong, in words: what happened, and what to do.

use crate::backend::CallError;
use crate::text::t;
use crate::texts::ComplaintText;
use leptos::prelude::*;
use trpc::Code;

/// The text for a call that has no result.
pub(crate) fn text_of(error: &CallError) -> ComplaintText {
    match error {
        CallError::SignedOut => ComplaintText::SignedOut,
        CallError::NotFound => ComplaintText::NotFound,
        CallError::Unreachable => ComplaintText::Unreachable,
        CallError::Broken => ComplaintText::Broken,
        CallError::Refused(refusal) => match refusal.code {
            Some(Code::TooManyRequests) => ComplaintText::TooMany,
            Some(Code::Forbidden) => ComplaintText::Forbidden,
            Some(Code::PreconditionFailed | Code::Conflict) => ComplaintText::NotNow,
            _ => ComplaintText::Refused,
        },
    }
}

/// Shows what went wrong as soon as it does, to screen readers too.
#[component]
pub(crate) fn Complaint(#[prop(into)] error: Signal<Option<ComplaintText>>) -> impl IntoView {
    view! {
        <div class="complaint" role="alert">
            {move || error.get().map(|text| view! { <p>{t(text)}</p> })}
        </div>
    }
}
