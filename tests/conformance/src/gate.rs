//! A gate between a host and one of its peers: it can be shut, and what passes is counted.

use anyhow::Context;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long one may wait for a gate to be as it is expected: longer than anything a host waits for before it moves.
const PATIENCE: Duration = Duration::from_secs(60);

/// TCP connections pass while it is open. Dropping it cuts them.
#[derive(Debug)]
pub struct Gate {
    address: SocketAddr,
    state: watch::Sender<State>,
    _stop: DropGuard,
}

#[derive(Clone, Copy, Debug)]
struct State {
    is_shut: bool,
    /// Raised to cut the connections made before.
    epoch: u64,
    passing: usize,
    passed: usize,
}

impl Gate {
    /// Opens a gate in front of `target`.
    pub async fn before(target: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("opening a gate")?;
        let address = listener.local_addr()?;
        let (state, _) = watch::channel(State { is_shut: false, epoch: 0, passing: 0, passed: 0 });
        let stop = CancellationToken::new();
        let (shared, until) = (state.clone(), stop.clone());
        tokio::spawn(
            async move { until.run_until_cancelled(accept(listener, target, &shared, &until)).await },
        );
        Ok(Self { address, state, _stop: stop.drop_guard() })
    }

    /// Returns what to connect to in place of the target.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts what passes, and lets nothing pass from now on.
    pub fn shut(&self) {
        self.state.send_modify(|state| {
            state.is_shut = true;
            state.epoch += 1;
        });
    }

    /// Lets connections pass.
    pub fn open(&self) {
        self.state.send_modify(|state| state.is_shut = false);
    }

    /// Cuts what passes; who connects again passes.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.epoch += 1);
    }

    /// Returns how many connections have passed so far.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.state.borrow().passed
    }

    /// Waits until so many connections are passing.
    pub async fn until_passing(&self, count: usize) -> anyhow::Result<()> {
        let mut state = self.state.subscribe();
        let passing = state.wait_for(|state| state.passing == count);
        let reached = timeout(PATIENCE, passing).await.is_ok();
        anyhow::ensure!(reached, "{} connections pass, not {count}", self.state.borrow().passing);
        Ok(())
    }
}

async fn accept(
    listener: TcpListener,
    target: SocketAddr,
    state: &watch::Sender<State>,
    stop: &CancellationToken,
) {
    while let Ok((near, _)) = listener.accept().await {
        if state.borrow().is_shut {
            continue;
        }
        let (state, stop) = (state.clone(), stop.clone());
        tokio::spawn(async move { stop.run_until_cancelled(pass(near, target, &state)).await });
    }
}

async fn pass(mut near: TcpStream, target: SocketAddr, state: &watch::Sender<State>) {
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    // Small frames must not wait for one another; a socket that cannot do it still works.
    let _ = near.set_nodelay(true).and_then(|()| far.set_nodelay(true));
    let mut watched = state.subscribe();
    let epoch = watched.borrow_and_update().epoch;
    let passing = Passing::new(state);
    tokio::select! {
        // A connection that breaks is over.
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = watched.wait_for(|state| state.epoch != epoch) => {}
    }
    drop((near, far));
    drop(passing);
}

/// One connection that passes.
struct Passing<'a>(&'a watch::Sender<State>);

impl<'a> Passing<'a> {
    fn new(state: &'a watch::Sender<State>) -> Self {
        state.send_modify(|state| {
            state.passing += 1;
            state.passed += 1;
        });
        Self(state)
    }
}

impl Drop for Passing<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|state| state.passing -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
    use tokio::net::{TcpListener, TcpStream};

    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut peer, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = peer.split();
                    copy(&mut from, &mut to).await
                });
            }
        });
        address
    }

    async fn connect(gate: &Gate) -> TcpStream {
        TcpStream::connect(gate.address).await.unwrap()
    }

    /// Says a letter; returns what comes back, nothing at the end of the connection.
    async fn say(stream: &mut TcpStream, letter: u8) -> Option<u8> {
        stream.write_all(&[letter]).await.ok()?;
        stream.read_u8().await.ok()
    }

    #[tokio::test]
    async fn a_gate_is_passed_cut_and_shut() {
        let gate = Gate::before(echo().await).await.unwrap();
        let mut first = connect(&gate).await;
        assert_eq!(say(&mut first, b'a').await, Some(b'a'));
        gate.until_passing(1).await.unwrap();
        gate.cut();
        assert_eq!(say(&mut first, b'b').await, None);
        gate.until_passing(0).await.unwrap();

        let mut second = connect(&gate).await;
        assert_eq!(say(&mut second, b'c').await, Some(b'c'));
        gate.shut();
        assert_eq!(say(&mut second, b'd').await, None);
        assert_eq!(say(&mut connect(&gate).await, b'e').await, None);
        gate.open();
        assert_eq!(say(&mut connect(&gate).await, b'f').await, Some(b'f'));
        assert_eq!(gate.passed(), 3);
    }
}
