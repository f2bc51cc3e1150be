//! Tokens that admit nobody: the handshake completes, the error says 4001, the close 4401.

use crate::rig::{Candidate, Heard, JWT_SECRET, Rig, now_ms, token};
use api::token::{Claims, sign};
use wire::server_to_client_message::Payload;

async fn is_refused(rig: &mut Rig, url: &str) {
    let mut candidate = Candidate::connect(url).await;
    match candidate.hear().await {
        Heard::Message(Payload::Error(error)) => assert_eq!(error.code, 4001),
        other => panic!("{other:?}"),
    }
    assert_eq!(candidate.hear().await, Heard::Closed(4401));
    assert_eq!(rig.backend.more_calls("getContext"), 0, "no interview was begun");
    assert_eq!(rig.health().await["tokensRefused"], 1);
}

fn claims() -> Claims {
    Claims::new("user".into(), "interview".into(), now_ms())
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let mut rig = Rig::new().await;
    let claims = Claims { iat: claims().iat - 400, exp: claims().iat - 100, ..claims() };
    let url = rig.url("interview", &sign(&claims, JWT_SECRET));
    is_refused(&mut rig, &url).await;
}

#[tokio::test]
async fn a_token_of_another_interview_is_refused() {
    let mut rig = Rig::new().await;
    let url = rig.url("interview", &token("another"));
    is_refused(&mut rig, &url).await;
}

#[tokio::test]
async fn a_token_of_another_key_is_refused() {
    let mut rig = Rig::new().await;
    let url = rig.url("interview", &sign(&claims(), "another secret of at least 32 characters"));
    is_refused(&mut rig, &url).await;
}

#[tokio::test]
async fn a_token_of_alg_none_is_refused() {
    let mut rig = Rig::new().await;
    let signed = sign(&claims(), JWT_SECRET);
    let claims = signed.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    let url = rig.url("interview", &format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."));
    is_refused(&mut rig, &url).await;
}

#[tokio::test]
async fn an_absent_token_is_refused() {
    let mut rig = Rig::new().await;
    let url = format!("ws://{}/interview", rig.authority());
    is_refused(&mut rig, &url).await;
}

#[tokio::test]
async fn two_tokens_are_none() {
    let mut rig = Rig::new().await;
    let good = token("interview");
    let url = format!("{}&token={good}", rig.url("interview", &good));
    is_refused(&mut rig, &url).await;
}
