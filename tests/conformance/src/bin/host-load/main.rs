//! `host-load`: the same load on every session host, and what it costs each.
//!
//! Every session sends 100 ms of microphone in real time to an interviewer who says it back at once, so that a round trip
//! is twice through the host. Load and echo are in this process; its own share of the machine is printed beside.

mod session;
mod spent;
mod table;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use conformance::{App, Build, Host, Interviewer, Kind, Place, Settings};
use futures::future::try_join_all;
use session::Session;
use spent::Spent;
use stand_in::{Options, Scenario};
use std::time::Duration;
use table::Row;
use tokio::time::Instant;

/// Connections that are opened at a time: a rush is another measurement.
const DOORS: usize = 10;

/// Measure the session hosts: round trips, CPU, memory
#[derive(Parser)]
struct Arguments {
    /// Sessions at once, one measurement each
    #[arg(long, value_delimiter = ',', default_value = "1,50,200", value_name = "N,…")]
    sessions: Vec<usize>,

    /// How long each measurement takes
    #[arg(long, default_value_t = 20, value_name = "SECONDS")]
    seconds: u64,

    /// Which hosts
    #[arg(long, value_delimiter = ',', default_value = "native,worker", value_name = "HOST,…")]
    hosts: Vec<Measured>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Measured {
    Native,
    Worker,
}

impl Measured {
    fn kind(self) -> Kind {
        match self {
            Self::Native => Kind::Native,
            Self::Worker => Kind::Worker(Build::Deployed),
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let place = Place::of_this_build()?;
    let app = App::start(&place).await?;
    println!("{}", table::HEAD);
    for host in &arguments.hosts {
        for sessions in &arguments.sessions {
            let row = measure(&place, &app, host.kind(), *sessions, Duration::from_secs(arguments.seconds));
            println!(
                "{}",
                row.await.with_context(|| format!("{sessions} sessions on {}", host.kind().name()))?
            );
        }
    }
    Ok(())
}

async fn measure(
    place: &Place,
    app: &App,
    kind: Kind,
    sessions: usize,
    length: Duration,
) -> anyhow::Result<Row> {
    let echo = Scenario { echo: true, ..Scenario::default() };
    let interviewer = Interviewer::start(Options { scenario: echo, ..Options::default() }).await?;
    let settings = Settings {
        app_url: format!("http://{}", app.address()),
        gemini_base_url: format!("http://{}", interviewer.address()),
        gemini_api_key: "any".to_owned(),
        grace_s: 60,
    };
    let folder = tempfile::tempdir().context("making a folder")?;
    let log = folder.path().join("host.log");
    let host = Host::start(kind, place, settings, folder.path().join("host"), log).await?;
    let pid = host.pid()?;
    let idle = Spent::by(pid)?;

    let mut joined = Vec::new();
    while joined.len() < sessions {
        let door = (joined.len()..sessions.min(joined.len() + DOORS)).map(|_| Session::join(app, &host));
        joined.extend(try_join_all(door).await?);
    }
    let begin = Instant::now();
    let before = [Spent::by(pid)?, Spent::by(std::process::id())?];
    let phase = |number: usize| session::FRAME.mul_f64(number as f64 / sessions as f64);
    let talking = joined
        .into_iter()
        .enumerate()
        .map(|(number, session)| tokio::spawn(session.talk(begin + phase(number), begin + length)));
    let mut accounts = Vec::new();
    for talked in try_join_all(talking.collect::<Vec<_>>()).await? {
        accounts.push(talked?);
    }
    let took = begin.elapsed();
    let after = [Spent::by(pid)?, Spent::by(std::process::id())?];
    Ok(Row {
        host: kind.name(),
        sessions,
        took,
        accounts,
        host_cpu: after[0].cpu - before[0].cpu,
        load_cpu: after[1].cpu - before[1].cpu,
        idle_bytes: idle.memory_bytes,
        loaded_bytes: after[0].memory_bytes,
    })
}
