//! The interviewer: the stand-in on a socket of its own.

use anyhow::Context;
use stand_in::{Options, StandIn};
use std::net::SocketAddr;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A stand-in that runs until it is dropped.
#[derive(Debug)]
pub struct Interviewer {
    address: SocketAddr,
    _stop: DropGuard,
}

impl Interviewer {
    /// Starts one that does as `options` say.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let stand_in =
            StandIn::bind("127.0.0.1:0".parse()?, options).await.context("starting the stand-in")?;
        let (address, stop) = (stand_in.local_addr(), CancellationToken::new());
        tokio::spawn(stand_in.run(stop.clone()));
        Ok(Self { address, _stop: stop.drop_guard() })
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
