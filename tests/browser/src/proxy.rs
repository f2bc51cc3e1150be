//! A network between the browser and the session host, which can be cut.

use anyhow::Context;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Whether anything passes, and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Network {
    Up(SocketAddr),
    Down,
}

/// A TCP proxy on a port of its own.
pub struct Proxy {
    address: SocketAddr,
    network: watch::Sender<Network>,
}

impl Proxy {
    /// Listens; nothing passes before [`Proxy::restore`].
    pub async fn bind() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("binding the proxy")?;
        let address = listener.local_addr()?;
        let (network, state) = watch::channel(Network::Down);
        tokio::spawn(async move {
            // Ends when the proxy is dropped.
            let mut gone = state.clone();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let Ok((stream, _)) = accepted else { return };
                        tokio::spawn(carry(stream, state.clone()));
                    }
                    changed = gone.changed() => if changed.is_err() { return },
                }
            }
        });
        Ok(Self { address, network })
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets everything pass to `target`.
    pub fn restore(&self, target: SocketAddr) {
        self.network.send_replace(Network::Up(target));
    }

    /// Breaks every connection, and lets none be made.
    pub fn cut(&self) {
        self.network.send_replace(Network::Down);
    }
}

/// Carries one connection until its end or the network's.
async fn carry(mut stream: TcpStream, mut network: watch::Receiver<Network>) {
    let Network::Up(target) = *network.borrow_and_update() else { return };
    let Ok(mut to) = TcpStream::connect(target).await else { return };
    // Small messages must not wait for one another; a socket that cannot do it still works.
    let _ = (stream.set_nodelay(true), to.set_nodelay(true));
    tokio::select! {
        _ = copy_bidirectional(&mut stream, &mut to) => {}
        _ = network.changed() => {}
    }
}
