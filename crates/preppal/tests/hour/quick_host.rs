//! Backend and session host as `preppal serve` puts them together, in time that runs faster.

use gemini_live::{DEFAULT_API_VERSION, Endpoint};
use host_native::{Config, Host, Limits};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tracing_subscriber::fmt::MakeWriter;

const JWT_SECRET: &str = "the jwt secret of the tests, 32 characters";
const WORKER_SECRET: &str = "the worker secret of the tests, 32 characters";

pub(crate) struct QuickHost {
    pub(crate) url: String,
    log: Log,
    _runtime: Runtime,
}

/// What the host has logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl QuickHost {
    /// `faster` is for what the vendor's clock drives, `speaks_faster` for what the candidate's speech does.
    pub(crate) fn start(folder: &TempDir, interviewer: &str, faster: u32, speaks_faster: u32) -> Self {
        // Another test of this process may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
        tracing::subscriber::set_global_default(subscriber).expect("one test, one log");
        let runtime = Runtime::new().unwrap();
        let url = runtime.block_on(serve(folder, interviewer, session(faster, speaks_faster), speaks_faster));
        Self { url, log, _runtime: runtime }
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.0.lock().unwrap()).into_owned()
    }
}

fn session(faster: u32, speaks_faster: u32) -> session_core::Config {
    let mut session = session_core::Config::new("");
    session.uplink_rate_limit = speaks_faster + 5;
    let (faster, speaks_faster) = (u64::from(faster), u64::from(speaks_faster));
    let limits = &mut session.limits;
    limits.model_age_ms /= faster;
    limits.rotate_ahead_ms /= faster;
    limits.go_away_default_ms /= faster;
    limits.resume_waits_ms = limits.resume_waits_ms.map(|wait_ms| wait_ms / faster);
    limits.uplink_held_ms *= speaks_faster;
    // A connection counts as healthy after a minute, which none of these lives.
    limits.model_opens = 1_000;
    session
}

async fn serve(
    folder: &TempDir,
    interviewer: &str,
    session: session_core::Config,
    speaks_faster: u32,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let url = format!("http://{authority}");
    let app = app::App::open(app::Config {
        database_url: app::Secret::new(format!("sqlite://{}", folder.path().join("preppal.db").display())),
        jwt_secret: app::Secret::new(JWT_SECRET),
        worker_shared_secret: app::Secret::new(WORKER_SECRET),
        public_worker_url: format!("ws://{authority}/session"),
        app_url: url.clone(),
        environment: app::Environment::Development,
        local_sign_in: app::LocalSignIn::OnLoopback,
        guests: app::Guests::Refused,
        mail: None,
        interviewer: app::Interviewer::StandIn,
        rate_limits: app::RateLimits::default(),
        client_address: app::ClientAddress::Peer,
        allowed_origins: Vec::new(),
        clock: app::Clock::System,
        random: app::Random::System,
    });
    let app = app.await.unwrap();
    let mut limits = Limits::default();
    limits.uplink.audio_bytes *= speaks_faster as usize;
    limits.downlink.audio_bytes *= speaks_faster as usize;
    let host = Host::open(Config {
        app_url: url.clone(),
        worker_shared_secret: WORKER_SECRET.to_owned(),
        jwt_secret: JWT_SECRET.to_owned(),
        endpoint: Endpoint::new(interviewer, DEFAULT_API_VERSION, "stand-in").unwrap(),
        session: session_core::Config { keeps_journal: true, ..session },
        journal: folder.path().join("journal.db"),
        limits,
    });
    let router = app.router().nest("/session", host.await.unwrap().router());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    url
}
