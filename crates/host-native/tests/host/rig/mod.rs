//! A host on a loopback port, between a scripted backend, a scripted model and candidates.

mod backend;
mod candidate;
mod model;

use api::token::{Claims, sign};
pub(crate) use backend::Backend;
pub(crate) use candidate::{Candidate, Heard};
use gemini_live::Endpoint;
use host_native::{Config, Host, Limits};
pub(crate) use model::Model;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::time::timeout;

pub(crate) const JWT_SECRET: &str = "the jwt secret of the tests, 32 characters";
pub(crate) const WORKER_SECRET: &str = "the worker secret of the tests, 32 characters";

/// Longest a test waits for anything; what comes at all comes in milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Rig {
    pub(crate) host: Host,
    pub(crate) backend: Backend,
    pub(crate) model: Model,
    /// `127.0.0.1:port`
    authority: String,
    /// Where the journal is.
    dir: Arc<tempfile::TempDir>,
    settings: Settings,
}

struct Settings {
    backend_authority: String,
    model_authority: String,
    limits: Limits,
    session: session_core::Config,
}

impl Settings {
    async fn open(&self, dir: &tempfile::TempDir) -> Host {
        let host = Host::open(Config {
            app_url: format!("http://{}", self.backend_authority),
            worker_shared_secret: WORKER_SECRET.into(),
            jwt_secret: JWT_SECRET.into(),
            endpoint: Endpoint::new(&format!("http://{}", self.model_authority), "v1beta", "a-key").unwrap(),
            session: self.session.clone(),
            journal: dir.path().join("journal.db"),
            limits: self.limits,
        });
        host.await.unwrap()
    }
}

/// Waits for something that must come.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("it was to come soon")
}

/// Serves a router on a free port and returns its authority.
async fn serve(router: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    authority
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        let (backend, backend_authority) = Backend::start().await;
        let (model, model_authority) = Model::start().await;
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let settings =
            Settings { backend_authority, model_authority, limits, session: session_core::Config::new("") };
        let host = settings.open(&dir).await;
        let authority = serve(host.router()).await;
        Self { host, backend, model, authority, dir, settings }
    }

    /// Puts another host in the place of this one, on the same journal.
    pub(crate) async fn restart(&mut self, grace_ms: u64) {
        self.settings.session.grace_ms = grace_ms;
        self.host = self.settings.open(&self.dir).await;
        self.authority = serve(self.host.router()).await;
    }

    /// The next host tries a transcript that is refused for so long.
    pub(crate) fn set_refused_for_ms(&mut self, refused_for_ms: u64) {
        self.settings.session.limits.refused_for_ms = refused_for_ms;
    }

    /// Opens the file of the journal.
    pub(crate) async fn journal(&self) -> SqliteConnection {
        let path = self.dir.path().join("journal.db");
        SqliteConnectOptions::new().filename(path).connect().await.unwrap()
    }

    /// The address of a candidate's connection.
    pub(crate) fn url(&self, interview_id: &str, token: &str) -> String {
        format!("ws://{}/{interview_id}?token={token}", self.authority)
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// A candidate with a good token, connected.
    pub(crate) async fn candidate(&self, interview_id: &str) -> Candidate {
        Candidate::connect(&self.url(interview_id, &token(interview_id))).await
    }

    /// What `/health` answers.
    pub(crate) async fn health(&self) -> serde_json::Value {
        let url = format!("http://{}/health", self.authority);
        let body = reqwest::Client::builder()
            .tls_backend_preconfigured(no_tls())
            .build()
            .unwrap()
            .get(url)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        serde_json::from_slice(&body).unwrap()
    }
}

/// reqwest wants a TLS configuration even where no TLS is spoken.
fn no_tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

pub(crate) fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// A good token.
pub(crate) fn token(interview_id: &str) -> String {
    sign(&Claims::new("user".into(), interview_id.into(), now_ms()), JWT_SECRET)
}
