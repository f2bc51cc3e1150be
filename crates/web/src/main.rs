//! The browser app: pages, the session page, their texts in three languages. Compiled to wasm, embedded by `assets`.
//!
//! It never decides what an interview does: that is `session-client`. Open `app.rs` for the routes, `pages/` for a page a
//! file, `session/` and `audio/` for the conversation, `text.rs` for how texts are looked up, `style/` for how it looks.

mod account;
mod app;
mod audio;
mod backend;
mod complaint;
mod language;
mod pages;
mod parts;
mod preferences;
mod session;
mod text;
mod texts;

use leptos::mount::mount_to;
use leptos::prelude::{document, view};
use std::panic;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

fn main() {
    panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        parts::reveal_crash_notice();
    }));
    let Some(root) = document().get_element_by_id("app") else { return };
    root.set_inner_html("");
    let Ok(root) = root.dyn_into::<HtmlElement>() else { return };
    mount_to(root, || view! { <app::App/> }).forget();
}
