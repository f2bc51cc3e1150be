//! A WebSocket to the session host.

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use session_client::ConnId;
use std::fmt;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Longest wait for a connection and its upgrade.
const DIAL_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest wait for a socket to take a message: a connection that takes nothing for so long is dead.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest wait for a goodbye to leave.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Largest message that is read; a host sends sound in pieces far below.
const MAX_MESSAGE_BYTES: usize = 4 << 20;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What comes from a socket.
pub(super) enum News {
    Binary(Bytes),
    Text,
    /// It is gone; with the peer's code if there was one.
    Closed(Option<u16>),
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum DialError {
    /// No answer in time.
    TimedOut,
    /// No TCP, TLS or HTTP connection.
    Failed(Error),
    /// Something answered that is no WebSocket.
    NotUpgraded(u16),
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("the session host did not answer in time"),
            Self::Failed(_) => f.write_str("no connection to the session host"),
            Self::NotUpgraded(status) => {
                write!(f, "what answers at the session host's address is no WebSocket (HTTP {status})")
            }
        }
    }
}

impl std::error::Error for DialError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(cause) => Some(cause),
            Self::TimedOut | Self::NotUpgraded(_) => None,
        }
    }
}

/// Opens a connection. The address holds a token and is never shown.
pub(super) async fn dial(url: String) -> Result<Box<Socket>, DialError> {
    let limits = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE_BYTES));
    let dialling = Box::pin(connect_async_with_config(url, Some(limits), true));
    match timeout(DIAL_TIMEOUT, dialling).await {
        Err(_) => Err(DialError::TimedOut),
        Ok(Err(Error::Http(response))) => Err(DialError::NotUpgraded(response.status().as_u16())),
        Ok(Err(error)) => Err(DialError::Failed(error)),
        Ok(Ok((socket, _))) => Ok(Box::new(socket)),
    }
}

/// Waits for the next news, for ever if there is no socket.
pub(super) async fn next(socket: &mut Option<(ConnId, Box<Socket>)>) -> (ConnId, News) {
    let Some((id, socket)) = socket else { return std::future::pending().await };
    loop {
        let news = match socket.next().await {
            Some(Ok(Message::Binary(bytes))) => News::Binary(bytes),
            Some(Ok(Message::Text(_))) => News::Text,
            Some(Ok(Message::Close(frame))) => {
                // The answer to the close is queued; it leaves with a flush.
                flush(socket).await;
                News::Closed(frame.map(|frame| frame.code.into()))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Err(_)) | None => News::Closed(None),
        };
        return (*id, news);
    }
}

pub(super) fn text(text: &'static str) -> Message {
    Message::Text(Utf8Bytes::from_static(text))
}

pub(super) fn binary(bytes: Bytes) -> Message {
    Message::Binary(bytes)
}

/// Hands a message to the socket's buffer.
pub(super) async fn feed(socket: &mut Socket, message: Message) -> Result<(), Error> {
    match timeout(SEND_TIMEOUT, socket.feed(message)).await {
        Ok(fed) => fed,
        Err(_) => Err(Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Lets everything leave that was handed over. A socket that fails here fails when it is read, too.
pub(super) async fn flush(socket: &mut Socket) {
    drop(timeout(SEND_TIMEOUT, socket.flush()).await);
}

/// Says goodbye without waiting for an answer.
pub(super) async fn close(mut socket: Box<Socket>, code: u16) {
    let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from_static("") };
    drop(timeout(CLOSE_TIMEOUT, WebSocketStream::close(&mut *socket, Some(frame))).await);
}
