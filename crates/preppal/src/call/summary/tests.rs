use super::*;
use crate::call::answers::{Answer, silent_frame};
use crate::call::candidate::{Candidate, Manners, Script, Until};
use api::interview::Speaker as StoredSpeaker;
use api::timestamp::Timestamp as StoredTimestamp;
use prost::Message;
use serde_json::{Value, json};
use session_client::{Client, Config, ConnId, Input, MicrophoneFrame, Timestamp};
use std::sync::Arc;
use wire::server_to_client_message::Payload;
use wire::session_ended::Reason;
use wire::session_state::State as HostState;
use wire::{ServerToClientMessage, SessionEnded, SessionReady, SessionState, TranscriptTurn};

const ID: ConnId = ConnId(1);

fn hears(client: &mut Client, payload: Payload) {
    let message = ServerToClientMessage { sequence: 0, payload: Some(payload) };
    client.handle_input(Timestamp(1_000), Input::Received(ID, &message.encode_to_vec()));
}

fn turn(speaker: &str, text: &str, turn_started_ms: u64) -> TranscriptTurn {
    TranscriptTurn { speaker: speaker.into(), text: text.into(), turn_started_ms, is_final: true }
}

fn entry(speaker: StoredSpeaker, content: &str, at: i64) -> TranscriptEntry {
    TranscriptEntry { speaker, content: content.into(), timestamp: StoredTimestamp(at) }
}

/// An interview with one question and ten frames of an answer, of which the model got so many bytes.
fn report(forwarded_bytes: u64) -> Report {
    report_of(Reason::User, forwarded_bytes)
}

fn report_of(reason: Reason, forwarded_bytes: u64) -> Report {
    let mut client = Client::new(Config::new("test"), 1, Timestamp(1_000));
    client.handle_input(Timestamp(1_000), Input::Token(ID, Ok("t".into())));
    client.handle_input(Timestamp(1_000), Input::Opened(ID));
    let transcript = vec![turn("AI", "Who are you?", 10), turn("USER", "Ada.", 20), turn("AI", "Good.", 30)];
    hears(&mut client, Payload::SessionReady(SessionReady { transcript, ..SessionReady::default() }));
    let live = SessionState { state: HostState::Live.into(), ..SessionState::default() };
    hears(&mut client, Payload::SessionState(live));
    for _ in 0..10 {
        client.speak(Timestamp(1_000), MicrophoneFrame::new(&[0; 3_200]));
    }
    if reason == Reason::User {
        client.end(Timestamp(1_000));
    }
    let ended = SessionEnded {
        reason: reason.into(),
        audio_received_bytes: 32_000,
        audio_forwarded_bytes: forwarded_bytes,
        audio_dropped_bytes: 32_000 - forwarded_bytes,
    };
    hears(&mut client, Payload::SessionEnded(ended));
    client.handle_input(Timestamp(1_000), Input::Closed(ID, Some(4001)));
    let script = Script {
        answers: vec![Answer::Silent(1)],
        silence: silent_frame(),
        manners: Manners::Polite,
        until: Until::AllIsSaid,
        patience_ms: 1,
    };
    Report {
        last: client.state(),
        left: Some(Why::Done),
        client,
        candidate: Candidate::new(Arc::new(script)),
        speed: 1,
        elapsed_ms: 12_345,
        lateness_us: vec![100, 900],
        trouble: None,
        screen: None,
        tape: None,
    }
}

fn stored(last: &str) -> Stored {
    let transcript = vec![
        entry(StoredSpeaker::Ai, "Who are you?", 10),
        entry(StoredSpeaker::User, "Ada.", 20),
        entry(StoredSpeaker::Ai, last, 30),
    ];
    Stored { status: Status::Completed, transcript }
}

fn summary(report: &Report, stored: Option<&Stored>) -> Summary {
    Summary::new("iv1", Interviewer::StandIn, report, stored)
}

#[test]
fn a_good_interview_has_this_shape() {
    let summary = summary(&report(32_000), Some(&stored("Good.")));
    let zero = json!({ "count": 0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "max": 0.0 });
    let expected = json!({
        "outcome": "SUCCESS",
        "exitCode": 0,
        "interviewId": "iv1",
        "interviewer": "STAND_IN",
        "endReason": "USER",
        "closeCode": 4001,
        "status": "COMPLETED",
        "turns": 3,
        "questions": 1,
        "answers": 0,
        "seconds": { "elapsed": 12.345, "sent": 1.0, "received": 0.0, "heard": 0.0 },
        "frames": { "sent": 10, "lost": 0 },
        "microphoneBytes":
            { "sent": 32_000, "unsent": 0, "received": 32_000, "forwarded": 32_000, "dropped": 0 },
        "messages": { "received": 3, "lost": 0, "missed": 0, "malformed": 0 },
        "reconnects": 0,
        "firstResponseMs": null,
        "answerLatencyMs": zero,
        "sendLatenessMs": { "count": 2, "p50": 0.1, "p95": 0.9, "p99": 0.9, "max": 0.9 },
        "transcriptEqual": true,
        "trouble": null,
        "transcript": [
            { "speaker": "AI", "startedMs": 10, "isFinal": true, "text": "Who are you?" },
            { "speaker": "USER", "startedMs": 20, "isFinal": true, "text": "Ada." },
            { "speaker": "AI", "startedMs": 30, "isFinal": true, "text": "Good." },
        ],
    });
    assert_eq!(serde_json::to_value(&summary).unwrap(), expected);
}

#[test]
fn lost_sound_is_counted_in_frames_and_fails_the_call() {
    let summary = summary(&report(32_000 - 3_201), Some(&stored("Good.")));
    assert_eq!(summary.frames.lost, Some(2));
    assert_eq!((summary.verdict(), summary.exit_code), (Verdict::Lost, 4));
    assert_eq!(summary.trouble.as_deref(), Some("2 frames of sound were lost"));
}

#[test]
fn what_is_said_while_the_host_ends_it_is_not_lost() {
    let frames_lost = |frames: u64| {
        let report = report_of(Reason::TimeLimit, 32_000 - frames * 3_200);
        summary(&report, Some(&stored("Good."))).frames.lost
    };
    assert_eq!(frames_lost(5), Some(0));
    assert_eq!(frames_lost(7), Some(2));
}

#[test]
fn another_transcript_than_the_one_shown_fails_the_call() {
    let summary = summary(&report(32_000), Some(&stored("Very good.")));
    assert_eq!((summary.transcript_equal, summary.exit_code), (Some(false), 4));
}

#[test]
fn what_cannot_be_read_is_null_and_fails_the_call() {
    let summary = summary(&report(32_000), None);
    assert_eq!(summary.exit_code, 4);
    let value = serde_json::to_value(&summary).unwrap();
    assert_eq!((&value["status"], &value["transcriptEqual"]), (&Value::Null, &Value::Null));
}

#[test]
fn an_interviewer_who_fell_silent_fails_the_call() {
    let mut report = report(32_000);
    report.left = Some(Why::NoAnswer);
    let summary = summary(&report, Some(&stored("Good.")));
    assert_eq!(summary.exit_code, 4);
    assert!(summary.trouble.unwrap().contains("30 seconds"));
}

#[test]
fn transcripts_differ_in_order_speaker_words_and_time() {
    let report = report(32_000);
    let shown = report.client.transcript();
    let good = stored("Good.").transcript;
    assert!(is_equal(shown, &good));
    let mut padded = good.clone();
    padded[1].content = " Ada. ".into();
    assert!(is_equal(shown, &padded));
    let change = |change: fn(&mut Vec<TranscriptEntry>)| {
        let mut changed = good.clone();
        change(&mut changed);
        is_equal(shown, &changed)
    };
    assert!(!change(|entries| entries.swap(0, 1)));
    assert!(!change(|entries| entries[1].speaker = StoredSpeaker::Ai));
    assert!(!change(|entries| entries[0].content.push('!')));
    assert!(!change(|entries| entries[0].timestamp.0 += 1));
    assert!(!change(|entries| drop(entries.pop())));
}
