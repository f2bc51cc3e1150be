//! Any sequence of news and deeds: nothing panics, and what must always hold does.

use proptest::prelude::*;
use prost::Message;
use session_client::{Client, Config, ConnId, Frame, Input, MicrophoneFrame, Output, Timestamp, TokenError};
use std::collections::BTreeSet;
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::{
    AudioResponse, ClientToServerMessage, Error, Interrupted, ServerToClientMessage, SessionEnded,
    SessionReady, SessionState, TranscriptTurn, TranscriptUpdate,
};

/// Connections are named by their age: 0 is the newest attempt.
#[derive(Clone, Debug)]
enum Deed {
    /// Everything goes well up to the conversation.
    Join,
    Token(u64, bool),
    TokenError(u64, TokenError),
    Opened(u64),
    Message(u64, ServerToClientMessage),
    Rubbish(u64, Vec<u8>),
    Text(u64),
    Closed(u64, Option<u16>),
    Timeout,
    /// The timer fires when it is due.
    WaitForTimer,
    Pass(u64),
    Speak,
    Type,
    Pause,
    Resume,
    End,
    Play(usize),
}

fn payload() -> impl Strategy<Value = Payload> {
    let speaker = prop::sample::select(vec!["USER", "AI", "?"]);
    let text = prop::sample::select(vec!["", " ", "word", " more"]);
    let update = (speaker.clone(), text.clone(), any::<bool>(), any::<bool>(), 0..6_u64).prop_map(
        |(speaker, text, is_final, turn_complete, turn_started_ms)| {
            Payload::TranscriptUpdate(TranscriptUpdate {
                speaker: speaker.into(),
                text: text.into(),
                is_final,
                turn_complete,
                turn_started_ms,
            })
        },
    );
    let turn =
        (speaker, text, any::<bool>(), 0..6_u64).prop_map(|(speaker, text, is_final, turn_started_ms)| {
            TranscriptTurn { speaker: speaker.into(), text: text.into(), turn_started_ms, is_final }
        });
    let ready = prop::collection::vec(turn, 0..4).prop_map(|transcript| {
        Payload::SessionReady(SessionReady { session_id: "s".into(), transcript, ..SessionReady::default() })
    });
    let ended = (0..14_i32)
        .prop_map(|reason| Payload::SessionEnded(SessionEnded { reason, ..SessionEnded::default() }));
    prop_oneof![
        4 => update,
        4 => ready,
        4 => (0..7_i32).prop_map(|state| Payload::SessionState(SessionState { state, remaining_ms: 9, interviewer_silent: state % 2 == 0 })),
        2 => (0..9_000_usize)
            .prop_map(|len| Payload::AudioResponse(AudioResponse { audio_content: vec![0; len] })),
        1 => ended,
        1 => Just(Payload::Interrupted(Interrupted {})),
        1 => Just(Payload::Error(Error { code: 5000, message: "x".into() })),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let id = prop_oneof![6 => Just(0_u64), 1 => 1..4_u64];
    let message = (0..40_u64, prop::option::weighted(0.9, payload()))
        .prop_map(|(sequence, payload)| ServerToClientMessage { sequence, payload });
    let lasting = prop::sample::select(vec![1009, 4001, 4002, 4003, 4004, 4400, 4401, 4409, 4410]);
    let passing = prop::sample::select(vec![1000, 1001, 1006, 1011, 1013]);
    let code = prop::option::of(prop_oneof![1 => lasting, 8 => passing]);
    let refused = prop::sample::select(vec![TokenError::Unreachable, TokenError::Refused, TokenError::Over]);
    prop_oneof![
        8 => Just(Deed::Join),
        4 => (id.clone(), prop::bool::weighted(0.8)).prop_map(|(id, good)| Deed::Token(id, good)),
        1 => (id.clone(), refused).prop_map(|(id, error)| Deed::TokenError(id, error)),
        4 => id.clone().prop_map(Deed::Opened),
        16 => (id.clone(), message).prop_map(|(id, message)| Deed::Message(id, message)),
        1 => (id.clone(), prop::collection::vec(any::<u8>(), 0..30))
            .prop_map(|(id, bytes)| Deed::Rubbish(id, bytes)),
        1 => id.clone().prop_map(Deed::Text),
        4 => (id, code).prop_map(|(id, code)| Deed::Closed(id, code)),
        1 => Just(Deed::Timeout),
        6 => Just(Deed::WaitForTimer),
        2 => (0..60_000_u64).prop_map(Deed::Pass),
        6 => Just(Deed::Speak),
        1 => Just(Deed::Type),
        1 => Just(Deed::Pause),
        1 => Just(Deed::Resume),
        1 => Just(Deed::End),
        2 => (0..10_000_usize).prop_map(Deed::Play),
    ]
}

/// What a careful driver believes.
#[derive(Default)]
struct Oracle {
    tokens: BTreeSet<ConnId>,
    dialled: BTreeSet<ConnId>,
    opened: BTreeSet<ConnId>,
    open: BTreeSet<ConnId>,
    greeted: BTreeSet<ConnId>,
    asked_to_end: BTreeSet<ConnId>,
    sent_bytes: u64,
    over: bool,
}

impl Oracle {
    /// The attempt of that age.
    fn conn(&self, age: u64) -> ConnId {
        let newest = self.tokens.last().map_or(0, |id| id.0);
        ConnId(newest.saturating_sub(age))
    }

    fn see(&mut self, output: &Output) {
        assert!(!self.over, "{output:?} after the end");
        match output {
            Output::FetchToken(id) => assert!(self.tokens.insert(*id), "{id:?} was used before"),
            Output::Dial(id, _) => {
                assert!(self.tokens.contains(id), "{id:?} is dialled without a token");
                assert!(self.dialled.insert(*id), "{id:?} is dialled twice");
            }
            Output::Send(id, frame) => {
                assert!(self.open.contains(id), "{frame:?} to a connection that is not open");
                if let Frame::Binary(bytes) = frame {
                    self.see_message(*id, bytes);
                }
            }
            Output::Close(id, code) => {
                assert_eq!(*code, 1000);
                assert!(self.dialled.contains(id));
                self.open.remove(id);
            }
            Output::Event(_) => {}
        }
    }

    fn see_message(&mut self, id: ConnId, bytes: &[u8]) {
        let message = ClientToServerMessage::decode(bytes).expect("what is sent is well-formed");
        let payload = message.payload.expect("and says something");
        assert!(!self.asked_to_end.contains(&id), "{payload:?} after the end was asked for");
        match &payload {
            Said::ClientHello(_) => assert!(self.greeted.insert(id), "a second hello"),
            other => assert!(self.greeted.contains(&id), "{other:?} before the hello"),
        }
        match payload {
            Said::EndRequest(_) => drop(self.asked_to_end.insert(id)),
            Said::AudioChunk(chunk) => self.sent_bytes += chunk.audio_content.len() as u64,
            Said::ClientHello(_) | Said::TextInput(_) | Said::PauseRequest(_) | Said::ResumeRequest(_) => {}
        }
    }
}

fn act(client: &mut Client, oracle: &mut Oracle, now: &mut u64, deed: &Deed) {
    let at = Timestamp(*now);
    match deed {
        Deed::Join => join(client, oracle, at),
        Deed::Token(age, good) => {
            let token = if *good { Ok("t".into()) } else { Err(TokenError::Unreachable) };
            client.handle_input(at, Input::Token(oracle.conn(*age), token));
        }
        Deed::TokenError(age, error) => {
            client.handle_input(at, Input::Token(oracle.conn(*age), Err(*error)));
        }
        Deed::Opened(age) => open(client, oracle, at, oracle.conn(*age)),
        Deed::Message(age, message) => {
            let bytes = message.encode_to_vec();
            client.handle_input(at, Input::Received(oracle.conn(*age), &bytes));
        }
        Deed::Rubbish(age, bytes) => client.handle_input(at, Input::Received(oracle.conn(*age), bytes)),
        Deed::Text(age) => client.handle_input(at, Input::ReceivedText(oracle.conn(*age))),
        Deed::Closed(age, code) => {
            let id = oracle.conn(*age);
            oracle.open.remove(&id);
            client.handle_input(at, Input::Closed(id, *code));
        }
        Deed::Timeout => client.handle_input(at, Input::Timeout),
        Deed::WaitForTimer => {
            if let Some((due, _)) = client.poll_timeout() {
                *now = due.0.max(*now);
                client.handle_input(Timestamp(*now), Input::Timeout);
            }
        }
        Deed::Pass(ms) => *now += ms,
        Deed::Speak => client.speak(at, MicrophoneFrame::new(&[0; 20])),
        Deed::Type => drop(client.type_answer(at, "hello")),
        Deed::Pause => client.pause(at),
        Deed::Resume => client.resume(at),
        Deed::End => client.end(at),
        Deed::Play(bytes) => drop(client.play(*bytes, &mut Vec::new())),
    }
}

fn join(client: &mut Client, oracle: &mut Oracle, at: Timestamp) {
    let id = oracle.conn(0);
    client.handle_input(at, Input::Token(id, Ok("t".into())));
    drain(client, oracle);
    open(client, oracle, at, id);
    drain(client, oracle);
    let ready = SessionReady { session_id: "s".into(), ..SessionReady::default() };
    let live = SessionState { state: 2, remaining_ms: 9, interviewer_silent: false };
    for payload in [Payload::SessionReady(ready), Payload::SessionState(live)] {
        let message = ServerToClientMessage { sequence: 0, payload: Some(payload) };
        client.handle_input(at, Input::Received(id, &message.encode_to_vec()));
        drain(client, oracle);
    }
}

/// A driver opens only what it was told to dial, once.
fn open(client: &mut Client, oracle: &mut Oracle, at: Timestamp, id: ConnId) {
    if oracle.dialled.contains(&id) && oracle.opened.insert(id) {
        oracle.open.insert(id);
        client.handle_input(at, Input::Opened(id));
    }
}

fn drain(client: &mut Client, oracle: &mut Oracle) {
    while let Some(output) = client.poll_output() {
        oracle.see(&output);
    }
    oracle.over = client.state().is_final();
}

fn check(client: &Client, oracle: &Oracle, now: u64, deed: &Deed) {
    if let Deed::Timeout | Deed::WaitForTimer = deed {
        let due = client.poll_timeout().map(|(due, _)| due.0);
        assert!(due.is_none_or(|due| due > now), "a deadline in the past: {due:?} at {now}");
    }
    assert_eq!(client.poll_timeout().is_none(), client.state().is_final(), "there is always a next step");
    assert_eq!(client.uplink_count().sent_bytes, oracle.sent_bytes, "every frame is accounted for");
    let played = client.play_out_count();
    let let_go = played.heard_bytes + played.flushed_bytes + played.overflowed_bytes;
    assert_eq!(played.received_bytes, let_go + client.queued_sound_bytes() as u64);
    let places: Vec<u64> = client.transcript().turns().iter().map(|turn| turn.id.started_ms).collect();
    assert!(places.is_sorted(), "{places:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_must_always_hold_does(seed: u64, deeds in prop::collection::vec(deed(), 0..120)) {
        let mut config = Config::new("any");
        config.play_out_buffer_bytes = 20_000;
        config.uplink_buffer_bytes = 100;
        let mut now = 1_000;
        let mut client = Client::new(config, seed, Timestamp(now));
        let mut oracle = Oracle::default();
        let start = Deed::Pass(0);
        for deed in std::iter::once(&start).chain(&deeds) {
            act(&mut client, &mut oracle, &mut now, deed);
            drain(&mut client, &mut oracle);
            check(&client, &oracle, now, deed);
        }
    }
}
