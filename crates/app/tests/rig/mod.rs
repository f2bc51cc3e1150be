//! A backend on a database of its own, a clock that stands still, and whoever calls over real HTTP.
//!
//! The same folder serves the tests in the procedures' files and the flows, so everything in it is used by both.

mod database;
mod logs;
mod mail_server;
mod peer;

pub(crate) use database::Database;
pub(crate) use logs::logs;
pub(crate) use mail_server::MailServer;
pub(crate) use peer::Peer;

use api::call::{Call, SubmitTranscript, UpdateStatus};
use api::interview::{EndReason, Speaker, Status, TranscriptEntry};
use api::public::{CreateInterview, RequestCode, VerifyCode};
use api::timestamp::Timestamp;
use app::{
    App, ClientAddress, Clock, Config, Environment, Guests, Interviewer, LocalSignIn, Random, RateLimits,
    Secret,
};
use sqlx::AnyConnection;
use sqlx::Connection;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::task::JoinHandle;
use trpc::Code;
use trpc::client::Failure;

/// Signs worker tokens in tests.
pub(crate) const JWT_SECRET: &str = "jwt-secret-of-the-tests-0123456789abcdef";

/// Lets session hosts in.
const WORKER_SHARED_SECRET: &str = "shared-secret-of-the-tests-0123456789abcdef";

/// When every test begins: 2026-01-02T03:04:05.678Z.
const START_MS: i64 = 1_767_323_045_678;

/// Makes a test of an `async fn(Database)` on SQLite and one on PostgreSQL.
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        $(mod $name {
            #[tokio::test]
            async fn sqlite() {
                Box::pin(super::$name($crate::rig::Database::sqlite())).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(database) = $crate::rig::Database::postgres().await {
                    Box::pin(super::$name(database)).await;
                }
            }
        })*
    };
}
pub(crate) use on_both_databases;

/// A backend that serves.
pub(crate) struct Rig {
    app: App,
    clock: Arc<AtomicI64>,
    address: SocketAddr,
    http: reqwest::Client,
    server: JoinHandle<()>,
    database: Database,
}

impl Rig {
    /// Starts a developer's backend.
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// Starts a backend that differs from a developer's.
    pub(crate) async fn start_with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        logs();
        let clock = Arc::new(AtomicI64::new(START_MS));
        let mut config = Config {
            database_url: Secret::new(database.url()),
            jwt_secret: Secret::new(JWT_SECRET),
            worker_shared_secret: Secret::new(WORKER_SHARED_SECRET),
            public_worker_url: "ws://127.0.0.1:3000/session".into(),
            app_url: "http://127.0.0.1:3000".into(),
            environment: Environment::Development,
            local_sign_in: LocalSignIn::OnLoopback,
            guests: Guests::Admitted,
            mail: None,
            interviewer: Interviewer::StandIn,
            rate_limits: RateLimits {
                codes_per_email: 100,
                codes_per_peer: 100,
                attempts_per_peer: 100,
                guests_per_peer: 100,
            },
            client_address: ClientAddress::Peer,
            allowed_origins: Vec::new(),
            clock: Clock::Fixed(Arc::clone(&clock)),
            random: Random::seeded(1),
        };
        change(&mut config);
        let app = App::open(config).await.expect("the database opens");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { app, clock, address, http: peer::http(), server, database }
    }

    /// The backend itself.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// Stops serving and closes the backend; returns its database for another one.
    pub(crate) async fn stop(self) -> Database {
        self.server.abort();
        self.app.close().await;
        self.database
    }

    /// What time it is, Unix milliseconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    /// The secret of session hosts.
    pub(crate) fn secret(&self) -> String {
        WORKER_SHARED_SECRET.into()
    }

    /// Where it serves.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Somebody who is not signed in.
    pub(crate) fn browser(&self) -> Peer {
        Peer::new(self.http.clone(), format!("{}/api/trpc", self.url()))
    }

    /// Somebody who is.
    pub(crate) async fn sign_in(&self, email: &str) -> Peer {
        let mut browser = self.browser();
        let code = browser.call(&RequestCode { email: email.into() }).await.unwrap().code.unwrap();
        browser.call(&VerifyCode { email: email.into(), code }).await.unwrap();
        browser
    }

    /// A session host with the right secret.
    pub(crate) fn session_host(&self) -> Peer {
        self.stranger(Some(&format!("Bearer {WORKER_SHARED_SECRET}")))
    }

    /// Somebody who calls what session hosts call.
    pub(crate) fn stranger(&self, authorization: Option<&str>) -> Peer {
        let peer = Peer::new(self.http.clone(), format!("{}/api/internal", self.url()));
        match authorization {
            Some(authorization) => peer.with_header("authorization", authorization),
            None => peer,
        }
    }

    /// Rows of a table.
    pub(crate) async fn count(&self, table: &'static str) -> i64 {
        let mut connection = AnyConnection::connect(&self.database.url()).await.unwrap();
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let count = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        count
    }
}

/// The code that a call was refused with.
pub(crate) fn refused_with<T>(answer: Result<T, Failure>) -> Code {
    match answer {
        Ok(_) => panic!("the call was answered"),
        Err(Failure::Refused(refusal)) => refusal.code.expect("a code that we know"),
        Err(failure) => panic!("{failure:?}"),
    }
}

/// What most tests create.
pub(crate) fn interview(idempotency_key: &str) -> CreateInterview {
    CreateInterview {
        idempotency_key: idempotency_key.into(),
        role: "Cook".into(),
        job_description: "Cook for two hundred.".into(),
        resume: "Cooked for one hundred.".into(),
        persona: String::new(),
        language: "en".into(),
        duration_minutes: 20,
    }
}

/// A report of a status.
pub(crate) fn status(interview_id: &str, status: Status) -> Call {
    let interview_id = interview_id.into();
    Call::UpdateStatus(UpdateStatus { interview_id, status, started_at: None, ended_at: None })
}

/// A transcript of so many turns, the first at `start_ms`.
pub(crate) fn submission(interview_id: &str, turns: i64, start_ms: i64) -> SubmitTranscript {
    let turn = |number| TranscriptEntry {
        speaker: if number % 2 == 0 { Speaker::Ai } else { Speaker::User },
        content: format!("turn {number}"),
        timestamp: Timestamp(start_ms + number),
    };
    SubmitTranscript {
        interview_id: interview_id.into(),
        transcript: (0..turns).map(turn).collect(),
        end_reason: Some(EndReason::User),
        started_at: Some(Timestamp(start_ms)),
        ended_at: Some(Timestamp(start_ms + 60_000)),
        delivery: None,
    }
}
