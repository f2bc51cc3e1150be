//! Sound and words, both ways.

use crate::rig::{Did, Rig};
use session_client::{ConnId, Event, State, Timestamp, TypedAnswerError};
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::session_state::State as HostState;
use wire::{Error, Interrupted, SessionState, TranscriptUpdate};

const FIRST: ConnId = ConnId(1);

#[test]
fn an_interviewer_who_has_to_be_reminded_is_shown_until_it_answers() {
    let mut rig = Rig::live();
    for interviewer_silent in [false, true, true, false] {
        let state = SessionState { state: HostState::Live.into(), remaining_ms: 9, interviewer_silent };
        rig.hears(FIRST, Payload::SessionState(state));
    }
    assert_eq!(rig.events, [Event::InterviewerSilent(true), Event::InterviewerSilent(false)]);
}

#[test]
fn an_interruption_drops_what_is_queued_and_tells_what_was_heard() {
    let mut rig = Rig::live();
    rig.hears_sound(FIRST, 1_000);
    rig.hears_words(FIRST, "AI", 1_000, "So tell me");
    rig.hears_sound(FIRST, 2_000);
    let mut speaker = Vec::new();
    assert_eq!(rig.client.play(48 * 700, &mut speaker), 48 * 700);
    rig.events.clear();
    rig.hears(FIRST, Payload::Interrupted(Interrupted {}));
    assert_eq!(rig.events, [Event::Interrupted { heard_ms: 700, unheard_ms: 2_300 }]);
    assert_eq!(rig.client.queued_sound_bytes(), 0);
    assert_eq!(rig.client.play(48_000, &mut speaker), 0);

    rig.hears_sound(FIRST, 500);
    rig.client.play(usize::MAX, &mut speaker);
    rig.hears(FIRST, Payload::Interrupted(Interrupted {}));
    assert_eq!(rig.events.last(), Some(&Event::Interrupted { heard_ms: 500, unheard_ms: 0 }));
}

#[test]
fn the_end_of_the_interviewers_turn_is_told_with_or_without_words() {
    let mut rig = Rig::live();
    rig.hears_words(FIRST, "AI", 1_000, "Why Rust?");
    rig.events.clear();
    for text in [" ", " "] {
        let update = TranscriptUpdate {
            speaker: "AI".into(),
            text: text.into(),
            turn_complete: true,
            turn_started_ms: 1_000,
            ..TranscriptUpdate::default()
        };
        rig.hears(FIRST, Payload::TranscriptUpdate(update));
    }
    let complete = rig.events.iter().filter(|event| **event == Event::TurnComplete).count();
    assert_eq!(complete, 2);
    assert_eq!(rig.client.transcript().turns()[0].text(), "Why Rust?");
}

#[test]
fn words_and_the_end_of_a_turn_are_told_apart() {
    let mut rig = Rig::live();
    rig.hears_words(FIRST, "USER", 1_000, "Because.");
    let turn = rig.client.transcript().turns()[0].id;
    assert_eq!(rig.events, [Event::TranscriptChanged(turn)]);
    rig.events.clear();
    let closing = TranscriptUpdate {
        speaker: "USER".into(),
        text: " ".into(),
        is_final: true,
        turn_started_ms: 1_000,
        ..TranscriptUpdate::default()
    };
    rig.hears(FIRST, Payload::TranscriptUpdate(closing));
    assert_eq!(rig.events, [Event::TurnClosed(turn)]);
}

#[test]
fn the_microphone_closes_when_the_host_ends_it() {
    let mut rig = Rig::live();
    rig.host_is(FIRST, HostState::Ending);
    rig.speaks(1);
    assert_eq!(rig.state(), State::Ending);
    assert_eq!(rig.said(), []);
}

#[test]
fn a_pause_closes_the_microphone_at_once_and_live_opens_it() {
    let mut rig = Rig::live();
    rig.pauses();
    rig.speaks(1);
    let said = rig.said();
    assert!(matches!(&said[..], [Said::PauseRequest(_)]), "{said:?}");
    rig.host_is(FIRST, HostState::Paused);
    assert_eq!(rig.state(), State::Paused);
    rig.resumes();
    rig.speaks(2);
    rig.host_is(FIRST, HostState::Live);
    rig.speaks(3);
    let said = rig.said();
    assert!(matches!(&said[..], [Said::ResumeRequest(_), Said::AudioChunk(_)]), "{said:?}");
}

#[test]
fn gaps_and_rubbish_are_counted() {
    let mut rig = Rig::live();
    rig.hears_sound(FIRST, 20);
    rig.skip(3);
    rig.hears_sound(FIRST, 20);
    rig.input(session_client::Input::Received(FIRST, &[0x0A, 0x05, 1]));
    let count = rig.client.downlink_count();
    assert_eq!((count.lost, count.missed, count.malformed), (3, 0, 1));
}

#[test]
fn trouble_is_told_and_does_not_end_the_session() {
    let mut rig = Rig::live();
    rig.hears(FIRST, Payload::Error(Error { code: 4002, message: "the model is away".into() }));
    assert_eq!(rig.events, [Event::Notice { code: 4002, message: "the model is away".into() }]);
    assert_eq!(rig.state(), State::Live);
}

#[test]
fn remaining_time_runs_between_tellings() {
    let mut rig = Rig::new();
    assert_eq!(rig.client.remaining_ms(Timestamp(rig.now)), None);
    rig.join(FIRST, Vec::new());
    rig.pass(5_000);
    assert_eq!(rig.client.remaining_ms(Timestamp(rig.now)), Some(595_000));
}

#[test]
fn nothing_is_typed_into_an_interview_that_is_ending() {
    let mut rig = Rig::live();
    rig.ends();
    let answer = rig.client.type_answer(Timestamp(rig.now), "one more thing");
    assert_eq!(answer, Err(TypedAnswerError::Over));
}

#[test]
fn outputs_of_one_moment_keep_their_order() {
    let mut rig = Rig::live();
    rig.speaks(1);
    rig.types("and in writing");
    rig.speaks(2);
    rig.ends();
    let did = rig.did();
    let order: Vec<&str> = did
        .iter()
        .map(|did| match did {
            Did::Said(_, Said::AudioChunk(_)) => "sound",
            Did::Said(_, Said::TextInput(_)) => "text",
            Did::Said(_, Said::EndRequest(_)) => "end",
            _ => "other",
        })
        .collect();
    assert_eq!(order, ["sound", "text", "sound", "end"]);
}
