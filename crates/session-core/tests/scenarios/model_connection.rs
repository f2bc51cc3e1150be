//! The model's connection ends, is announced to end, or does not come to be.

use crate::rig::{Rig, sound};
use session_core::{Event, Input, Output};
use wire::client_to_server_message::Payload as FromClient;
use wire::session_state::State;

const HANDLE: &str = r#"{"sessionResumptionUpdate":{"newHandle":"h-1","resumable":true}}"#;
const REFUSED: (u16, &str) = (1011, "Internal error encountered.");

#[test]
fn a_connection_that_is_cut_is_resumed_and_waiting_sound_follows() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, HANDLE);
    rig.interviewer_says(model, "A question?");
    rig.take();
    rig.input(Input::Closed(model, Some((1008, "The operation was aborted."))));
    rig.speak(client, &[7; 3_200]);
    assert_eq!(rig.states(client), [State::Reconnecting]);
    let again = rig.model_up();
    let sent = rig.sent_to(again);
    assert!(sent[0].contains("h-1") && sent[1].contains("audio/pcm") && sent.len() == 2, "{sent:?}");
    assert_eq!(rig.states(client), [State::Reconnecting, State::Live]);
}

#[test]
fn a_refused_resume_is_tried_again_on_the_vendors_schedule_then_the_conversation_is_rebuilt() {
    let (mut rig, _, model) = Rig::live();
    rig.model_sends(model, HANDLE);
    rig.interviewer_says(model, "Where did you work?");
    rig.candidate_says(model, "At a bakery.");
    rig.take();
    rig.input(Input::Closed(model, None));
    let mut dials = Vec::new();
    loop {
        let conn = rig.dialled().expect("dialled again");
        rig.input(Input::Opened(conn));
        let setup = rig.sent_to(conn).pop().unwrap();
        dials.push(rig.now);
        rig.take();
        if !setup.contains("h-1") {
            rig.model_sends(conn, r#"{"setupComplete":{}}"#);
            let sent = rig.sent_to(conn);
            assert!(sent[0].starts_with(r#"{"clientContent":"#), "{sent:?}");
            assert!(sent[0].contains("Where did you work?") && sent[0].contains("At a bakery."));
            assert!(sent[0].contains("Do not greet again"));
            break;
        }
        rig.input(Input::Closed(conn, Some(REFUSED)));
        rig.pass_ms(10_000);
    }
    assert_eq!(dials.len(), 5, "four resumes, one new session");
}

#[test]
fn a_dead_handle_is_not_used_again() {
    let (mut rig, _, model) = Rig::live();
    rig.model_sends(model, HANDLE);
    rig.interviewer_says(model, "A question?");
    rig.take();
    rig.input(Input::Closed(model, Some((1008, "BidiGenerateContent session not found"))));
    rig.pass_ms(2_000);
    let conn = rig.dialled().unwrap();
    rig.input(Input::Opened(conn));
    assert!(!rig.sent_to(conn)[0].contains("h-1"));
}

#[test]
fn openings_have_a_budget_and_then_the_client_is_told() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.give_context("PENDING", 30);
    let mut opens = 0;
    while let Some(conn) = rig.dialled() {
        opens += 1;
        rig.take();
        rig.input(Input::Closed(conn, None));
        if rig.ended() {
            break;
        }
        let (due, _) = rig.session.poll_timeout().expect("the next dial is due");
        rig.pass_ms(due.0 - rig.now);
    }
    assert_eq!(opens, 8);
    assert_eq!((rig.errors(client), rig.closed_with(client)), (vec![4002], Some(4004)));
    assert!(rig.submitted().is_none(), "it did not begin, and can be tried again");
}

#[test]
fn a_set_up_that_is_not_answered_in_time_is_given_up() {
    let mut rig = Rig::new();
    rig.join();
    rig.give_context("PENDING", 30);
    let conn = rig.dialled().unwrap();
    rig.input(Input::Opened(conn));
    rig.take();
    rig.pass_ms(15_000);
    assert_eq!(rig.closed_with(conn), Some(1000));
    rig.pass_ms(1_000);
    assert!(rig.dialled().is_some());
    rig.model_sends(conn, r#"{"setupComplete":{}}"#);
    assert!(!rig.outputs().iter().any(|output| matches!(output, Output::Event(Event::ModelReady { .. }))));
}

#[test]
fn go_away_rotates_at_once_when_nobody_speaks() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, HANDLE);
    rig.interviewer_says(model, "A question?");
    rig.take();
    rig.model_sends(model, r#"{"goAway":{"timeLeft":"50s"}}"#);
    assert_eq!(rig.closed_with(model), Some(1000));
    assert!(rig.dialled().is_none(), "the old connection ends first");
    rig.input(Input::Closed(model, Some((1000, ""))));
    let again = rig.model_up();
    assert!(rig.sent_to(again)[0].contains("h-1"));
    assert!(rig.errors(client).is_empty());
}

#[test]
fn go_away_in_mid_sentence_waits_for_the_end_of_the_turn() {
    let (mut rig, _, model) = Rig::live();
    rig.model_sends(model, &sound(&[1, 0]));
    rig.take();
    rig.model_sends(model, r#"{"goAway":{"timeLeft":"50s"}}"#);
    rig.pass_ms(10_000);
    assert_eq!(rig.closed_with(model), None);
    rig.model_sends(model, r#"{"serverContent":{"turnComplete":true}}"#);
    assert_eq!(rig.closed_with(model), Some(1000));
}

#[test]
fn go_away_has_a_deadline_and_a_cut_interviewer_is_asked_to_go_on() {
    let (mut rig, _, model) = Rig::live();
    rig.model_sends(model, HANDLE);
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"And so I"}}}"#);
    rig.take();
    rig.model_sends(model, r#"{"goAway":{"timeLeft":"50s"}}"#);
    rig.pass_ms(41_999);
    assert_eq!(rig.closed_with(model), None);
    rig.pass_ms(1);
    assert_eq!(rig.closed_with(model), Some(1000));
    rig.input(Input::Closed(model, Some((1000, ""))));
    let again = rig.model_up();
    assert!(rig.sent_to(again)[1].contains("Do not greet again"));
}

#[test]
fn a_reply_that_was_owed_when_the_connection_was_lost_is_asked_for() {
    let (mut rig, _, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.model_sends(model, HANDLE);
    rig.candidate_says(model, "An answer.");
    rig.take();
    rig.input(Input::Closed(model, Some((1011, ""))));
    let again = rig.model_up();
    let sent = rig.sent_to(again);
    assert!(sent.len() == 2 && sent[1].contains("Do not greet again"), "{sent:?}");
}

#[test]
fn an_answer_that_lost_its_connection_is_waited_for_and_then_asked_for() {
    let (mut rig, _, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.model_sends(model, HANDLE);
    rig.model_sends(model, r#"{"voiceActivity":{"type":"ACTIVITY_START"}}"#);
    rig.take();
    rig.input(Input::Closed(model, Some((1011, ""))));
    let again = rig.model_up();
    assert_eq!(rig.sent_to(again).len(), 1, "the candidate may go on");
    rig.pass_ms(10_000);
    assert!(rig.sent_to(again)[1].contains("The candidate is waiting"));
}

#[test]
fn a_connection_is_not_replaced_while_a_reply_is_awaited() {
    let (mut rig, _, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.candidate_says(model, "An answer.");
    rig.take();
    rig.model_sends(model, r#"{"goAway":{"timeLeft":"50s"}}"#);
    assert_eq!(rig.closed_with(model), None);
    rig.interviewer_says(model, "I see.");
    assert_eq!(rig.closed_with(model), Some(1000));
}

#[test]
fn a_connection_is_replaced_by_age_even_without_go_away() {
    let (mut rig, _, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.take();
    rig.pass_ms(510_000);
    assert_eq!(rig.closed_with(model), Some(1000));
}

#[test]
fn an_hour_survives_six_rotations_without_a_second_greeting() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.hello(client);
    rig.give_context("PENDING", 60);
    let mut model = rig.model_up();
    rig.answer_calls();
    let mut rotations = 0;
    for minute in 0..59 {
        rig.interviewer_says(model, &format!("Question {minute}?"));
        rig.model_sends(model, HANDLE);
        rig.candidate_says(model, &format!("Answer {minute}."));
        rig.interviewer_says(model, "Thanks.");
        rig.take();
        rig.pass_ms(60_000);
        if rig.closed_with(model).is_some() {
            rotations += 1;
            rig.input(Input::Closed(model, Some((1000, ""))));
            model = rig.model_up();
            assert!(rig.sent_to(model).iter().all(|text| !text.contains("Begin the interview")));
        }
    }
    assert!(rotations >= 6, "{rotations}");
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    let (_, submit) = rig.submitted().unwrap();
    assert_eq!(submit.transcript.len(), 3 * 59);
}

#[test]
fn garbage_from_the_model_is_skipped() {
    let (mut rig, client, model) = Rig::live();
    rig.input(Input::Received(model, b"\xff\xfe not json"));
    assert_eq!(rig.take(), [Output::Event(Event::ModelMalformed)]);
    rig.interviewer_says(model, "Still here.");
    assert_eq!(rig.updates(client)[0].1, "Still here.");
}
