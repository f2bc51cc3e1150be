//! The conversation: device check, live session, its end.

use crate::parts::Page;
use leptos::prelude::*;

/// The page of one interview that is about to begin, or goes on.
#[component]
pub(crate) fn SessionPage(
    /// Which interview.
    #[prop(into)]
    interview_id: String,
) -> impl IntoView {
    view! {
        <Page title="Interview">
            <p>{interview_id}</p>
        </Page>
    }
}
