//! Whoever calls: a browser with its cookie, a session host with its secret.

use api::call::{Call, Request};
use api::procedure::{self, Procedure};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use serde_json::Value;
use std::sync::OnceLock;
use trpc::client::Failure;

/// Returns what peers of one test share: reading the machine's certificates takes its time.
pub(super) fn http() -> reqwest::Client {
    static PROVIDER: OnceLock<()> = OnceLock::new();
    PROVIDER.get_or_init(|| rustls::crypto::ring::default_provider().install_default().unwrap_or(()));
    reqwest::Client::new()
}

/// A caller. Its clones have the same cookie and go their own ways.
#[derive(Clone)]
pub(crate) struct Peer {
    http: reqwest::Client,
    base: String,
    headers: Vec<(&'static str, String)>,
    cookie: Option<String>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    set_cookie: Option<String>,
}

impl Peer {
    pub(super) fn new(http: reqwest::Client, base: String) -> Self {
        Self { http, base, headers: Vec::new(), cookie: None }
    }

    /// Sends a header with every call.
    #[must_use]
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Calls a public procedure.
    pub(crate) async fn call<P: Procedure>(&mut self, input: &P) -> Result<P::Output, Failure> {
        let answer = self.answer(input).await;
        procedure::parse_answer::<P>(answer.body.to_string().as_bytes())
    }

    /// Calls a public procedure and returns the answer as it came.
    pub(crate) async fn answer<P: Procedure>(&mut self, input: &P) -> Answer {
        self.send(procedure::request(input)).await
    }

    /// Calls a public procedure and returns the cookie that its answer sets.
    pub(crate) async fn set_cookie<P: Procedure>(&mut self, input: &P) -> String {
        self.answer(input).await.set_cookie.expect("a cookie")
    }

    /// The cookie it sends.
    pub(crate) fn cookie(&self) -> String {
        self.cookie.clone().expect("somebody signed in")
    }

    /// Calls as a session host does.
    pub(crate) async fn ask(&mut self, call: &Call) -> Answer {
        self.send(call.request()).await
    }

    /// Calls as a session host does and returns the HTTP status.
    pub(crate) async fn report(&mut self, call: &Call) -> u16 {
        self.ask(call).await.status
    }

    /// Posts any JSON.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Answer {
        let body = Some(body.to_string().into_bytes());
        self.send(Request { path_and_query: path.into(), body }).await
    }

    async fn send(&mut self, request: Request) -> Answer {
        let url = format!("{}{}", self.base, request.path_and_query);
        let mut builder = match request.body {
            None => self.http.get(url),
            Some(body) => self.http.post(url).header(CONTENT_TYPE, "application/json").body(body),
        };
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        if let Some(cookie) = &self.cookie {
            builder = builder.header(COOKIE, cookie);
        }
        let response = builder.send().await.expect("the backend answers");
        let set_cookie = response.headers().get(SET_COOKIE).map(|it| it.to_str().unwrap().to_owned());
        if let Some(set_cookie) = &set_cookie {
            self.cookie = set_cookie.split(';').next().map(str::to_owned);
        }
        let status = response.status().as_u16();
        let body = serde_json::from_slice(&response.bytes().await.unwrap()).expect("JSON");
        Answer { status, body, set_cookie }
    }
}
