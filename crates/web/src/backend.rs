//! Calls of the backend's procedures over `fetch`.

use api::procedure::{self, Procedure};
use js_sys::Uint8Array;
use trpc::Code;
use trpc::client::{Failure, Refusal};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// Where the public procedures are.
const BASE: &str = "/api/trpc";

/// How long an answer may take before the backend counts as out of reach.
const PATIENCE_MS: u32 = 20_000;

/// Why a call has no result, by what the candidate can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// Nobody is signed in any more: sign in and come back.
    SignedOut,
    /// There is no such thing, or it is somebody else's.
    NotFound,
    /// The backend said no: change what was asked for.
    Refused(Refusal),
    /// Nothing came back: check the network, try again.
    Unreachable,
    /// Something came back that is no answer: try again later.
    Broken,
}

/// Calls a procedure. The session cookie travels with it.
pub(crate) async fn call<P: Procedure>(input: &P) -> Result<P::Output, CallError> {
    let request = procedure::request(input);
    let body = fetch(&format!("{BASE}{}", request.path_and_query), request.body.as_deref())
        .await
        .map_err(|_| CallError::Unreachable)?;
    procedure::parse_answer::<P>(&body).map_err(CallError::from)
}

async fn fetch(url: &str, body: Option<&[u8]>) -> Result<Vec<u8>, JsValue> {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    if let Some(body) = body {
        let headers = Headers::new()?;
        headers.set("content-type", "application/json")?;
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_body(&Uint8Array::from(body));
    }
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(url, &init)).await?;
    let answer: Response = answer.dyn_into()?;
    let bytes = JsFuture::from(answer.array_buffer()?).await?;
    Ok(Uint8Array::new(&bytes).to_vec())
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(Refusal { code: Some(Code::Unauthorized), .. }) => Self::SignedOut,
            Failure::Refused(Refusal { code: Some(Code::NotFound), .. }) => Self::NotFound,
            Failure::Refused(Refusal { code: Some(code), .. }) if code.is_server_fault() => Self::Broken,
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Malformed(_) => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CallError;
    use std::collections::BTreeMap;
    use trpc::Code;
    use trpc::client::{Failure, Refusal};

    fn refusal(code: Code) -> Refusal {
        Refusal { code: Some(code), message: code.name().to_owned(), fields: BTreeMap::new() }
    }

    #[test]
    fn each_failure_is_what_can_be_done_about_it() {
        let read = |code| CallError::from(Failure::Refused(refusal(code)));
        assert_eq!(read(Code::Unauthorized), CallError::SignedOut);
        assert_eq!(read(Code::NotFound), CallError::NotFound);
        assert_eq!(read(Code::InternalServerError), CallError::Broken);
        assert_eq!(read(Code::ServiceUnavailable), CallError::Broken);
        assert_eq!(read(Code::TooManyRequests), CallError::Refused(refusal(Code::TooManyRequests)));
        let html = serde_json::from_str::<u8>("<html>").expect_err("not JSON");
        assert_eq!(CallError::from(Failure::Malformed(html)), CallError::Broken);
    }
}
