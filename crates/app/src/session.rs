//! The session of a signed-in browser: an opaque token in a cookie, its hash in the database.
//!
//! A session lasts [`LIFETIME_MS`] from when it was last used, give or take a day: its end moves at most daily, so that
//! reading costs no write.

use crate::backend::Backend;
use crate::config::Config;
use crate::db::{self, sessions, users};
use crate::trpc::AnswerHeaders;
use api::public::User;
use api::timestamp::Timestamp;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use base64_simd::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use trpc::Error;

const DAY_MS: i64 = 86_400_000;

/// How long a browser may stay away and still be signed in.
pub(crate) const LIFETIME_MS: i64 = 30 * DAY_MS;

/// Of a request with a valid session cookie.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) user_id: String,
    token_hash: String,
}

/// Returns the session that the request's cookie names, its end moved if that is due.
pub(crate) async fn resume(
    backend: &Backend,
    request: &HeaderMap,
    answer: &AnswerHeaders,
) -> Result<Option<Session>, Error> {
    let Some(token) = token_of(request, &backend.config) else { return Ok(None) };
    let now = backend.config.clock.now();
    let token_hash = hash(token);
    let Some(row) = sessions::find(&backend.database, &token_hash, now).await? else { return Ok(None) };
    if row.expires_at - now.0 < LIFETIME_MS - DAY_MS {
        sessions::extend(&backend.database, &token_hash, end_from(now)).await?;
        answer.append(SET_COOKIE, cookie(&backend.config, token, LIFETIME_MS / 1000)?);
    }
    Ok(Some(Session { user_id: row.user_id, token_hash }))
}

/// Who signs in.
#[derive(Clone, Copy)]
pub(crate) enum Identity<'a> {
    /// The owner of a mailbox, by the hash of the code that was sent there.
    Mailbox { email: &'a str, code_hash: &'a str },
    /// The developer in front of this machine.
    Local { email: &'a str },
    /// Somebody new.
    Guest,
}

/// Signs somebody in, who becomes a user if they are none. `replaced` is the session the browser had; what a guest has done
/// in it is theirs afterwards.
///
/// `Ok(None)` if the code has been used meanwhile.
pub(crate) async fn begin(
    backend: &Backend,
    answer: &AnswerHeaders,
    identity: Identity<'_>,
    replaced: Option<&Session>,
) -> Result<Option<User>, Error> {
    let Config { clock, random, .. } = &backend.config;
    let (now, token) = (clock.now(), random.token());
    let mut transaction = backend.database.begin().await?;
    if let Identity::Mailbox { email, code_hash } = identity
        && !db::sign_in_codes::consume(&mut transaction, email, code_hash).await?
    {
        return Ok(None);
    }
    let user = match identity {
        Identity::Mailbox { email, .. } | Identity::Local { email } => {
            users::find_or_create(&mut transaction, &random.id(), email, now).await?
        }
        Identity::Guest => {
            let out_of_reach = Timestamp(now.0.saturating_sub(LIFETIME_MS));
            users::sweep_guests(&mut transaction, out_of_reach, now).await?;
            users::create_guest(&mut transaction, &random.id(), now).await?
        }
    };
    if let Some(replaced) = replaced {
        users::merge_guest(&mut transaction, &replaced.user_id, &user.id).await?;
    }
    sessions::insert(&mut transaction, &hash(&token), &user.id, now, end_from(now)).await?;
    transaction.commit().await.map_err(db::Error::from)?;
    if let Some(replaced) = replaced {
        sessions::delete(&backend.database, &replaced.token_hash).await?;
    }
    answer.append(SET_COOKIE, cookie(&backend.config, &token, LIFETIME_MS / 1000)?);
    Ok(Some(user))
}

/// Signs out.
pub(crate) async fn end(
    backend: &Backend,
    answer: &AnswerHeaders,
    session: Option<&Session>,
) -> Result<(), Error> {
    if let Some(session) = session {
        sessions::delete(&backend.database, &session.token_hash).await?;
    }
    answer.append(SET_COOKIE, cookie(&backend.config, "", 0)?);
    Ok(())
}

fn end_from(now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_add(LIFETIME_MS))
}

/// Two tokens with one hash are as unlikely as two equal tokens, so finding the hash is proof enough; and a hash of 256
/// random bits needs no salt.
fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode_to_string(Sha256::digest(token))
}

/// Under `__Host-` a browser takes the cookie only over TLS, for this very host and the whole of it.
fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-preppal_session" } else { "preppal_session" }
}

fn cookie(config: &Config, token: &str, max_age_s: i64) -> Result<HeaderValue, Error> {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let name = cookie_name(config);
    let text = format!("{name}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).map_err(Error::internal)
}

fn token_of<'a>(request: &'a HeaderMap, config: &Config) -> Option<&'a str> {
    let name = cookie_name(config);
    let cookies = request.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut pairs =
        cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}
