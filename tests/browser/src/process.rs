//! Programs that end with the test, however it ends.

use anyhow::{Context, bail};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a program may take to say that it is ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// Lines of a program that nobody has asked for yet.
const KEPT_LINES: usize = 10_000;

/// A program, killed with everything that it has started when it is dropped.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts it and waits for a line on standard output with these words; returns what follows them.
    pub(crate) async fn start(mut command: Command, words: &str) -> anyhow::Result<(Self, String)> {
        // A group of its own, to be killed as one.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let shown = format!("{command:?}");
        let mut command = tokio::process::Command::from(command);
        let mut child = command.spawn().with_context(|| format!("starting {shown}"))?;
        let mut lines = read(child.stdout.take().context("it is piped")?);
        let mut errors = read(child.stderr.take().context("it is piped")?);
        let process = Self { child };
        let said = timeout(PATIENCE, async {
            while let Some(line) = lines.recv().await {
                if let Some((_, rest)) = line.split_once(words) {
                    return Some(rest.to_owned());
                }
            }
            None
        });
        let Some(said) = said.await.with_context(|| format!("{shown} is not ready in time"))? else {
            let mut last_words = Vec::new();
            while let Ok(line) = errors.try_recv() {
                last_words.push(line);
            }
            bail!("{shown} ended without saying {words}: {}", last_words.join("\n"));
        };
        Ok((process, said))
    }

    /// Kills it and everything that it has started, without a word.
    pub(crate) fn kill(&self) {
        if let Some(group) = self.child.id() {
            // What has ended cannot be killed, which is well.
            let _ = Command::new("kill")
                .args(["-KILL", "--", &format!("-{group}")])
                .stderr(Stdio::null())
                .status();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads lines as they come: a program that nobody reads stops.
fn read(from: impl AsyncRead + Unpin + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(KEPT_LINES);
    let mut from: Lines<_> = BufReader::new(from).lines();
    tokio::spawn(async move {
        while let Ok(Some(line)) = from.next_line().await {
            // One that nobody keeps is read all the same.
            let _ = sender.try_send(line);
        }
    });
    lines
}
