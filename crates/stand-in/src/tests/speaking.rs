use serde_json::{Value, json};

use super::rig::{Client, Rig, scenario, setup, setup_with, speech, text};
use crate::options::{Options, Profile};
use crate::scenario::{Act, Pace, Point, Scenario};

fn begin(rig: &Rig) -> Client {
    let mut client = rig.live(&setup());
    client.mark();
    client.send(&text("Begin."));
    client
}

fn content(turns: &Value, complete: bool) -> Value {
    json!({"clientContent": {"turns": turns, "turnComplete": complete}})
}

fn user(text: &str) -> Value {
    json!([{"role": "user", "parts": [{"text": text}]}])
}

#[test]
fn si_47_52_to_56_a_turn_is_sent_in_a_burst_and_completes_when_it_would_have_been_heard() {
    let rig = Rig::new(Options::default());
    let mut client = begin(&rig);
    let asked = client.now();
    client.run_until("turnComplete");
    let audio = client.times_of("modelTurn");
    assert_eq!(audio[0] - asked, 700);
    assert_eq!(client.times_of("outputTranscription")[0], audio[0]);
    let generated = client.times_of("generationComplete")[0];
    let (complete, duration) = (client.times_of("turnComplete")[0], client.audio_ms());
    assert!(duration > 10_000);
    assert!((generated - audio[0]) * 4 < duration, "{} ms for {duration} ms", generated - audio[0]);
    assert!(complete.abs_diff(audio[0] + duration) <= 1);
    let chunks = client.audio_chunks();
    let (last, whole) = chunks.split_last().unwrap();
    assert_eq!(chunks[0], 240 * 48);
    assert!(whole[1..].iter().all(|bytes| bytes % 1920 == 0 && (400 * 48..=640 * 48).contains(bytes)));
    assert!(last % 2 == 0);
    assert!(client.said().contains("practice interviewer"));
    let (last_text, times) = (client.times_of("outputTranscription"), &client.got.last().unwrap().1);
    assert!(*last_text.last().unwrap() <= generated);
    assert!(times["usageMetadata"]["responseTokenCount"].as_u64().unwrap() >= duration * 25 / 1000);
}

#[test]
fn si_48_client_content_interrupts_and_answers_only_when_complete() {
    let rig = Rig::new(Options::default());
    let mut client = begin(&rig);
    client.run(1_000);
    client.send(&content(&user("Wait."), false));
    assert_eq!(client.shape(), ["modelTurn", "interrupted", "turnComplete"]);
    client.mark();
    client.run(20_000);
    assert!(client.got.is_empty());
    client.send(&json!({"clientContent": {"turnComplete": true}}));
    client.run_until("turnComplete");
    assert_eq!(client.shape(), ["modelTurn", "generationComplete", "turnComplete"]);
}

#[test]
fn si_49_history_is_taken_in_silence_and_not_greeted() {
    let rig = Rig::new(Options::default());
    let mut client = rig.live(&setup_with("historyConfig", json!({"initialHistoryInClientContent": true})));
    client.mark();
    client.send(&content(&json!([{"role": "user", "parts": [{"text": "Begin."}]}]), false));
    client.send(&content(&json!([{"role": "model", "parts": [{"text": "Hello, and welcome."}]}]), true));
    client.run(10_000);
    assert!(client.got.is_empty());
    client.send(&text("(Please continue.)"));
    client.run_until("turnComplete");
    assert!(!client.said().contains("practice interviewer"), "{}", client.said());
}

#[test]
fn si_50_a_newer_preview_refuses_content_after_its_first_turn() {
    let rig = Rig::profile(Profile::V3_1);
    let mut client = begin(&rig);
    client.run_until("turnComplete");
    client.send(&content(&user("More."), true));
    assert_eq!(client.close_code(), Some(1007));
}

#[test]
fn si_53_realtime_pace_stalls_and_tiny_chunks() {
    let rig = Rig::with(Scenario { pace: Pace::Realtime, ..Scenario::default() });
    let mut client = begin(&rig);
    client.run_until("turnComplete");
    let (audio, duration) = (client.times_of("modelTurn"), client.audio_ms());
    assert!(audio.last().unwrap() - audio[0] > duration - 700);
    let rig = Rig::with(Scenario { pace: Pace::Stall, ..Scenario::default() });
    let mut client = begin(&rig);
    client.run_until("turnComplete");
    let audio = client.times_of("modelTurn");
    assert!(audio.windows(2).any(|pair| pair[1] - pair[0] == 2_000));
    let mut client = begin(&Rig::with(Scenario { tiny_chunks: true, ..Scenario::default() }));
    client.run_until("turnComplete");
    assert_eq!(client.audio_chunks()[..3], [2, 2, 2]);
}

#[test]
fn si_56_57_usage_apart_and_bundled_ends() {
    let mut client = begin(&Rig::with(Scenario { usage_apart: true, ..Scenario::default() }));
    client.run_until("turnComplete");
    assert_eq!(client.kinds().last().unwrap(), "usageMetadata");
    let mut client = begin(&Rig::profile(Profile::V3_1));
    client.run_until("turnComplete");
    let kinds = client.kinds();
    assert_eq!(kinds[kinds.len() - 2], "modelTurn+outputTranscription+generationComplete");
    let mut plain = begin(&Rig::new(Options::default()));
    plain.run_until("turnComplete");
    assert_eq!(client.said(), plain.said(), "nothing is lost in the bundle");
}

#[test]
fn si_60_61_empty_and_refused_turns_and_stalls() {
    let mut client = begin(&Rig::with(scenario(Point::Turn, 1, Act::EmptyTurn)));
    client.run(5_000);
    assert_eq!(client.kinds(), ["turnComplete"]);
    let reason = Act::EndReason("GENERATED_AUDIO_SAFETY".into());
    let mut client = begin(&Rig::with(scenario(Point::Turn, 1, reason)));
    client.run(20_000);
    assert_eq!(client.kinds().last().unwrap(), "turnComplete+turnCompleteReason");
    assert!(client.times_of("generationComplete").is_empty());
    let mut client = Rig::with(scenario(Point::Turn, 1, Act::Delay { ms: 50_000 })).live(&setup());
    client.mark();
    client.hear(&speech());
    client.hear_silence(1_500);
    client.run(48_000);
    assert_eq!(client.shape(), ["ACTIVITY_START", "inputTranscription", "ACTIVITY_END"]);
    client.run(4_000);
    assert_eq!(client.heard().len(), 2, "the transcript comes again with the late answer");
    assert!(client.audio_ms() > 0);
}

#[test]
fn si_63_speech_while_generating_interrupts_without_generation_complete() {
    let rig = Rig::with(Scenario { pace: Pace::Realtime, ..Scenario::default() });
    let mut client = begin(&rig);
    client.run(2_000);
    client.mark();
    let onset = client.now();
    client.hear(&speech());
    let interrupted = client.times_of("interrupted")[0];
    assert!((130..500).contains(&(interrupted - onset)), "{} ms", interrupted - onset);
    let shape = client.shape();
    let at = shape.iter().position(|kind| kind == "ACTIVITY_START").unwrap();
    assert_eq!(shape[at..], ["ACTIVITY_START", "interrupted", "turnComplete"]);
    assert_eq!(client.times_of("turnComplete")[0], interrupted);
}

#[test]
fn si_64_65_speech_during_play_out_interrupts_and_after_it_does_not() {
    let rig = Rig::new(Options::default());
    let mut client = begin(&rig);
    client.run_until("generationComplete");
    client.run(1_500);
    client.mark();
    client.hear(&speech());
    assert_eq!(client.kinds(), ["ACTIVITY_START", "interrupted", "turnComplete"]);
    client.hear_silence(1_200);
    client.run_until("turnComplete");
    client.mark();
    client.hear(&speech());
    assert_eq!(client.kinds(), ["ACTIVITY_START"]);
}

#[test]
fn si_66_without_interruption_the_answer_waits_for_the_turn() {
    let rig = Rig::new(Options::default());
    let mut client =
        rig.live(&setup_with("realtimeInputConfig", json!({"activityHandling": "NO_INTERRUPTION"})));
    client.mark();
    client.send(&text("Begin."));
    client.run(1_500);
    client.hear(&speech());
    client.hear_silence(1_500);
    client.run_until("turnComplete");
    assert!(client.times_of("interrupted").is_empty());
    client.run_until("turnComplete");
    assert_eq!(client.times_of("turnComplete").len(), 2);
    assert!(client.times_of("inputTranscription")[0] >= client.times_of("turnComplete")[0]);
}

#[test]
fn si_65_67_phantom_interruptions_and_late_residue() {
    let mut client = begin(&Rig::with(scenario(Point::TurnEnd, 1, Act::PhantomInterrupted)));
    client.run_until("interrupted");
    assert_eq!(client.shape(), ["modelTurn", "generationComplete", "turnComplete", "interrupted"]);
    let mut client = begin(&Rig::with(scenario(Point::Interruption, 1, Act::LateResidue)));
    client.run(1_500);
    client.mark();
    client.send(&text("Stop."));
    assert_eq!(client.kinds(), ["interrupted", "modelTurn", "turnComplete"]);
}

#[test]
fn an_echo_says_every_sound_back_and_nothing_of_its_own() {
    let mut client = begin(&Rig::with(Scenario { echo: true, ..Scenario::default() }));
    client.send_audio(&[100; 1600]);
    client.send_audio(&[-100; 160]);
    client.run(60_000);
    assert_eq!(client.audio_chunks(), [3200, 320]);
    assert_eq!(client.shape(), ["modelTurn"]);
}
