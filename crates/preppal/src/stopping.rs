//! How a running command ends: the first Ctrl-C or SIGTERM asks it to, the second makes it.

use std::future::Future;
use tokio::sync::mpsc;

/// What a process that was made to stop answers: 128 and the number of SIGINT.
const FORCED: i32 = 130;

/// Signals to stop.
pub(crate) struct Stopping(mpsc::Receiver<Asked>);

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A person at the keyboard.
    Interrupt,
    /// Whatever supervises the process; it will probably start it again.
    Terminate,
}

impl Stopping {
    /// Listens from now on.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let (sender, receiver) = mpsc::channel(4);
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut interrupt = signal(SignalKind::interrupt())?;
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::spawn(async move {
                loop {
                    let asked = tokio::select! {
                        _ = interrupt.recv() => Asked::Interrupt,
                        _ = terminate.recv() => Asked::Terminate,
                    };
                    if sender.send(asked).await.is_err() {
                        return;
                    }
                }
            });
        }
        #[cfg(not(unix))]
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() && sender.send(Asked::Interrupt).await.is_ok() {}
        });
        Ok(Self(receiver))
    }

    /// Resolves at the first signal.
    pub(crate) async fn asked(&mut self) -> Asked {
        let asked = self.0.recv().await.unwrap_or(Asked::Interrupt);
        eprintln!("Stopping. Press Ctrl-C again to stop at once.");
        asked
    }

    /// Runs what has to be done before the end; another signal ends the process at once.
    pub(crate) async fn unless_forced<T>(&mut self, closing: impl Future<Output = T>) -> T {
        tokio::select! {
            done = closing => done,
            _ = self.0.recv() => {
                eprintln!("Stopped at once: what is not stored yet is in the journal, and is delivered at the next start.");
                std::process::exit(FORCED)
            }
        }
    }
}
