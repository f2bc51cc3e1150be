use serde_json::{Value, json};

use super::rig::{Rig, setup, setup_with, speech, text};
use crate::options::{Options, Profile};
use crate::scenario::Scenario;

fn manual() -> Value {
    setup_with("realtimeInputConfig", json!({"automaticActivityDetection": {"disabled": true}}))
}

fn input(member: &str, value: &Value) -> Value {
    json!({"realtimeInput": {member: value}})
}

#[test]
fn si_33_34_35_36_an_utterance_is_told_and_answered() {
    let mut client = Rig::new(Options::default()).greeted();
    client.run(5_000);
    client.mark();
    client.hear_silence(500);
    let onset = client.now();
    client.hear(&speech());
    let stopped = client.now();
    client.hear_silence(3_000);
    client.run_until("turnComplete");
    assert_eq!(
        client.shape(),
        [
            "ACTIVITY_START",
            "inputTranscription",
            "ACTIVITY_END",
            "modelTurn",
            "generationComplete",
            "turnComplete"
        ]
    );
    let started = client.times_of("ACTIVITY_START")[0] - onset;
    assert!((130..500).contains(&started), "{started} ms after the onset");
    let told = client.times_of("inputTranscription")[0];
    assert!((900..1500).contains(&(told - stopped)), "{} ms after the last word", told - stopped);
    assert_eq!(told, client.times_of("modelTurn")[0]);
    let [heard] = client.heard()[..] else { panic!("{:?}", client.heard()) };
    let seconds: f64 =
        heard.strip_prefix('[').unwrap().strip_suffix(" s of speech]").unwrap().parse().unwrap();
    assert!((4.5..5.6).contains(&seconds), "{heard}");
}

#[test]
fn si_36_without_transcription_there_is_none() {
    let rig = Rig::new(Options::default());
    let mut setup = setup();
    setup["setup"]["inputAudioTranscription"] = Value::Null;
    setup["setup"]["outputAudioTranscription"] = Value::Null;
    let mut client = rig.live(&setup);
    client.hear(&speech());
    client.hear_silence(1_500);
    client.run_until("turnComplete");
    assert!(client.heard().is_empty() && client.said().is_empty());
    assert!(client.audio_ms() > 5_000);
}

#[test]
fn si_38_silence_for_minutes_brings_no_message() {
    let mut client = Rig::new(Options::default()).greeted();
    client.mark();
    client.hear_silence(120_000);
    assert!(client.got.is_empty(), "{:?}", client.kinds());
}

#[test]
fn si_34_speech_whose_audio_stops_is_over_after_two_seconds_or_at_once_when_told() {
    let rig = Rig::new(Options::default());
    let mut client = rig.greeted();
    client.mark();
    client.hear(&speech());
    client.run(2_500);
    assert_eq!(client.heard().len(), 1);
    let mut told = rig.greeted();
    told.mark();
    told.hear(&speech());
    told.send(&input("audioStreamEnd", &json!(true)));
    told.run(400);
    assert_eq!(told.heard().len(), 1);
}

#[test]
fn a_candidate_who_goes_on_before_the_answer_is_heard_out() {
    let rig = Rig::new(Options { think: std::time::Duration::from_secs(2), ..Options::default() });
    let mut client = rig.greeted();
    client.mark();
    client.hear(&speech());
    client.hear_silence(1_200);
    client.hear(&speech());
    client.hear_silence(3_000);
    client.run_until("turnComplete");
    assert_eq!(client.heard().len(), 2);
    assert!(client.times_of("interrupted").is_empty());
    let first_end = client.times_of("ACTIVITY_END")[0];
    assert!(client.times_of("modelTurn")[0] > first_end + 3_000, "only the second is answered");
}

#[test]
fn si_35_older_models_tell_in_deltas_that_can_be_late() {
    let scenario = Scenario {
        transcripts: vec!["I led the migration to Rust last year.".into()],
        transcript_lag_ms: 3_000,
        ..Scenario::default()
    };
    let mut client =
        Rig::new(Options { profile: Profile::V2_5, scenario, ..Options::default() }).live(&setup());
    client.hear(&speech());
    client.hear_silence(5_000);
    assert_eq!(client.heard(), [" I led", " the migration", " to Rust", " last year."]);
    let (told, answered) = (client.times_of("inputTranscription"), client.times_of("modelTurn")[0]);
    assert_eq!((told[1], told[3]), (answered, answered + 3_000));
}

#[test]
fn si_41_42_44_45_what_is_refused_and_what_is_ignored() {
    let rig = Rig::new(Options::default());
    let reason = |setup: &Value, message: &Value| {
        let mut client = rig.live(setup);
        client.send(message);
        client.closed().map(|close| (close.code, close.reason.clone()))
    };
    let chunks = input("mediaChunks", &json!([{"data": "AAAA", "mimeType": "audio/pcm;rate=16000"}]));
    assert!(reason(&setup(), &chunks).unwrap().1.starts_with("realtime_input.media_chunks is deprecated."));
    assert!(
        reason(&setup(), &input("activityStart", &json!({})))
            .unwrap()
            .1
            .starts_with("Explicit activity control")
    );
    assert_eq!(reason(&manual(), &input("audioStreamEnd", &json!(true))).unwrap().0, 1007);
    assert_eq!(reason(&setup(), &input("text", &json!(""))).unwrap().0, 1007);
    assert_eq!(reason(&setup(), &input("video", &json!({"data": "/9j/", "mimeType": "image/jpeg"}))), None);
    assert_eq!(reason(&setup(), &json!({"contextUpdate": {"systemInstruction": {"parts": []}}})), None);
}

#[test]
fn si_43_46_a_marked_activity_is_answered_at_its_end() {
    let mut client = Rig::new(Options::default()).live(&manual());
    client.hear(&speech());
    client.hear_silence(2_000);
    client.send(&input("activityEnd", &json!({})));
    assert_eq!(
        client.shape(),
        ["setupComplete", "sessionResumptionUpdate"],
        "audio outside an activity is no turn"
    );
    client.mark();
    client.send(&input("activityStart", &json!({})));
    client.hear(&speech());
    client.send(&input("activityEnd", &json!({})));
    let ended = client.now();
    client.run_until("turnComplete");
    assert_eq!(client.shape(), ["inputTranscription", "modelTurn", "generationComplete", "turnComplete"]);
    assert_eq!(client.times_of("inputTranscription")[0], ended + 300);
    client.mark();
    client.send(&input("activityStart", &json!({})));
    client.send(&input("activityEnd", &json!({})));
    assert_eq!(client.kinds(), ["turnComplete"], "an empty activity");
}

#[test]
fn si_47_text_inside_a_marked_activity_waits_for_its_end() {
    let mut client = Rig::new(Options::default()).live(&manual());
    client.send(&input("activityStart", &json!({})));
    client.mark();
    client.send(&text("Begin."));
    client.run(10_000);
    assert!(client.got.is_empty());
    client.send(&input("activityEnd", &json!({})));
    client.run_until("turnComplete");
    assert!(client.heard().is_empty() && client.said().contains("interviewer"));
}

#[test]
fn si_37_104_finished_and_duplicates_are_knobs() {
    let knobs = Scenario { finished: true, duplicate_transcripts: true, ..Scenario::default() };
    let mut client = Rig::with(knobs).live(&setup());
    client.hear(&speech());
    client.hear_silence(1_500);
    assert_eq!(client.heard().len(), 2);
    assert!(
        client
            .got
            .iter()
            .any(|(_, message)| message["serverContent"]["inputTranscription"]["finished"] == true)
    );
}

#[test]
fn a_note_in_the_middle_of_speech_is_answered_at_its_end() {
    let mut client = Rig::new(Options::default()).greeted();
    client.mark();
    let speech = speech();
    client.hear(&speech[..32_000]);
    client.send(&text("[Time note: about 2 minutes left.]"));
    client.hear(&speech[32_000..]);
    assert_eq!(client.kinds(), ["ACTIVITY_START"], "nobody talks over the candidate");
    client.hear_silence(1_200);
    client.run_until("turnComplete");
    assert_eq!(client.heard().len(), 1);
    assert!(client.said().contains("last question"), "{}", client.said());
}

/// The cost of the whole uplink path: JSON, base64, strict reading, detection. 200 sessions on one core leave 5 ms for
/// each second of audio; unoptimised it may take ten times that.
#[test]
fn a_second_of_uplink_costs_little() {
    let mut client = Rig::new(Options::default()).live(&setup());
    let audio: Vec<i16> = std::iter::repeat_n(speech(), 12).flatten().collect();
    let begin = std::time::Instant::now();
    for chunk in audio.chunks(1_600) {
        client.send_audio(chunk);
    }
    let cost = begin.elapsed().as_secs_f64() * 1000.0 / (audio.len() as f64 / 16_000.0);
    println!("one second of uplink costs {cost:.3} ms");
    assert!(cost < 50.0, "{cost:.1} ms");
}
