//! `preppal serve`: everything in one process, on one port.

use crate::app_only::{app_config, open_app, public_url};
use crate::environment::Environment;
use crate::interviewer::Interviewer;
use crate::listening::{Port, announce};
use crate::reports::Reports;
use crate::settings::Settings;
use crate::stopping::{Asked, Stopping};
use crate::web_app;
use axum::Router;
use host_native::{Drained, Host, Limits};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

/// How long interviews may take to be saved when the process is asked to stop.
const SAVE_INTERVIEWS: Duration = Duration::from_secs(25);

/// Run everything on this machine: backend, session host, and the interviewer if there is no key for Gemini
///
/// Nothing has to be set: secrets for development are made once, data goes into a SQLite file, and without
/// GEMINI_API_KEY a stand-in asks the questions. When it is ready, one line on standard output says where. Ctrl-C ends
/// and saves the interviews that run; a second Ctrl-C does not wait. SIGTERM sends the candidates off to come back, and the
/// next start goes on with their interviews.
#[derive(clap::Args)]
#[command(
    after_help = "EXAMPLES:\n  preppal serve\n  GEMINI_API_KEY=... preppal serve\n  preppal serve --listen 127.0.0.1:8080 --data-dir ~/interviews"
)]
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

    /// How long a candidate whose connection is lost may take to come back [variable: PREPPAL_GRACE_S; otherwise 60]
    #[arg(long, value_name = "SECONDS")]
    grace: Option<String>,
}

pub(crate) async fn run(args: Args, environment: Environment) -> anyhow::Result<ExitCode> {
    let environment = environment
        .with_flag("PREPPAL_DATA_DIR", args.data_dir.as_deref())
        .with_flag("DATABASE_URL", args.database_url.as_deref())
        .with_flag("PREPPAL_GRACE_S", args.grace.as_deref());
    let settings = Settings::read(&environment)?;
    let mut stopping = Stopping::listen()?;
    let port = Port::bind(args.listen).await?;
    let url = port.url();
    let public_url = public_url(&settings, &url)?;
    let interviewer = Interviewer::reach(&settings.gemini).await?;
    interviewer.introduce(settings.deployment);

    settings.storage.prepare()?;
    let journal = settings.storage.claim_journal()?;
    let public_worker_url = settings
        .addresses
        .public_worker_url
        .clone()
        .unwrap_or_else(|| format!("{}/session", public_url.replacen("http", "ws", 1)));
    let web_app = web_app::router(&public_worker_url);
    let session = interviewer.session(&settings);
    let endpoint = interviewer.endpoint.clone();
    let config = app_config(&settings, public_url, public_worker_url, interviewer.kind)?;
    let host = Host::open(host_native::Config {
        app_url: url.clone(),
        worker_shared_secret: config.worker_shared_secret.expose().to_owned(),
        jwt_secret: config.jwt_secret.expose().to_owned(),
        endpoint,
        session,
        journal: journal.path.clone(),
        limits: Limits::default(),
    })
    .await?;
    let app = open_app(config).await?;
    let reports = Reports::begin(&app, &settings.gemini)?;
    let router = Router::new().merge(web_app).merge(app.router()).nest("/session", host.router());
    let served = port.serve(router);
    announce(&url);

    let why = stopping.asked().await;
    let drained = stopping
        .unless_forced(async {
            let drained = leave(&host, why).await;
            served.stop().await;
            reports.stop().await;
            app.close().await;
            interviewer.leave().await;
            drained
        })
        .await;
    Ok(report(drained))
}

/// Leaves as it was asked for: a Ctrl-C ends the interviews, a SIGTERM leaves them to the process that comes after.
pub(crate) async fn leave(host: &Host, why: Asked) -> Drained {
    match why {
        Asked::Interrupt => host.drain(SAVE_INTERVIEWS).await,
        Asked::Terminate => host.suspend(SAVE_INTERVIEWS).await,
    }
}

/// Says what became of the interviews that ran, and whether that is a success.
pub(crate) fn report(drained: Drained) -> ExitCode {
    match drained {
        Drained { saved: 0, unsaved: 0 } => eprintln!("Stopped. No interview was under way."),
        Drained { saved, unsaved: 0 } => eprintln!("Stopped. Interviews saved: {saved}."),
        Drained { saved, unsaved } => {
            eprintln!(
                "Stopped. Interviews saved: {saved}; not yet stored by the backend: {unsaved}. \
                 They are in the journal and are delivered at the next start."
            );
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
