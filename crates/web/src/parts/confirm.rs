//! A question before something that cannot be undone.

use crate::text::{Phrase, t};
use leptos::html::Dialog;
use leptos::prelude::*;

/// A dialog that is open while `open` is. The browser keeps the focus in it, closes it on Escape, and gives the focus back.
#[component]
pub(crate) fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] title: Phrase,
    #[prop(into)] yes: Phrase,
    #[prop(into)] no: Phrase,
    on_yes: Callback<()>,
    /// What will happen.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only for a dialog that is open.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=dialog aria-labelledby="confirm-title" on:close=move |_| open.set(false)>
            <h2 id="confirm-title">{t(title)}</h2>
            <div>{children()}</div>
            <div class="row">
                <button class="button" type="button" on:click=move |_| open.set(false)>{t(no)}</button>
                <button
                    class="button danger"
                    type="button"
                    on:click=move |_| {
                        open.set(false);
                        on_yes.run(());
                    }
                >
                    {t(yes)}
                </button>
            </div>
        </dialog>
    }
}
