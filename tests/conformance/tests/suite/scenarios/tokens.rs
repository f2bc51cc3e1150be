//! Tokens that admit nobody: the handshake completes, the error says 4001, the close 4401, and nothing is touched.

use super::Outcome;
use crate::rig::Rig;
use crate::stage::Stage;
use anyhow::{Context, ensure};
use api::token::{Claims, sign};
use base64_simd::URL_SAFE_NO_PAD;
use conformance::{Candidate, Heard, JWT_SECRET};
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};
use wire::server_to_client_message::Payload;
use wire::{CloseCode, ErrorCode};

pub(crate) async fn a_refused_token_touches_nothing(stage: &Stage) -> Outcome {
    let rig = Rig::start(stage).await?;
    let (id, other) = (rig.interview().await?, rig.interview().await?);
    let good = rig.app.token(&id).await?;
    let foreign = rig.app.token(&other).await?;
    let base = rig.host.session_url(&id, "");
    let mut refused = vec![
        ("missing", base.trim_end_matches("?token=").to_owned()),
        ("empty", base.clone()),
        ("two", format!("{base}{good}&token={good}")),
        ("another interview's", format!("{base}{foreign}")),
    ];
    refused.extend(forgeries(&id)?.map(|(name, token)| (name, format!("{base}{token}"))));
    for (name, url) in refused {
        is_refused(&url).await.with_context(|| format!("a token that is {name}"))?;
    }
    ensure!(rig.host.interviews_begun().await? == 0, "an object was touched");
    ensure!((rig.backend.passed(), rig.model.passed()) == (0, 0), "nobody was asked");

    let mut admitted = Candidate::join(&format!("{base}{good}")).await.context("a good token")?;
    admitted.question().await?;
    ensure!(rig.host.interviews_begun().await? == 1, "a good token is one interview");
    Ok(())
}

async fn is_refused(url: &str) -> anyhow::Result<()> {
    let mut candidate = Candidate::connect(url).await?;
    let first = candidate.hear().await?;
    let is_error = matches!(&first, Heard::Message(Payload::Error(error)) if error.code == ErrorCode::Authentication.code());
    ensure!(is_error, "{first:?}");
    let second = candidate.hear().await?;
    ensure!(second == Heard::Closed(CloseCode::TokenRefused.code()), "{second:?}");
    Ok(())
}

/// Tokens of this interview, each with one thing wrong.
fn forgeries(id: &str) -> anyhow::Result<[(&'static str, String); 6]> {
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let claims = |at_ms| Claims::new("somebody".to_owned(), id.to_owned(), at_ms);
    let text = serde_json::to_string(&claims(now_ms))?;
    let hs256 = r#"{"alg":"HS256","typ":"JWT"}"#;
    let endless = format!(r#"{{"userId":"somebody","interviewId":"{id}","iat":{}}}"#, now_ms / 1000);
    let unsigned = signed(r#"{"alg":"none","typ":"JWT"}"#, &text);
    let unsigned = unsigned.rsplit_once('.').context("three parts")?.0;
    Ok([
        ("no token", "sesame".to_owned()),
        ("expired", sign(&claims(now_ms - 400_000), JWT_SECRET)),
        ("from the future", sign(&claims(now_ms + 400_000), JWT_SECRET)),
        ("forged", sign(&claims(now_ms), "a secret of somebody else, of 32 characters")),
        ("of alg none", format!("{unsigned}.")),
        ("without exp", signed(hs256, &endless)),
    ])
}

/// Signs any header and any claims, as one with the secret could.
fn signed(header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode_to_string(part));
    let signed = format!("{header}.{claims}");
    let key = Hmac::<Sha256>::new_from_slice(JWT_SECRET.as_bytes()).expect("HMAC takes a key of any length");
    let tag = key.chain_update(&signed).finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode_to_string(tag))
}
