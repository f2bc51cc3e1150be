//! A process of its own with nothing of our settings, whose log is a file.

use anyhow::{Context, bail, ensure};
use std::fs::{File, OpenOptions};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// How long a process may take to be ready; it does so in a fraction of a second on an idle machine.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Something that listens until it is killed, which it is when this is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: u32,
}

impl Process {
    /// Starts a command and waits until a line of its standard output says where it listens. Everything else it says is
    /// appended to the log.
    pub(crate) async fn start<T>(
        mut command: Command,
        log: &Path,
        listens: impl Fn(&str) -> Option<T>,
    ) -> anyhow::Result<(Self, T)> {
        let file = append(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file.try_clone()?).kill_on_drop(true);
        let mut child =
            command.spawn().with_context(|| format!("starting {:?}", command.as_std().get_program()))?;
        let pid = child.id().context("it has just been started")?;
        let stdout = child.stdout.take().context("its standard output is a pipe")?;
        let mut lines = BufReader::new(stdout).lines();
        let found = timeout(READY_WITHIN, async {
            while let Some(line) = lines.next_line().await? {
                if let Some(found) = listens(&line) {
                    return Ok(found);
                }
            }
            bail!("it ended")
        });
        let found = found.await.context("nothing was said in time").and_then(|found| found);
        let told = || format!("not ready: {}", std::fs::read_to_string(log).unwrap_or_default());
        let found = found.with_context(told)?;
        tokio::spawn(keep(lines, file));
        Ok((Self { child, pid }, found))
    }

    /// Returns its number.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// SIGKILL, at once; nothing is flushed.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("killing a process")
    }

    /// SIGTERM, and SIGKILL if it still runs after this time. Returns whether the first was enough.
    pub async fn stop(mut self, within: Duration) -> anyhow::Result<bool> {
        let sent = Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().await;
        ensure!(sent.context("running kill")?.success(), "the process has ended");
        match timeout(within, self.child.wait()).await {
            Ok(ended) => ended.context("waiting for a process").map(|_| true),
            Err(_) => self.kill().await.map(|()| false),
        }
    }
}

fn append(log: &Path) -> anyhow::Result<File> {
    let opened = OpenOptions::new().create(true).append(true).open(log);
    opened.with_context(|| format!("opening {}", log.display()))
}

/// Reads what a process says: one that nobody reads stops.
async fn keep(mut lines: Lines<BufReader<ChildStdout>>, mut log: File) {
    while let Ok(Some(line)) = lines.next_line().await {
        // A log that cannot be written is no reason to stop reading.
        let _ = std::io::Write::write_all(&mut log, format!("{line}\n").as_bytes());
    }
}
