//! The device check before an interview. Nothing in it must be passed: the interview can always be started.

use crate::account::Account;
use crate::parts::{Icon, Page, Shape};
use crate::session::devices::{DeviceMenus, LevelBar, MicrophoneTrouble};
use crate::session::equipment::{Equipment, MicrophoneStatus};
use crate::session::page::Session;
use crate::session::texts::SessionText as T;
use crate::text::{signal, t, t_with};
use crate::texts::ShellText;
use api::interview::Status;
use api::public::Interviewer;
use leptos::prelude::*;
use sound::Hearing;

#[component]
pub(super) fn Lobby() -> impl IntoView {
    let session = expect_context::<Session>();
    let of = move |field: fn(&api::public::InterviewSummary) -> String| {
        session.interview.with(|interview| interview.as_ref().map(field).unwrap_or_default())
    };
    let is_under_way = Memo::new(move |_| {
        session
            .interview
            .with(|interview| interview.as_ref().is_some_and(|it| it.status == Status::InProgress))
    });
    let (start, rejoin) = (t(T::Start), t(T::Rejoin));
    let (lead, rejoin_lead) = (t(T::LobbyLead), t(T::RejoinLead));
    view! {
        <Page title=signal(T::LobbyTitle) class="narrow lobby">
            <p class="muted" lang=move || of(|it| it.language.clone())>{t_with(T::LobbyFor, move || of(|it| it.role.clone()))}</p>
            <p>{move || if is_under_way.get() { rejoin_lead() } else { lead() }}</p>
            <StandInNote/>
            <ul class="tips">
                <li><Icon shape=Shape::Headphones/>{t(T::TipHeadphones)}</li>
                <li><Icon shape=Shape::Microphone/>{t(T::TipPermission)}</li>
                <li><Icon shape=Shape::Captions/>{t(T::TipCaptions)}</li>
            </ul>
            <DeviceCheck equipment=session.equipment/>
            <p class="row">
                <button id="start" class="button primary" type="button" on:click=move |_| session.start()>
                    <Icon shape=Shape::Play/>
                    {move || if is_under_way.get() { rejoin() } else { start() }}
                </button>
            </p>
        </Page>
    }
}

/// Says who asks the questions, where it is not what one would think.
#[component]
fn StandInNote() -> impl IntoView {
    let config = expect_context::<Account>().config;
    let is_stand_in = move || {
        config.with(|config| config.as_ref().is_some_and(|config| config.interviewer == Interviewer::StandIn))
    };
    let note = t(ShellText::StandInNote);
    view! { <Show when=is_stand_in><p class="notice">{note}</p></Show> }
}

#[component]
fn DeviceCheck(equipment: Equipment) -> impl IntoView {
    let is_untried =
        move || matches!(equipment.microphone.get(), MicrophoneStatus::Off | MicrophoneStatus::Wrong(_));
    let check = t(T::CheckMicrophone);
    let texts = [T::Asking, T::Listening, T::HeardYou, T::StillSilent].map(t);
    let found = move || match (equipment.microphone.get(), equipment.hearing.get()) {
        (MicrophoneStatus::Off | MicrophoneStatus::Wrong(_), _) => "",
        (MicrophoneStatus::Opening, _) => texts[0](),
        (MicrophoneStatus::On, Hearing::Listening) => texts[1](),
        (MicrophoneStatus::On, Hearing::Heard) => texts[2](),
        (MicrophoneStatus::On, Hearing::Silent) => texts[3](),
    };
    view! {
        <section class="card check" aria-label=t(T::Devices)>
            <Show when=is_untried>
                <button id="check" class="button" type="button" on:click=move |_| equipment.open_microphone()>
                    <Icon shape=Shape::Microphone/>{check}
                </button>
            </Show>
            <LevelBar/>
            <p id="heard" role="status" class="check-result">{found}</p>
            <MicrophoneTrouble/>
            <DeviceMenus/>
            <p>
                <button class="button quiet" type="button" on:click=move |_| equipment.test_speaker()>
                    <Icon shape=Shape::Headphones/>{t(T::TestSpeaker)}
                </button>
            </p>
        </section>
    }
}
