//! Requests without a socket.

use crate::trpc_fixture;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

pub(crate) use trpc_fixture::{PLAIN, SUPERJSON};

/// A request to one mount of the fixture, to be completed and sent.
pub(crate) struct Call {
    app: axum::Router,
    request: axum::http::request::Builder,
    body: Body,
}

/// An answer, read to its end.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Starts a `GET` to `path_and_query` below `mount`.
pub(crate) fn get(mount: &str, path_and_query: &str) -> Call {
    Call::to(&trpc_fixture::app(), "GET", mount, path_and_query)
}

/// Starts a `POST` of JSON to `path_and_query` below `mount`.
pub(crate) fn post(mount: &str, path_and_query: &str, body: impl Into<Body>) -> Call {
    let call = Call::to(&trpc_fixture::app(), "POST", mount, path_and_query);
    call.header(CONTENT_TYPE.as_str(), "application/json").body(body)
}

/// Makes a failure of what would never end.
pub(crate) async fn in_time<T>(expected: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), expected).await.expect("it never came")
}

impl Call {
    pub(crate) fn to(app: &axum::Router, method: &str, mount: &str, path_and_query: &str) -> Self {
        let request = Request::builder().method(method).uri(format!("{mount}/{path_and_query}"));
        Self { app: app.clone(), request, body: Body::empty() }
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self { request: self.request.header(name, value), ..self }
    }

    pub(crate) fn body(self, body: impl Into<Body>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn with_session(self) -> Self {
        self.header(COOKIE.as_str(), "session=ok")
    }

    pub(crate) fn wanting_lines(self) -> Self {
        self.header("trpc-accept", "application/jsonl")
    }

    pub(crate) async fn send(self) -> Reply {
        let request = self.request.body(self.body).unwrap();
        let response = in_time(self.app.oneshot(request)).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = in_time(to_bytes(body, usize::MAX)).await.unwrap();
        Reply { status: head.status, headers: head.headers, text: String::from_utf8(bytes.into()).unwrap() }
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        assert!(self.text.ends_with('\n'), "the last line is not ended: {}", self.text);
        self.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Returns status, and `error.data.code` of an answer without superjson.
    #[track_caller]
    pub(crate) fn failure(&self) -> (u16, String) {
        let json = self.json();
        let error = &json["error"];
        let error = error.get("json").unwrap_or(error);
        assert!(error["code"].is_i64() && error["message"].is_string(), "{}", self.text);
        assert_eq!(error["data"]["httpStatus"], self.status.as_u16());
        (self.status.as_u16(), error["data"]["code"].as_str().unwrap().to_owned())
    }
}
