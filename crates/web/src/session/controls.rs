//! What the candidate can do: mute, pause, type, choose devices, end.

use crate::parts::{Icon, Shape};
use crate::session::captions::ReadOut;
use crate::session::conversation::Conversation;
use crate::session::devices::DeviceMenus;
use crate::session::page::Session;
use crate::session::texts::SessionText as T;
use crate::session::typing::TypedAnswer;
use crate::text::t;
use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;
use session_client::State;

#[component]
pub(super) fn Controls() -> impl IntoView {
    let session = expect_context::<Session>();
    let is_typing = RwSignal::new(false);
    let is_muted = session.equipment.is_muted;
    let is_paused = Memo::new(move |_| session.surface.state.get() == Some(State::Paused));
    let (ending, devices) = (NodeRef::<Dialog>::new(), NodeRef::<Dialog>::new());
    let toggle_mute = move || {
        let is_muted = !is_muted.get_untracked();
        session.talk(|conversation| conversation.set_muted(is_muted));
    };
    // As meeting apps have it; no single letters, which speech control and typing would press by accident.
    let keys = window_event_listener(ev::keydown, move |event| {
        if (event.ctrl_key() || event.meta_key()) && !event.repeat() && event.key() == "d" {
            event.prevent_default();
            toggle_mute();
        }
    });
    on_cleanup(move || keys.remove());
    let toggle_pause = move |_| {
        let is_paused = is_paused.get_untracked();
        session.talk(|conversation| if is_paused { conversation.resume() } else { conversation.pause() });
    };
    let (mute, unmute, pause, resume) = (t(T::Mute), t(T::Unmute), t(T::Pause), t(T::Resume));
    view! {
        <Show when=move || is_typing.get()><TypedAnswer/></Show>
        <div class="controls" role="group" aria-label=t(T::Controls)>
            <button
                id="mute" class="button" class:danger=is_muted type="button"
                aria-keyshortcuts="Control+D" title="Ctrl+D" on:click=move |_| toggle_mute()
            >
                {move || {
                    let shape = if is_muted.get() { Shape::MicrophoneOff } else { Shape::Microphone };
                    view! { <Icon shape/> }
                }}
                {move || if is_muted.get() { unmute() } else { mute() }}
            </button>
            <button id="pause" class="button" type="button" on:click=toggle_pause>
                {move || {
                    let shape = if is_paused.get() { Shape::Play } else { Shape::Pause };
                    view! { <Icon shape/> }
                }}
                {move || if is_paused.get() { resume() } else { pause() }}
            </button>
            <button
                id="type" class="button" type="button" aria-expanded=move || is_typing.get().to_string()
                on:click=move |_| is_typing.update(|is_typing| *is_typing = !*is_typing)
            >
                <Icon shape=Shape::Keyboard/>{t(T::TypeAnswer)}
            </button>
            <button id="devices" class="button" type="button" aria-haspopup="dialog" on:click=move |_| open(devices)>
                <Icon shape=Shape::Headphones/>{t(T::Devices)}
            </button>
            <button id="end" class="button danger" type="button" aria-haspopup="dialog" on:click=move |_| open(ending)>
                <Icon shape=Shape::End/>{t(T::End)}
            </button>
        </div>
        <SoundDialog dialog=devices/>
        <EndDialog dialog=ending/>
    }
}

fn open(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        // Fails for one that is open already.
        let _ = dialog.show_modal();
    }
}

fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

/// Asks whether the interview shall end.
#[component]
fn EndDialog(dialog: NodeRef<Dialog>) -> impl IntoView {
    let session = expect_context::<Session>();
    let end = move |_| {
        close(dialog);
        session.talk(Conversation::end);
    };
    view! {
        <dialog node_ref=dialog aria-labelledby="end-title" aria-describedby="end-body">
            <h2 id="end-title">{t(T::EndTitle)}</h2>
            <p id="end-body">{t(T::EndBody)}</p>
            <p class="row">
                <button class="button" type="button" autofocus on:click=move |_| close(dialog)>{t(T::KeepGoing)}</button>
                <button id="end-now" class="button danger" type="button" on:click=end>{t(T::EndNow)}</button>
            </p>
        </dialog>
    }
}

/// Microphone, loudspeaker, screen reader.
#[component]
fn SoundDialog(dialog: NodeRef<Dialog>) -> impl IntoView {
    let session = expect_context::<Session>();
    let ReadOut(read_out) = expect_context();
    view! {
        <dialog node_ref=dialog aria-labelledby="devices-title">
            <h2 id="devices-title">{t(T::Devices)}</h2>
            <DeviceMenus/>
            <p>
                <button class="button quiet" type="button" on:click=move |_| session.equipment.test_speaker()>
                    {t(T::TestSpeaker)}
                </button>
            </p>
            <label class="row">
                <input
                    type="checkbox" prop:checked=read_out
                    on:change:target=move |event| read_out.set(event.target().checked())
                />
                <span>{t(T::ReadOut)}</span>
            </label>
            <p class="row">
                <button class="button" type="button" on:click=move |_| close(dialog)>{t(T::Close)}</button>
            </p>
        </dialog>
    }
}
