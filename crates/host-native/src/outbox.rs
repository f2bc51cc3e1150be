//! The queue between the task of an interview and the task of one of its connections.

use crate::message::Outgoing;
use crate::send_queue::{Pushed, QueueLimits, SendQueue};
use session_core::Frame;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Filled by the interview, emptied by the connection. Neither ever waits for the other.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    /// Something is to be taken.
    filled: Notify,
    /// The peer is given up.
    abandoned: Notify,
}

#[derive(Debug)]
struct State {
    queue: SendQueue,
    ping: bool,
    ending: Ending,
    /// When the peer last took something, or the queue last began to fill.
    progress: Instant,
    idle: bool,
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    /// The connection stays.
    No,
    /// A close frame follows what is queued.
    Asked { code: u16, since: Instant },
    /// The close frame was taken; it may not have left yet.
    Said { since: Instant },
    /// Nothing is sent any more.
    Abandoned,
}

impl Outbox {
    pub(crate) fn new(limits: QueueLimits) -> Self {
        let queue = SendQueue::new(limits);
        let state = State { queue, ping: false, ending: Ending::No, progress: Instant::now(), idle: true };
        Self { state: Mutex::new(state), filled: Notify::new(), abandoned: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a frame and returns how many bytes of sound had to give way. After a close was asked for it does nothing.
    pub(crate) fn push(&self, frame: Frame) -> usize {
        let mut state = self.state();
        if !matches!(state.ending, Ending::No) {
            return 0;
        }
        let pushed = state.queue.push(frame);
        state.begin();
        drop(state);
        match pushed {
            Pushed::Queued => self.filled.notify_one(),
            Pushed::Dropped(bytes) => {
                self.filled.notify_one();
                return bytes;
            }
            Pushed::Hopeless => self.abandon(),
        }
        0
    }

    /// Has a WebSocket ping sent, ahead of what is queued.
    pub(crate) fn ping(&self) {
        let mut state = self.state();
        state.ping = true;
        state.begin();
        drop(state);
        self.filled.notify_one();
    }

    /// Closes the connection after what is queued.
    pub(crate) fn close(&self, code: u16) {
        let mut state = self.state();
        if matches!(state.ending, Ending::No) {
            state.ending = Ending::Asked { code, since: Instant::now() };
            state.begin();
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Closes the connection at once: what is queued is dropped.
    pub(crate) fn cut(&self, code: u16) {
        self.state().queue.clear();
        self.close(code);
    }

    /// Gives the peer up: nothing more is sent, not even a close frame.
    pub(crate) fn abandon(&self) {
        let mut state = self.state();
        state.ending = Ending::Abandoned;
        state.queue.clear();
        drop(state);
        self.abandoned.notify_one();
    }

    /// Resolves when the peer is given up.
    pub(crate) async fn abandoned(&self) {
        self.abandoned.notified().await;
    }

    /// Returns what is to be sent next, if there is anything; after the close frame there never is.
    pub(crate) fn take(&self) -> Option<Outgoing> {
        let mut state = self.state();
        state.progress = Instant::now();
        if matches!(state.ending, Ending::Said { .. } | Ending::Abandoned) {
            return None;
        }
        if std::mem::take(&mut state.ping) {
            return Some(Outgoing::Ping);
        }
        if let Some(frame) = state.queue.pop() {
            return Some(Outgoing::Frame(frame));
        }
        let Ending::Asked { code, since } = state.ending else { return None };
        state.ending = Ending::Said { since };
        Some(Outgoing::Close(code))
    }

    /// Resolves when there may be something to take. To be called after everything taken was flushed.
    pub(crate) async fn filled(&self) {
        {
            let mut state = self.state();
            state.idle = state.queue.is_empty() && !state.ping;
        }
        self.filled.notified().await;
    }

    /// Returns how long the peer has taken nothing of what is there for it.
    pub(crate) fn stalled(&self) -> Duration {
        let state = self.state();
        if state.idle { Duration::ZERO } else { state.progress.elapsed() }
    }

    /// Returns for how long a close has been wanted.
    pub(crate) fn closing(&self) -> Duration {
        match self.state().ending {
            Ending::Asked { since, .. } | Ending::Said { since } => since.elapsed(),
            Ending::No | Ending::Abandoned => Duration::ZERO,
        }
    }
}

impl State {
    fn begin(&mut self) {
        if self.idle {
            self.idle = false;
            self.progress = Instant::now();
        }
    }
}
