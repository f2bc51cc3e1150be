//! Calls to the backend: sent, timed, bounded, handed back.

use api::call::{CALL_TIMEOUT_MS, CallError, MAX_ANSWER_BYTES, Request, internal_base};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, InvalidHeaderValue};
use rustls::ClientConfig;
use std::time::Duration;

/// The backend, as one shared client.
#[derive(Clone, Debug)]
pub(crate) struct Backend {
    client: reqwest::Client,
    /// `<APP_URL>/api/internal`
    base: String,
    authorization: HeaderValue,
}

/// Why there is no client.
#[derive(Debug)]
pub(crate) enum Unusable {
    Secret(InvalidHeaderValue),
    Client(reqwest::Error),
}

impl Backend {
    pub(crate) fn new(app_url: &str, secret: &str, tls: ClientConfig) -> Result<Self, Unusable> {
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {secret}")).map_err(Unusable::Secret)?;
        authorization.set_sensitive(true);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .timeout(Duration::from_millis(CALL_TIMEOUT_MS))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Unusable::Client)?;
        Ok(Self { client, base: internal_base(app_url), authorization })
    }

    /// Makes one call and returns the body of its 2xx answer.
    pub(crate) async fn call(&self, request: Request) -> Result<Vec<u8>, CallError> {
        let url = format!("{}{}", self.base, request.path_and_query);
        let builder = match request.body {
            None => self.client.get(url),
            Some(json) => self.client.post(url).header(CONTENT_TYPE, "application/json").body(json),
        };
        let sent = builder.header(AUTHORIZATION, self.authorization.clone()).send().await;
        let mut answer = sent.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(CallError::Status(status.as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                tracing::warn!(limit = MAX_ANSWER_BYTES, "an answer of the backend is too large");
                return Err(CallError::Malformed);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// What went wrong, without the URL: its query holds the input.
fn unreachable(error: &reqwest::Error) -> CallError {
    let mut causes = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::debug!(timeout = error.is_timeout(), "the backend cannot be reached{causes}");
    CallError::Unreachable
}

#[cfg(test)]
mod tests {
    use super::Backend;
    use api::call::{CallError, MAX_ANSWER_BYTES, Request};
    use axum::Router;
    use axum::extract::RawQuery;
    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::{get, post};
    use tokio::net::TcpListener;

    const SECRET: &str = "worker shared secret of the tests, long enough";

    async fn backend(routes: Router) -> Backend {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().nest("/api/internal", routes)).await });
        let tls = crate::tls::client_config().unwrap();
        Backend::new(&url, SECRET, tls.as_ref().clone()).unwrap()
    }

    fn query(path_and_query: &str) -> Request {
        Request { path_and_query: path_and_query.into(), body: None }
    }

    #[tokio::test]
    async fn a_query_is_a_get_with_the_secret() {
        let handler = |headers: HeaderMap, RawQuery(query): RawQuery| async move {
            assert_eq!(headers["authorization"], format!("Bearer {SECRET}"));
            query.unwrap()
        };
        let backend = backend(Router::new().route("/getContext", get(handler))).await;
        let answer = backend.call(query("/getContext?input=%7B%7D")).await;
        assert_eq!(answer, Ok(b"input=%7B%7D".to_vec()));
    }

    #[tokio::test]
    async fn a_mutation_posts_its_json() {
        let handler = |headers: HeaderMap, body: String| async move {
            assert_eq!(headers["content-type"], "application/json");
            body
        };
        let backend = backend(Router::new().route("/submitTranscript", post(handler))).await;
        let request =
            Request { path_and_query: "/submitTranscript".into(), body: Some(b"{\"a\":1}".to_vec()) };
        assert_eq!(backend.call(request).await, Ok(b"{\"a\":1}".to_vec()));
    }

    #[tokio::test]
    async fn a_refusal_is_its_status() {
        let handler = || async { (StatusCode::UNAUTHORIZED, "no") };
        let backend = backend(Router::new().route("/getContext", get(handler))).await;
        assert_eq!(backend.call(query("/getContext")).await, Err(CallError::Status(401)));
    }

    #[tokio::test]
    async fn an_answer_beyond_the_limit_is_not_read() {
        let handler = || async { vec![b' '; MAX_ANSWER_BYTES + 1] };
        let backend = backend(Router::new().route("/getContext", get(handler))).await;
        assert_eq!(backend.call(query("/getContext")).await, Err(CallError::Malformed));
    }

    #[tokio::test]
    async fn nobody_listening_is_unreachable() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let tls = crate::tls::client_config().unwrap();
        let backend = Backend::new(&url, SECRET, tls.as_ref().clone()).unwrap();
        assert_eq!(backend.call(query("/getContext")).await, Err(CallError::Unreachable));
    }
}
