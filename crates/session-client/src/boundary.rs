//! What crosses the border between the client and whoever drives it.

use crate::life::State;
use crate::transcript::TurnId;
use alloc::string::String;
use bytes::Bytes;

/// Unix milliseconds, given by the driver. The client keeps the largest it has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Returns the moment `ms` milliseconds later.
    pub(crate) fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// One attempt to reach the session host: its token, its WebSocket. Never reused by a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// News for the client.
#[derive(Debug)]
pub enum Input<'a> {
    /// The worker token that was asked for, or why there is none.
    Token(ConnId, Result<String, TokenError>),
    /// The WebSocket is open.
    Opened(ConnId),
    /// A binary frame.
    Received(ConnId, &'a [u8]),
    /// A text frame. Only `pong` is ever sent; any other is a sign of life all the same.
    ReceivedText(ConnId),
    /// The WebSocket is gone or could not be opened: the peer's close code, `None` if there was none.
    Closed(ConnId, Option<u16>),
    /// The time given by [`Client::poll_timeout`](crate::Client::poll_timeout) has come.
    Timeout,
}

/// Why the backend gave no worker token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// No answer, or one that says to try later.
    Unreachable,
    /// Not signed in, no such interview, or somebody else's.
    Refused,
    /// The interview is over.
    Over,
}

/// What the driver does, in this order.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Ask the backend for a fresh worker token; answer with [`Input::Token`].
    FetchToken(ConnId),
    /// Open a WebSocket with this token; answer with [`Input::Opened`] or [`Input::Closed`].
    Dial(ConnId, String),
    /// Send a frame.
    Send(ConnId, Frame),
    /// Close the WebSocket with this code, after what is queued for it. Also ends an attempt to open it.
    Close(ConnId, u16),
    /// Something to show.
    Event(Event),
}

/// One WebSocket message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A text frame.
    Text(&'static str),
    /// A binary frame: one protobuf message.
    Binary(Bytes),
}

/// What happened, for whoever shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The life cycle moved on.
    StateChanged(State),
    /// This turn is new or has other words; read it with [`Transcript::turn`](crate::Transcript::turn).
    TranscriptChanged(TurnId),
    /// The text of this turn is complete and stored.
    TurnClosed(TurnId),
    /// Sound of the interviewer was queued for play-out.
    SoundQueued,
    /// The interviewer has finished speaking; what is queued is still to be heard.
    TurnComplete,
    /// The candidate talked over the interviewer, and what was queued is dropped.
    Interrupted {
        /// How much of the interviewer's turn was heard, milliseconds.
        heard_ms: u64,
        /// How much of it was dropped unheard, milliseconds.
        unheard_ms: u64,
    },
    /// The interviewer should have answered and does not; the session host has reminded it. Or it is over that.
    InterviewerSilent(bool),
    /// The session host says that something is wrong; the session goes on unless the state says otherwise.
    Notice {
        /// 4001 authentication, 4002 the model, 4400 malformed message, 5000 internal.
        code: i32,
        /// For people.
        message: String,
    },
}
