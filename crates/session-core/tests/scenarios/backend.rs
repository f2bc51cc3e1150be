//! The backend is slow, away, or says no.

use crate::rig::Rig;
use api::call::{Call, CallError};
use api::interview::{EndReason, Status};
use session_core::Input;
use wire::client_to_server_message::Payload as FromClient;

#[test]
fn a_failing_backend_at_the_start_is_retried_then_told() {
    let mut rig = Rig::new();
    let client = rig.join();
    let mut tries = 0;
    while let Some(call) = rig.last_call(|call| matches!(call, Call::GetContext(_))) {
        tries += 1;
        rig.take();
        rig.fail_call(call, CallError::Unreachable);
        let Some((due, _)) = rig.session.poll_timeout() else { break };
        rig.pass_ms(due.0 - rig.now);
    }
    assert!((5..20).contains(&tries), "{tries}");
    rig.pass_ms(30_000);
    assert_eq!((rig.errors(client), rig.closed_with(client)), (vec![5000], Some(4004)));
    assert!(rig.ended() && rig.dialled().is_none(), "an interview is never held without its context");
}

#[test]
fn a_backend_that_never_answers_is_given_up_after_30_s() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.pass_ms(29_999);
    assert!(!rig.ended());
    rig.pass_ms(1);
    assert_eq!(rig.closed_with(client), Some(4004));
}

#[test]
fn a_backend_that_comes_back_in_time_goes_unnoticed() {
    let mut rig = Rig::new();
    rig.join();
    let call = rig.last_call(|_| true).unwrap();
    rig.fail_call(call, CallError::Status(502));
    rig.take();
    rig.pass_ms(1_000);
    rig.give_context("IN_PROGRESS", 30);
    assert!(rig.dialled().is_some());
}

#[test]
fn the_token_of_an_interview_that_is_over_gets_4410_and_nothing_is_touched() {
    for status in ["COMPLETED", "ERROR"] {
        let mut rig = Rig::new();
        let client = rig.join();
        rig.give_context(status, 30);
        assert_eq!((rig.errors(client), rig.closed_with(client)), (vec![5000], Some(4410)));
        assert!(rig.ended() && rig.dialled().is_none() && rig.calls().len() == 1);
    }
}

#[test]
fn an_interview_that_was_deleted_is_over() {
    let mut rig = Rig::new();
    let client = rig.join();
    let call = rig.last_call(|_| true).unwrap();
    rig.fail_call(call, CallError::Status(404));
    assert_eq!(rig.closed_with(client), Some(4410));
}

#[test]
fn the_backend_learns_that_the_interview_is_in_progress_even_if_it_is_away_first() {
    let mut rig = Rig::new();
    rig.join();
    rig.give_context("PENDING", 30);
    rig.model_up();
    let began = rig.now as i64;
    for _ in 0..3 {
        let (id, call) = rig.calls().pop().unwrap();
        let Call::UpdateStatus(update) = call else { panic!("{call:?}") };
        assert_eq!((update.status, update.started_at.map(|at| at.0)), (Status::InProgress, Some(began)));
        rig.take();
        rig.fail_call(id, CallError::Unreachable);
        rig.pass_ms(5_000);
    }
    rig.answer_calls();
    rig.take();
    rig.pass_ms(60_000);
    assert!(rig.calls().is_empty());
}

#[test]
fn a_garbled_context_is_not_used() {
    let mut rig = Rig::new();
    rig.join();
    let call = rig.last_call(|_| true).unwrap();
    rig.input(Input::CallDone(call, Ok(b"<html>")));
    assert!(rig.dialled().is_none() && !rig.ended());
}

#[test]
fn an_end_while_the_context_loads_completes_what_nobody_has_begun_and_touches_nothing_else() {
    let ending = |status: &str, leaves: bool| {
        let mut rig = Rig::new();
        let client = rig.join();
        rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
        if leaves {
            rig.input(Input::Closed(client, None));
        }
        assert!(rig.submitted().is_none() && !rig.ended());
        rig.give_context(status, 30);
        assert!(rig.dialled().is_none());
        (rig, client)
    };
    for leaves in [false, true] {
        let (rig, _) = ending("PENDING", leaves);
        let (_, submit) = rig.submitted().expect("it is completed without a word");
        assert_eq!((submit.transcript.len(), submit.end_reason), (0, Some(EndReason::User)));
    }
    let (rig, client) = ending("IN_PROGRESS", false);
    assert_eq!((rig.submitted(), rig.closed_with(client), rig.ended()), (None, Some(4001), true));
    let (rig, client) = ending("COMPLETED", false);
    assert_eq!((rig.submitted(), rig.closed_with(client)), (None, Some(4410)));
}
