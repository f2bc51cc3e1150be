//! The backend as a process, and what a signed-in candidate asks of it.

use crate::place::Place;
use crate::process::Process;
use crate::{JWT_SECRET, WORKER_SHARED_SECRET, native};
use anyhow::Context;
use api::interview::Status;
use api::procedure::{self, Procedure};
use api::public::{CreateInterview, GenerateWorkerToken, GetInterview, InterviewDetails, SignInLocal};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{interval, timeout};

/// How long what a host promised may take to reach the backend.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the backend may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// How often the backend is asked for what may have come.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// A backend with a database of its own, and a user who is signed in.
pub struct App {
    address: SocketAddr,
    http: reqwest::Client,
    cookie: String,
    interviews: AtomicU64,
    _process: Process,
    _folder: TempDir,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("address", &self.address).finish_non_exhaustive()
    }
}

impl App {
    /// Starts a backend and signs in.
    pub async fn start(place: &Place) -> anyhow::Result<Self> {
        // Somebody may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().context("making the backend's folder")?;
        let secrets = [
            ("JWT_SECRET", JWT_SECRET.to_owned()),
            ("WORKER_SHARED_SECRET", WORKER_SHARED_SECRET.to_owned()),
        ];
        let log = folder.path().join("app.log");
        let started = native::start(place, &["app"], &secrets, folder.path(), &log).await;
        let (process, url) = started.context("starting the backend")?;
        let address = url.trim_start_matches("http://").parse().context("the backend's address")?;
        let mut app = Self {
            address,
            http: reqwest::Client::builder().timeout(ANSWER_WITHIN).build().context("an HTTP client")?,
            cookie: String::new(),
            interviews: AtomicU64::new(0),
            _process: process,
            _folder: folder,
        };
        let (cookie, _) = app.exchange(&SignInLocal).await?;
        app.cookie = cookie;
        Ok(app)
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Creates an interview and returns its id.
    pub async fn create_interview(&self, duration_minutes: u32) -> anyhow::Result<String> {
        let number = self.interviews.fetch_add(1, Ordering::Relaxed);
        let wanted = CreateInterview {
            idempotency_key: number.to_string(),
            role: "Rust engineer".to_owned(),
            job_description: String::new(),
            resume: String::new(),
            persona: String::new(),
            language: "en".to_owned(),
            duration_minutes,
        };
        Ok(self.call(&wanted).await?.id)
    }

    /// Returns a fresh token for the session host.
    pub async fn token(&self, interview_id: &str) -> anyhow::Result<String> {
        Ok(self.call(&GenerateWorkerToken { interview_id: interview_id.to_owned() }).await?.token)
    }

    /// Returns what is stored of an interview.
    pub async fn interview(&self, id: &str) -> anyhow::Result<InterviewDetails> {
        self.call(&GetInterview { id: id.to_owned() }).await
    }

    /// Waits until an interview has come so far, and returns what is stored of it then.
    pub async fn until(&self, id: &str, status: Status) -> anyhow::Result<InterviewDetails> {
        let mut pace = interval(ASK_EVERY);
        let reached = timeout(PATIENCE, async {
            loop {
                pace.tick().await;
                let interview = self.interview(id).await?;
                if interview.summary.status == status {
                    return anyhow::Ok(interview);
                }
            }
        });
        reached
            .await
            .with_context(|| format!("the backend is not told that the interview is {}", status.name()))?
    }

    async fn call<P: Procedure>(&self, input: &P) -> anyhow::Result<P::Output> {
        Ok(self.exchange(input).await?.1)
    }

    /// Returns the cookie that the answer sets, and the answer.
    async fn exchange<P: Procedure>(&self, input: &P) -> anyhow::Result<(String, P::Output)> {
        let call = procedure::request(input);
        let url = format!("http://{}/api/trpc{}", self.address, call.path_and_query);
        let request = match call.body {
            None => self.http.get(url),
            Some(body) => self.http.post(url).header(CONTENT_TYPE, "application/json").body(body),
        };
        let answer = request.header(COOKIE, &self.cookie).send().await.context(P::PATH)?;
        let set = answer.headers().get(SET_COOKIE).and_then(|set| set.to_str().ok()?.split(';').next());
        let cookie = set.unwrap_or_default().to_owned();
        let body = answer.bytes().await.context(P::PATH)?;
        let output = procedure::parse_answer::<P>(&body).map_err(|failure| anyhow::anyhow!("{failure}"));
        Ok((cookie, output.context(P::PATH)?))
    }
}
