//! What survives the process.

use crate::rig::{Heard, Rig};
use axum::http::StatusCode;
use host_native::Drained;
use std::time::Duration;
use wire::ClientHello;
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;

const WORDS: &str = "What was said before the host went.";

/// An interview in which the interviewer has spoken, on a host that was then told to go.
async fn suspended() -> Rig {
    let mut rig = Rig::new().await;
    let mut candidate = rig.candidate("interview").await;
    let mut model = rig.model.accept().await;
    model.say_words(WORDS).await;
    while !matches!(candidate.hear().await, Heard::Message(Payload::TranscriptUpdate(_))) {}
    let host = rig.host.clone();
    let leaving = tokio::spawn(async move { host.suspend(Duration::from_secs(10)).await });
    assert_eq!(candidate.closed().await.0, 1013, "come back in a moment");
    model.wait_for_close().await;
    assert_eq!(leaving.await.unwrap(), Drained { saved: 1, unsaved: 0 });
    rig
}

#[tokio::test]
async fn a_candidate_who_comes_back_to_the_next_host_finds_what_was_said() {
    let mut rig = suspended().await;
    rig.restart(60_000).await;
    let mut candidate = rig.candidate("interview").await;
    candidate.say(Said::ClientHello(ClientHello { protocol_version: 1, ..ClientHello::default() })).await;
    let ready = loop {
        if let Heard::Message(Payload::SessionReady(ready)) = candidate.hear().await {
            break ready;
        }
    };
    assert_eq!(ready.transcript.len(), 1);
    assert_eq!((ready.transcript[0].text.as_str(), ready.transcript[0].is_final), (WORDS, true));
}

#[tokio::test]
async fn the_next_host_stores_what_nobody_comes_back_to_and_once() {
    let mut rig = suspended().await;
    rig.restart(0).await;
    let submitted = rig.backend.called("submitTranscript").await;
    assert_eq!(
        (submitted["transcript"][0]["content"].as_str(), submitted["endReason"].as_str()),
        (Some(WORDS), Some("CLIENT_LEFT"))
    );
    assert_eq!(rig.host.drain(Duration::from_secs(10)).await.unsaved, 0);
    rig.restart(0).await;
    assert_eq!(rig.health().await["interviews"], 0, "nothing is left in the journal");
}

#[tokio::test]
async fn what_the_backend_refuses_for_good_is_put_aside_counted_and_can_be_put_back() {
    let mut rig = suspended().await;
    rig.backend.refuse_transcripts(Some(StatusCode::PRECONDITION_FAILED));
    rig.set_refused_for_ms(0);
    rig.restart(0).await;
    rig.backend.called("submitTranscript").await;
    assert_eq!(rig.host.drain(Duration::from_secs(10)).await.unsaved, 0);
    assert_eq!(rig.health().await["transcriptsUndeliverable"], 1);
    rig.restart(0).await;
    let health = rig.health().await;
    assert_eq!((&health["interviews"], &health["transcriptsUndeliverable"]), (&0.into(), &1.into()));

    let put_back = "INSERT INTO records (interview, record)
        SELECT interview, record FROM undeliverable ORDER BY id; DELETE FROM undeliverable;";
    sqlx::raw_sql(put_back).execute(&mut rig.journal().await).await.unwrap();
    rig.backend.refuse_transcripts(None);
    rig.restart(0).await;
    let submitted = rig.backend.called("submitTranscript").await;
    assert_eq!(submitted["transcript"][0]["content"], WORDS);
}
