//! Opens a connection to the model.

use gemini_live::{Endpoint, close};
use rustls::ClientConfig;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::header::InvalidHeaderValue;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

/// TCP, TLS and upgrade together.
const DIAL_TIMEOUT: Duration = Duration::from_millis(session_core::DIAL_TIMEOUT_MS);

/// Read at once. The model's frames are about 40 kB.
const READ_BUFFER_BYTES: usize = 64 << 10;

/// Gathered before a write: some frames of microphone audio.
const WRITE_BUFFER_BYTES: usize = 16 << 10;

/// A connection to the model.
pub(crate) type ModelSocket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How the model is reached; built once.
#[derive(Clone)]
pub(crate) struct Dialler {
    request: Request,
    tls: Arc<ClientConfig>,
}

/// Why the model can never be reached with these settings.
#[derive(Debug)]
pub(crate) enum Unusable {
    Url(Error),
    Key(InvalidHeaderValue),
}

/// Why a connection could not be opened.
#[derive(Debug)]
pub(crate) enum DialError {
    /// The peer answered the upgrade with this HTTP status and text.
    Refused(u16, String),
    /// No answer in time.
    TimedOut,
    /// No connection, or no WebSocket behind it.
    Failed(Box<Error>),
    /// It is not wanted any more.
    Abandoned,
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(status, _) => write!(f, "the upgrade was answered with status {status}"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Failed(error) => write!(f, "{error}"),
            Self::Abandoned => f.write_str("not wanted any more"),
        }
    }
}

impl Dialler {
    /// The key goes into a header, because URLs end up in logs.
    pub(crate) fn new(endpoint: &Endpoint, tls: Arc<ClientConfig>) -> Result<Self, Unusable> {
        let mut request = endpoint.websocket_url().into_client_request().map_err(Unusable::Url)?;
        let (name, key) = endpoint.api_key_header();
        let mut key = HeaderValue::try_from(key).map_err(Unusable::Key)?;
        key.set_sensitive(true);
        request.headers_mut().insert(HeaderName::from_static(name), key);
        Ok(Self { request, tls })
    }

    pub(crate) async fn dial(self) -> Result<Box<ModelSocket>, DialError> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(crate::connection::MODEL.max_message_bytes))
            .max_frame_size(Some(crate::connection::MODEL.max_message_bytes))
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES);
        let connector = Connector::Rustls(self.tls);
        let connect = connect_async_tls_with_config(self.request, Some(config), true, Some(connector));
        match timeout(DIAL_TIMEOUT, Box::pin(connect)).await {
            Err(_) => Err(DialError::TimedOut),
            Ok(Ok((socket, _))) => Ok(Box::new(socket)),
            Ok(Err(Error::Http(answer))) => Err(refused(&answer)),
            Ok(Err(error)) => Err(DialError::Failed(Box::new(error))),
        }
    }
}

fn refused(answer: &Response<Option<Vec<u8>>>) -> DialError {
    let body = answer.body().as_deref().unwrap_or_default();
    DialError::Refused(answer.status().as_u16(), close::refusal(body).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{DialError, Dialler};
    use axum::Router;
    use axum::extract::WebSocketUpgrade;
    use axum::http::{HeaderMap, StatusCode, Uri};
    use axum::routing::any;
    use gemini_live::Endpoint;
    use std::time::Duration;
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    fn dialler(listener: &TcpListener) -> Dialler {
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let endpoint = Endpoint::new(&base_url, "v1beta", "the-key").unwrap();
        Dialler::new(&endpoint, crate::tls::client_config().unwrap()).unwrap()
    }

    async fn listener() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").await.unwrap()
    }

    #[tokio::test]
    async fn the_key_travels_in_a_header_and_never_in_the_address() {
        let listener = listener().await;
        let dialler = dialler(&listener);
        let upgrade = |headers: HeaderMap, uri: Uri, upgrade: WebSocketUpgrade| async move {
            assert_eq!(headers["x-goog-api-key"], "the-key");
            assert!(headers.get("sec-websocket-extensions").is_none(), "no compression is offered");
            assert!(!uri.to_string().contains("the-key"));
            upgrade.on_upgrade(|_| async {})
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(any(upgrade))).await });
        assert!(dialler.dial().await.is_ok());
    }

    #[tokio::test]
    async fn a_refused_upgrade_tells_its_status_and_text() {
        let listener = listener().await;
        let dialler = dialler(&listener);
        let refuse = || async { (StatusCode::FORBIDDEN, "API key not valid.") };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(any(refuse))).await });
        match dialler.dial().await {
            Err(DialError::Refused(status, reason)) => {
                assert_eq!((status, reason.as_str()), (403, "API key not valid."));
            }
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_says_nothing_is_given_ten_seconds() {
        let listener = listener().await;
        let begun = Instant::now();
        let dialled = dialler(&listener).dial().await;
        assert!(matches!(dialled, Err(DialError::TimedOut)), "{dialled:?}");
        assert_eq!(begun.elapsed().as_secs(), 10);
        assert!(begun.elapsed() < Duration::from_secs(11));
    }

    #[tokio::test]
    async fn nobody_listening_is_a_failure() {
        let listener = listener().await;
        let dialler = dialler(&listener);
        drop(listener);
        assert!(matches!(dialler.dial().await, Err(DialError::Failed(_))));
    }
}
