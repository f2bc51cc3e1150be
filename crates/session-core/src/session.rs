//! One interview, from the first connection to the acknowledged transcript.

use crate::boundary::{ConnId, Input, Output, Timestamp};
use crate::config::Config;
use alloc::collections::VecDeque;

/// One interview. See the crate's page for the contract.
#[derive(Debug)]
pub struct Session {
    _config: Config,
    outputs: VecDeque<Output>,
}

impl Session {
    /// Begins an interview nobody has connected to. `seed` feeds back-off jitter and nothing else.
    pub fn new(config: Config, _seed: u64, _now: Timestamp) -> Self {
        Self { _config: config, outputs: VecDeque::new() }
    }

    /// Takes a candidate's connection whose token was checked. Replaces an earlier one.
    pub fn accept_client(&mut self, _now: Timestamp) -> ConnId {
        ConnId(1)
    }

    /// Takes news.
    pub fn handle_input(&mut self, _now: Timestamp, _input: Input<'_>) {}

    /// The host is going away: stores what was said, tells the candidate, ends.
    pub fn shut_down(&mut self, _now: Timestamp) {}

    /// Returns the next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns when [`Input::Timeout`] is wanted.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        None
    }
}
