//! What a connection gives its driver: an ordered queue of outputs, and deadlines.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::close::Close;
use crate::scenario::{Act, Scenario};
use crate::timers::Timers;

/// What the driver does next. Order matters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// Send a JSON message.
    Send(String),
    /// Send bytes that are no message.
    Garbage(Vec<u8>),
    /// Do not read the socket for so long.
    StopReading(Duration),
    /// Close; nothing follows.
    Close(Close),
    /// Cut the connection without a close frame; nothing follows.
    Drop,
}

pub(crate) struct Io {
    pub(crate) out: VecDeque<Output>,
    pub(crate) timers: Timers,
    scenario: Arc<Scenario>,
    silent: bool,
    ended: bool,
}

impl Io {
    pub(crate) fn new(scenario: Arc<Scenario>) -> Self {
        Self { out: VecDeque::new(), timers: Timers::default(), scenario, silent: false, ended: false }
    }

    pub(crate) fn send(&mut self, mut message: Value) {
        if self.silent || self.ended {
            return;
        }
        if self.scenario.unknown_members {
            message["futureMember"] = json!({"kind": "unknown"});
        }
        self.out.push_back(Output::Send(message.to_string()));
    }

    /// Sends what a client must ignore, if the scenario asks for it (SI-58).
    pub(crate) fn sprinkle(&mut self) {
        if self.scenario.empty_messages {
            self.send(json!({}));
            self.send(json!({"serverContent": {}}));
        }
    }

    pub(crate) fn close(&mut self, close: Close) {
        self.end(Output::Close(Close::new(close.code, close.reason)));
    }

    fn end(&mut self, last: Output) {
        if !std::mem::replace(&mut self.ended, true) {
            self.timers.clear_all();
            self.out.push_back(last);
        }
    }

    /// Stops without a word, because the client is gone.
    pub(crate) fn abandon(&mut self) {
        self.ended = true;
        self.timers.clear_all();
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.silent
    }

    /// Does what a fault says if it has the same meaning at every point.
    pub(crate) fn act(&mut self, act: &Act) {
        match act {
            Act::Close(close) => self.close(close.clone()),
            Act::Drop => self.end(Output::Drop),
            Act::Silence => self.silent = true,
            Act::StopReading { ms } => self.out.push_back(Output::StopReading(Duration::from_millis(*ms))),
            Act::Garbage => {
                self.out.push_back(Output::Garbage(b"{\"serverContent\":".to_vec()));
                self.out.push_back(Output::Garbage(vec![0xff, 0xfe, b'{', 0xc0]));
            }
            Act::Delay { .. }
            | Act::EmptyTurn
            | Act::EndReason(_)
            | Act::PhantomInterrupted
            | Act::LateResidue
            | Act::OddAudio
            | Act::Thought => {}
        }
    }
}
