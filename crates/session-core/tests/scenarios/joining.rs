//! A candidate connects, says hello or does not, is replaced, leaves.

use crate::rig::{BEGIN_MS, Rig};
use api::call::Call;
use api::interview::EndReason;
use session_core::{Config, Input};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;
use wire::session_state::State;

#[test]
fn the_client_sees_connecting_until_the_interviewer_is_there() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.hello(client);
    assert_eq!(rig.states(client), [State::Connecting]);
    rig.give_context("PENDING", 30);
    rig.model_up();
    assert_eq!(rig.states(client), [State::Connecting, State::Live]);
}

#[test]
fn hello_is_answered_with_the_session() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.pass_ms(60_000);
    rig.take();
    rig.hello(client);
    let told = rig.told(client);
    let Some(ToClient::SessionReady(ready)) = told.first() else { panic!("{told:?}") };
    assert_eq!((ready.elapsed_ms, ready.remaining_ms), (60_000, 29 * 60_000));
    assert_eq!((ready.input_sample_rate_hz, ready.output_sample_rate_hz), (16_000, 24_000));
    assert_eq!(ready.transcript.len(), 1);
    let turn = &ready.transcript[0];
    assert_eq!((turn.speaker.as_str(), turn.text.as_str(), turn.is_final), ("AI", "Welcome.", true));
    assert_eq!(turn.turn_started_ms, BEGIN_MS);
}

#[test]
fn messages_to_a_client_that_said_hello_are_counted() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    let sequence: Vec<u64> = rig.told_with_sequence(client).into_iter().map(|(number, _)| number).collect();
    assert!(sequence.len() >= 3);
    assert!(sequence.windows(2).all(|pair| pair[1] == pair[0] + 1), "{sequence:?}");
}

#[test]
fn a_client_without_hello_gets_fields_1_to_4_only() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.give_context("PENDING", 30);
    let model = rig.model_up();
    rig.interviewer_says(model, "Welcome.");
    rig.model_sends(model, &crate::rig::sound(&[1, 0]));
    rig.model_sends(model, r#"{"serverContent":{"interrupted":true}}"#);
    rig.say(client, wire::client_to_server_message::Payload::EndRequest(wire::EndRequest {}));
    rig.answer_calls();
    let told = rig.told_with_sequence(client);
    assert!(told.len() >= 4);
    for (sequence, payload) in told {
        assert_eq!(sequence, 0);
        match payload {
            ToClient::TranscriptUpdate(update) => assert_eq!(update.turn_started_ms, 0),
            ToClient::SessionEnded(ended) => {
                assert_eq!((ended.reason, ended.audio_received_bytes), (1, 0));
            }
            ToClient::AudioResponse(_) | ToClient::Error(_) => {}
            other => panic!("a client of the seed does not know {other:?}"),
        }
    }
}

#[test]
fn the_newest_connection_wins_and_the_older_is_closed_with_4409() {
    let (mut rig, older, model) = Rig::live();
    let newer = rig.join();
    assert_eq!(rig.closed_with(older), Some(4409));
    rig.hello(newer);
    rig.take();
    rig.input(Input::Closed(older, Some((4409, ""))));
    rig.interviewer_says(model, "Welcome.");
    assert!(!rig.told(newer).is_empty() && rig.told(older).is_empty());
    rig.pass_ms(100_000);
    assert!(!rig.ended(), "the older one's end is nobody's loss");
}

#[test]
fn a_client_that_leaves_may_come_back_within_the_grace_time() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.input(Input::Closed(client, None));
    rig.pass_ms(59_000);
    assert_eq!(rig.closed_with(model), Some(1000), "the model is let go of meanwhile");
    rig.input(Input::Closed(model, Some((1000, ""))));
    rig.take();
    let again = rig.join();
    rig.hello(again);
    rig.model_up();
    assert_eq!(rig.states(again), [State::Reconnecting, State::Live]);
    rig.pass_ms(10_000);
    assert!(!rig.ended());
}

#[test]
fn a_client_that_stays_away_ends_the_interview_and_what_was_said_is_stored() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.input(Input::Closed(client, Some((1001, ""))));
    rig.pass_ms(60_000);
    let (_, submit) = rig.submitted().expect("submitted");
    assert_eq!(submit.end_reason, Some(EndReason::ClientLeft));
    assert_eq!(submit.transcript.len(), 1);
    rig.answer_calls();
    assert!(rig.ended());
}

#[test]
fn without_grace_time_leaving_ends_the_interview_at_once() {
    let (mut rig, client, _) = Rig::live_with(Config { grace_ms: 0, ..Config::new("itv_1") });
    rig.input(Input::Closed(client, None));
    assert!(rig.submitted().is_some());
}

#[test]
fn leaving_before_anything_began_leaves_the_interview_untouched() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.input(Input::Closed(client, None));
    assert!(rig.ended());
    assert!(rig.calls().iter().all(|(_, call)| matches!(call, Call::GetContext(_))));
}

#[test]
fn a_newcomer_while_the_transcript_is_being_stored_learns_the_end() {
    let (mut rig, client, _) = Rig::live();
    rig.say(client, wire::client_to_server_message::Payload::EndRequest(wire::EndRequest {}));
    let newer = rig.join();
    rig.hello(newer);
    assert_eq!(rig.states(newer), [State::Ending]);
    rig.answer_calls();
    assert_eq!(rig.closed_with(newer), Some(4001));
}

#[test]
fn what_was_typed_while_the_context_loads_is_held_for_one_who_comes_back_and_shown_once() {
    let mut rig = Rig::new();
    let first = rig.join();
    rig.hello(first);
    let typed = FromClient::TextInput(wire::TextInput { text: "Early bird.".into() });
    rig.say(first, typed);
    let second = rig.join();
    rig.hello(second);
    let told = rig.told(second);
    let Some(ToClient::SessionReady(ready)) = told.first() else { panic!("{told:?}") };
    let [held] = &ready.transcript[..] else { panic!("{ready:?}") };
    assert_eq!((held.text.as_str(), held.is_final), ("Early bird.", false));
    rig.give_context("PENDING", 30);
    assert_eq!(rig.updates(second), [("USER".into(), " ".into(), true, false)], "the words are known");
    let model = rig.model_up();
    let sent = rig.sent_to(model);
    assert!(sent[1].contains("Begin the interview") && sent[2].contains("Early bird."), "{sent:?}");
    assert_eq!(sent.len(), 3);
}

#[test]
fn one_who_typed_and_was_lost_while_the_context_loads_may_come_back() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.say(client, FromClient::TextInput(wire::TextInput { text: "Early bird.".into() }));
    rig.input(Input::Closed(client, None));
    assert!(!rig.ended() && rig.submitted().is_none());
    rig.give_context("PENDING", 30);
    assert!(rig.dialled().is_none(), "nobody is there");
    rig.pass_ms(59_999);
    assert!(rig.submitted().is_none());
    rig.pass_ms(1);
    assert_eq!(rig.submitted().unwrap().1.transcript.len(), 1);

    let mut rig = Rig::new();
    let client = rig.join();
    rig.say(client, FromClient::TextInput(wire::TextInput { text: "Early bird.".into() }));
    rig.input(Input::Closed(client, None));
    rig.give_context("COMPLETED", 30);
    assert!(rig.ended() && rig.submitted().is_none(), "what is stored is not touched");
}
