//! The start page: an invitation for strangers, their interviews for others.

use super::interviews::Interviews;
use super::lost::OutOfReach;
use super::welcome::Welcome;
use crate::parts::{Gate, Waiting, gate};
use leptos::prelude::*;

#[component]
pub(crate) fn Home() -> impl IntoView {
    let gate = gate();
    move || match gate.get() {
        Gate::Waiting => view! { <Waiting/> }.into_any(),
        Gate::Closed => view! { <Welcome/> }.into_any(),
        Gate::Open => view! { <Interviews/> }.into_any(),
        Gate::Broken => view! { <OutOfReach/> }.into_any(),
    }
}
