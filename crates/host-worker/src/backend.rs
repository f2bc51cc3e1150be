//! Calls to the backend: sent, timed, bounded, handed back.

use crate::outgoing;
use crate::settings::Settings;
use api::call::{CALL_TIMEOUT_MS, CallError, MAX_ANSWER_BYTES, Request};
use std::time::Duration;
use worker::{Headers, Method, RequestInit, RequestRedirect, console_log};

/// Makes one call and returns the body of its 2xx answer.
pub(crate) async fn call(request: Request, settings: &Settings) -> Result<Vec<u8>, CallError> {
    let request = build(request, settings).map_err(|error| unreachable(&error))?;
    let answer = outgoing::within(Duration::from_millis(CALL_TIMEOUT_MS), answer(request)).await;
    answer.unwrap_or(Err(CallError::Unreachable))
}

fn build(request: Request, settings: &Settings) -> worker::Result<worker::Request> {
    let url = format!("{}{}", settings.internal_url, request.path_and_query);
    let headers = Headers::new();
    headers.set("Authorization", &format!("Bearer {}", settings.worker_shared_secret))?;
    let mut init = RequestInit::new();
    init.with_redirect(RequestRedirect::Manual);
    if let Some(json) = request.body {
        headers.set("Content-Type", "application/json")?;
        let body = js_sys::Uint8Array::from(json.as_slice());
        init.with_method(Method::Post).with_body(Some(body.into()));
    }
    worker::Request::new_with_init(&url, init.with_headers(headers))
}

async fn answer(request: worker::Request) -> Result<Vec<u8>, CallError> {
    let (mut answer, _call_off) = outgoing::send(request).await.map_err(|error| unreachable(&error))?;
    let status = answer.status_code();
    if !(200..300).contains(&status) {
        return Err(CallError::Status(status));
    }
    let announced =
        answer.headers().get("Content-Length").ok().flatten().and_then(|length| length.parse().ok());
    if announced.is_some_and(|length: usize| length > MAX_ANSWER_BYTES) {
        return Err(CallError::Malformed);
    }
    // At once, not in chunks: draining a streamed body was seen to tear down the same object's other sockets.
    let body = answer.bytes().await.map_err(|error| unreachable(&error))?;
    if body.len() > MAX_ANSWER_BYTES { Err(CallError::Malformed) } else { Ok(body) }
}

/// What went wrong, without the URL: its query holds the input.
fn unreachable(error: &worker::Error) -> CallError {
    console_log!("the backend cannot be reached: {error}");
    CallError::Unreachable
}
