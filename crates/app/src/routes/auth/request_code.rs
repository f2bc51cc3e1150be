//! `auth.requestCode`: proves that a mailbox is somebody's by sending a code to it.
//!
//! The answer is the same whether or not the address belongs to a user.

use crate::caller::Caller;
use crate::config::Environment;
use crate::db::sign_in_codes;
use crate::mail::SendError;
use api::public::{CodeRequested, RequestCode};
use api::timestamp::Timestamp;
use base64_simd::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use trpc::{Code, Error};

/// How long a code can be used.
const LIFETIME_MS: i64 = 600_000;

/// Sends a code, or offers it to a developer without a mail server: in the log, and in the answer to a call from this very
/// machine. Whoever reaches a developer's backend from elsewhere could sign in as anybody.
pub(in crate::routes) async fn handle(caller: Caller, input: RequestCode) -> Result<CodeRequested, Error> {
    let backend = &caller.backend;
    let offers_code = backend.mailer.is_none() && backend.config.environment == Environment::Development;
    if backend.mailer.is_none() && !offers_code {
        return Err(Error::precondition_failed("This server sends no e-mail"));
    }
    let now = backend.config.clock.now();
    if !backend.codes_by_peer.admits(caller.peer, now)
        || !backend.codes_by_email.admits(input.email.clone(), now)
    {
        return Err(Error::too_many_requests("Too many codes; try again in an hour"));
    }
    let code = backend.config.random.code();
    let expires_at = Timestamp(now.0 + LIFETIME_MS);
    sign_in_codes::sweep(&backend.database, now).await?;
    let hash = hash(backend.config.jwt_secret.expose(), &input.email, &code);
    sign_in_codes::put(&backend.database, &input.email, &hash, expires_at).await?;
    if let Some(mailer) = &backend.mailer {
        mailer.send_code(&input.email, &code).await.map_err(not_sent)?;
        return Ok(CodeRequested { expires_at, code: None });
    }
    tracing::info!(code, "no mail server is configured: this is the sign-in code");
    Ok(CodeRequested { expires_at, code: caller.is_local.then_some(code) })
}

fn not_sent(error: SendError) -> Error {
    match error {
        SendError::Address => Error::bad_request("This address cannot receive e-mail"),
        SendError::Refused(_) => {
            Error::new(Code::BadGateway, "The mail server refused the message").caused_by(error)
        }
        SendError::Unreachable => {
            Error::new(Code::ServiceUnavailable, "The mail server cannot be reached").caused_by(error)
        }
    }
}

/// Returns what is stored of a code. It is keyed, because a million codes are soon tried by whoever reads the table.
pub(super) fn hash(secret: &str, email: &str, code: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    let mac = mac.chain_update("sign-in code\0").chain_update(email).chain_update("\0").chain_update(code);
    URL_SAFE_NO_PAD.encode_to_string(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, MailServer, Rig, logs, on_both_databases, refused_with};
    use crate::{ClientAddress, Environment, Mail, Secret};
    use api::public::{RequestCode, VerifyCode};
    use trpc::Code;

    on_both_databases!(
        development_without_a_mail_server_offers_the_code,
        from_elsewhere_the_code_is_in_the_log_only,
        production_without_a_mail_server_refuses,
        a_mail_server_gets_the_code_and_the_answer_does_not,
        a_mail_server_that_refuses_is_told,
        codes_are_limited_by_address_and_by_peer,
        an_address_must_be_one,
    );

    fn request(email: &str) -> RequestCode {
        RequestCode { email: email.into() }
    }

    async fn development_without_a_mail_server_offers_the_code(database: Database) {
        let rig = Rig::start(database).await;
        let requested = rig.browser().call(&request("ada@example.org")).await.unwrap();
        let code = requested.code.unwrap();
        assert_eq!(code.len(), 6);
        assert!(logs().line_with(&format!("this is the sign-in code code=\"{code}\"")).is_some());
        assert_eq!(requested.expires_at.0, rig.now() + 600_000);
    }

    async fn from_elsewhere_the_code_is_in_the_log_only(database: Database) {
        let rig = Rig::start(database).await;
        let mut tunnel = rig.browser().with_header("x-forwarded-for", "192.0.2.1");
        assert_eq!(tunnel.call(&request("ada@example.org")).await.unwrap().code, None);
        let mut neighbour = rig.browser().with_header("host", "192.0.2.7:3000");
        assert_eq!(neighbour.call(&request("ada@example.org")).await.unwrap().code, None);
    }

    async fn production_without_a_mail_server_refuses(database: Database) {
        let rig = Rig::start_with(database, |config| config.environment = Environment::Production).await;
        let answer = rig.browser().call(&request("ada@example.org")).await;
        assert_eq!(refused_with(answer), Code::PreconditionFailed);
    }

    async fn a_mail_server_gets_the_code_and_the_answer_does_not(database: Database) {
        let server = MailServer::start("250 ok").await;
        let mail = server.mail();
        let rig = Rig::start_with(database, |config| config.mail = Some(mail)).await;
        let mut browser = rig.browser();
        let requested = browser.call(&request("Ada@Example.org")).await.unwrap();
        assert_eq!(requested.code, None);
        let message = server.received().await;
        assert!(message.contains("To: ada@example.org"), "{message}");
        let code = message.split("code is ").nth(1).unwrap()[..6].to_owned();
        let user = browser.call(&VerifyCode { email: "ada@example.org".into(), code }).await.unwrap();
        assert_eq!(user.email, "ada@example.org");
    }

    async fn a_mail_server_that_refuses_is_told(database: Database) {
        let server = MailServer::start("550 <ada@example.org> is unknown").await;
        let nowhere = Mail { smtp_url: Secret::new("smtp://127.0.0.1:1"), ..server.mail() };
        for (mail, code) in [(server.mail(), Code::BadGateway), (nowhere, Code::ServiceUnavailable)] {
            let rig = Rig::start_with(database.another().await, |config| config.mail = Some(mail)).await;
            assert_eq!(refused_with(rig.browser().call(&request("ada@example.org")).await), code);
        }
    }

    async fn codes_are_limited_by_address_and_by_peer(database: Database) {
        let rig = Rig::start_with(database, |config| {
            config.client_address = ClientAddress::ForwardedFor;
            config.rate_limits.codes_per_email = 2;
            config.rate_limits.codes_per_peer = 3;
        })
        .await;
        let mut here = rig.browser().with_header("x-forwarded-for", "192.0.2.1");
        let mut there = rig.browser().with_header("x-forwarded-for", "192.0.2.2");
        assert!(here.call(&request("ada@example.org")).await.is_ok());
        assert!(there.call(&request("ADA@example.org")).await.is_ok());
        assert_eq!(refused_with(there.call(&request("ada@example.org")).await), Code::TooManyRequests);
        assert!(here.call(&request("bob@example.org")).await.is_ok());
        assert!(here.call(&request("cyd@example.org")).await.is_ok());
        assert_eq!(refused_with(here.call(&request("dan@example.org")).await), Code::TooManyRequests);
        rig.advance(3_600_000);
        assert!(here.call(&request("ada@example.org")).await.is_ok());
    }

    async fn an_address_must_be_one(database: Database) {
        let rig = Rig::start(database).await;
        for email in
            ["", "ada", "ada@", "@example.org", "a b@example.org", "ada@example.org\r\nBcc: eve@example.org"]
        {
            assert_eq!(refused_with(rig.browser().call(&request(email)).await), Code::BadRequest, "{email}");
        }
    }
}
