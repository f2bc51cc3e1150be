//! A host that drops its session while that waits, and keeps the candidate's socket, the journal and the timer.

use super::{Actor, World};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::socket::{HostEnd, Peer, SocketId};
use session_core::{Dialect, Session};
use wire::CloseCode;

/// A session that waits is dropped so soon after, at the latest.
const DOZES_WITHIN_MS: u64 = 3_000;

/// What is left of a session that was dropped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asleep {
    /// The candidate's connection.
    client: Option<(SocketId, Dialect)>,
}

impl World {
    /// A drowsy host drops its session some time after it has begun to wait.
    pub(super) fn grow_drowsy(&mut self) {
        if self.plan.drowsy && !self.host.dozes && self.may_sleep() {
            self.host.dozes = true;
            let doze_at = self.now + self.dice.roll(DOZES_WITHIN_MS);
            self.agenda.note(doze_at, Wake::Doze);
        }
    }

    pub(super) fn doze(&mut self) {
        self.host.dozes = false;
        if self.may_sleep() {
            self.strike(Fault::Asleep);
            self.fall_asleep();
        }
    }

    /// Everything is carried out and durable, nothing is under way, and nobody talks to the model.
    pub(super) fn may_sleep(&self) -> bool {
        let talks = self.host.links.values().any(|id| self.sockets[id.0].peer == Peer::Model);
        self.host.session.is_some()
            && !self.oracle.has_ended()
            && !talks
            && self.host.is_idle()
            && self.store.is_settled()
    }

    pub(super) fn fall_asleep(&mut self) {
        self.trace(Actor::Host, || "drops its session".to_owned());
        let client = self.host.session.as_ref().and_then(Session::client);
        let client = client.and_then(|(conn, dialect)| Some((*self.host.links.get(&conn)?, dialect)));
        self.host.session = None;
        self.host.links.clear();
        self.host.asleep = Some(Asleep { client });
    }

    /// Whether a session that was dropped has a candidate on this connection.
    pub(super) fn is_asleep_behind(&self, id: SocketId) -> bool {
        let client = self.host.asleep.and_then(|asleep| asleep.client);
        client.is_some_and(|(client, _)| client == id)
    }

    /// Goes on with a session that was dropped.
    pub(super) fn wake_up(&mut self) {
        let Some(asleep) = self.host.asleep.take() else { return };
        self.new_incarnation();
        let client = asleep.client.filter(|(id, _)| self.sockets[id.0].host_end != HostEnd::Closed);
        let (dialect, now) = (client.map(|(_, dialect)| dialect), self.host_now());
        let records = self.store.records().iter().map(Vec::as_slice);
        let Ok(session) = Session::wake(self.config(), records, self.dice.draw(), now, dialect) else {
            // It slept before it knew what it was about: who is there comes back into another.
            self.store.delete();
            if let Some((id, _)) = client {
                self.close_socket(id, CloseCode::TryAgainLater.code());
            }
            return;
        };
        self.trace(Actor::Host, || "goes on with its session".to_owned());
        self.oracle.on_session(self.store.records(), &self.plan);
        if let (Some((id, _)), Some((conn, _))) = (client, session.client()) {
            self.bind(conn, id);
        }
        self.host.session = Some(session);
        self.drain();
    }
}
