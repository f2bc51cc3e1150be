//! `preppal edge`: the session host alone.

use crate::environment::Environment;
use crate::interviewer::Interviewer;
use crate::listening::{Port, announce};
use crate::serve::{leave, report};
use crate::settings::{Deployment, Problem, Problems, Settings};
use crate::stopping::Stopping;
use host_native::{Host, Limits};
use std::net::SocketAddr;
use std::process::ExitCode;

/// Where `preppal app` listens if nothing else is said.
pub(crate) const APP_IN_DEVELOPMENT: &str = "http://127.0.0.1:3000";

/// Run the session host alone: it holds the conversations, and a backend elsewhere keeps them
///
/// Browsers connect to ws://ADDRESS/<interview id>?token=...; GET /health tells what runs. It needs the backend's
/// JWT_SECRET and WORKER_SHARED_SECRET (on one machine in development both share those of the data directory), and
/// GEMINI_API_KEY, without which a stand-in asks the questions. Ctrl-C saves the interviews that run before it ends.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = crate::app_only::EDGE_IN_DEVELOPMENT)]
    listen: SocketAddr,

    /// Where the backend is [variable: APP_URL; in development http://127.0.0.1:3000]
    #[arg(long, value_name = "URL")]
    app_url: Option<String>,

    /// Where development secrets are kept [variable: PREPPAL_DATA_DIR; otherwise .preppal]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,

    /// How long a candidate whose connection is lost may take to come back [variable: PREPPAL_GRACE_S; otherwise 60]
    #[arg(long, value_name = "SECONDS")]
    grace: Option<String>,
}

pub(crate) async fn run(args: Args, environment: Environment) -> anyhow::Result<ExitCode> {
    let environment = environment
        .with_flag("APP_URL", args.app_url.as_deref())
        .with_flag("PREPPAL_DATA_DIR", args.data_dir.as_deref())
        .with_flag("PREPPAL_GRACE_S", args.grace.as_deref());
    let settings = Settings::read(&environment)?;
    let app_url = app_url(&settings)?;
    let mut stopping = Stopping::listen()?;
    let port = Port::bind(args.listen).await?;
    let interviewer = Interviewer::reach(&settings.gemini).await?;
    interviewer.introduce(settings.deployment);
    settings.storage.prepare()?;
    let journal = settings.storage.claim_journal()?;
    let secrets = settings.secrets.complete(&settings.storage.data_dir)?;
    let host = Host::open(host_native::Config {
        app_url,
        worker_shared_secret: secrets.worker_shared.expose().to_owned(),
        jwt_secret: secrets.jwt.expose().to_owned(),
        endpoint: interviewer.endpoint.clone(),
        session: interviewer.session(&settings),
        journal: journal.path.clone(),
        limits: Limits::default(),
    })
    .await?;
    let url = port.url();
    let served = port.serve(host.router());
    announce(&url);

    let why = stopping.asked().await;
    let drained = stopping
        .unless_forced(async {
            let drained = leave(&host, why).await;
            served.stop().await;
            interviewer.leave().await;
            drained
        })
        .await;
    Ok(report(drained))
}

/// Returns where the backend is.
pub(crate) fn app_url(settings: &Settings) -> Result<String, Problems> {
    match (&settings.addresses.app_url, settings.deployment) {
        (Some(url), _) => Ok(url.clone()),
        (None, Deployment::Development) => Ok(APP_IN_DEVELOPMENT.to_owned()),
        (None, Deployment::Production) => Err(Problem::new(
            "APP_URL",
            "is not set",
            "give the address of the backend as this machine reaches it, like https://prep.example.org",
        )
        .into()),
    }
}
