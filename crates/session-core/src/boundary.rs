//! What crosses the border between the core and its host.

use crate::event::Event;
use alloc::vec::Vec;
use api::call::{Call, CallError};
use api::timestamp::LAST_EPOCH_MS;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

/// Unix milliseconds, given by the host. The core keeps the largest it has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Returns the instant so many milliseconds later.
    #[must_use]
    pub fn after(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Returns the milliseconds since an earlier instant; 0 if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    /// Refuses instants that no transcript can name: the backend would never take it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ms = u64::deserialize(deserializer)?;
        if i64::try_from(ms).is_ok_and(|ms| ms <= LAST_EPOCH_MS) {
            Ok(Self(ms))
        } else {
            Err(D::Error::invalid_value(Unexpected::Unsigned(ms), &"an instant before the year 10000"))
        }
    }
}

/// One WebSocket: the candidate's or the model's. Never reused within an interview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// One attempt at a backend procedure. Never reused within an interview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// News for the core.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A dialled connection to the model is open (the upgrade is answered, nothing was sent yet).
    Opened(ConnId),
    /// A message: a binary frame from the candidate, a frame of either kind from the model.
    Received(ConnId, &'a [u8]),
    /// A connection is gone, or could not be opened: the peer's close code and reason, `None` if it just vanished.
    Closed(ConnId, Option<(u16, &'a str)>),
    /// The host's send queue to this connection overflowed, and it let go of this many bytes of audio payload.
    Dropped(ConnId, usize),
    /// A record could not be made durable: the disk is full, or broken. The interview goes on without that protection.
    NotDurable,
    /// The body of a 2xx answer to a call, or why there is none.
    CallDone(CallId, Result<&'a [u8], CallError>),
    /// The time given by [`Session::poll_timeout`](crate::Session::poll_timeout) has come.
    Timeout,
}

/// What the host does, in this order.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a connection to the model; answer with [`Input::Opened`] or [`Input::Closed`].
    Dial(ConnId),
    /// Queue a frame for a connection.
    Send(ConnId, Frame),
    /// Close a connection with this code, after what is queued for it.
    Close(ConnId, u16),
    /// Call the backend; answer with [`Input::CallDone`].
    Call(CallId, Call),
    /// Append this record to the interview's journal; durable before the outputs that follow leave.
    Persist(Vec<u8>),
    /// For logs and metrics; nothing to do, except that after [`Event::Ended`] the session is over.
    Event(Event),
}

/// One WebSocket message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// How it is framed.
    pub encoding: Encoding,
    /// What may happen to it when the reader is slow.
    pub priority: Priority,
    /// The payload. With [`Encoding::Text`] it is valid UTF-8.
    pub bytes: Vec<u8>,
}

/// The kind of a WebSocket frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A text frame.
    Text,
    /// A binary frame.
    Binary,
}

/// What a full send queue does with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Sound: the oldest may be dropped. Holds this many bytes of PCM, for [`Input::Dropped`].
    Audio(usize),
    /// Everything else: never dropped. A connection that cannot take it is closed.
    Control,
}
