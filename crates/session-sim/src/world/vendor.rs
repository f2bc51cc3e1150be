//! A model of the vendor: connections, sessions behind handles, and who holds which.

mod conversation;
mod listening;
mod opening;
pub(crate) mod said;

use super::{Actor, World};
use crate::agenda::Wake;
use crate::invariant::Invariant;
use crate::socket::{Item, SocketId, Towards};
use conversation::Turn;
use listening::Ear;
use opening::Fate;
use serde_json::Value;
use std::collections::BTreeMap;

/// A resume is refused so long after an idle connection has ended.
const UNLOCK_MS: u64 = 1_000;
/// A connection lives so long, and its end is announced so long before.
const LIFETIME_MS: u64 = 590_000;
const NOTICE_MS: u64 = 50_000;

pub(crate) const INTERNAL: &str = "Internal error encountered.";
pub(crate) const CUT: &str = "Connection aborted because the client failed to close the connection after receiving a GoAway signal once the session durat";

/// What a connection does by itself.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The set-up is accepted.
    Ready,
    /// A message, if the connection is still what it was.
    Say(String),
    /// An answer begins.
    Speak,
    /// A piece of it.
    Piece {
        generation: u32,
        index: u64,
    },
    Generated {
        generation: u32,
    },
    Complete {
        generation: u32,
    },
    /// The end is announced.
    GoAway,
    Close(u16, &'static str),
}

#[derive(Debug, Default)]
pub(crate) struct Vendor {
    connections: BTreeMap<SocketId, Connection>,
    sessions: Vec<VendorSession>,
    fates: BTreeMap<SocketId, Fate>,
    generations: u32,
    utterances: u32,
    answers: u64,
    pcm: Vec<u8>,
}

#[derive(Debug)]
struct Connection {
    stage: Stage,
    session: usize,
    /// Announced its end and says nothing more.
    silent: bool,
    ear: Ear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Upgraded,
    SettingUp,
    Open,
}

#[derive(Debug, Default)]
struct VendorSession {
    held_by: Option<SocketId>,
    released_at: u64,
    was_idle: bool,
    expired: bool,
    handles: u32,
    turn: Option<Turn>,
}

impl World {
    /// Something arrives at the vendor.
    pub(super) fn on_vendor_arrival(&mut self, id: SocketId, item: Item) {
        match item {
            Item::Opened => {}
            Item::Closed(close) => {
                self.sockets[id.0].peer_open = false;
                self.release(id);
                if close.is_some() {
                    self.put(id, Towards::Host, Item::Closed(Some((1000, String::new()))));
                }
            }
            Item::Text(message) | Item::Binary(message, _) => self.on_vendor_message(id, &message),
        }
    }

    fn on_vendor_message(&mut self, id: SocketId, message: &[u8]) {
        let Some(connection) = self.vendor.connections.get(&id) else { return };
        let stage = connection.stage;
        if let Some(data) = said::audio_of(message) {
            self.must(stage == Stage::Open, Invariant::ModelProtocol, "sound before setupComplete");
            return self.hear(id, data);
        }
        let Ok(message) = serde_json::from_slice::<Value>(message) else {
            return self.oracle.broken(Invariant::ModelProtocol, "the model is sent what is not JSON");
        };
        if stage == Stage::Upgraded {
            self.must(
                message.get("setup").is_some(),
                Invariant::ModelProtocol,
                "the first message is no set-up",
            );
            return self.on_setup(id, &message["setup"]);
        }
        self.must(message.get("setup").is_none(), Invariant::ModelProtocol, "a second set-up");
        self.must(stage == Stage::Open, Invariant::ModelProtocol, "a message before setupComplete");
        let is_restored = message.get("clientContent").is_some();
        self.trace(Actor::Vendor, || {
            if is_restored { "is told the past".to_owned() } else { format!("is told: {message}") }
        });
        let delay_ms = self.dice.range(600..=1_500);
        self.step_in(id, delay_ms, Step::Speak);
    }

    /// A step's time has come.
    pub(super) fn on_vendor_step(&mut self, id: SocketId, step: Step) {
        let Some(connection) = self.vendor.connections.get(&id) else { return };
        if !self.sockets[id.0].peer_open || connection.silent && !matches!(step, Step::Close(..)) {
            return;
        }
        match step {
            Step::Ready => self.on_ready(id),
            Step::Say(message) => {
                if message == said::turn_complete() {
                    self.mark_turn(id, false);
                }
                self.say(id, message);
            }
            Step::Speak => self.begin_answer(id),
            Step::Piece { generation, index } => self.on_piece(id, generation, index),
            Step::Generated { generation } => self.on_generated(id, generation),
            Step::Complete { generation } => self.on_complete(id, generation),
            Step::GoAway => {
                self.say(id, said::go_away(Some(NOTICE_MS / 1000)));
                self.step_in(id, NOTICE_MS, Step::Close(1008, CUT));
            }
            Step::Close(code, reason) => self.close_by_vendor(id, Some((code, reason))),
        }
    }

    /// The vendor ends a connection; without a code it just vanishes.
    pub(super) fn close_by_vendor(&mut self, id: SocketId, close: Option<(u16, &str)>) {
        self.trace(Actor::Vendor, || format!("closes with {close:?}"));
        self.put(id, Towards::Host, Item::Closed(close.map(|(code, reason)| (code, reason.to_owned()))));
        self.sockets[id.0].peer_open = false;
        self.release(id);
    }

    /// The vendor has noticed that a connection is gone.
    pub(super) fn release(&mut self, id: SocketId) {
        self.vendor.connections.remove(&id);
        for session in self.vendor.sessions.iter_mut().filter(|session| session.held_by == Some(id)) {
            session.held_by = None;
            session.released_at = self.now;
            session.was_idle = session.turn.take().is_none();
        }
    }

    /// Returns a connection on which a conversation can be had.
    pub(super) fn live_model(&self) -> Option<SocketId> {
        let open = self.vendor.connections.iter().filter(|(_, connection)| connection.stage == Stage::Open);
        open.map(|(id, _)| *id).find(|id| self.sockets[id.0].is_live())
    }

    /// Says nothing more on this connection.
    pub(super) fn silence(&mut self, id: SocketId) {
        if let Some(connection) = self.vendor.connections.get_mut(&id) {
            connection.silent = true;
        }
    }

    /// Forgets the session that this connection holds.
    pub(super) fn expire_session(&mut self, id: SocketId) {
        if let Some(connection) = self.vendor.connections.get(&id) {
            self.vendor.sessions[connection.session].expired = true;
        }
    }

    pub(super) fn step_in(&mut self, id: SocketId, delay_ms: u64, step: Step) {
        self.agenda.note(self.now + delay_ms, Wake::Vendor(id, step));
    }

    pub(super) fn say(&mut self, id: SocketId, message: String) {
        let briefly = message.len() < 200;
        self.trace(Actor::Vendor, || {
            if briefly { message.clone() } else { format!("{}… {} bytes", &message[..60], message.len()) }
        });
        self.put(id, Towards::Host, Item::Binary(message.into_bytes(), 0));
    }

    pub(super) fn next_generation(&mut self) -> u32 {
        self.vendor.generations += 1;
        self.vendor.generations
    }

    fn must(&mut self, holds: bool, invariant: Invariant, what: &str) {
        self.oracle.must(holds, invariant, || what.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::said;
    use crate::oracle;

    #[test]
    fn a_handle_is_a_secret_that_names_its_session() {
        let update = said::handle(17, 3);
        assert!(update.contains(oracle::SECRET) && update.contains("-17-"), "{update}");
    }
}
