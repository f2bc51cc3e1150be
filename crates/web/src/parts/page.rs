//! What every page has: a heading, the document's title, and focus where the page begins.

use leptos::html::H1;
use leptos::prelude::*;

/// Says that a page was shown before, so that the next one takes the focus with it.
#[derive(Clone, Copy)]
pub(crate) struct Arrived(pub(crate) StoredValue<bool>);

/// A page under its heading. A new page takes the focus to its heading, so that screen readers say where one is; the first
/// one leaves it where the browser starts.
#[component]
pub(crate) fn Page(
    /// Heading, and first part of the document's title.
    #[prop(into)]
    title: Signal<String>,
    /// Class of the page's own layout.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    let arrived = expect_context::<Arrived>().0;
    Effect::new(move || document().set_title(&format!("{} · PrepPal", title.get())));
    Effect::new(move || {
        let Some(heading) = heading.get() else { return };
        if arrived.get_value() {
            // A heading that has just been shown can be focused.
            let _ = heading.focus();
        }
        arrived.set_value(true);
    });
    view! {
        <div class=format!("page {class}")>
            <h1 node_ref=heading tabindex="-1">{title}</h1>
            {children()}
        </div>
    }
}
