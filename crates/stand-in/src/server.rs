//! Sockets, clock and shutdown around the conversation: nothing is decided here.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Moment;
use crate::connection::{Caller, Connection};
use crate::credential::Credential;
use crate::generate;
use crate::io::Output;
use crate::models;
use crate::options::Options;
use crate::sessions::Sessions;

/// The largest client message taken: a setup with a long instruction has some hundred kilobytes.
const MESSAGE_LIMIT: usize = 4 << 20;
/// How long the peer may take to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long the open connections may take to end at shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);
const WS_PREFIX: &str = "/ws/google.ai.generativelanguage.";

/// A stand-in bound to its address.
pub struct StandIn {
    listener: TcpListener,
    local_addr: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    options: Arc<Options>,
    sessions: Sessions,
    generate_calls: generate::Calls,
    epoch: Instant,
    open: AtomicUsize,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl StandIn {
    /// Binds the address; port 0 takes a free one. Nothing is answered before [`StandIn::run`].
    ///
    /// # Errors
    /// The address cannot be bound.
    pub async fn bind(addr: SocketAddr, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let local_addr = listener.local_addr()?;
        let seed = options.seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        let shared = Shared {
            options: Arc::new(options),
            sessions: Sessions::new(seed),
            generate_calls: generate::Calls::default(),
            epoch: Instant::now(),
            open: AtomicUsize::new(0),
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        Ok(Self { listener, local_addr, shared: Arc::new(shared) })
    }

    /// Returns the address clients connect to: `ws://` and `http://` at its root.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until `shutdown`; open connections are then closed with 1001.
    ///
    /// # Errors
    /// The listener fails.
    pub async fn run(self, shutdown: CancellationToken) -> io::Result<()> {
        let Self { listener, shared, .. } = self;
        let closing = shared.shutdown.clone();
        // A stand-in that is dropped while it runs leaves no connection behind.
        let _close_all = shared.shutdown.clone().drop_guard();
        let router = Router::new()
            .fallback(respond)
            .layer(DefaultBodyLimit::max(MESSAGE_LIMIT))
            .with_state(shared.clone());
        let listener = listener.tap_io(|stream| {
            // Without it small messages wait for one another; a socket that cannot do it still works.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "no TCP_NODELAY");
            }
        });
        let served = axum::serve(listener, router)
            .with_graceful_shutdown(async move {
                shutdown.cancelled().await;
                closing.cancel();
            })
            .await;
        shared.tasks.close();
        if timeout(SHUTDOWN_TIMEOUT, shared.tasks.wait()).await.is_err() {
            tracing::warn!(open = shared.tasks.len(), "stand-in connections did not close in time");
        }
        served
    }
}

impl Shared {
    fn now(&self) -> Moment {
        self.epoch.elapsed()
    }
}

/// Answers everything: the paths come with repeated slashes from the JavaScript SDK, which no router would match.
async fn respond(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    body: Bytes,
) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let query = query.unwrap_or_default();
    let credential = Credential::find(text("x-goog-api-key"), text(header::AUTHORIZATION.as_str()), &query);
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    if let Some(model) = generate::model_of(&path).filter(|_| method == Method::POST) {
        return tokio::select! {
            answer = generate::respond(model, &credential, &body, &shared.options, &shared.generate_calls) => answer,
            () = shared.shutdown.cancelled() => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        };
    }
    let Some((version, constrained)) = live_path(&path) else {
        return models::respond(&method, &path, &credential, &shared.options);
    };
    let caller = Caller { credential, version: version.to_owned(), constrained };
    match upgrade {
        Ok(upgrade) => accept(upgrade, shared, caller),
        Err(rejection) => rejection.into_response(),
    }
}

/// Returns the version in a live path, and whether it is the method for tokens (SI-1).
fn live_path(path: &str) -> Option<(&str, bool)> {
    let (version, method) = path.strip_prefix(WS_PREFIX)?.split_once(".GenerativeService.")?;
    let constrained = match method {
        "BidiGenerateContent" => false,
        "BidiGenerateContentConstrained" => true,
        _ => return None,
    };
    ["v1", "v1beta", "v1alpha"].contains(&version).then_some((version, constrained))
}

fn accept(upgrade: WebSocketUpgrade, shared: Arc<Shared>, caller: Caller) -> Response {
    if shared.open.fetch_add(1, Ordering::Relaxed) >= shared.options.connections {
        shared.open.fetch_sub(1, Ordering::Relaxed);
        return (StatusCode::SERVICE_UNAVAILABLE, "too many connections").into_response();
    }
    let place = Place(shared.clone());
    let tasks = shared.tasks.clone();
    upgrade.max_message_size(MESSAGE_LIMIT).on_upgrade(move |socket| {
        tasks.track_future(async move {
            let connection =
                Connection::new(shared.options.clone(), shared.sessions.clone(), caller, shared.now());
            drive(&shared, socket, Box::new(connection)).await;
            drop(place);
        })
    })
}

/// One of the connections served at a time.
struct Place(Arc<Shared>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs one connection to its end.
async fn drive(shared: &Shared, mut socket: WebSocket, mut connection: Box<Connection>) {
    let text_frames = connection.sends_text_frames();
    let mut deaf_until = None;
    loop {
        while let Some(output) = connection.poll_output() {
            let sent = match output {
                Output::Send(json) if text_frames => socket.send(Message::Text(json.into())).await,
                Output::Send(json) => socket.send(Message::Binary(json.into())).await,
                Output::Garbage(bytes) => socket.send(Message::Binary(bytes.into())).await,
                Output::StopReading(span) => {
                    deaf_until = Some(Instant::now() + span);
                    Ok(())
                }
                Output::Close(close) => {
                    let frame = CloseFrame { code: close.code, reason: close.reason.into() };
                    return finish(socket, Some(frame)).await;
                }
                Output::Drop => return,
            };
            if sent.is_err() {
                return connection.closed(shared.now());
            }
        }
        let due = connection.poll_timeout().map(|due| shared.epoch + due);
        tokio::select! {
            message = socket.recv(), if deaf_until.is_none() => {
                let now = shared.now();
                match message {
                    Some(Ok(Message::Text(text))) => connection.receive(now, &text),
                    Some(Ok(Message::Binary(bytes))) => connection.receive(now, &String::from_utf8_lossy(&bytes)),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => connection.alive(now),
                    Some(Ok(Message::Close(_))) => {
                        // The session is free from here on; the echo is on its way.
                        connection.closed(now);
                        return finish(socket, None).await;
                    }
                    Some(Err(_)) | None => return connection.closed(now),
                }
            }
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => connection.wake(shared.now()),
            () = sleep_until(deaf_until.unwrap_or_else(Instant::now)), if deaf_until.is_some() => deaf_until = None,
            () = shared.shutdown.cancelled() => {
                connection.closed(shared.now());
                return finish(socket, Some(CloseFrame { code: 1001, reason: "".into() })).await;
            }
        }
    }
}

/// Closes, and waits for the peer's half of the close.
async fn finish(mut socket: WebSocket, frame: Option<CloseFrame>) {
    let closing = async {
        if frame.is_some() && socket.send(Message::Close(frame)).await.is_err() {
            return;
        }
        while let Some(Ok(_)) = socket.recv().await {}
    };
    if timeout(CLOSE_TIMEOUT, closing).await.is_err() {
        tracing::debug!("the peer did not answer the close");
    }
}

#[cfg(test)]
mod tests {
    use super::live_path;

    #[test]
    fn si_1_live_paths() {
        let path = |version: &str, method: &str| {
            format!("/ws/google.ai.generativelanguage.{version}.GenerativeService.{method}")
        };
        assert_eq!(live_path(&path("v1beta", "BidiGenerateContent")), Some(("v1beta", false)));
        assert_eq!(live_path(&path("v1alpha", "BidiGenerateContentConstrained")), Some(("v1alpha", true)));
        assert_eq!(live_path(&path("v2", "BidiGenerateContent")), None);
        assert_eq!(live_path(&path("v1", "StreamGenerateContent")), None);
        assert_eq!(live_path("/v1beta/models"), None);
    }
}
