//! A connection lost and made again.

use crate::rig::{Did, Rig};
use session_client::{ConnId, Failure, Input, Side, State, TokenError};
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::session_ended::Reason;
use wire::session_state::State as HostState;
use wire::{TranscriptTurn, TranscriptUpdate};

const FIRST: ConnId = ConnId(1);
const SECOND: ConnId = ConnId(2);

fn lose(rig: &mut Rig) {
    rig.input(Input::Closed(FIRST, None));
    assert_eq!(rig.state(), State::Reconnecting(Side::Host));
}

#[test]
fn a_lost_connection_is_dialled_again_with_a_fresh_token() {
    for code in [None, Some(1000), Some(1001), Some(1006), Some(1011), Some(1013)] {
        let mut rig = Rig::live();
        rig.input(Input::Closed(FIRST, code));
        assert_eq!(rig.did(), [], "not in the same instant");
        let lost_at = rig.now;
        rig.pass_until_it_acts();
        assert_eq!(rig.did(), [Did::Token(SECOND)]);
        assert!((175..=325).contains(&(rig.now - lost_at)), "after {} ms", rig.now - lost_at);

        rig.join(SECOND, Vec::new());
        assert_eq!(rig.state(), State::Live);
        assert_eq!(rig.client.rejoins(), 1);
        let said = rig.said();
        let [Said::ClientHello(hello)] = &said[..] else { panic!("{said:?}") };
        assert_eq!((hello.session_id.as_str(), hello.last_sequence), ("session-a", 2));
    }
}

#[test]
fn what_is_said_meanwhile_waits_and_follows_in_order_at_twice_the_rate() {
    let mut rig = Rig::live();
    lose(&mut rig);
    for mark in 1..=20 {
        rig.speaks(mark);
    }
    rig.types("typed in between");
    rig.pass_until_it_acts();
    rig.join(SECOND, Vec::new());
    assert_eq!(rig.sound_sent(), (1..=10).collect::<Vec<u8>>(), "a second at once");
    rig.speaks(21);
    assert_eq!(rig.sound_sent(), [11, 12]);
    for mark in 22..=29 {
        rig.speaks(mark);
    }
    let said = rig.said();
    assert_eq!(said.len(), 17, "two for each that comes, and what was typed");
    assert!(matches!(&said[8], Said::TextInput(typed) if typed.text == "typed in between"), "{said:?}");
    rig.speaks(30);
    rig.speaks(31);
    assert_eq!(rig.sound_sent(), [29, 30, 31], "caught up");
    assert_eq!(rig.client.uplink_count().dropped_frames, 0);
}

#[test]
fn a_long_loss_keeps_the_last_ten_seconds() {
    let mut rig = Rig::live();
    lose(&mut rig);
    for mark in 0..120 {
        rig.speaks(mark);
    }
    rig.pass_until_it_acts();
    rig.join(SECOND, Vec::new());
    assert_eq!(rig.sound_sent().first(), Some(&20));
    assert_eq!(rig.client.uplink_count().dropped_frames, 20);
}

#[test]
fn the_transcript_fills_in_what_went_by() {
    let mut rig = Rig::live();
    rig.hears_words(FIRST, "AI", 1_000, "Tell me ab");
    lose(&mut rig);
    rig.skip(5);
    rig.pass_until_it_acts();
    let turn = |speaker: &str, text: &str, turn_started_ms, is_final| TranscriptTurn {
        speaker: speaker.into(),
        text: text.into(),
        turn_started_ms,
        is_final,
    };
    let so_far =
        vec![turn("AI", "Tell me about yourself.", 1_000, true), turn("USER", "I work on", 2_000, false)];
    rig.join(SECOND, so_far);
    rig.hears_words(SECOND, "USER", 2_000, " compilers.");
    let texts: Vec<_> = rig.client.transcript().turns().iter().map(|turn| turn.text()).collect();
    assert_eq!(texts, ["Tell me about yourself.", "I work on compilers."]);
    let count = rig.client.downlink_count();
    assert_eq!((count.lost, count.missed), (0, 5));
}

#[test]
fn words_that_came_before_the_greeting_are_told_once() {
    let mut rig = Rig::live();
    lose(&mut rig);
    rig.pass_until_it_acts();
    rig.token(SECOND, Ok("fresh"));
    rig.input(Input::Opened(SECOND));
    rig.hears_words(SECOND, "AI", 0, "What do you");
    rig.greets(
        SECOND,
        vec![TranscriptTurn {
            speaker: "AI".into(),
            text: "What do you".into(),
            turn_started_ms: 1_000,
            is_final: false,
        }],
    );
    rig.hears_words(SECOND, "AI", 1_000, " do?");
    let texts: Vec<_> = rig.client.transcript().turns().iter().map(|turn| turn.text()).collect();
    assert_eq!(texts, ["What do you do?"]);
}

#[test]
fn pauses_between_attempts_grow_and_stay_bounded() {
    let mut rig = Rig::live();
    lose(&mut rig);
    let mut pauses = Vec::new();
    for _ in 0..9 {
        let since = rig.now;
        rig.pass_until_it_acts();
        pauses.push(rig.now - since);
        let did = rig.did();
        let [Did::Token(id)] = did[..] else { panic!("{did:?}") };
        rig.token(id, Ok("fresh"));
        rig.input(Input::Closed(id, None));
    }
    for (pause, base) in pauses.iter().zip([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000]) {
        assert!((base * 7 / 10..=base * 13 / 10).contains(pause), "{pauses:?}");
    }
}

#[test]
fn after_three_minutes_out_of_reach_it_is_lost() {
    let mut rig = Rig::live();
    lose(&mut rig);
    let lost_at = rig.now;
    while !rig.state().is_final() {
        rig.pass_until_it_acts();
        for did in rig.did() {
            if let Did::Token(id) = did {
                rig.token(id, Err(TokenError::Unreachable));
            }
        }
    }
    assert_eq!(rig.state(), State::Error(Failure::Lost));
    assert_eq!(rig.now - lost_at, 180_000);
}

#[test]
fn pings_keep_a_quiet_connection_and_silence_ends_a_dead_one() {
    let mut rig = Rig::live();
    for _ in 0..20 {
        rig.pass(15_000);
        assert_eq!(rig.did(), [Did::Ping(FIRST)]);
        rig.input(Input::ReceivedText(FIRST));
    }
    rig.pass(40_000);
    assert_eq!(rig.did(), [Did::Ping(FIRST), Did::Ping(FIRST), Did::Close(FIRST, 1000)]);
    assert_eq!(rig.state(), State::Reconnecting(Side::Host));
}

#[test]
fn news_of_a_connection_that_was_replaced_means_nothing() {
    let mut rig = Rig::live();
    lose(&mut rig);
    rig.pass_until_it_acts();
    rig.join(SECOND, Vec::new());
    rig.did();
    rig.input(Input::Closed(FIRST, Some(4409)));
    rig.hears_the_end(FIRST, Reason::User);
    assert_eq!(rig.state(), State::Live);
    assert_eq!(rig.did(), []);
}

#[test]
fn a_pause_asked_for_while_away_is_carried_over() {
    let mut rig = Rig::live();
    lose(&mut rig);
    rig.pauses();
    rig.speaks(1);
    rig.pass_until_it_acts();
    rig.join(SECOND, Vec::new());
    let said = rig.said();
    assert!(matches!(&said[..], [Said::ClientHello(_), Said::PauseRequest(_)]), "{said:?}");
    rig.host_is(SECOND, HostState::Paused);
    assert_eq!(rig.state(), State::Paused);
}

fn stored(started_ms: u64, text: &str) -> TranscriptTurn {
    TranscriptTurn { speaker: "USER".into(), text: text.into(), turn_started_ms: started_ms, is_final: true }
}

fn typed(rig: &mut Rig) -> Vec<String> {
    let texts = rig.said().into_iter().filter_map(|said| match said {
        Said::TextInput(typed) => Some(typed.text),
        _ => None,
    });
    texts.collect()
}

#[test]
fn what_was_typed_is_sent_again_unless_the_host_has_it() {
    let mut rig = Rig::live();
    for text in ["shown as stored", "yes", "yes", "on its way"] {
        rig.types(text);
    }
    assert_eq!(typed(&mut rig).len(), 4);
    let shown = TranscriptUpdate {
        speaker: "USER".into(),
        text: "shown as stored".into(),
        is_final: true,
        turn_started_ms: 5,
        ..TranscriptUpdate::default()
    };
    rig.hears(FIRST, Payload::TranscriptUpdate(shown));
    lose(&mut rig);
    rig.types("typed meanwhile");
    rig.pass_until_it_acts();
    rig.join(SECOND, vec![stored(5, "shown as stored"), stored(6, "yes")]);
    assert_eq!(typed(&mut rig), ["yes", "on its way", "typed meanwhile"]);
}

#[test]
fn what_the_host_has_and_has_not_stored_yet_is_not_sent_again() {
    let mut rig = Rig::live();
    rig.types("yes");
    rig.types("yes");
    typed(&mut rig);
    let held = |started_ms| TranscriptTurn { is_final: false, ..stored(started_ms, "yes") };
    lose(&mut rig);
    rig.pass_until_it_acts();
    rig.join(SECOND, vec![held(5)]);
    assert_eq!(typed(&mut rig), ["yes"], "the host holds one of the two");
    rig.input(Input::Closed(SECOND, None));
    rig.pass_until_it_acts();
    rig.join(ConnId(3), Vec::new());
    assert_eq!(typed(&mut rig), ["yes", "yes"], "it has stored neither");
}
