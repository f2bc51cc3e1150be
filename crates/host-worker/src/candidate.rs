//! A candidate's connection: its socket, when it was last heard of, and what survives the object's sleep.

use crate::clock;
use serde::{Deserialize, Serialize};
use session_core::{Dialect, Timestamp};
use wire::CloseCode;
use worker::{WebSocket, console_error};

/// A candidate's connection.
pub(crate) struct Candidate {
    pub(crate) socket: WebSocket,
    /// When it last gave a sign of life that reached us.
    pub(crate) heard: Timestamp,
    pub(crate) marked: Mark,
}

/// What a candidate's socket carries through the object's sleep.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mark {
    /// The session has not taken it yet, or has let go of it.
    Unknown,
    Seed,
    Ours,
}

impl Mark {
    pub(crate) fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Unknown => None,
            Self::Seed => Some(Dialect::Seed),
            Self::Ours => Some(Dialect::Ours),
        }
    }
}

impl From<Dialect> for Mark {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Seed => Self::Seed,
            Dialect::Ours => Self::Ours,
        }
    }
}

impl Candidate {
    pub(crate) fn new(socket: WebSocket, now: Timestamp) -> Self {
        Self { socket, heard: now, marked: Mark::Unknown }
    }

    /// Returns the candidate of a socket that outlived its session.
    pub(crate) fn awake(socket: WebSocket) -> Option<Self> {
        let marked = socket.deserialize_attachment::<Mark>().ok().flatten()?;
        let is_open = socket.as_ref().ready_state() == web_sys::WebSocket::OPEN;
        (is_open && marked != Mark::Unknown).then(|| Self { marked, ..Self::new(socket, clock::now()) })
    }

    pub(crate) fn mark(&mut self, mark: Mark) {
        if self.marked != mark {
            self.marked = mark;
            if let Err(error) = self.socket.serialize_attachment(mark) {
                console_error!("a socket cannot be marked: {error}");
            }
        }
    }

    pub(crate) fn dead_at(&self) -> Timestamp {
        self.heard.after(wire::CLIENT_DEAD_AFTER_MS)
    }
}

/// Closes any socket, with the text that goes with the code.
pub(crate) fn close(socket: &WebSocket, code: u16) {
    let reason = CloseCode::reason_of(code);
    // One that is closed already stays so.
    let _ = socket.close(Some(code), Some(reason));
}
