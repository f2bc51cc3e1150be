//! A real `preppal serve`, its interviewer, and the network in front of its session host.

use crate::process::Process;
use crate::proxy::Proxy;
use anyhow::{Context, ensure};
use stand_in::{Options, StandIn, Tape};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long hearing the longest recording takes, and some more.
const HEARING: Duration = Duration::from_secs(60);

/// What differs from one test to another.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How long a candidate whose connection is lost may take to come back, seconds.
    pub grace_s: u32,
    /// Factor on every delay of the interviewer.
    pub time_scale: f64,
    /// Where browsers are told to connect, in place of the network in front of this one's session host.
    pub worker_url: Option<String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { grace_s: 60, time_scale: 1.0, worker_url: None }
    }
}

/// Everything but the browser.
pub struct PrepPal {
    /// The app's address.
    pub url: String,
    /// What the interviewer hears and says.
    pub tape: Tape,
    /// What browsers connect to, `ws://…`.
    pub worker_url: String,
    address: SocketAddr,
    network: Proxy,
    _process: Process,
    _interviewer: DropGuard,
    _data: TempDir,
}

impl PrepPal {
    /// Starts it and waits until it is ready.
    pub async fn start(setup: Setup) -> anyhow::Result<Self> {
        let tape = Tape::default();
        let (interviewer, gemini_base_url) = start_interviewer(setup.time_scale, tape.clone()).await?;
        let network = Proxy::bind().await?;
        let data = TempDir::new()?;
        let worker_url = setup.worker_url.unwrap_or_else(|| format!("ws://{}/session", network.address()));
        let mut command = Command::new(binary()?);
        command.env_clear().current_dir(data.path());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data.path());
        command.args(["--grace", &setup.grace_s.to_string()]);
        command.env("GEMINI_BASE_URL", gemini_base_url).env("PUBLIC_WORKER_URL", &worker_url);
        let (process, url) = Process::start(command, "PrepPal is ready: ").await?;
        let address = url.trim_start_matches("http://").parse().context("the address of preppal")?;
        network.restore(address);
        Ok(Self {
            url,
            tape,
            worker_url,
            address,
            network,
            _process: process,
            _interviewer: interviewer,
            _data: data,
        })
    }

    /// Waits until the interviewer has heard so many samples.
    pub async fn has_heard(&self, samples: usize) -> anyhow::Result<()> {
        let mut looks = tokio::time::interval(Duration::from_millis(50));
        let enough = async {
            while self.tape.heard().len() < samples {
                looks.tick().await;
            }
        };
        timeout(HEARING, enough).await.context("the interviewer does not hear enough")
    }

    /// Cuts the network between browsers and the session host. The app itself stays in reach.
    pub fn cut_network(&self) {
        self.network.cut();
    }

    /// Mends it.
    pub fn restore_network(&self) {
        self.network.restore(self.address);
    }
}

async fn start_interviewer(time_scale: f64, tape: Tape) -> anyhow::Result<(DropGuard, String)> {
    let options = Options { time_scale, seed: Some(7), tape: Some(tape), ..Options::default() };
    let stand_in = StandIn::bind((Ipv4Addr::LOCALHOST, 0).into(), options).await?;
    let url = format!("http://{}", stand_in.local_addr());
    let stop = CancellationToken::new();
    tokio::spawn(stand_in.run(stop.clone()));
    Ok((stop.drop_guard(), url))
}

/// Returns the program that cargo has built beside this test.
fn binary() -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(|deps| deps.parent()).context("a test lies in target/*/deps")?;
    let binary = folder.join("preppal");
    ensure!(binary.is_file(), "{} is not there: cargo build -p preppal", binary.display());
    Ok(binary)
}
