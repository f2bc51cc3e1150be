//! The two WebSocket libraries' messages as one: axum's for the candidate, tungstenite's for the model.

use axum::extract::ws;
use bytes::Bytes;
use session_core::{Encoding, Frame};
use tokio_tungstenite::tungstenite::{self, Error, Message};
use wire::CloseCode;

/// A close frame without a code, as [RFC 6455, 7.1.5](https://datatracker.ietf.org/doc/html/rfc6455#section-7.1.5) names it.
const NO_STATUS: u16 = 1005;

/// What a peer sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    Text(Bytes),
    Binary(Bytes),
    /// A ping, which the library answers, or a pong.
    Heartbeat,
    Close(u16, String),
}

/// What a peer is sent.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Frame(Frame),
    Ping,
    Close(u16),
}

/// Returns the text of a frame. The core promises UTF-8; were it not, the peer still gets a well-formed frame.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        tracing::error!("the session core sent a text frame that is not UTF-8");
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    })
}

impl From<ws::Message> for Incoming {
    fn from(message: ws::Message) -> Self {
        match message {
            ws::Message::Text(text) => Self::Text(text.into()),
            ws::Message::Binary(bytes) => Self::Binary(bytes),
            ws::Message::Ping(_) | ws::Message::Pong(_) => Self::Heartbeat,
            ws::Message::Close(None) => Self::Close(NO_STATUS, String::new()),
            ws::Message::Close(Some(frame)) => Self::Close(frame.code, frame.reason.as_str().to_owned()),
        }
    }
}

impl From<Message> for Incoming {
    fn from(message: Message) -> Self {
        match message {
            Message::Text(text) => Self::Text(text.into()),
            Message::Binary(bytes) => Self::Binary(bytes),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Self::Heartbeat,
            Message::Close(None) => Self::Close(NO_STATUS, String::new()),
            Message::Close(Some(frame)) => Self::Close(frame.code.into(), frame.reason.as_str().to_owned()),
        }
    }
}

impl From<Outgoing> for ws::Message {
    fn from(outgoing: Outgoing) -> Self {
        match outgoing {
            Outgoing::Frame(Frame { encoding: Encoding::Text, bytes, .. }) => Self::Text(text(bytes).into()),
            Outgoing::Frame(Frame { encoding: Encoding::Binary, bytes, .. }) => Self::Binary(bytes.into()),
            Outgoing::Ping => Self::Ping(Bytes::new()),
            Outgoing::Close(code) => {
                Self::Close(Some(ws::CloseFrame { code, reason: CloseCode::reason_of(code).into() }))
            }
        }
    }
}

impl From<Outgoing> for Message {
    fn from(outgoing: Outgoing) -> Self {
        match outgoing {
            Outgoing::Frame(Frame { encoding: Encoding::Text, bytes, .. }) => Self::Text(text(bytes).into()),
            Outgoing::Frame(Frame { encoding: Encoding::Binary, bytes, .. }) => Self::Binary(bytes.into()),
            Outgoing::Ping => Self::Ping(Bytes::new()),
            Outgoing::Close(code) => Self::Close(Some(tungstenite::protocol::CloseFrame {
                code: code.into(),
                reason: CloseCode::reason_of(code).into(),
            })),
        }
    }
}

/// Why a connection broke.
pub(crate) trait Broken {
    /// Whether the peer sent a message larger than the library was told to take.
    fn is_too_large(&self) -> bool;
}

impl Broken for Error {
    fn is_too_large(&self) -> bool {
        matches!(self, Self::Capacity(_))
    }
}

impl Broken for axum::Error {
    fn is_too_large(&self) -> bool {
        let source = std::error::Error::source(self);
        source.and_then(|source| source.downcast_ref::<Error>()).is_some_and(Broken::is_too_large)
    }
}
