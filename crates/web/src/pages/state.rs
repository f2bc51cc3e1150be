//! Where an interview stands, as a chip.

use crate::parts::{Icon, Shape};
use crate::text::t;
use crate::texts::InterviewsText;
use api::interview::Status;
use leptos::prelude::*;

/// Text and shape say it; the colour only repeats it.
#[component]
pub(super) fn State(status: Status) -> impl IntoView {
    let (class, shape, text) = match status {
        Status::Pending => ("chip plain", Shape::Clock, InterviewsText::Pending),
        Status::InProgress => ("chip warn", Shape::Microphone, InterviewsText::InProgress),
        Status::Completed => ("chip good", Shape::Check, InterviewsText::Completed),
        Status::Error => ("chip bad", Shape::Alert, InterviewsText::Failed),
    };
    view! { <span class=class><Icon shape/>{t(text)}</span> }
}
