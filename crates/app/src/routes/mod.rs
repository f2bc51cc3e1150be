//! A folder per area, a file per procedure: its refusals, its handler, its tests.

mod auth;
mod config;
mod dress;
mod internal;
mod interview;
mod report;
mod user;

use crate::backend::Backend;
use crate::caller::Caller;
use crate::trpc::Router;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use dress::Wardrobe;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use trpc::{Error, Transformer};

const PUBLIC_BASE: &str = "/api/trpc";

/// Largest body of a public call, bytes: two documents at their limits, each character an escape of six bytes, is
/// 1.2 MB.
const MAX_PUBLIC_BODY_BYTES: usize = 2 << 20;

/// Largest body of an internal call, bytes. Two hours of two people who never pause are 30,000 words or 200 kB; in a
/// script of which each character becomes an escape of six bytes, 1.2 MB. The rest is room for entries of one word.
const MAX_INTERNAL_BODY_BYTES: usize = 8 << 20;

/// What a candidate's client may call, with superjson or without.
pub(crate) fn public(backend: &Arc<Backend>) -> axum::Router {
    let wardrobe = Wardrobe {
        plain: public_dressed(backend, Transformer::None),
        superjson: public_dressed(backend, Transformer::Superjson),
    };
    wardrobe.mount(PUBLIC_BASE)
}

fn public_dressed(backend: &Arc<Backend>, transformer: Transformer) -> axum::Router {
    let router = Router::new(transformer)
        .max_body_bytes(MAX_PUBLIC_BODY_BYTES)
        .tracked_by(backend.mutations.clone())
        .query("config.get", config::get::handle)
        .query("report.shared", report::shared::handle)
        .mutation("auth.requestCode", auth::request_code::handle)
        .mutation("auth.verifyCode", auth::verify_code::handle)
        .mutation("auth.signInLocal", auth::sign_in_local::handle)
        .mutation("auth.signInGuest", auth::sign_in_guest::handle)
        .mutation("auth.signOut", auth::sign_out::handle)
        .guarded(Caller::signed_in, |signed_in| {
            signed_in
                .query("user.me", user::me::handle)
                .mutation("user.setName", user::set_name::handle)
                .mutation("interview.create", interview::create::handle)
                .query("interview.list", interview::list::handle)
                .query("interview.get", interview::get::handle)
                .mutation("interview.delete", interview::delete::handle)
                .mutation("interview.generateWorkerToken", interview::generate_worker_token::handle)
                .query("report.get", report::get::handle)
                .query("report.markdown", report::markdown::handle)
                .mutation("report.again", report::again::handle)
                .query("report.progress", report::progress::handle)
                .mutation("report.share", report::share::handle)
                .query("report.shares", report::shares::handle)
                .mutation("report.revokeShare", report::revoke_share::handle)
        });
    let backend = Arc::clone(backend);
    router.into_axum(PUBLIC_BASE, move |parts, headers| Caller::read(Arc::clone(&backend), parts, headers))
}

/// What a session host may call.
pub(crate) fn internal(backend: &Arc<Backend>) -> axum::Router {
    let router = Router::new(Transformer::None)
        .max_body_bytes(MAX_INTERNAL_BODY_BYTES)
        .tracked_by(backend.mutations.clone())
        .guarded(session_host, |hosts| {
            hosts
                .query("getContext", internal::get_context::handle)
                .mutation("updateStatus", internal::update_status::handle)
                .mutation("submitTranscript", internal::submit_transcript::handle)
        });
    let backend = Arc::clone(backend);
    router.into_axum("/api/internal", move |parts: Parts, _| {
        let authorization = parts.headers.get(AUTHORIZATION).cloned();
        let backend = Arc::clone(&backend);
        async move { Ok(Stranger { backend, authorization }) }
    })
}

/// Who calls the internal router, before they have shown the secret.
#[derive(Clone)]
struct Stranger {
    backend: Arc<Backend>,
    authorization: Option<HeaderValue>,
}

/// Lets in who shows the shared secret. Digests are compared, so that the time taken tells nothing of the secret, its
/// length included.
async fn session_host(stranger: Stranger) -> Result<Arc<Backend>, Error> {
    let shown = stranger.authorization.as_ref().and_then(|header| header.as_bytes().strip_prefix(b"Bearer "));
    let secret = stranger.backend.config.worker_shared_secret.expose();
    let is_right =
        shown.is_some_and(|shown| bool::from(Sha256::digest(shown).ct_eq(&Sha256::digest(secret))));
    if is_right { Ok(stranger.backend) } else { Err(Error::unauthorized()) }
}

/// Somebody else's interview and none at all are answered alike.
fn interview_not_found() -> Error {
    Error::not_found("Interview not found")
}
