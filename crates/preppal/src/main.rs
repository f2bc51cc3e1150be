//! PrepPal: practise a job interview by talking. One binary with every part of it; this file chooses the part.

mod app_only;
mod call;
mod doctor;
mod edge;
mod environment;
mod interviewer;
mod listening;
mod logging;
mod reports;
mod secrets;
mod serve;
mod settings;
mod stand_in_only;
mod stopping;
mod web_app;

use clap::{Parser, Subcommand};
use environment::Environment;
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

/// Practise a job interview by talking.
///
/// Start with `preppal serve`, and talk to it with `preppal call` beside it: nothing has to be set up. Settings come from
/// flags, then from environment variables, then from the file .env; `preppal doctor` says what is missing.
#[derive(Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    /// Read settings from this file of NAME=value lines (.env in the working directory if there is one)
    #[arg(long, global = true, value_name = "FILE")]
    env_file: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Args),
    App(app_only::Args),
    Edge(edge::Args),
    StandIn(stand_in_only::Args),
    Call(Box<call::Args>),
    Report(Box<call::ReportArgs>),
    Doctor(doctor::Args),
}

/// What is wrong with the command line or the settings, as against what went wrong later.
const EXIT_SETTINGS: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("preppal: {error:#}");
            let is_settings = error.downcast_ref::<settings::Problems>().is_some();
            if is_settings { ExitCode::from(EXIT_SETTINGS) } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let environment = Environment::load(cli.env_file.as_deref())?;
    logging::start(&environment)?;
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("another TLS provider is installed already");
    }
    match cli.command {
        Command::Serve(args) => block_on(serve::run(args, environment)),
        Command::App(args) => block_on(app_only::run(args, environment)),
        Command::Edge(args) => block_on(edge::run(args, environment)),
        Command::StandIn(args) => block_on(stand_in_only::run(args)),
        Command::Call(args) => block_on(async { Ok(call::run(*args).await) }),
        Command::Report(args) => block_on(async { Ok(call::report(*args).await) }),
        Command::Doctor(args) => block_on(doctor::run(args, environment)),
    }
}

fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(Box::pin(command))
}
