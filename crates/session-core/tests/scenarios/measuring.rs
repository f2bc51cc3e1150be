//! How the candidate speaks is measured while it is forwarded, and submitted with the transcript.

use crate::rig::{Rig, sound};
use session_core::{Config, ConnId, Output, Session, Timestamp};
use wire::client_to_server_message::Payload as FromClient;

/// The candidate's microphone for a while: speech, or a quiet room.
fn microphone(rig: &mut Rig, client: ConnId, ms: u64, amplitude: i16) {
    let wave = (0..1_600).map(|at| if at % 2 == 0 { amplitude } else { -amplitude });
    let pcm: Vec<u8> = wave.flat_map(i16::to_le_bytes).collect();
    for _ in 0..ms / 100 {
        rig.pass_ms(100);
        rig.speak(client, &pcm);
    }
}

const SPEECH: i16 = 3_000;
const ROOM: i16 = 3;

/// A question of two seconds and an answer with a pause in it.
fn converse(rig: &mut Rig, client: ConnId, model: ConnId) {
    microphone(rig, client, 1_000, ROOM);
    // Half of it is silent: an even sound would be taken for a tone.
    let pcm: Vec<u8> = (0..4_800_u32).map(|at| if at < 2_400 { (at * 31 % 251) as u8 } else { 0 }).collect();
    for _ in 0..20 {
        rig.model_sends(model, &sound(&pcm));
    }
    microphone(rig, client, 2_800, ROOM);
    microphone(rig, client, 1_000, SPEECH);
    microphone(rig, client, 600, ROOM);
    microphone(rig, client, 2_000, SPEECH);
    microphone(rig, client, 500, ROOM);
    rig.candidate_says(model, "An answer.");
}

fn submitted(rig: &mut Rig, client: ConnId) -> delivery::Record {
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    let (_, submission) = rig.submitted().expect("the interview is over");
    submission.delivery.expect("something was heard")
}

#[test]
fn figures_are_submitted_with_the_transcript() {
    let (mut rig, client, model) = Rig::live();
    converse(&mut rig, client, model);
    let figures = submitted(&mut rig, client);
    assert_eq!((figures.listened_ms, figures.spoken_ms, figures.interviewer_ms), (7_900, 3_000, 2_000));
    assert_eq!((figures.pauses, figures.longest_pause_ms, figures.answer_count), (1, 600, 1));
    assert_eq!(figures.answers[0].wait_ms, Some(800));
}

#[test]
fn an_interview_without_sound_has_no_figures() {
    let (mut rig, client, model) = Rig::live();
    rig.interviewer_says(model, "A question?");
    rig.say(client, FromClient::EndRequest(wire::EndRequest {}));
    assert_eq!(rig.submitted().unwrap().1.delivery, None);
}

fn restored(records: &[Vec<u8>], now: u64) -> Rig {
    let records = records.iter().map(Vec::as_slice);
    let session = Session::restore(Config::new("itv_1"), records, 9, Timestamp(now));
    let mut rig = Rig::around(session.expect("the journal holds an interview"), now);
    rig.drain();
    rig.answer_calls();
    rig
}

#[test]
fn a_kill_loses_no_figures_of_a_turn_that_was_complete() {
    let mut rig = Rig::new();
    let client = rig.join();
    rig.hello(client);
    rig.give_context("PENDING", 30);
    let model = rig.model_up();
    converse(&mut rig, client, model);
    rig.model_sends(model, r#"{"serverContent":{"turnComplete":true}}"#);
    let persisted = rig.take().into_iter().filter_map(|output| match output {
        Output::Persist(record) => Some(record),
        _ => None,
    });
    let records: Vec<Vec<u8>> = persisted.collect();

    let mut rig = restored(&records, rig.now + 5_000);
    let client = rig.join();
    rig.hello(client);
    microphone(&mut rig, client, 300, ROOM);
    microphone(&mut rig, client, 1_000, SPEECH);
    let figures = submitted(&mut rig, client);
    assert_eq!((figures.spoken_ms, figures.pauses, figures.answer_count), (4_000, 1, 2));
    assert_eq!(figures.answers[0].wait_ms, Some(800));
}

#[test]
fn nothing_is_measured_while_paused() {
    let (mut rig, client, model) = Rig::live();
    converse(&mut rig, client, model);
    rig.say(client, FromClient::PauseRequest(wire::PauseRequest {}));
    microphone(&mut rig, client, 2_000, SPEECH);
    assert_eq!(submitted(&mut rig, client).spoken_ms, 3_000);
}
