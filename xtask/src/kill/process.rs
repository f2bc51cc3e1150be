//! Processes of `preppal`, each with its log in a file.

use anyhow::{Context, bail};
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to say that it is ready; it does so in a fraction of a second.
const READY_WITHIN: Duration = Duration::from_secs(30);

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Returns `preppal` with nothing of this process's settings.
pub(super) fn preppal(binary: &Path, log: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(binary);
    command.env_clear().stdin(Stdio::null()).stderr(append(log)?);
    if let Some(folder) = log.parent() {
        command.current_dir(folder);
    }
    Ok(command)
}

fn append(log: &Path) -> anyhow::Result<File> {
    let opened = OpenOptions::new().create(true).append(true).open(log);
    opened.with_context(|| format!("opening {}", log.display()))
}

/// Something that listens until it is killed.
pub(super) struct Server {
    child: Child,
    pub(super) url: String,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub(super) fn start(
        binary: &Path,
        arguments: &[&OsStr],
        variables: &[(&str, &str)],
        log: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = preppal(binary, log)?;
        command.args(arguments).envs(variables.iter().copied()).stdout(Stdio::piped());
        let mut child = command.spawn().context("starting a server")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let mut server = Self { child, url: String::new() };
        let (sender, first_line) = mpsc::channel();
        thread::spawn(move || BufReader::new(stdout).lines().next().map(|line| sender.send(line)));
        let Ok(Ok(line)) = first_line.recv_timeout(READY_WITHIN) else {
            bail!("a server did not become ready: {}", log.display());
        };
        let url = line.strip_prefix("PrepPal is ready: ").with_context(|| format!("not ready: {line}"))?;
        url.clone_into(&mut server.url);
        Ok(server)
    }

    /// SIGKILL, at once.
    pub(super) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().context("killing a server")?;
        self.child.wait().context("waiting for a killed server").map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended cannot be killed, which is well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Asks a process to end as Ctrl-C does.
pub(super) fn interrupt(child: &Child) -> anyhow::Result<()> {
    let pid = child.id().to_string();
    let status = Command::new("kill").args(["-INT", &pid]).stderr(Stdio::null()).status();
    // It may have ended by itself a moment ago.
    status.map(drop).context("running kill")
}

/// Waits until something is there, for a bounded time.
pub(super) fn wait_for<T>(
    limit: Duration,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<Option<T>> {
    let until = Instant::now() + limit;
    loop {
        if let Some(found) = look()? {
            return Ok(Some(found));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        thread::sleep(LOOK_EVERY);
    }
}
