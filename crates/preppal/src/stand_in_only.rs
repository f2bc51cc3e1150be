//! `preppal stand-in`: the interviewer alone, for tests and for other programs that speak to Gemini Live.

use crate::listening::announce;
use crate::stopping::Stopping;
use anyhow::Context;
use stand_in::{Options, StandIn};
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio_util::sync::CancellationToken;

/// Run the interviewer's stand-in alone: the Gemini Live wire without Google
///
/// Point a program at it in place of Google: GEMINI_BASE_URL for PrepPal, `httpOptions.baseUrl` or
/// GOOGLE_GEMINI_BASE_URL for Google's SDKs. Any key is good, except those that tests use to be refused.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8088")]
    listen: SocketAddr,

    /// Factor on every delay: 1 is as slow as the real service, 0.05 is for tests
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = time_scale)]
    time_scale: f64,

    /// Seed of the choice of questions, to have the same ones again
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

fn time_scale(text: &str) -> Result<f64, &'static str> {
    let factor = text.parse().ok().filter(|factor| (0.001..=1000.0).contains(factor));
    factor.ok_or("not a number from 0.001 to 1000")
}

pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut stopping = Stopping::listen()?;
    let options = Options { time_scale: args.time_scale, seed: args.seed, ..Options::default() };
    let stand_in = StandIn::bind(args.listen, options).await;
    let stand_in = stand_in
        .with_context(|| format!("{} cannot be listened on: choose another with --listen", args.listen))?;
    let url = format!("http://{}", stand_in.local_addr());
    let stop = CancellationToken::new();
    let running = tokio::spawn(stand_in.run(stop.clone()));
    announce(&url);

    stopping.asked().await;
    stop.cancel();
    stopping.unless_forced(running).await??;
    Ok(ExitCode::SUCCESS)
}
