//! `preppal app`: the backend alone, for a session host that runs elsewhere.

use crate::environment::Environment;
use crate::listening::{Port, announce};
use crate::reports::Reports;
use crate::settings::{Deployment, Problem, Problems, Settings};
use crate::stopping::Stopping;
use crate::web_app;
use anyhow::Context;
use app::App;
use axum::Router;
use std::net::SocketAddr;
use std::process::ExitCode;

/// Where `preppal edge` listens if nothing else is said.
pub(crate) const EDGE_IN_DEVELOPMENT: &str = "127.0.0.1:3001";

/// Run the backend alone: sign-in, interviews, transcripts
///
/// Sessions are held by `preppal edge`, or by the Worker on Cloudflare; both need the same JWT_SECRET and
/// WORKER_SHARED_SECRET. On one machine in development they share those of the data directory, and find each other at
/// 127.0.0.1:3000 and :3001.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,

    /// Where database and development secrets are kept [variable: PREPPAL_DATA_DIR; otherwise .preppal]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,

    /// sqlite:// or postgres:// [variable: DATABASE_URL; otherwise SQLite in the data directory]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,

    /// Where browsers find the session host [variable: PUBLIC_WORKER_URL; in development ws://127.0.0.1:3001]
    #[arg(long, value_name = "URL")]
    public_worker_url: Option<String>,
}

pub(crate) async fn run(args: Args, environment: Environment) -> anyhow::Result<ExitCode> {
    let environment = environment
        .with_flag("PREPPAL_DATA_DIR", args.data_dir.as_deref())
        .with_flag("DATABASE_URL", args.database_url.as_deref())
        .with_flag("PUBLIC_WORKER_URL", args.public_worker_url.as_deref());
    let settings = Settings::read(&environment)?;
    let public_worker_url = public_worker_url(&settings)?;
    let interviewer = match (&settings.gemini.api_key, settings.deployment) {
        (None, Deployment::Development) => app::Interviewer::StandIn,
        // A session host of its own has the key; a backend that issues tokens to strangers need not.
        (Some(_), _) | (None, Deployment::Production) => app::Interviewer::Gemini,
    };
    let mut stopping = Stopping::listen()?;
    let port = Port::bind(args.listen).await?;
    let url = port.url();
    let public_url = public_url(&settings, &url)?;
    settings.storage.prepare()?;
    let web_app = web_app::router(&public_worker_url);
    let app = open_app(app_config(&settings, public_url, public_worker_url, interviewer)?).await?;
    let reports = Reports::begin(&app, &settings.gemini)?;
    let served = port.serve(Router::new().merge(web_app).merge(app.router()));
    announce(&url);

    stopping.asked().await;
    stopping
        .unless_forced(async {
            served.stop().await;
            reports.stop().await;
            app.close().await;
        })
        .await;
    Ok(ExitCode::SUCCESS)
}

fn public_worker_url(settings: &Settings) -> Result<String, Problems> {
    match (&settings.addresses.public_worker_url, settings.deployment) {
        (Some(url), _) => Ok(url.clone()),
        (None, Deployment::Development) => Ok(format!("ws://{EDGE_IN_DEVELOPMENT}")),
        (None, Deployment::Production) => Err(Problem::new(
            "PUBLIC_WORKER_URL",
            "is not set",
            "give the address of the session host as browsers see it, like wss://session.example.org",
        )
        .into()),
    }
}

/// Returns what people open, which in development is where we listen. Behind a proxy only an operator knows it, and the
/// cookie's security, the pages that may call and where sessions are held follow from it.
pub(crate) fn public_url(settings: &Settings, listening: &str) -> Result<String, Problems> {
    match (&settings.addresses.app_url, settings.deployment) {
        (Some(url), _) => Ok(url.clone()),
        (None, Deployment::Development) => Ok(listening.to_owned()),
        (None, Deployment::Production) => {
            let mend = "give the address that people open, like https://prep.example.org";
            Err(Problem::new("APP_URL", "is not set", mend).into())
        }
    }
}

/// Returns what the backend is told. Makes development secrets if none are set.
pub(crate) fn app_config(
    settings: &Settings,
    app_url: String,
    public_worker_url: String,
    interviewer: app::Interviewer,
) -> anyhow::Result<app::Config> {
    let secrets = settings.secrets.complete(&settings.storage.data_dir)?;
    let (environment, local_sign_in) = match settings.deployment {
        Deployment::Development => (app::Environment::Development, app::LocalSignIn::OnLoopback),
        Deployment::Production => (app::Environment::Production, app::LocalSignIn::Never),
    };
    Ok(app::Config {
        database_url: settings.storage.database_url.clone(),
        jwt_secret: secrets.jwt,
        worker_shared_secret: secrets.worker_shared,
        public_worker_url,
        app_url,
        environment,
        local_sign_in,
        guests: settings.guests,
        mail: settings.mail.clone(),
        interviewer,
        rate_limits: app::RateLimits::default(),
        client_address: settings.client_address,
        allowed_origins: settings.addresses.allowed_origins.clone(),
        clock: app::Clock::System,
        random: app::Random::System,
    })
}

/// Opens database and backend.
pub(crate) async fn open_app(config: app::Config) -> anyhow::Result<App> {
    App::open(config).await.context("the backend cannot start: `preppal doctor` says what to mend")
}
