//! The host as a whole: what every interview shares, and its end.

use crate::backend::{self, Backend};
use crate::counts::Counts;
use crate::dial::{self, Dialler};
use crate::journal::{Journal, Unfinished};
use crate::news::News;
use crate::registry::Registry;
use crate::send_queue::QueueLimits;
use crate::{admission, driver, tls};
use axum::extract::ws::WebSocket;
use futures::future::join_all;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

/// How long goodbyes may take after the last interview has ended: a close frame's echo and a little.
const GOODBYES: Duration = Duration::from_secs(2);

/// What a host needs to know. Holds secrets, therefore no `Debug`.
pub struct Config {
    /// The backend, without `/api/internal`: `http://127.0.0.1:3000`.
    pub app_url: String,
    /// Shows the backend that we are its session host.
    pub worker_shared_secret: String,
    /// What worker tokens are signed with.
    pub jwt_secret: String,
    /// Where the model is.
    pub endpoint: gemini_live::Endpoint,
    /// Settings of every interview; its `interview_id` is replaced.
    pub session: session_core::Config,
    /// The journal: a SQLite file, made if it is missing. It holds what is said until the backend has it.
    pub journal: PathBuf,
    /// A bound for everything.
    pub limits: Limits,
}

/// Bounds of a host.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Interviews at once. A newcomer beyond it is closed with 1013; one who comes back never is.
    pub max_interviews: usize,
    /// What may wait for a candidate.
    pub downlink: QueueLimits,
    /// What may wait for the model.
    pub uplink: QueueLimits,
}

impl Default for Limits {
    fn default() -> Self {
        const CONTROL_BYTES: usize = 4 << 20;
        const CONTROL_FRAMES: usize = 4096;
        Self {
            max_interviews: 1000,
            // The model speaks faster than real time, and the client keeps the play-out queue: a minute is a long answer.
            downlink: QueueLimits {
                audio_bytes: wire::SampleRate::INTERVIEWER.bytes(60_000),
                control_bytes: CONTROL_BYTES,
                control_frames: CONTROL_FRAMES,
            },
            // Two seconds of a model that does not read, on top of the ten that a session sends at once when it has held
            // them over a change of connections.
            uplink: QueueLimits {
                audio_bytes: wire::SampleRate::MICROPHONE.bytes(12_000),
                control_bytes: CONTROL_BYTES,
                control_frames: CONTROL_FRAMES,
            },
        }
    }
}

/// Why a host could not be made. Every one is a mistake in the configuration, except the last.
#[derive(Debug)]
pub enum StartError {
    /// `WORKER_SHARED_SECRET` holds characters that an HTTP header cannot carry.
    Secret(Box<dyn std::error::Error + Send + Sync>),
    /// The model's address is no WebSocket URL, or its key cannot go into a header.
    Endpoint(Box<dyn std::error::Error + Send + Sync>),
    /// The journal cannot be opened: its directory is missing or not writable, or another program holds it.
    Journal(Box<dyn std::error::Error + Send + Sync>),
    /// TLS, the HTTP client or the system's randomness cannot be had.
    System(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "the worker shared secret cannot be sent in a header",
            Self::Endpoint(_) => "the model's endpoint cannot be used",
            Self::Journal(_) => "the journal of the session host cannot be opened",
            Self::System(_) => "the system lacks what a session host needs",
        })
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Secret(error) | Self::Endpoint(error) | Self::Journal(error) | Self::System(error) => {
                Some(error.as_ref())
            }
        }
    }
}

/// What became of the interviews that ran when the host left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Ended with their transcripts acknowledged, or put down to be gone on with.
    pub saved: usize,
    /// Not ended in time. The journal keeps them; the next process delivers them.
    pub unsaved: usize,
}

/// The session host. Clones are the same host.
#[derive(Clone)]
pub struct Host(Arc<Shared>);

/// What every interview shares.
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) session: session_core::Config,
    pub(crate) jwt_secret: String,
    pub(crate) dialler: Dialler,
    pub(crate) backend: Backend,
    pub(crate) journal: Journal,
    pub(crate) registry: Registry,
    pub(crate) counts: Counts,
    pub(crate) interviews: TaskTracker,
    pub(crate) connections: TaskTracker,
    seed: u64,
}

impl Host {
    /// Opens a host, and goes on with the interviews that an earlier process left in the journal: their candidates have
    /// the grace time to come back, and what was not acknowledged is submitted.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let tls = tls::client_config().map_err(|error| StartError::System(error.into()))?;
        let backend = Backend::new(&config.app_url, &config.worker_shared_secret, tls.as_ref().clone())
            .map_err(|error| match error {
                backend::Unusable::Secret(error) => StartError::Secret(error.into()),
                backend::Unusable::Client(error) => StartError::System(error.into()),
            })?;
        let dialler = Dialler::new(&config.endpoint, tls).map_err(|error| match error {
            dial::Unusable::Url(error) => StartError::Endpoint(error.into()),
            dial::Unusable::Key(error) => StartError::Endpoint(error.into()),
        })?;
        let seed = getrandom::u64().map_err(|error| StartError::System(error.into()))?;
        let (journal, left) =
            Journal::open(&config.journal).await.map_err(|error| StartError::Journal(error.into()))?;
        let shared = Arc::new(Shared {
            limits: config.limits,
            session: session_core::Config { keeps_journal: true, ..config.session },
            jwt_secret: config.jwt_secret,
            dialler,
            backend,
            journal,
            registry: Registry::new(config.limits.max_interviews),
            counts: Counts::default(),
            interviews: TaskTracker::new(),
            connections: TaskTracker::new(),
            seed,
        });
        shared.counts.undeliverable.fetch_add(left.undeliverable, Relaxed);
        for unfinished in left.unfinished {
            shared.go_on(&unfinished).await;
        }
        Ok(Self(shared))
    }

    /// Returns the routes: `GET /{interview_id}?token=…` upgrades to a candidate's WebSocket, `GET /health` tells what
    /// runs (503 while draining).
    pub fn router(&self) -> axum::Router {
        admission::router(self.0.clone())
    }

    /// Lets nobody in any more, ends every interview, and waits until their transcripts are stored, at most so long.
    ///
    /// The backend must answer meanwhile. The router keeps answering, with 1013.
    pub async fn drain(&self, limit: Duration) -> Drained {
        self.leave(limit, || News::ShutDown).await
    }

    /// Lets nobody in any more, tells every candidate to come back in a moment, and waits until every interview is put
    /// down, at most so long. The next [`Host::open`] goes on with them.
    pub async fn suspend(&self, limit: Duration) -> Drained {
        self.leave(limit, || News::Suspend).await
    }

    async fn leave(&self, limit: Duration, news: impl Fn() -> News) -> Drained {
        let shared = &self.0;
        let running = shared.registry.close();
        let total = running.len();
        shared.interviews.close();
        shared.connections.close();
        let ended = async {
            let told = running.iter().map(|interview| interview.send(news()));
            // One that ended meanwhile needs not be told.
            let _ = join_all(told).await;
            shared.interviews.wait().await;
        };
        if timeout(limit, ended).await.is_err() {
            tracing::error!("not every interview could be ended in time");
        }
        let unsaved = shared.registry.len();
        if timeout(GOODBYES, shared.connections.wait()).await.is_err() {
            tracing::debug!("some connections did not take their goodbye");
        }
        Drained { saved: total.saturating_sub(unsaved), unsaved }
    }
}

impl Shared {
    /// Returns the settings of one interview.
    pub(crate) fn session_of(&self, interview_id: &str) -> session_core::Config {
        session_core::Config { interview_id: interview_id.to_owned(), ..self.session.clone() }
    }

    async fn go_on(self: &Arc<Self>, left: &Unfinished) {
        match driver::resume(self, left) {
            Ok(task) => {
                tracing::info!(
                    interview = left.interview_id,
                    "going on with an interview of an earlier process"
                );
                self.registry.put_back(&left.interview_id, task);
            }
            Err(reason) => {
                tracing::debug!(interview = left.interview_id, "nothing to go on with: {reason}");
                if self.journal.forget(&Arc::from(left.interview_id.as_str())).await.is_err() {
                    tracing::warn!("the journal cannot be written");
                }
            }
        }
    }

    /// Returns what an interview's back-off jitter starts from: another one for each.
    pub(crate) fn seed(&self) -> u64 {
        let started = self.counts.interviews_started.load(Relaxed);
        self.seed.wrapping_add(started.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Brings a candidate whose token was checked to the task of the interview.
    pub(crate) async fn join(self: Arc<Self>, interview_id: &str, socket: Box<WebSocket>) {
        let mut newcomer = News::Joined(socket);
        loop {
            let entered = self.registry.enter(interview_id, || driver::start(&self, interview_id));
            let task = match entered {
                Ok(task) => task,
                Err(reason) => {
                    if let News::Joined(socket) = newcomer {
                        admission::turn_away(&self, *socket, reason).await;
                    }
                    return;
                }
            };
            match task.send(newcomer).await {
                Ok(()) => return,
                // That interview ended meanwhile. Whether there is another is for a new session to say.
                Err(returned) => newcomer = returned.0,
            }
        }
    }
}
