//! What a client may send, and what becomes of the rest.

use crate::rig::Rig;
use session_core::{Event, Input, Output, Side};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;

#[test]
fn malformed_messages_are_answered_and_the_tenth_closes() {
    let (mut rig, client, _) = Rig::live();
    for count in 1..=10 {
        assert_eq!(rig.closed_with(client), None, "before message {count}");
        rig.input(Input::Received(client, b"\x0a\x05abc"));
        assert_eq!(rig.errors(client).len(), count);
    }
    assert_eq!(rig.closed_with(client), Some(4400));
    assert!(rig.errors(client).iter().all(|code| *code == 4400));
}

#[test]
fn a_client_that_was_closed_for_its_messages_is_gone() {
    let (mut rig, client, model) = Rig::live();
    for _ in 0..10 {
        rig.input(Input::Received(client, b"\x0a\x05abc"));
    }
    rig.take();
    rig.input(Input::Received(client, b"\x0a\x05abc"));
    rig.speak(client, &[0; 3_200]);
    rig.interviewer_says(model, "Anybody there?");
    assert!(
        rig.told(client).is_empty() && rig.closed_with(client).is_none() && rig.sent_to(model).is_empty()
    );
    rig.input(Input::Closed(client, Some((4400, ""))));
    rig.pass_ms(60_000);
    assert!(rig.submitted().is_some(), "it may come back within the grace time only");
}

#[test]
fn empty_frames_empty_chunks_and_unknown_fields_are_ignored() {
    let (mut rig, client, _) = Rig::live();
    rig.input(Input::Received(client, b""));
    rig.input(Input::Received(client, b"\x0a\x00"));
    rig.input(Input::Received(client, b"\xa2\x06\x01x"));
    assert_eq!(rig.outputs(), []);
}

#[test]
fn audio_faster_than_the_limit_is_dropped_told_once_and_accounted_for() {
    let (mut rig, client, _) = Rig::live();
    for _ in 0..30 {
        rig.speak(client, &vec![0; 32_000]);
    }
    assert_eq!(rig.errors(client), [4400]);
    let dropped =
        rig.take().into_iter().filter(|o| matches!(o, Output::Event(Event::AudioTooFast { .. }))).count();
    assert_eq!(dropped, 10);
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    rig.answer_calls();
    let told = rig.told(client);
    let Some(ToClient::SessionEnded(ended)) = told.last() else { panic!("{told:?}") };
    assert_eq!(
        (ended.audio_received_bytes, ended.audio_forwarded_bytes, ended.audio_dropped_bytes),
        (960_000, 640_000, 320_000)
    );
}

#[test]
fn what_the_host_drops_on_the_way_to_the_model_is_in_the_account() {
    let (mut rig, client, model) = Rig::live();
    rig.speak(client, &[0; 3_200]);
    rig.take();
    rig.input(Input::Dropped(model, 3_200));
    assert_eq!(rig.outputs(), [Output::Event(Event::AudioDropped { towards: Side::Model, bytes: 3_200 })]);
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    rig.answer_calls();
    let told = rig.told(client);
    let Some(ToClient::SessionEnded(ended)) = told.last() else { panic!("{told:?}") };
    assert_eq!((ended.audio_forwarded_bytes, ended.audio_dropped_bytes), (0, 3_200));
}

#[test]
fn a_typed_answer_has_a_longest() {
    let (mut rig, client, model) = Rig::live();
    rig.say(client, FromClient::TextInput(wire::TextInput { text: "x".repeat(20_000) }));
    assert_eq!(rig.errors(client), [4400]);
    assert!(rig.sent_to(model).is_empty());
}

#[test]
fn too_many_typed_answers_without_an_interviewer_are_refused_not_lost_silently() {
    let mut rig = Rig::new();
    let client = rig.join();
    for _ in 0..17 {
        rig.say(client, FromClient::TextInput(wire::TextInput { text: "again".into() }));
    }
    assert_eq!(rig.errors(client), [5000]);
    rig.give_context("PENDING", 30);
    assert_eq!(rig.updates(client).len(), 16);
}
