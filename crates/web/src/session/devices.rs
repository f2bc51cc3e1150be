//! The menus of microphones and loudspeakers, and how loud a microphone is.

use crate::audio::Device;
use crate::parts::{Icon, Shape};
use crate::session::equipment::MicrophoneStatus;
use crate::session::page::Session;
use crate::session::texts::SessionText as T;
use crate::session::trouble;
use crate::text::t;
use leptos::prelude::*;

/// Choose a microphone and, where the browser allows it, a loudspeaker.
#[component]
pub(super) fn DeviceMenus() -> impl IntoView {
    let equipment = expect_context::<Session>().equipment;
    let microphones = Signal::derive(move || equipment.devices.with(|devices| devices.microphones.clone()));
    let speakers = Signal::derive(move || equipment.speakers());
    view! {
        <DeviceMenu
            label=T::Microphone
            devices=microphones
            chosen=equipment.chosen_microphone
            choose=Callback::new(move |id| equipment.choose_microphone(id))
        />
        <DeviceMenu
            label=T::Speaker
            devices=speakers
            chosen=equipment.chosen_speaker
            choose=Callback::new(move |id| equipment.choose_speaker(id))
        />
    }
}

/// One menu; nothing where there is nothing to choose.
#[component]
fn DeviceMenu(
    label: T,
    devices: Signal<Vec<Device>>,
    chosen: RwSignal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    let default = t(T::SystemDefault);
    let options = move || {
        let others = devices.get().into_iter().filter(|device| device.id != "default");
        let others = others.map(move |Device { id, label }| {
            let is_chosen = chosen.with(|chosen| *chosen == id);
            view! { <option value=id selected=is_chosen>{label}</option> }
        });
        others.collect_view()
    };
    let label = t(label);
    view! {
        <Show when=move || devices.with(|devices| !devices.is_empty())>
            <label class="field">
                <span>{label}</span>
                <select on:change:target=move |event| choose.run(event.target().value())>
                    <option value="" selected=move || chosen.with(String::is_empty)>{default}</option>
                    {options}
                </select>
            </label>
        </Show>
    }
}

/// The candidate's loudness, in steps that a screen reader can bear.
#[component]
pub(super) fn LevelBar() -> impl IntoView {
    let level = expect_context::<Session>().equipment.level;
    let tens = Memo::new(move |_| ((level.get() * 10.0).round() * 10.0) as u32);
    view! {
        <div
            class="level"
            role="meter"
            aria-label=t(T::YourLevel)
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=tens
        >
            <span style:transform=move || format!("scaleX({:.2})", level.get())></span>
        </div>
    }
}

/// What is wrong with the microphone, if something is, and a way to try again.
#[component]
pub(super) fn MicrophoneTrouble() -> impl IntoView {
    let equipment = expect_context::<Session>().equipment;
    let wrong = Memo::new(move |_| match equipment.microphone.get() {
        MicrophoneStatus::Wrong(error) => Some(error),
        MicrophoneStatus::Off | MicrophoneStatus::Opening | MicrophoneStatus::On => None,
    });
    let again = t(T::CheckAgain);
    let language = expect_context::<crate::preferences::Preferences>().language;
    view! {
        <div role="alert" id="microphone-trouble">
            {move || wrong.get().map(|error| {
                use crate::text::Text;
                let (what, mend) = trouble::microphone(error);
                let language = language.get();
                view! {
                    <div class="complaint">
                        <p><Icon shape=Shape::Alert/>" "<strong>{what.within(language)}</strong></p>
                        <p>{mend.within(language)}</p>
                        <button class="button" type="button" on:click=move |_| equipment.open_microphone()>{again}</button>
                    </div>
                }
            })}
        </div>
    }
}
