//! Real processes: a server with a data folder of its own, and candidates that call it.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// Three sentences of synthetic speech, nine seconds.
pub(crate) const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/answers.wav");

/// How long the server may take to be ready; it does so in a fraction of a second on an idle machine.
const READY_WITHIN: Duration = Duration::from_secs(60);

pub(crate) fn preppal(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preppal"));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        let ours = ["GEMINI_", "GOOGLE_", "PREPPAL_"].iter().any(|prefix| shown.starts_with(prefix));
        if ours
            || ["APP_URL", "DATABASE_URL", "JWT_SECRET", "WORKER_SHARED_SECRET", "PUBLIC_WORKER_URL"]
                .contains(&&*shown)
        {
            command.env_remove(&name);
        }
    }
    command
}

/// A server with a data folder of its own, killed at the end.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
    folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts with these variables set.
    pub(crate) fn start_with(variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut process = preppal(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir", "data"])
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let stdout = process.stdout.take().expect("it is piped");
        let (lines, line) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                drop(lines.send(line));
            }
        });
        let line = line.recv_timeout(READY_WITHIN).expect("a line on standard output");
        let url = line.strip_prefix("PrepPal is ready: ").expect("the line that says it is ready").to_owned();
        Self { process, url, folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a candidate to the end.
    pub(crate) fn call(&self, args: &[&str]) -> Called {
        let output = preppal(self.folder.path())
            .args(["call", "--url", &self.url])
            .args(args)
            .output()
            .expect("the binary runs");
        Called(output)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// What a candidate left behind.
pub(crate) struct Called(pub(crate) Output);

impl Called {
    pub(crate) fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// The one object on standard output.
    pub(crate) fn summary(&self) -> Value {
        let stdout = self.stdout();
        assert_eq!(stdout.lines().count(), 1, "one line: {stdout}\n{}", self.stderr());
        serde_json::from_str(&stdout).expect("JSON")
    }
}

#[track_caller]
pub(crate) fn assert_nothing_was_lost(called: &Called) -> Value {
    let summary = called.summary();
    let told = format!("{summary:#}\n{}", called.stderr());
    assert_eq!(called.code(), Some(0), "{told}");
    assert_eq!(summary["outcome"], "SUCCESS", "{told}");
    assert_eq!(summary["status"], "COMPLETED", "{told}");
    assert_eq!(summary["transcriptEqual"], true, "{told}");
    assert_eq!(summary["frames"]["lost"], 0, "{told}");
    assert_eq!((&summary["messages"]["lost"], &summary["reconnects"]), (&0.into(), &0.into()), "{told}");
    summary
}
