//! Ctrl-C, once to leave politely and twice to leave at once.

use tokio::sync::watch;

/// What the person at the keyboard wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    /// Go on.
    #[default]
    Stay,
    /// End the interview as one should.
    Leave,
    /// Stop now.
    Vanish,
}

/// Listens for Ctrl-C for as long as the process lives.
pub(super) fn listen() -> watch::Receiver<Wish> {
    let (wishes, wish) = watch::channel(Wish::Stay);
    tokio::spawn(async move {
        for next in [Wish::Leave, Wish::Vanish] {
            if tokio::signal::ctrl_c().await.is_err() {
                return wishes.closed().await;
            }
            if next == Wish::Leave {
                eprintln!("\nEnding the interview; once more to stop at once.");
            }
            wishes.send_replace(next);
        }
    });
    wish
}
