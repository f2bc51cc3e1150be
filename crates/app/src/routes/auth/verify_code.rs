//! `auth.verifyCode`: signs in with the code, in exchange for a session cookie.

use super::request_code::hash;
use crate::caller::Caller;
use crate::db::sign_in_codes;
use crate::session::{self, Identity};
use api::public::{User, VerifyCode};
use subtle::ConstantTimeEq;
use trpc::Error;

/// Signs in. A wrong code, a used one, one that is over and none at all are answered alike.
pub(in crate::routes) async fn handle(caller: Caller, input: VerifyCode) -> Result<User, Error> {
    let backend = &caller.backend;
    let now = backend.config.clock.now();
    if !backend.attempts_by_peer.admits(caller.peer, now) {
        return Err(Error::too_many_requests("Too many attempts; try again in an hour"));
    }
    let stored = sign_in_codes::take_attempt(&backend.database, &input.email, now).await?;
    let shown = hash(backend.config.jwt_secret.expose(), &input.email, &input.code);
    let is_right = stored.is_some_and(|stored| bool::from(stored.as_bytes().ct_eq(shown.as_bytes())));
    if !is_right {
        return Err(wrong());
    }
    let replaced = caller.session.as_ref();
    let identity = Identity::Mailbox { email: &input.email, code_hash: &shown };
    let user = session::begin(backend, &caller.headers, identity, replaced).await?;
    user.ok_or_else(wrong)
}

fn wrong() -> Error {
    Error::bad_request("The code is wrong or no longer valid")
}

#[cfg(test)]
mod tests {
    use crate::rig::{Database, Rig, logs, on_both_databases, refused_with};
    use api::public::{Me, RequestCode, VerifyCode};
    use trpc::Code;

    on_both_databases!(
        the_right_code_signs_in_once,
        a_code_is_over_after_ten_minutes,
        a_code_is_worth_nothing_after_five_wrong_tries,
        a_new_code_replaces_the_old_one,
        attempts_are_limited_by_peer,
        signing_in_again_is_the_same_user,
        the_cookie_is_out_of_reach_of_scripts_and_other_sites,
        over_https_the_cookie_is_bound_to_the_host,
        a_session_slides_and_ends,
        a_session_of_before_the_sign_in_is_over,
    );

    const EMAIL: &str = "ada@example.org";

    fn verify(code: &str) -> VerifyCode {
        VerifyCode { email: EMAIL.into(), code: code.into() }
    }

    /// Another six digits.
    fn other_than(code: &str) -> String {
        format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
    }

    async fn code(rig: &Rig) -> String {
        rig.browser().call(&RequestCode { email: EMAIL.into() }).await.unwrap().code.unwrap()
    }

    async fn the_right_code_signs_in_once(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = rig.browser();
        assert_eq!(refused_with(browser.call(&verify("123456")).await), Code::BadRequest);
        let code = code(&rig).await;
        assert_eq!(refused_with(browser.call(&verify(&other_than(&code))).await), Code::BadRequest);
        let user = browser.call(&verify(&code)).await.unwrap();
        assert_eq!(browser.call(&Me).await.unwrap().id, user.id);
        assert_eq!(refused_with(rig.browser().call(&verify(&code)).await), Code::BadRequest);
    }

    async fn a_code_is_over_after_ten_minutes(database: Database) {
        let rig = Rig::start(database).await;
        let first = code(&rig).await;
        rig.advance(600_000);
        assert_eq!(refused_with(rig.browser().call(&verify(&first)).await), Code::BadRequest);
        let second = code(&rig).await;
        rig.advance(599_999);
        assert!(rig.browser().call(&verify(&second)).await.is_ok());
    }

    async fn a_code_is_worth_nothing_after_five_wrong_tries(database: Database) {
        let rig = Rig::start(database).await;
        let code = code(&rig).await;
        for _ in 0..5 {
            assert_eq!(refused_with(rig.browser().call(&verify(&other_than(&code))).await), Code::BadRequest);
        }
        assert_eq!(refused_with(rig.browser().call(&verify(&code)).await), Code::BadRequest);
    }

    async fn a_new_code_replaces_the_old_one(database: Database) {
        let rig = Rig::start(database).await;
        let (first, second) = (code(&rig).await, code(&rig).await);
        assert_ne!(first, second);
        assert_eq!(refused_with(rig.browser().call(&verify(&first)).await), Code::BadRequest);
        assert!(rig.browser().call(&verify(&second)).await.is_ok());
    }

    async fn attempts_are_limited_by_peer(database: Database) {
        let rig = Rig::start_with(database, |config| config.rate_limits.attempts_per_peer = 2).await;
        let code = code(&rig).await;
        for expected in [Code::BadRequest, Code::BadRequest, Code::TooManyRequests] {
            assert_eq!(refused_with(rig.browser().call(&verify(&other_than(&code))).await), expected);
        }
    }

    async fn signing_in_again_is_the_same_user(database: Database) {
        let rig = Rig::start(database).await;
        let first = rig.sign_in("ada@example.org").await.call(&Me).await.unwrap();
        rig.advance(1000);
        let second = rig.sign_in("Ada@example.org").await.call(&Me).await.unwrap();
        assert_eq!((first.id, first.created_at), (second.id, second.created_at));
        assert_ne!(rig.sign_in("bob@example.org").await.call(&Me).await.unwrap().email, second.email);
    }

    async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites(database: Database) {
        let rig = Rig::start(database).await;
        let cookie = rig.browser().set_cookie(&verify(&code(&rig).await)).await;
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(pair.strip_prefix("preppal_session=").map(str::len), Some(43));
        assert_eq!(attributes, "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
        logs().assert_free_of(pair);
    }

    async fn over_https_the_cookie_is_bound_to_the_host(database: Database) {
        let rig = Rig::start_with(database, |config| config.app_url = "https://localhost".into()).await;
        let cookie = rig.browser().set_cookie(&verify(&code(&rig).await)).await;
        assert!(cookie.starts_with("__Host-preppal_session="), "{cookie}");
        assert!(cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    }

    async fn a_session_slides_and_ends(database: Database) {
        const DAY_MS: i64 = 86_400_000;
        let rig = Rig::start(database).await;
        let mut browser = rig.sign_in(EMAIL).await;
        rig.advance(29 * DAY_MS);
        assert!(browser.set_cookie(&Me).await.contains("Max-Age=2592000"));
        rig.advance(29 * DAY_MS);
        assert!(browser.call(&Me).await.is_ok());
        rig.advance(30 * DAY_MS);
        assert_eq!(refused_with(browser.call(&Me).await), Code::Unauthorized);
    }

    async fn a_session_of_before_the_sign_in_is_over(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = rig.sign_in(EMAIL).await;
        let mut stolen = browser.clone();
        let code = code(&rig).await;
        browser.call(&verify(&code)).await.unwrap();
        assert!(browser.call(&Me).await.is_ok());
        assert_eq!(refused_with(stolen.call(&Me).await), Code::Unauthorized);
    }
}
