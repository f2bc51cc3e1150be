//! Pieces that several pages are made of.

mod confirm;
mod field;
mod focus;
mod guard;
mod icon;
mod language_choice;
mod load;
mod page;
mod when;

pub(crate) use confirm::Confirm;
pub(crate) use field::{Choice, Field, TextArea};
pub(crate) use focus::{focus, focus_soon};
pub(crate) use guard::{Gate, SignedIn, gate};
pub(crate) use icon::{Icon, Shape};
pub(crate) use language_choice::LanguageChoice;
pub(crate) use load::{Loaded, Loading, Waiting};
pub(crate) use page::{Arrived, Page};
pub(crate) use when::{day_and_time, elapsed, length};

use leptos::prelude::document;

/// Shows the notice that `index.html` holds for when the program is lost.
pub(crate) fn reveal_crash_notice() {
    if let Some(notice) = document().get_element_by_id("crashed") {
        // The attribute's name is one, so it can be removed.
        let _ = notice.remove_attribute("hidden");
    }
}
