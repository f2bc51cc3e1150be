//! A session host as a process: started, killed, started again on what it kept.

use crate::place::{Build, Place};
use crate::process::Process;
use crate::{JWT_SECRET, WORKER_SHARED_SECRET, native, workerd};
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Which host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `preppal edge`.
    Native,
    /// The Worker, in workerd.
    Worker(Build),
}

impl Kind {
    /// Returns its name, the same for every build of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Worker(_) => "worker",
        }
    }
}

/// What a host is told, as both take it from their environment.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the backend is.
    pub app_url: String,
    /// Where the interviewer is.
    pub gemini_base_url: String,
    /// The key for it; a stand-in takes any.
    pub gemini_api_key: String,
    /// How long a lost candidate may take to come back, seconds.
    pub grace_s: u32,
}

impl Settings {
    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("JWT_SECRET", JWT_SECRET.to_owned()),
            ("WORKER_SHARED_SECRET", WORKER_SHARED_SECRET.to_owned()),
            ("APP_URL", self.app_url.clone()),
            ("GEMINI_BASE_URL", self.gemini_base_url.clone()),
            ("GEMINI_API_KEY", self.gemini_api_key.clone()),
            ("PREPPAL_GRACE_S", self.grace_s.to_string()),
        ]
    }
}

/// A host with a folder of its own.
#[derive(Debug)]
pub struct Host {
    kind: Kind,
    place: Place,
    settings: Settings,
    folder: PathBuf,
    log: PathBuf,
    process: Option<Process>,
    url: String,
}

impl Host {
    /// Starts a host that keeps everything in `folder`, which is made if it is missing, and appends what it says to `log`.
    pub async fn start(
        kind: Kind,
        place: &Place,
        settings: Settings,
        folder: PathBuf,
        log: PathBuf,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder).context("making the host's folder")?;
        let place = place.clone();
        let mut host = Self { kind, place, settings, folder, log, process: None, url: String::new() };
        host.start_again().await?;
        Ok(host)
    }

    /// Starts it on what the process before left behind; it listens elsewhere.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        let (variables, folder, log) = (self.settings.variables(), &self.folder, &self.log);
        let started = match self.kind {
            Kind::Native => native::start(&self.place, &["edge"], &variables, folder, log).await,
            Kind::Worker(build) => workerd::start(build, &variables, folder, log).await,
        };
        let (process, url) = started.with_context(|| format!("starting the {} host", self.kind.name()))?;
        (self.process, self.url) = (Some(process), url);
        Ok(())
    }

    /// SIGKILL; nothing is flushed.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.process.take().context("the host runs")?.kill().await
    }

    /// Ends it as a supervisor does: it is asked to go, and made to if it has not gone in time. Returns whether it went by
    /// itself.
    pub async fn stop(&mut self, within: Duration) -> anyhow::Result<bool> {
        self.process.take().context("the host runs")?.stop(within).await
    }

    /// Returns the number of its process.
    pub fn pid(&self) -> anyhow::Result<u32> {
        Ok(self.process.as_ref().context("the host runs")?.pid())
    }

    /// Returns where it answers HTTP.
    #[must_use]
    pub fn http_url(&self) -> &str {
        &self.url
    }

    /// Returns what a candidate connects to.
    #[must_use]
    pub fn session_url(&self, interview_id: &str, token: &str) -> String {
        format!("ws{}/{interview_id}?token={token}", self.url.trim_start_matches("http"))
    }

    /// Returns how many interviews this host has made something for, ended ones included, those of processes before not.
    pub async fn interviews_begun(&self) -> anyhow::Result<u64> {
        match self.kind {
            Kind::Native => {
                let health = reqwest::get(format!("{}/health", self.url)).await?.bytes().await?;
                let health: serde_json::Value = serde_json::from_slice(&health)?;
                health["interviewsStarted"].as_u64().context("the native host counts interviews")
            }
            Kind::Worker(_) => Ok(databases(&workerd::storage(&self.folder))?),
        }
    }
}

/// Counts the databases below a folder: an object that was ever made has one.
fn databases(folder: &Path) -> anyhow::Result<u64> {
    let mut count = 0;
    for entry in fs::read_dir(folder).context("looking at what the Worker's objects store")? {
        let path = entry?.path();
        if path.is_dir() {
            count += databases(&path)?;
        } else if path.extension().is_some_and(|ending| ending == "sqlite")
            && !path.ends_with("metadata.sqlite")
        {
            count += 1;
        }
    }
    Ok(count)
}
