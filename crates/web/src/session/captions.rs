//! What is said, as it forms; and what a screen reader reads out of it.

use crate::session::page::Session;
use crate::session::surface::Caption;
use crate::session::texts::SessionText as T;
use crate::text::{filled, t};
use leptos::html::Ol;
use leptos::prelude::*;
use session_client::TurnId;
use wire::Speaker;

/// Lines that are kept for a screen reader to go back to.
const MOST_ANNOUNCED: usize = 3;

/// Whether a screen reader reads the interviewer's captions out, as a context of the live screen.
#[derive(Clone, Copy)]
pub(super) struct ReadOut(pub(super) RwSignal<bool>);

#[component]
pub(super) fn Captions() -> impl IntoView {
    let session = expect_context::<Session>();
    let captions = session.surface.captions;
    let language = move || {
        session.interview.with(|interview| interview.as_ref().map(|interview| interview.language.clone()))
    };
    let list = NodeRef::<Ol>::new();
    let is_empty = Memo::new(move |_| captions.with(Vec::is_empty));
    let (none, interviewer, you) = (t(T::NoCaptions), t(T::Interviewer), t(T::You));
    Effect::new(move || {
        captions.with(|captions| captions.iter().for_each(|caption| caption.text.track()));
        if let Some(list) = list.get() {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    view! {
        <section class="captions" aria-labelledby="captions-title">
            <h2 id="captions-title">{t(T::Captions)}</h2>
            <Show when=move || is_empty.get()><p class="muted">{none}</p></Show>
            <ol node_ref=list tabindex="0" aria-labelledby="captions-title" aria-live="off" lang=language>
                <For each=move || captions.get() key=|caption| caption.id let:caption>
                    <Line caption interviewer you/>
                </For>
            </ol>
            <Announcer/>
        </section>
    }
}

#[component]
fn Line<I, Y>(caption: Caption, interviewer: I, you: Y) -> impl IntoView
where
    I: Fn() -> &'static str + Send + Sync + 'static,
    Y: Fn() -> &'static str + Send + Sync + 'static,
{
    let Caption { id, text, is_final } = caption;
    let is_candidate = id.speaker == Speaker::User;
    view! {
        <li class:candidate=is_candidate class:forming=move || !is_final.get()>
            <strong>{move || if is_candidate { you() } else { interviewer() }}</strong>
            <span>{move || text.get()}</span>
        </li>
    }
}

/// Reads out whole lines of the interviewer, each once, and not while the voice is heard: both would talk at once.
#[component]
fn Announcer() -> impl IntoView {
    let session = expect_context::<Session>();
    let ReadOut(is_on) = expect_context();
    let announced = RwSignal::new(Vec::<(TurnId, String)>::new());
    Effect::new(move || {
        let whole = session.surface.whole_questions();
        if !is_on.get() || session.equipment.is_voice_active.get() {
            return;
        }
        let latest = whole[whole.len().saturating_sub(MOST_ANNOUNCED)..].to_vec();
        if announced.with_untracked(|announced| *announced != latest) {
            announced.set(latest);
        }
    });
    let line = t(T::Announced);
    view! {
        <div id="announcer" class="sr-only" role="log" aria-live="polite" aria-label=t(T::Interviewer)>
            <For each=move || announced.get() key=|(id, _)| *id let((_, text))>
                <p>{move || filled(line(), &text)}</p>
            </For>
        </div>
    }
}
