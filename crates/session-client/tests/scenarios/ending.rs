//! The ways out.

use crate::rig::{Did, Rig};
use session_client::{ConnId, End, Failure, Input, MicrophoneAccount, State, TokenError};
use wire::client_to_server_message::Payload as Said;
use wire::session_ended::Reason;
use wire::session_state::State as HostState;

const FIRST: ConnId = ConnId(1);
const SECOND: ConnId = ConnId(2);

fn told(reason: Reason, close_code: Option<u16>) -> End {
    let microphone =
        Some(MicrophoneAccount { received_bytes: 3_200, forwarded_bytes: 3_000, dropped_bytes: 200 });
    End { reason, close_code, microphone }
}

#[test]
fn the_candidate_ends_it_and_the_host_confirms() {
    let mut rig = Rig::live();
    rig.ends();
    assert_eq!(rig.state(), State::Ending);
    rig.speaks(9);
    rig.ends();
    let said = rig.said();
    assert!(matches!(&said[..], [Said::EndRequest(_)]), "once, and no sound after it: {said:?}");
    rig.host_is(FIRST, HostState::Ending);
    rig.hears_the_end(FIRST, Reason::User);
    assert_eq!(rig.state(), State::Ending, "until the host closes");
    rig.input(Input::Closed(FIRST, Some(4001)));
    assert_eq!(rig.state(), State::Ended(told(Reason::User, Some(4001))));
}

#[test]
fn the_host_ends_it() {
    for (reason, code) in [(Reason::Interviewer, 4003), (Reason::TimeLimit, 4002), (Reason::Shutdown, 1001)] {
        let mut rig = Rig::live();
        rig.hears_the_end(FIRST, reason);
        rig.input(Input::Closed(FIRST, Some(code)));
        assert_eq!(rig.state(), State::Ended(told(reason, Some(code))));
    }
}

#[test]
fn a_close_code_alone_says_why() {
    let mut rig = Rig::live();
    rig.input(Input::Closed(FIRST, Some(4002)));
    let end = End { reason: Reason::TimeLimit, close_code: Some(4002), microphone: None };
    assert_eq!(rig.state(), State::Ended(end));
}

#[test]
fn a_host_that_said_goodbye_and_vanished_has_ended_it() {
    let mut rig = Rig::live();
    rig.hears_the_end(FIRST, Reason::User);
    rig.input(Input::Closed(FIRST, None));
    assert_eq!(rig.state(), State::Ended(told(Reason::User, None)));

    let mut rig = Rig::live();
    rig.hears_the_end(FIRST, Reason::User);
    rig.pass(5_000);
    assert_eq!(rig.state(), State::Ended(told(Reason::User, None)));
    assert_eq!(rig.did(), [Did::Close(FIRST, 1000)]);
}

#[test]
fn a_failed_session_is_an_error_that_knows_what_was_told() {
    let mut rig = Rig::live();
    rig.hears_the_end(FIRST, Reason::Failed);
    rig.input(Input::Closed(FIRST, Some(4004)));
    let end = told(Reason::Failed, Some(4004));
    assert_eq!(rig.state(), State::Error(Failure::Session(Some(end))));
}

#[test]
fn an_end_asked_for_without_a_connection_is_asked_for_on_the_next() {
    let mut rig = Rig::live();
    rig.input(Input::Closed(FIRST, None));
    rig.speaks(5);
    rig.ends();
    rig.pass_until_it_acts();
    rig.join(SECOND, Vec::new());
    let said = rig.said();
    assert!(
        matches!(&said[..], [Said::ClientHello(_), Said::AudioChunk(_), Said::EndRequest(_)]),
        "what was said before goes first: {said:?}"
    );
}

#[test]
fn an_end_whose_confirmation_was_lost_is_still_an_end() {
    let mut rig = Rig::live();
    rig.ends();
    rig.input(Input::Closed(FIRST, None));
    rig.pass_until_it_acts();
    rig.token(SECOND, Err(TokenError::Over));
    let end = End { reason: Reason::User, close_code: Some(4410), microphone: None };
    assert_eq!(rig.state(), State::Ended(end));
}

#[test]
fn one_who_comes_back_too_late_is_told_how_it_ended_and_not_refused() {
    for over in [Input::Token(SECOND, Err(TokenError::Over)), Input::Closed(SECOND, Some(4410))] {
        let mut rig = Rig::live();
        rig.input(Input::Closed(FIRST, None));
        rig.pass_until_it_acts();
        if matches!(over, Input::Closed(..)) {
            rig.token(SECOND, Ok("fresh"));
            rig.input(Input::Opened(SECOND));
        }
        rig.input(over);
        let end = End { reason: Reason::ClientLeft, close_code: Some(4410), microphone: None };
        assert_eq!(rig.state(), State::Ended(end));
    }
}

#[test]
fn an_announced_end_whose_confirmation_was_lost_is_still_an_end() {
    let mut rig = Rig::live();
    rig.host_is(FIRST, HostState::Ending);
    rig.input(Input::Closed(FIRST, None));
    rig.pass_until_it_acts();
    rig.token(SECOND, Ok("fresh"));
    rig.input(Input::Closed(SECOND, Some(4410)));
    let end = End { reason: Reason::Unspecified, close_code: Some(4410), microphone: None };
    assert_eq!(rig.state(), State::Ended(end));
}

#[test]
fn an_end_nobody_confirms_is_given_up_on_after_a_minute() {
    let mut rig = Rig::live();
    rig.ends();
    for _ in 0..6 {
        rig.pass(9_999);
        rig.input(Input::ReceivedText(FIRST));
    }
    assert_eq!(rig.state(), State::Ending);
    rig.pass(6);
    assert_eq!(rig.state(), State::Error(Failure::EndUnconfirmed));
    assert_eq!(rig.did().last(), Some(&Did::Close(FIRST, 1000)));
}

#[test]
fn nothing_follows_the_end() {
    let mut rig = Rig::live();
    rig.input(Input::Closed(FIRST, Some(4409)));
    rig.events.clear();
    rig.speaks(1);
    rig.pauses();
    rig.resumes();
    rig.ends();
    rig.hears_sound(FIRST, 20);
    rig.token(FIRST, Ok("late"));
    rig.input(Input::Opened(FIRST));
    rig.pass(600_000);
    assert_eq!(rig.did(), []);
    assert_eq!(rig.events, []);
}
