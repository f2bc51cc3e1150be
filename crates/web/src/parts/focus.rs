//! Where the keyboard is.

use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Takes the focus to an element; leaves it where it is if there is none with that id.
pub(crate) fn focus(id: &str) {
    let element = document().get_element_by_id(id).and_then(|found| found.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // What is shown can be focused.
        let _ = element.focus();
    }
}

/// Does so once what was just decided is shown.
pub(crate) fn focus_soon(id: &'static str) {
    request_animation_frame(move || focus(id));
}
