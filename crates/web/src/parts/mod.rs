//! Pieces that several pages are made of.

mod guard;
mod icon;
mod page;

pub(crate) use guard::SignedIn;
pub(crate) use icon::{Icon, Shape};
pub(crate) use page::{Arrived, Page};

use leptos::prelude::document;

/// Shows the notice that `index.html` holds for when the program is lost.
pub(crate) fn reveal_crash_notice() {
    if let Some(notice) = document().get_element_by_id("crashed") {
        // The attribute's name is one, so it can be removed.
        let _ = notice.remove_attribute("hidden");
    }
}
