//! The conversation: device check, live session, its end.

use crate::parts::Page;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page of one interview that is about to begin, or goes on. Reads `:id` of its route.
#[component]
pub(crate) fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let interview_id = move || params.with(|params| params.get("id").unwrap_or_default());
    view! {
        <Page title="Interview">
            <p>{interview_id}</p>
        </Page>
    }
}
