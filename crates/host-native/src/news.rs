//! What the task of an interview waits for.

use crate::dial::{DialError, ModelSocket};
use api::call::CallError;
use axum::extract::ws::WebSocket;
use bytes::Bytes;
use session_core::{CallId, ConnId};

/// Something for one interview. Its queue is bounded: a socket is not read while the interview is behind.
#[derive(Debug)]
pub(crate) enum News {
    /// A candidate whose token was checked.
    Joined(Box<WebSocket>),
    /// A connection to the model is open, or could not be opened.
    Dialled(ConnId, Result<Box<ModelSocket>, DialError>),
    /// A message from a peer.
    Received(ConnId, Bytes),
    /// A connection is gone, with the peer's close code and reason if it gave one.
    Closed(ConnId, Option<(u16, String)>),
    /// A procedure was answered, or was not.
    CallDone(CallId, Result<Vec<u8>, CallError>),
    /// The host is going away: end.
    ShutDown,
    /// The host is going away: go on in the next process.
    Suspend,
}
