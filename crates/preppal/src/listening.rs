//! The port: bound before anything depends on its number, served until told to stop.

use anyhow::Context;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// How long requests under way may take to be answered when the server stops.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// How long a connection may be silent before or between requests. `axum::serve` waits for ever, and silent connections
/// then take every file descriptor there is.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);

/// Connections with requests at once; more wait to be accepted. A WebSocket counts until it is one.
const CONNECTIONS: usize = 4096;

/// Before the next try when the system has no file descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A bound port.
pub(crate) struct Port {
    listener: TcpListener,
    address: SocketAddr,
}

/// A port that is served.
pub(crate) struct Served {
    stop: CancellationToken,
    server: JoinHandle<()>,
}

impl Port {
    pub(crate) async fn bind(listen: SocketAddr) -> anyhow::Result<Self> {
        let bound = TcpListener::bind(listen).await;
        let listener = bound.with_context(|| {
            format!(
                "{listen} cannot be listened on: is PrepPal running already? Choose another with --listen"
            )
        })?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Returns `host:port` under which this machine reaches the port.
    pub(crate) fn authority(&self) -> SocketAddr {
        let ip = match self.address.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        SocketAddr::new(ip, self.address.port())
    }

    /// Returns the address of the port for a browser on this machine.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.authority())
    }

    /// Answers requests from now on.
    pub(crate) fn serve(self, router: Router) -> Served {
        let stop = CancellationToken::new();
        let server = tokio::spawn(accept(self.listener, router, stop.clone()));
        Served { stop, server }
    }
}

/// Serves connections until told to stop, then waits for the requests under way.
async fn accept(listener: TcpListener, router: Router, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE);
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let open = TaskTracker::new();
    let mut services = router.into_make_service_with_connect_info::<SocketAddr>();
    while let Some(permit) = stop.run_until_cancelled(connections.clone().acquire_owned()).await {
        let Some((stream, peer)) = stop.run_until_cancelled(next_connection(&listener)).await else { break };
        let Ok(service) = services.call(peer).await.map_err(|never: Infallible| match never {});
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let stop = stop.clone();
        open.spawn(async move {
            let mut connection = pin!(connection.with_upgrades());
            let ended = match stop.run_until_cancelled(connection.as_mut()).await {
                Some(ended) => ended,
                None => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!("a connection ended early: {error}");
            }
            drop(permit);
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
}

async fn next_connection(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!("a connection keeps Nagle's algorithm: {error}");
                }
                return (stream, peer);
            }
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

impl Served {
    /// Takes no more connections, and lets requests under way end.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        match timeout(LAST_ANSWERS, self.server).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!("the server died: {error}"),
            Err(_) => tracing::warn!("some requests were not answered in time"),
        }
    }
}

/// Says where PrepPal is: the one line on standard output, for people and for programs that started it.
pub(crate) fn announce(url: &str) {
    println!("PrepPal is ready: {url}");
}

#[cfg(test)]
mod tests {
    use super::{HEAD_PATIENCE, Port};
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::time::{Instant, advance};

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_let_go_of_and_one_that_asks_is_answered() {
        let port = Port::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = port.authority();
        let served = port.serve(Router::new().route("/", get(|| async { "here" })));
        let mut asking = TcpStream::connect(address).await.unwrap();
        asking.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        asking.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("here"), "{answer}");

        let mut silent = TcpStream::connect(address).await.unwrap();
        let since = Instant::now();
        assert_eq!(silent.read(&mut [0; 64]).await.unwrap(), 0, "it is closed");
        assert!(since.elapsed() >= HEAD_PATIENCE);
        advance(HEAD_PATIENCE).await;
        served.stop().await;
    }
}
