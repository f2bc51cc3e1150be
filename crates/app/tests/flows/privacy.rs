//! What must never be logged is not.

use crate::rig::{Database, JWT_SECRET, MailServer, Rig, logs, on_both_databases, submission};
use api::call::Call;
use api::public::{CreateInterview, GenerateWorkerToken, GetInterview, RequestCode, VerifyCode};
use app::{Environment, Random};
use serde_json::json;

on_both_databases!(no_email_transcript_secret_or_token_is_logged);

async fn no_email_transcript_secret_or_token_is_logged(database: Database) {
    let server = MailServer::start("250 ok").await;
    let mail = server.mail();
    let another = database.another().await;
    let rig = Rig::start_with(database, |config| {
        config.environment = Environment::Production;
        config.mail = Some(mail);
        // Codes of other tests are logged: they are a developer's.
        config.random = Random::System;
    })
    .await;
    let email = "private.person@private.example";
    let mut browser = rig.browser();
    browser.call(&RequestCode { email: email.into() }).await.unwrap();
    let message = server.received().await;
    let code = message.split("code is ").nth(1).unwrap()[..6].to_owned();
    assert!(browser.call(&VerifyCode { email: email.into(), code: "000000".into() }).await.is_err());
    let cookie = browser.set_cookie(&VerifyCode { email: email.into(), code: code.clone() }).await;
    let session = cookie.split(['=', ';']).nth(1).unwrap().to_owned();

    let input = CreateInterview {
        idempotency_key: "private-key".into(),
        role: "private-role".into(),
        job_description: "private-job".into(),
        resume: "private-resume".into(),
        persona: "private-persona".into(),
        language: "en".into(),
        duration_minutes: 5,
    };
    let id = browser.call(&input).await.unwrap().id;
    let token = browser.call(&GenerateWorkerToken { interview_id: id.clone() }).await.unwrap().token;
    let mut submitted = submission(&id, 2, rig.now());
    submitted.transcript[0].content = "private-speech".into();
    let mut host = rig.session_host();
    assert_eq!(host.report(&Call::SubmitTranscript(submitted)).await, 200);
    browser.call(&GetInterview { id }).await.unwrap();

    // Refusals, which are tempting to log.
    let broken =
        json!({ "interviewId": "x", "transcript": [{ "speaker": "private-speaker", "content": 1 }] });
    assert_eq!(host.post("/submitTranscript", &broken).await.status, 400);
    assert_eq!(
        rig.stranger(Some("Bearer private-guess")).post("/submitTranscript", &broken).await.status,
        401
    );
    assert!(browser.call(&RequestCode { email: "private.person@".into() }).await.is_err());
    let refuses = MailServer::start("550 <private.person@private.example> unknown").await.mail();
    let other = Rig::start_with(another, |config| config.mail = Some(refuses)).await;
    assert!(other.browser().call(&RequestCode { email: email.into() }).await.is_err());

    logs().assert_free_of("private");
    for secret in [&code, &session, &token, &other.secret(), JWT_SECRET] {
        logs().assert_free_of(secret);
    }
}
