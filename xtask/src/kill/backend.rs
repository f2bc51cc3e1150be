//! What the backend has stored, read as any client reads it.

use anyhow::Context;
use api::procedure::{self, Procedure};
use api::public::{GetInterview, InterviewDetails, SignInLocal};
use std::time::Duration;
use ureq::Agent;

const TIMEOUT: Duration = Duration::from_secs(10);

/// The backend, as the local user sees it.
pub(super) struct Backend {
    agent: Agent,
    url: String,
    cookie: String,
}

impl Backend {
    pub(super) fn sign_in(url: &str) -> anyhow::Result<Self> {
        let config = Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false);
        let mut backend = Self { agent: config.build().into(), url: url.to_owned(), cookie: String::new() };
        let answer = backend.send(&SignInLocal).context("signing in")?;
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        backend.cookie = cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        Ok(backend)
    }

    /// Returns an interview with its transcript.
    pub(super) fn interview(&self, id: &str) -> anyhow::Result<InterviewDetails> {
        let input = GetInterview { id: id.to_owned() };
        let body = self.send(&input).context("asking for an interview")?.body_mut().read_to_vec()?;
        procedure::parse_answer::<GetInterview>(&body).context("asking for an interview")
    }

    /// Returns how many interviews the session host holds.
    pub(super) fn live_interviews(&self) -> anyhow::Result<u64> {
        let mut answer = self.agent.get(format!("{}/session/health", self.url)).call()?;
        let health: serde_json::Value = serde_json::from_slice(&answer.body_mut().read_to_vec()?)?;
        health["interviews"].as_u64().context("health does not tell the interviews")
    }

    fn send<P: Procedure>(&self, input: &P) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let request = procedure::request(input);
        let url = format!("{}/api/trpc{}", self.url, request.path_and_query);
        match request.body {
            None => self.agent.get(url).header("cookie", &self.cookie).call(),
            Some(body) => self
                .agent
                .post(url)
                .header("cookie", &self.cookie)
                .header("content-type", "application/json")
                .send(body.as_slice()),
        }
    }
}
