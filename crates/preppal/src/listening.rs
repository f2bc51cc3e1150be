//! The port: bound before anything depends on its number, served until told to stop.

use anyhow::Context;
use axum::Router;
use axum::serve::ListenerExt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long requests under way may take to be answered when the server stops.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// A bound port.
pub(crate) struct Port {
    listener: TcpListener,
    address: SocketAddr,
}

/// A port that is served.
pub(crate) struct Served {
    stop: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
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
        let listener = self.listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!("a connection keeps Nagle's algorithm: {error}");
            }
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serve = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
        Served { stop, server: tokio::spawn(serve.into_future()) }
    }
}

impl Served {
    /// Takes no more connections, and lets requests under way end.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        match timeout(LAST_ANSWERS, self.server).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::error!("the server failed: {error}"),
            Ok(Err(error)) => tracing::error!("the server died: {error}"),
            Err(_) => tracing::warn!("some requests were not answered in time"),
        }
    }
}

/// Says where PrepPal is: the one line on standard output, for people and for programs that started it.
pub(crate) fn announce(url: &str) {
    println!("PrepPal is ready: {url}");
}
