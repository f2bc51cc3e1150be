//! The conversation as the candidate sees it: who speaks, how it stands, how long it may last.

use crate::parts::{Icon, Page, Shape};
use crate::session::captions::{Captions, ReadOut};
use crate::session::clock::minutes;
use crate::session::controls::Controls;
use crate::session::devices::{LevelBar, MicrophoneTrouble};
use crate::session::equipment::{Equipment, MicrophoneStatus};
use crate::session::page::Session;
use crate::session::texts::SessionText as T;
use crate::text::t;
use leptos::ev;
use leptos::prelude::*;
use session_client::{Side, State};

#[component]
pub(super) fn Live() -> impl IntoView {
    let session = expect_context::<Session>();
    provide_context(ReadOut(RwSignal::new(true)));
    let role = Signal::derive(move || {
        session.interview.with(|interview| interview.as_ref().map(|it| it.role.clone()).unwrap_or_default())
    });
    view! {
        <Page title=role class="live">
            <div class="stage">
                <TimeLeft/>
                <Orb equipment=session.equipment/>
                <Floor/>
                <Standing/>
                <Notices/>
                <MicrophoneTrouble/>
                <LevelBar/>
            </div>
            <Captions/>
            <Controls/>
        </Page>
    }
}

/// The interviewer's voice, to be seen.
#[component]
fn Orb(equipment: Equipment) -> impl IntoView {
    let scale = move || format!("scale({:.2})", 1.0 + (equipment.voice.get() * 4.0).min(1.0) * 0.35);
    view! {
        <div class="orb" class:speaking=equipment.is_voice_active aria-hidden="true">
            <span style:transform=scale></span>
        </div>
    }
}

#[component]
fn TimeLeft() -> impl IntoView {
    let remaining_s = expect_context::<Session>().surface.remaining_s;
    let label = t(T::TimeLeft);
    view! {
        <p class="time-left" role="timer" aria-label=label>
            <Icon shape=Shape::Clock/>
            <span>{move || remaining_s.get().map_or("–:––".to_owned(), minutes)}</span>
        </p>
    }
}

/// Who has the floor. It changes with every breath, so no screen reader is told.
#[component]
fn Floor() -> impl IntoView {
    let session = expect_context::<Session>();
    let equipment = session.equipment;
    let floor = Memo::new(move |_| {
        if session.surface.state.get() != Some(State::Live) {
            None
        } else if equipment.is_voice_active.get() {
            Some(T::InterviewerSpeaks)
        } else if equipment.is_muted.get() {
            Some(T::YouAreMuted)
        } else if equipment.microphone.get() != MicrophoneStatus::On {
            Some(T::NoMicrophone)
        } else if equipment.is_audible.get() {
            Some(T::YouSpeak)
        } else {
            Some(T::ListeningToYou)
        }
    });
    let language = expect_context::<crate::preferences::Preferences>().language;
    view! {
        <p id="floor" class="floor" aria-live="off">
            {move || {
                use crate::text::Text;
                floor.get().map(|text| text.within(language.get()))
            }}
        </p>
    }
}

/// How the connection stands, in words.
#[component]
fn Standing() -> impl IntoView {
    let session = expect_context::<Session>();
    let is_online = RwSignal::new(window().navigator().on_line());
    let online = window_event_listener(ev::online, move |_| is_online.set(true));
    let offline = window_event_listener(ev::offline, move |_| is_online.set(false));
    on_cleanup(move || {
        online.remove();
        offline.remove();
    });
    let standing = Memo::new(move |_| match session.surface.state.get() {
        None | Some(State::Connecting | State::Error(_)) => T::Connecting,
        Some(State::Live) if session.equipment.is_muted.get() => T::YouAreMuted,
        Some(State::Live) => T::Connected,
        Some(State::Reconnecting(Side::Host)) if !is_online.get() => T::Offline,
        Some(State::Reconnecting(Side::Host)) => T::Reconnecting,
        Some(State::Reconnecting(Side::Model)) => T::ModelReconnecting,
        Some(State::Paused) => T::Paused,
        Some(State::Ending) => T::Ending,
        Some(State::Ended(_)) => T::Finished,
    });
    let language = expect_context::<crate::preferences::Preferences>().language;
    view! {
        <p id="standing" class="standing" role="status">
            {move || {
                use crate::text::Text;
                standing.get().within(language.get())
            }}
        </p>
    }
}

/// What there is to know, and the way to the sound where the browser holds it back.
#[component]
fn Notices() -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<crate::preferences::Preferences>().language;
    let (blocked, turn_on) = (t(T::SoundBlocked), t(T::TurnOnSound));
    let hint = t(T::CanInterrupt);
    let is_first_question = move || session.surface.captions.with(|captions| captions.len() <= 1);
    view! {
        <div class="notices" role="status">
            {move || {
                use crate::text::Text;
                session.surface.notice.get().map(|notice| {
                    view! { <p class="notice" id="notice">{notice.text().within(language.get())}</p> }
                })
            }}
            <Show when=move || session.equipment.is_blocked.get()>
                <p class="notice">
                    {blocked}" "
                    <button id="turn-on-sound" class="button" type="button" on:click=move |_| session.equipment.resume()>
                        {turn_on}
                    </button>
                </p>
            </Show>
            <Show when=move || session.equipment.is_voice_active.get() && is_first_question()>
                <p class="muted">{hint}</p>
            </Show>
        </div>
    }
}
