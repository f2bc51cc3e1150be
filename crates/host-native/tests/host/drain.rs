//! The host's end: every interview is ended and stored, or counted as not.

use crate::rig::{Heard, Rig};
use host_native::Drained;
use std::time::Duration;
use wire::ClientHello;
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::session_ended::Reason;

#[tokio::test]
async fn a_live_interview_is_saved_and_told() {
    let mut rig = Rig::new().await;
    let mut candidate = rig.candidate("interview").await;
    candidate.say(Said::ClientHello(ClientHello { protocol_version: 1, ..ClientHello::default() })).await;
    let mut model = rig.model.accept().await;
    model.say_words("What was said before the end.").await;
    while !matches!(candidate.hear().await, Heard::Message(Payload::TranscriptUpdate(_))) {}

    let host = rig.host.clone();
    let draining = tokio::spawn(async move { host.drain(Duration::from_secs(10)).await });
    let submitted = rig.backend.called("submitTranscript").await;
    assert_eq!(submitted["endReason"], "SHUTDOWN");
    assert_eq!(submitted["transcript"][0]["content"], "What was said before the end.");
    let (_, heard) = candidate.closed().await;
    match heard.last() {
        Some(Payload::SessionEnded(ended)) => assert_eq!(ended.reason, i32::from(Reason::Shutdown)),
        other => panic!("{other:?}"),
    }
    model.wait_for_close().await;
    assert_eq!(draining.await.unwrap(), Drained { saved: 1, unsaved: 0 });
}

#[tokio::test]
async fn nobody_comes_in_while_it_drains() {
    let rig = Rig::new().await;
    assert_eq!(rig.host.drain(Duration::from_secs(10)).await, Drained::default());
    assert_eq!(rig.candidate("interview").await.closed().await.0, 1013);
    let health = rig.health().await;
    assert_eq!(health["status"], "draining");
    assert_eq!(health["turnedAway"], 1);
}

#[tokio::test]
async fn what_the_backend_does_not_store_is_counted_as_unsaved() {
    let mut rig = Rig::new().await;
    let mut candidate = rig.candidate("interview").await;
    let mut model = rig.model.accept().await;
    model.say_words("Lost words.").await;
    while !matches!(candidate.hear().await, Heard::Message(Payload::TranscriptUpdate(_))) {}
    rig.backend.lose_transcripts();
    assert_eq!(rig.host.drain(Duration::from_millis(300)).await, Drained { saved: 0, unsaved: 1 });
    rig.backend.called("submitTranscript").await;
}
