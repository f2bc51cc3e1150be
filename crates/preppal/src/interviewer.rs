//! Who asks the questions: Gemini, or the stand-in that lives in this process.

use crate::settings::{Deployment, Gemini, Problem, Problems, Settings};
use gemini_live::{DEFAULT_BASE_URL, Endpoint};
use stand_in::{Options, StandIn};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What is shown as a key to a peer that needs none.
const NO_KEY: &str = "stand-in";

/// How fast microphone audio may arrive where the interviewer is a stand-in, in multiples of real time: `preppal call`
/// plays a recording up to 20 times as fast.
const STAND_IN_RATE_LIMIT: u32 = 25;

/// An interviewer that can be reached.
pub(crate) struct Interviewer {
    pub(crate) endpoint: Endpoint,
    pub(crate) kind: app::Interviewer,
    embedded: Option<Embedded>,
}

struct Embedded {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Interviewer {
    /// Finds the interviewer that the settings mean, and starts the stand-in if it is that one.
    pub(crate) async fn reach(gemini: &Gemini) -> anyhow::Result<Self> {
        let Some(endpoint) = given_endpoint(gemini)? else { return Self::embed(gemini).await };
        let kind = match gemini.api_key {
            Some(_) => app::Interviewer::Gemini,
            None => app::Interviewer::StandIn,
        };
        Ok(Self { endpoint, kind, embedded: None })
    }

    async fn embed(gemini: &Gemini) -> anyhow::Result<Self> {
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let stand_in = StandIn::bind(loopback, options(gemini)).await?;
        let base_url = format!("http://{}", stand_in.local_addr());
        let stop = CancellationToken::new();
        let until = stop.clone();
        let running = tokio::spawn(async move {
            if let Err(error) = stand_in.run(until).await {
                tracing::error!("the stand-in failed: {error:#}");
            }
        });
        Ok(Self {
            endpoint: endpoint(gemini, &base_url, NO_KEY)?,
            kind: app::Interviewer::StandIn,
            embedded: Some(Embedded { stop, running }),
        })
    }

    /// Returns the settings of every interview with this interviewer.
    pub(crate) fn session(&self, settings: &Settings) -> session_core::Config {
        let mut session = session_core::Config::new("");
        session.grace_ms = u64::try_from(settings.grace.as_millis()).unwrap_or(u64::MAX);
        if let Some(model) = &settings.gemini.live_model {
            session.model.clone_from(model);
        }
        session.voice.clone_from(&settings.gemini.voice);
        if self.kind == app::Interviewer::StandIn {
            session.uplink_rate_limit = STAND_IN_RATE_LIMIT;
        }
        session
    }

    /// Says on standard error who plays the interviewer, where it is not Gemini.
    pub(crate) fn introduce(&self, deployment: Deployment) {
        match (self.kind, &self.embedded) {
            (app::Interviewer::Gemini, _) => return,
            (app::Interviewer::StandIn, Some(_)) => eprintln!(
                "No GEMINI_API_KEY is set: the built-in stand-in plays the interviewer. It asks real questions and \
                 listens for pauses, but does not understand what is said."
            ),
            (app::Interviewer::StandIn, None) => eprintln!(
                "No GEMINI_API_KEY is set: the interviewer is what answers at {}.",
                self.endpoint.base_url()
            ),
        }
        if deployment == Deployment::Production {
            tracing::warn!("production runs without GEMINI_API_KEY");
        }
    }

    /// Ends the stand-in, if there is one.
    pub(crate) async fn leave(self) {
        let Some(Embedded { stop, running }) = self.embedded else { return };
        stop.cancel();
        if let Err(error) = running.await {
            tracing::error!("the stand-in died: {error}");
        }
    }
}

/// Returns the vendor, or what speaks as it does at an address that was given; `None` where neither key nor address was.
pub(crate) fn given_endpoint(gemini: &Gemini) -> Result<Option<Endpoint>, Problems> {
    let key = gemini.api_key.as_ref().map(app::Secret::expose);
    match (key, gemini.base_url.as_deref()) {
        (Some(key), base_url) => endpoint(gemini, base_url.unwrap_or(DEFAULT_BASE_URL), key).map(Some),
        (None, Some(base_url)) => endpoint(gemini, base_url, NO_KEY).map(Some),
        (None, None) => Ok(None),
    }
}

fn endpoint(gemini: &Gemini, base_url: &str, key: &str) -> Result<Endpoint, Problems> {
    Endpoint::new(base_url, &gemini.api_version, key)
        .map_err(|error| Problem::new("GEMINI_BASE_URL", error.to_string(), "leave it out for Google").into())
}

/// The stand-in serves the model that is asked for, whatever its name.
fn options(gemini: &Gemini) -> Options {
    let mut options = Options::default();
    if let Some(model) = &gemini.live_model
        && !options.models.contains(model)
    {
        options.models.push(model.clone());
    }
    options
}
