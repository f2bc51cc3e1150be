//! Interviews through the host and the real core: what is said arrives, ends are in order.

use crate::rig::{Candidate, Heard, Rig, soon, token};
use host_native::{Limits, QueueLimits};
use tokio_tungstenite::tungstenite::Message;
use wire::AudioChunk;
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::session_ended::Reason;

/// 100 ms of microphone audio.
const CHUNK_BYTES: usize = 3200;

fn texts(heard: &[Payload]) -> String {
    let text = |payload: &Payload| match payload {
        Payload::TranscriptUpdate(update) => Some(update.text.clone()),
        _ => None,
    };
    heard.iter().filter_map(text).collect()
}

fn audio_bytes(heard: &[Payload]) -> usize {
    let bytes = |payload: &Payload| match payload {
        Payload::AudioResponse(audio) => audio.audio_content.len(),
        _ => 0,
    };
    heard.iter().map(bytes).sum()
}

#[tokio::test]
async fn sound_goes_both_ways_and_the_end_is_in_order() {
    let mut rig = Rig::new().await;
    let mut candidate = rig.candidate("interview").await;
    let mut model = rig.model.accept().await;
    model.say_audio(4800).await;
    model.say_words("Tell me about yourself.").await;
    candidate.say(Said::AudioChunk(AudioChunk { audio_content: vec![0; CHUNK_BYTES] })).await;
    assert_eq!(model.hear_audio().await.len(), CHUNK_BYTES.div_ceil(3) * 4);

    candidate.end().await;
    let submitted = rig.backend.called("submitTranscript").await;
    assert_eq!(submitted["interviewId"], "interview");
    assert_eq!(submitted["endReason"], "USER");
    assert_eq!(submitted["transcript"][0]["content"], "Tell me about yourself.");

    let (code, heard) = candidate.closed().await;
    assert_eq!(code, 4001);
    assert_eq!(audio_bytes(&heard), 4800);
    assert_eq!(texts(&heard).trim(), "Tell me about yourself.");
    match heard.last() {
        Some(Payload::SessionEnded(ended)) => assert_eq!(ended.reason, i32::from(Reason::User)),
        other => panic!("{other:?}"),
    }
    model.wait_for_close().await;
    assert_eq!(rig.backend.more_calls("submitTranscript"), 0);
}

#[tokio::test]
async fn a_text_ping_is_answered() {
    let rig = Rig::new().await;
    let mut candidate = rig.candidate("interview").await;
    candidate.send(Message::text("anything")).await;
    candidate.send(Message::text("ping")).await;
    assert_eq!(candidate.hear().await, Heard::Text("pong".into()));
}

#[tokio::test]
async fn a_message_above_64_kib_is_closed_with_1009() {
    let rig = Rig::new().await;
    let mut candidate = rig.candidate("interview").await;
    candidate.send(Message::binary(vec![0; wire::MAX_MESSAGE_BYTES + 1])).await;
    assert_eq!(candidate.closed().await.0, 1009);
}

#[tokio::test]
async fn of_two_tabs_the_newer_stays_and_the_older_is_closed_with_4409() {
    let mut rig = Rig::new().await;
    let mut older = rig.candidate("interview").await;
    let mut model = rig.model.accept().await;
    let mut newer = rig.candidate("interview").await;
    assert_eq!(older.closed().await.0, 4409);
    model.say_words("Still here.").await;
    newer.end().await;
    let (code, heard) = newer.closed().await;
    assert_eq!(code, 4001);
    assert!(texts(&heard).contains("Still here."), "{heard:?}");
    assert_eq!(rig.health().await["interviewsStarted"], 1);
}

#[tokio::test]
async fn a_slow_reader_loses_sound_and_no_word_and_every_byte_is_accounted_for() {
    const SAID_BYTES: usize = 300 * 48_000;
    let small = QueueLimits { audio_bytes: 480_000, ..Limits::default().downlink };
    let mut rig = Rig::with_limits(Limits { downlink: small, ..Limits::default() }).await;
    let url = rig.url("interview", &token("interview"));
    let mut candidate = Candidate::connect_with_small_buffers(&url, rig.authority()).await;
    let mut model = rig.model.accept().await;
    for _ in 0..SAID_BYTES / 48_000 {
        model.say_audio(48_000).await;
    }
    model.say_words("Every word of it.").await;
    model.was_heard().await;
    candidate.end().await;
    rig.backend.called("submitTranscript").await;

    let (code, heard) = candidate.closed().await;
    assert_eq!(code, 4001);
    assert!(texts(&heard).contains("Every word of it."));
    let dropped = rig.health().await["audioDroppedBytes"].as_u64().unwrap();
    assert!(dropped > 0);
    assert_eq!(audio_bytes(&heard) as u64 + dropped, SAID_BYTES as u64);
}

#[tokio::test]
async fn a_slow_reader_costs_nobody_else_anything() {
    let mut rig = Rig::new().await;
    let slow = rig.candidate("slow").await;
    let mut to_slow = rig.model.accept().await;
    let mut other = rig.candidate("other").await;
    let mut to_other = rig.model.accept().await;
    for _ in 0..200 {
        to_slow.say_audio(48_000).await;
    }
    to_other.say_words("Next question.").await;
    other.end().await;
    assert!(texts(&other.closed().await.1).contains("Next question."));
    drop(slow);
}

#[tokio::test]
async fn an_interview_that_is_over_is_closed_with_4410_and_a_new_one_may_follow_in_its_place() {
    let mut rig = Rig::new().await;
    rig.backend.set_status("COMPLETED");
    for _ in 0..3 {
        let mut candidate = rig.candidate("interview").await;
        assert_eq!(candidate.closed().await.0, 4410);
    }
    assert_eq!(rig.backend.more_calls("submitTranscript"), 0, "nothing stored is touched");
}

#[tokio::test]
async fn nobody_is_lost_who_comes_as_an_interview_ends() {
    let rig = Rig::new().await;
    rig.backend.set_status("COMPLETED");
    let attempts = (0..50).map(async |_| rig.candidate("interview").await.closed().await.0);
    let codes = soon(futures::future::join_all(attempts)).await;
    assert!(codes.iter().all(|code| matches!(code, 4409 | 4410)), "{codes:?}");
}

#[tokio::test]
async fn a_full_host_turns_newcomers_away_with_1013_and_takes_those_who_come_back() {
    let mut rig = Rig::with_limits(Limits { max_interviews: 1, ..Limits::default() }).await;
    let mut first = rig.candidate("first").await;
    let _model = rig.model.accept().await;
    assert_eq!(rig.candidate("second").await.closed().await.0, 1013);
    let mut again = rig.candidate("first").await;
    assert_eq!(first.closed().await.0, 4409);
    again.end().await;
    assert_eq!(again.closed().await.0, 4001);
}
