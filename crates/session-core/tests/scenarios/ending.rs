//! Every way an interview ends: the transcript is acknowledged, then the client is told, then its connection is closed.

use crate::rig::Rig;
use api::call::{Call, CallError};
use api::interview::{EndReason, Status};
use session_core::{Config, Event, Output};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;

fn end_request() -> FromClient {
    FromClient::EndRequest(wire::EndRequest {})
}

#[test]
fn the_client_is_told_of_the_end_only_after_the_transcript_is_acknowledged() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.take();
    rig.say(client, end_request());
    assert_eq!(rig.closed_with(model), Some(1000));
    let (call, submit) = rig.submitted().unwrap();
    assert_eq!((submit.end_reason, submit.transcript.len()), (Some(EndReason::User), 1));
    assert!(submit.started_at <= submit.ended_at);
    rig.pass_ms(5_000);
    assert!(!rig.told(client).iter().any(|payload| matches!(payload, ToClient::SessionEnded(_))));
    rig.take();
    rig.input(session_core::Input::CallDone(call, Ok(b"{}")));
    let kinds: Vec<&str> = rig
        .outputs()
        .iter()
        .filter_map(|output| match output {
            Output::Persist(_) => Some("stored"),
            Output::Send(..) => Some("told"),
            Output::Close(_, 4001) => Some("closed"),
            Output::Event(Event::Ended { .. }) => Some("ended"),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, ["stored", "told", "closed", "ended"]);
}

#[test]
fn a_backend_that_is_back_has_the_transcript_within_half_a_minute() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.say(client, end_request());
    for _ in 0..40 {
        let (call, _) = rig.submitted().expect("tried again");
        rig.take();
        rig.fail_call(call, CallError::Unreachable);
        rig.pass_ms(30_000 - api::call::CALL_TIMEOUT_MS);
    }
}

#[test]
fn submission_is_retried_until_the_backend_is_back() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.say(client, end_request());
    let mut tries = Vec::new();
    for _ in 0..12 {
        let (call, submit) = rig.submitted().expect("tried again");
        assert_eq!(submit.transcript.len(), 1);
        tries.push(rig.now);
        rig.take();
        rig.fail_call(call, CallError::Unreachable);
        rig.pass_ms(40_000);
    }
    assert!(tries.len() == 12 && !rig.ended());
    rig.answer_calls();
    assert!(rig.ended());
    assert_eq!(rig.closed_with(client), Some(4001));
}

#[test]
fn a_backend_that_is_down_is_told_to_the_client_once() {
    let (mut rig, client, _) = Rig::live();
    rig.say(client, end_request());
    for _ in 0..3 {
        let (call, _) = rig.submitted().unwrap();
        rig.fail_call(call, CallError::Status(503));
        rig.pass_ms(40_000);
    }
    assert_eq!(rig.errors(client), [5000]);
}

#[test]
fn nothing_said_still_completes_with_an_empty_transcript() {
    let (mut rig, client, _) = Rig::live();
    rig.say(client, end_request());
    let (_, submit) = rig.submitted().unwrap();
    assert!(submit.transcript.is_empty());
    rig.answer_calls();
    assert_eq!(rig.closed_with(client), Some(4001));
}

#[test]
fn an_open_turn_is_part_of_what_is_stored() {
    let (mut rig, client, model) = Rig::live();
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"I was about to"}}}"#);
    rig.say(client, end_request());
    assert_eq!(rig.submitted().unwrap().1.transcript[0].content, "I was about to");
    assert_eq!(rig.updates(client).last().unwrap(), &("AI".into(), " ".into(), true, true));
}

#[test]
fn the_time_limit_ends_the_interview_with_reason_3_and_4002() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.hello(client);
    rig.give_context("PENDING", 5);
    let model = rig.model_up();
    rig.interviewer_says(model, "Welcome.");
    rig.answer_calls();
    rig.take();
    rig.pass_ms(270_000 - 1);
    assert!(rig.sent_to(model).is_empty());
    rig.pass_ms(1);
    assert!(rig.sent_to(model)[0].contains("about 1 minute left"), "a warning first");
    rig.interviewer_says(model, "A last question?");
    rig.pass_ms(29_999);
    assert!(rig.submitted().is_none());
    rig.pass_ms(1);
    let (_, submit) = rig.submitted().expect("submitted at the limit");
    assert_eq!(submit.end_reason, Some(EndReason::TimeLimit));
    rig.answer_calls();
    assert_eq!(rig.closed_with(client), Some(4002));
    let told = rig.told(client);
    assert!(matches!(told.last(), Some(ToClient::SessionEnded(ended)) if ended.reason == 3));
}

#[test]
fn the_warning_waits_until_nobody_speaks() {
    let mut rig = Rig::new();
    rig.join();
    rig.give_context("PENDING", 5);
    let model = rig.model_up();
    rig.interviewer_says(model, "Welcome.");
    rig.pass_ms(4 * 60_000);
    rig.model_sends(model, r#"{"voiceActivity":{"type":"ACTIVITY_START"}}"#);
    rig.take();
    rig.pass_ms(35_000);
    assert!(rig.sent_to(model).is_empty());
    rig.candidate_says(model, "That was long.");
    rig.interviewer_says(model, "I see.");
    assert!(rig.sent_to(model)[0].contains("Time note"));
}

#[test]
fn the_interviewer_ends_after_the_farewell_was_heard() {
    let (mut rig, client, model) = Rig::live();
    let two_seconds = crate::rig::sound(&vec![1; 96_000]);
    rig.model_sends(model, &two_seconds);
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"Goodbye."}}}"#);
    rig.model_sends(
        model,
        r#"{"toolCall":{"functionCalls":[{"id":"c1","name":"end_interview","args":{}}]}}"#,
    );
    rig.model_sends(model, r#"{"serverContent":{"generationComplete":true,"turnComplete":true}}"#);
    rig.pass_ms(2_000);
    assert!(rig.submitted().is_none(), "the candidate still hears it");
    rig.pass_ms(1_000);
    assert_eq!(rig.submitted().unwrap().1.end_reason, Some(EndReason::Interviewer));
    rig.answer_calls();
    assert_eq!(rig.closed_with(client), Some(4003));
}

#[test]
fn a_cancelled_farewell_ends_nothing() {
    let (mut rig, _, model) = Rig::live();
    rig.model_sends(model, r#"{"toolCall":{"functionCalls":[{"id":"c1","name":"end_interview"}]}}"#);
    rig.model_sends(model, r#"{"toolCallCancellation":{"ids":["c1"]}}"#);
    rig.pass_ms(30_000);
    assert!(rig.submitted().is_none());
}

#[test]
fn shutting_down_stores_what_was_said() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.session.shut_down(session_core::Timestamp(rig.now));
    rig.pass_ms(0);
    rig.input(session_core::Input::Timeout);
    let (_, submit) = rig.submitted().unwrap();
    assert_eq!((submit.end_reason, submit.transcript.len()), (Some(EndReason::Shutdown), 1));
    rig.answer_calls();
    assert!(rig.ended() && rig.closed_with(client).is_some());
}

#[test]
fn a_failed_interview_without_a_word_is_an_error_and_one_with_words_is_stored() {
    let (mut rig, client, model) = Rig::live();
    let refused = (1007, "API key not valid. Please pass a valid API key.");
    rig.input(session_core::Input::Closed(model, Some(refused)));
    let call = rig.calls().pop().unwrap().1;
    assert!(matches!(call, Call::UpdateStatus(update) if update.status == Status::Error));
    rig.answer_calls();
    assert_eq!((rig.errors(client), rig.closed_with(client)), (vec![4002], Some(4004)));

    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "Welcome.");
    rig.input(session_core::Input::Closed(model, Some(refused)));
    assert_eq!(rig.submitted().unwrap().1.end_reason, Some(EndReason::Failed));
    rig.answer_calls();
    assert_eq!(rig.closed_with(client), Some(4004));
}

#[test]
fn nothing_follows_the_end() {
    let (mut rig, client, model) = Rig::live();
    rig.say(client, end_request());
    rig.answer_calls();
    rig.take();
    rig.model_sends(model, r#"{"serverContent":{"outputTranscription":{"text":"late"}}}"#);
    rig.speak(client, &[0; 3_200]);
    rig.pass_ms(10_000_000);
    assert_eq!(rig.outputs(), []);
    assert_eq!(rig.session.poll_timeout(), None);
    let late = rig.join();
    assert_eq!(rig.closed_with(late), Some(4410));
}

#[test]
fn a_backend_that_refuses_the_transcript_is_asked_again_for_it_may_be_mended() {
    let (mut rig, client, _) = Rig::live();
    rig.say(client, end_request());
    for status in [400, 401, 409, 413, 500] {
        let (call, _) = rig.submitted().expect("asked again");
        rig.take();
        rig.fail_call(call, CallError::Status(status));
        rig.pass_ms(80_000);
    }
    assert!(!rig.ended());
}

#[test]
fn a_transcript_that_is_refused_is_tried_ever_more_slowly_for_a_week_and_then_put_aside() {
    let (mut rig, client, model) = Rig::live_with(Config { keeps_journal: true, ..Config::new("itv_1") });
    rig.interviewer_says(model, "Welcome.");
    rig.say(client, end_request());
    let (ended_at, mut tries) = (rig.now, Vec::new());
    while let Some((call, submit)) = rig.submitted() {
        assert_eq!(submit.transcript.len(), 1);
        tries.push(rig.now - ended_at);
        rig.take();
        rig.fail_call(call, CallError::Status([400, 404, 412, 413][tries.len() % 4]));
        rig.pass_ms(0);
        let due = rig.session.poll_timeout().map_or(0, |(due, _)| due.0 - rig.now);
        rig.pass_ms(due);
        while rig.submitted().is_none() && rig.session.poll_timeout().is_some() {
            rig.pass_ms(1_000);
        }
    }
    assert!(tries[1] < 20_000 && (150..250).contains(&tries.len()), "{} tries", tries.len());
    let day_ms = 24 * 3_600_000;
    let last = tries.last().unwrap();
    assert!((7 * day_ms..8 * day_ms).contains(last), "{last}");
    let error = CallError::Status([400, 404, 412, 413][tries.len() % 4]);
    assert!(rig.outputs().contains(&Output::Event(Event::Undeliverable { error })) && !rig.ended());
    assert_eq!(rig.session.poll_timeout(), None);
}

#[test]
fn without_a_journal_the_transcript_of_a_deleted_interview_is_not_kept() {
    let (mut rig, client, _) = Rig::live();
    rig.say(client, end_request());
    let (call, _) = rig.submitted().unwrap();
    rig.fail_call(call, CallError::Status(404));
    assert!(rig.ended() && rig.closed_with(client) == Some(4004));
}

#[test]
fn with_a_journal_the_client_is_let_go_and_told_that_delivery_is_certain() {
    let (mut rig, client, _) = Rig::live_with(Config { keeps_journal: true, ..Config::new("itv_1") });
    rig.say(client, end_request());
    let (call, _) = rig.submitted().unwrap();
    rig.fail_call(call, CallError::Status(503));
    rig.pass_ms(14_000);
    rig.take();
    rig.pass_ms(1_000);
    let told = rig.told(client);
    assert!(matches!(told[..], [ToClient::Error(_), ToClient::SessionEnded(_)]), "{told:?}");
    assert!(rig.closed_with(client) == Some(4001) && !rig.ended());
}

#[test]
fn a_full_disk_is_told_once_and_the_client_then_waits_for_the_backend() {
    let (mut rig, client, _) = Rig::live_with(Config { keeps_journal: true, ..Config::new("itv_1") });
    rig.input(session_core::Input::NotDurable);
    rig.input(session_core::Input::NotDurable);
    assert_eq!(rig.errors(client), [5000]);
    rig.say(client, end_request());
    rig.pass_ms(60_000);
    assert_eq!(rig.closed_with(client), None);
}
