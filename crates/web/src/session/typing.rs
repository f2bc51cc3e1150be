//! Answers typed instead of spoken.

use crate::preferences::Preferences;
use crate::session::page::Session;
use crate::session::texts::SessionText as T;
use crate::text::{Text, t};
use leptos::html::Textarea;
use leptos::prelude::*;
use session_client::TypedAnswerError;

/// A box to write in. Enter sends, Shift and Enter makes a line.
#[component]
pub(super) fn TypedAnswer() -> impl IntoView {
    let session = expect_context::<Session>();
    let written = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<T>);
    let language = expect_context::<Preferences>().language;
    let area = NodeRef::<Textarea>::new();
    Effect::new(move || {
        if let Some(area) = area.get() {
            // A box that has just been shown can be focused.
            let _ = area.focus();
        }
    });
    let send = move || {
        let sent = session.talk(|conversation| conversation.type_answer(&written.get_untracked()));
        match sent {
            None | Some(Ok(())) => {
                written.set(String::new());
                refused.set(None);
            }
            Some(Err(error)) => refused.set(Some(text_of(error))),
        }
    };
    view! {
        <form class="typed" on:submit=move |event| {
            event.prevent_default();
            send();
        }>
            <label class="field">
                <span>{t(T::TypedLabel)}</span>
                <textarea
                    id="typed" rows="2" node_ref=area prop:value=written
                    aria-describedby="typed-refused"
                    on:input:target=move |event| written.set(event.target().value())
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                            event.prevent_default();
                            send();
                        }
                    }
                ></textarea>
            </label>
            <p id="typed-refused" class="error" role="alert">{move || refused.get().map(|text| text.within(language.get()))}</p>
            <button id="send" class="button" type="submit">{t(T::Send)}</button>
        </form>
    }
}

fn text_of(error: TypedAnswerError) -> T {
    match error {
        TypedAnswerError::Empty => T::TypedEmpty,
        TypedAnswerError::TooLong => T::TypedTooLong,
        TypedAnswerError::QueueFull => T::TypedQueueFull,
        TypedAnswerError::Over => T::TypedOver,
    }
}
