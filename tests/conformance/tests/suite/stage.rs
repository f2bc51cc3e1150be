//! What scenarios share, and the one that is played.

use crate::rig::{KEY, MARK};
use crate::scenarios::Scenario;
use anyhow::{Context, ensure};
use conformance::{App, JWT_SECRET, Kind, Place, WORKER_SHARED_SECRET};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio::time::timeout;

/// No scenario needs so long.
const CURTAIN: Duration = Duration::from_secs(150);

/// How much of a host's log is shown when a scenario fails.
const SHOWN_LINES: usize = 40;

/// What must not stand in any log: secrets, how every token begins, and what candidates type.
const PRIVATE: [&str; 5] = [JWT_SECRET, WORKER_SHARED_SECRET, KEY, "eyJ", MARK];

/// One backend for all.
pub(crate) struct World {
    place: Place,
    app: OnceCell<Arc<App>>,
}

/// Where one scenario is played.
pub(crate) struct Stage {
    pub(crate) kind: Kind,
    pub(crate) place: Place,
    pub(crate) app: Arc<App>,
    folder: TempDir,
    hosts: AtomicUsize,
}

impl Stage {
    /// Returns a folder for another host.
    pub(crate) fn next_folder(&self) -> PathBuf {
        let number = self.hosts.fetch_add(1, Ordering::Relaxed);
        self.folder.path().join(format!("host-{number}"))
    }

    /// Returns what hosts log to.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("host.log")
    }
}

impl World {
    pub(crate) fn new(place: Place) -> Self {
        Self { place, app: OnceCell::new() }
    }

    /// Plays a scenario on a host of its own, and looks at what the host has logged.
    pub(crate) async fn play(&self, kind: Kind, scenario: Scenario) -> anyhow::Result<()> {
        let app = self.app.get_or_try_init(async || App::start(&self.place).await.map(Arc::new)).await?;
        let folder = tempfile::tempdir().context("making a folder")?;
        let stage =
            Stage { kind, place: self.place.clone(), app: app.clone(), folder, hosts: AtomicUsize::new(0) };
        let played = timeout(CURTAIN, (scenario.play)(&stage)).await.context("it does not end");
        let log = fs::read_to_string(stage.log()).unwrap_or_default();
        let judged = played.and_then(|outcome| outcome).and_then(|()| is_discreet(&log));
        judged.with_context(|| format!("the host's log:\n{}\n", tail(&log)))
    }
}

fn is_discreet(log: &str) -> anyhow::Result<()> {
    for private in PRIVATE {
        ensure!(!log.contains(private), "the log has {private:?}");
    }
    Ok(())
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}
