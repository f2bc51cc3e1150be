//! The way in.

use crate::rig::{Did, Rig};
use session_client::{ConnId, Event, Failure, Input, Side, State, TokenError};
use wire::SessionReady;
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::session_state::State as HostState;

const FIRST: ConnId = ConnId(1);
const SECOND: ConnId = ConnId(2);

#[test]
fn a_token_a_connection_a_hello_then_live() {
    let mut rig = Rig::new();
    assert_eq!(rig.did(), [Did::Token(FIRST)]);
    rig.token(FIRST, Ok("abc"));
    assert_eq!(rig.did(), [Did::Dial(FIRST, "abc".into())]);
    rig.input(Input::Opened(FIRST));
    let said = rig.said();
    let [Said::ClientHello(hello)] = &said[..] else { panic!("{said:?}") };
    assert_eq!((hello.protocol_version, hello.client_name.as_str()), (1, "rig/1"));
    assert_eq!((hello.session_id.as_str(), hello.last_sequence), ("", 0));
    assert_eq!(rig.state(), State::Connecting);

    let mut rig = Rig::live();
    assert_eq!(rig.state(), State::Live);
    assert_eq!(rig.client.rejoins(), 0);
    rig.host_is(FIRST, HostState::Reconnecting);
    assert_eq!(rig.state(), State::Reconnecting(Side::Model));
}

#[test]
fn a_second_greeting_on_a_connection_is_no_rejoin() {
    let mut rig = Rig::live();
    rig.ends();
    rig.did();
    rig.hears(FIRST, Payload::SessionReady(SessionReady::default()));
    assert_eq!(rig.did(), [], "the end is asked for once");
    assert_eq!(rig.client.rejoins(), 0);
}

#[test]
fn a_host_that_slept_greets_again_and_counts_anew() {
    let mut rig = Rig::live();
    rig.types("Sent, and on its way to being stored.");
    rig.did();
    rig.hears_words(FIRST, "AI", 5_000, "Hello.");
    rig.host_wakes();
    rig.greets(FIRST, Vec::new());
    rig.host_is(FIRST, HostState::Paused);
    rig.hears_words(FIRST, "AI", 9_000, "Welcome back.");
    assert_eq!(rig.did(), [], "the connection held: nothing is sent again");
    assert_eq!((rig.state(), rig.client.rejoins()), (State::Paused, 0));
    let count = rig.client.downlink_count();
    assert_eq!((count.repeated, count.missed, count.lost), (0, 0, 0));
    assert_eq!(rig.client.transcript().turns().len(), 2);
}

#[test]
fn the_microphone_opens_when_the_interviewer_listens() {
    let mut rig = Rig::new();
    rig.speaks(1);
    rig.join(FIRST, Vec::new());
    rig.speaks(2);
    rig.host_is(FIRST, HostState::Connecting);
    rig.speaks(3);
    rig.host_is(FIRST, HostState::Live);
    rig.speaks(4);
    assert_eq!(rig.sound_sent(), [4]);
    let count = rig.client.uplink_count();
    assert_eq!((count.sent_frames, count.dropped_frames), (1, 0));
}

#[test]
fn a_refused_token_is_tried_once_more_with_a_fresh_one() {
    let mut rig = Rig::new();
    rig.token(FIRST, Ok("stale"));
    rig.input(Input::Opened(FIRST));
    rig.did();
    rig.input(Input::Closed(FIRST, Some(4401)));
    assert_eq!(rig.did(), [Did::Token(SECOND)], "at once");
    rig.token(SECOND, Ok("fresh"));
    rig.input(Input::Closed(SECOND, Some(4401)));
    assert_eq!(rig.state(), State::Error(Failure::Refused));
}

#[test]
fn a_session_that_went_well_forgives_an_earlier_refusal() {
    let mut rig = Rig::new();
    rig.token(FIRST, Ok("stale"));
    rig.input(Input::Opened(FIRST));
    rig.input(Input::Closed(FIRST, Some(4401)));
    rig.join(SECOND, Vec::new());
    rig.input(Input::Closed(SECOND, Some(4401)));
    assert_eq!(rig.did().last(), Some(&Did::Token(ConnId(3))));
}

#[test]
fn the_backends_word_is_final() {
    for (error, failure) in [(TokenError::Refused, Failure::Refused), (TokenError::Over, Failure::Over)] {
        let mut rig = Rig::new();
        rig.token(FIRST, Err(error));
        assert_eq!(rig.state(), State::Error(failure));
        assert_eq!(rig.events, [Event::StateChanged(State::Error(failure))]);
    }
}

#[test]
fn one_who_comes_when_it_is_over_is_told_so() {
    let mut rig = Rig::new();
    rig.token(FIRST, Ok("fresh"));
    rig.input(Input::Opened(FIRST));
    rig.input(Input::Closed(FIRST, Some(4410)));
    assert_eq!(rig.state(), State::Error(Failure::Over));
}

#[test]
fn close_codes_that_stop_a_client_stop_it() {
    for (code, failure) in [
        (4400, Failure::Violation(4400)),
        (1009, Failure::Violation(1009)),
        (4409, Failure::Replaced),
        (4004, Failure::Session(None)),
    ] {
        let mut rig = Rig::live();
        rig.input(Input::Closed(FIRST, Some(code)));
        assert_eq!(rig.state(), State::Error(failure));
        assert_eq!(rig.client.last_close_code(), Some(code));
        assert_eq!(rig.did(), [], "{code} wants no other connection");
    }
}

#[test]
fn an_unreachable_host_is_given_up_on_after_twenty_seconds() {
    let mut rig = Rig::new();
    let started = rig.now;
    let mut attempts = 0;
    while !rig.state().is_final() {
        for did in rig.did() {
            if let Did::Token(id) = did {
                attempts += 1;
                rig.token(id, Err(TokenError::Unreachable));
            }
        }
        rig.pass_until_it_acts();
    }
    assert_eq!(rig.state(), State::Error(Failure::Unreachable));
    assert_eq!(rig.now - started, 20_000);
    assert!((6..=12).contains(&attempts), "{attempts} attempts");
}

#[test]
fn a_host_that_says_nothing_is_let_go_and_tried_again() {
    let mut rig = Rig::new();
    rig.token(FIRST, Ok("abc"));
    rig.input(Input::Opened(FIRST));
    rig.did();
    rig.pass(15_000);
    assert_eq!(rig.did(), [Did::Close(FIRST, 1000)]);
    rig.pass_until_it_acts();
    assert_eq!(rig.did(), [Did::Token(SECOND)]);
    rig.input(Input::Opened(FIRST));
    rig.token(FIRST, Ok("late"));
    assert_eq!(rig.did(), [], "late news of the first attempt means nothing");
}
