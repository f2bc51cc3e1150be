//! Any sequence of inputs, by seed, under an oracle that watches every output.

use crate::rig::{BEGIN_MS, context, sound};
use session_core::{CallId, Config, ConnId, Event, Input, Output, Session, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use wire::client_to_server_message::Payload as FromClient;

/// A generator of choices (splitmix64), so that a seed is a run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// What the host would have open, and what must hold.
#[derive(Default)]
struct Oracle {
    now: u64,
    clients: BTreeSet<ConnId>,
    dialled: BTreeMap<ConnId, bool>,
    closing: BTreeSet<ConnId>,
    calls: Vec<CallId>,
    ended: bool,
    submitted: Option<usize>,
    acknowledged: bool,
}

impl Oracle {
    fn watch(&mut self, session: &mut Session) {
        while let Some(output) = session.poll_output() {
            assert!(!self.ended || matches!(output, Output::Close(..)), "{output:?} follows the end");
            match output {
                Output::Dial(conn) => {
                    assert!(self.dialled.insert(conn, false).is_none(), "{conn:?} is dialled twice");
                    let open = self.dialled.keys().filter(|conn| !self.closing.contains(conn)).count();
                    assert_eq!(open, 1, "one connection to the model at a time");
                }
                Output::Send(conn, _) => {
                    let open = self.clients.contains(&conn) || self.dialled.get(&conn) == Some(&true);
                    assert!(
                        open && !self.closing.contains(&conn),
                        "a message to {conn:?}, which is not open"
                    );
                }
                Output::Close(conn, _) => {
                    let known = self.clients.contains(&conn) || self.dialled.contains_key(&conn);
                    assert!(
                        known && self.closing.insert(conn),
                        "{conn:?} is closed twice, or was never open"
                    );
                }
                Output::Call(id, call) => {
                    if let api::call::Call::SubmitTranscript(submit) = call {
                        let times: Vec<_> = submit.transcript.iter().map(|entry| entry.timestamp).collect();
                        assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
                        assert!(submit.transcript.iter().all(|entry| !entry.content.trim().is_empty()));
                        assert!(
                            self.submitted.is_none_or(|turns| turns == times.len()),
                            "the transcript changed"
                        );
                        self.submitted = Some(times.len());
                    }
                    self.calls.push(id);
                }
                Output::Persist(record) => assert!(record.starts_with(b"{")),
                Output::Event(Event::TranscriptStored { .. }) => self.acknowledged = true,
                Output::Event(Event::Ended { .. }) => {
                    assert!(self.submitted.is_none() || self.acknowledged, "ended before it was stored");
                    self.ended = true;
                }
                Output::Event(_) => {}
            }
        }
        if let Some((due, timer)) = session.poll_timeout() {
            assert!(!self.ended && due.0 >= self.now, "{timer:?} is due in the past");
        }
    }

    fn pick(&self, dice: &mut Dice, from: impl Iterator<Item = ConnId>) -> Option<ConnId> {
        let all: Vec<ConnId> = from.collect();
        (!all.is_empty()).then(|| all[dice.roll(all.len() as u64) as usize])
    }
}

fn from_client(dice: &mut Dice) -> Vec<u8> {
    let payload = match dice.roll(12) {
        0 => FromClient::PauseRequest(wire::PauseRequest {}),
        1 => FromClient::ResumeRequest(wire::ResumeRequest {}),
        2 => FromClient::ClientHello(wire::ClientHello::default()),
        3 => FromClient::TextInput(wire::TextInput { text: "typed".into() }),
        4 if dice.roll(20) == 0 => FromClient::EndRequest(wire::EndRequest {}),
        5 => return (0..dice.roll(40)).map(|_| dice.roll(256) as u8).collect(),
        _ => {
            let len = dice.roll(9_000) as usize;
            FromClient::AudioChunk(wire::AudioChunk { audio_content: vec![3; len] })
        }
    };
    prost::Message::encode_to_vec(&wire::ClientToServerMessage { payload: Some(payload) })
}

fn from_model(dice: &mut Dice) -> String {
    match dice.roll(16) {
        0 => r#"{"goAway":{"timeLeft":"5s"}}"#.into(),
        1 => r#"{"serverContent":{"interrupted":true}}"#.into(),
        2 => r#"{"serverContent":{"generationComplete":true}}"#.into(),
        3 | 4 => r#"{"serverContent":{"turnComplete":true}}"#.into(),
        5 => r#"{"voiceActivity":{"type":"ACTIVITY_START"}}"#.into(),
        6 => r#"{"voiceActivity":{"type":"ACTIVITY_END"}}"#.into(),
        7 => r#"{"sessionResumptionUpdate":{"newHandle":"h","resumable":true}}"#.into(),
        8 if dice.roll(10) == 0 => {
            r#"{"toolCall":{"functionCalls":[{"id":"c","name":"end_interview"}]}}"#.into()
        }
        9 => r#"{"serverContent":{"inputTranscription":{"text":"heard"}}}"#.into(),
        10 | 11 => r#"{"serverContent":{"outputTranscription":{"text":"said "}}}"#.into(),
        12 => "not json".into(),
        _ => sound(&vec![1; dice.roll(4_000) as usize]),
    }
}

const REASONS: [Option<(u16, &str)>; 6] = [
    None,
    Some((1000, "")),
    Some((1011, "Internal error encountered.")),
    Some((1008, "BidiGenerateContent session not found")),
    Some((1007, "API key not valid. Please pass a valid API key.")),
    Some((503, "")),
];

fn run(seed: u64, steps: u32) -> bool {
    let mut dice = Dice(seed);
    let mut oracle = Oracle { now: BEGIN_MS, ..Oracle::default() };
    let grace_ms = [0, 60_000][dice.roll(2) as usize];
    let mut session = Session::new(Config { grace_ms, ..Config::new("itv_1") }, seed, Timestamp(oracle.now));
    for _ in 0..steps {
        step(&mut dice, &mut oracle, &mut session);
    }
    // Faults stop: whoever is there asks to end, and the backend answers.
    for _ in 0..200 {
        if oracle.ended {
            return true;
        }
        settle(&mut oracle, &mut session);
    }
    false
}

fn step(dice: &mut Dice, oracle: &mut Oracle, session: &mut Session) {
    let now = Timestamp(oracle.now);
    match dice.roll(20) {
        0 if !oracle.ended => {
            let conn = session.accept_client(now);
            oracle.clients.insert(conn);
        }
        1 | 2 => {
            let id = oracle.calls.pop();
            let Some(id) = id else { return };
            let body = context(["PENDING", "IN_PROGRESS"][dice.roll(2) as usize], 30);
            let answer = match dice.roll(4) {
                0 => Err(api::call::CallError::Unreachable),
                _ => Ok(body.as_bytes()),
            };
            session.handle_input(now, Input::CallDone(id, answer));
        }
        3 | 4 => {
            let waiting = oracle.dialled.iter().filter(|(_, open)| !**open).map(|(conn, _)| *conn);
            let Some(conn) = oracle.pick(dice, waiting) else { return };
            oracle.dialled.insert(conn, true);
            session.handle_input(now, Input::Opened(conn));
            oracle.watch(session);
            session.handle_input(now, Input::Received(conn, br#"{"setupComplete":{}}"#));
        }
        5 => {
            let all = oracle.clients.iter().chain(oracle.dialled.keys()).copied();
            let Some(conn) = oracle.pick(dice, all) else { return };
            oracle.clients.remove(&conn);
            oracle.dialled.remove(&conn);
            oracle.closing.remove(&conn);
            session.handle_input(now, Input::Closed(conn, REASONS[dice.roll(REASONS.len() as u64) as usize]));
        }
        6 | 7 => {
            oracle.now += dice.roll(20_000);
            wake(oracle, session);
        }
        8..=12 => {
            let open = oracle.dialled.iter().filter(|(_, open)| **open).map(|(conn, _)| *conn);
            let Some(conn) = oracle.pick(dice, open) else { return };
            session.handle_input(now, Input::Received(conn, from_model(dice).as_bytes()));
        }
        13 => {
            let all = oracle.clients.iter().chain(oracle.dialled.keys()).copied();
            let Some(conn) = oracle.pick(dice, all) else { return };
            session.handle_input(now, Input::Dropped(conn, dice.roll(5_000) as usize));
        }
        _ => {
            let Some(conn) = oracle.pick(dice, oracle.clients.iter().copied()) else { return };
            session.handle_input(now, Input::Received(conn, &from_client(dice)));
        }
    }
    oracle.watch(session);
}

fn wake(oracle: &mut Oracle, session: &mut Session) {
    if session.poll_timeout().is_some_and(|(due, _)| due.0 <= oracle.now) {
        session.handle_input(Timestamp(oracle.now), Input::Timeout);
    }
}

fn settle(oracle: &mut Oracle, session: &mut Session) {
    let now = Timestamp(oracle.now);
    session.shut_down(now);
    oracle.watch(session);
    if let Some(id) = oracle.calls.pop() {
        session.handle_input(now, Input::CallDone(id, Ok(b"{}")));
        oracle.watch(session);
    }
    oracle.now += 10_000;
    wake(oracle, session);
    oracle.watch(session);
}

#[test]
fn no_sequence_of_inputs_breaks_the_rules_and_every_interview_ends() {
    for seed in 0..3_000 {
        assert!(run(seed, 300), "seed {seed} did not end");
    }
}
