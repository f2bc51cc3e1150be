//! How a world ends: the faults stop, everybody goes home, and what is left is looked at.

use super::{Actor, World};
use crate::agenda::Wake;
use crate::invariant::Invariant;
use crate::socket::{Peer, SocketId, Towards};

/// With the faults stopped, everything is over so soon.
const SETTLE_MS: u64 = 30_000;
/// A process that came up after its clock was set back waits as long again as it was gone, and quiet before.
const UNSURE_MS: u64 = 90_000;
/// A client may take longer to say goodbye to a host that is silent.
const CLIENT_SETTLE_MS: u64 = 90_000;

impl World {
    /// Everybody has gone home.
    pub(super) fn is_over(&self) -> bool {
        self.host.session.is_none() && self.store.is_empty() && self.host.up && self.candidate.is_gone()
    }

    /// From here on nothing goes wrong, and the candidate wants to end it.
    pub(super) fn stop_faults(&mut self) {
        if self.now < self.lasts_until {
            self.agenda.note(self.lasts_until, Wake::FaultsStop);
            return;
        }
        self.trace(Actor::World, || "the faults stop".to_owned());
        self.stopped = true;
        self.armed.clear();
        self.on_disk_free();
        self.store.slow_until = 0;
        self.thaw_all();
        for index in 0..self.sockets.len() {
            let id = SocketId(index);
            self.unstall(id, Towards::Host);
            self.unstall(id, Towards::Peer);
            if self.sockets[index].half_open || self.sockets[index].peer == Peer::Stranger {
                self.sever(id);
            }
        }
        self.candidate_wants_to_end();
        let unsure_ms = if self.clock.was_set_back { UNSURE_MS } else { 0 };
        self.agenda.note(self.now + SETTLE_MS + unsure_ms, Wake::Deadline);
    }

    pub(super) fn on_deadline(&mut self) {
        let settled = self.host.session.is_none() && self.store.is_empty();
        if !settled && self.candidate.is_gone() && !std::mem::replace(&mut self.in_grace, true) {
            self.agenda.note(self.now + self.plan.grace_ms, Wake::Deadline);
            return;
        }
        if !settled {
            let what = "the interview is not over 30 s after the faults stopped";
            return self.oracle.broken(Invariant::Liveness, what);
        }
        self.oracle.at_the_end(&self.backend.table);
        if self.candidate.is_gone() {
            self.over = true;
        } else if self.candidate.deadline_passed {
            self.oracle.broken(Invariant::Liveness, "the client does not come to an end");
        } else {
            self.candidate.deadline_passed = true;
            self.agenda.note(self.now + CLIENT_SETTLE_MS, Wake::Deadline);
        }
    }

    pub(super) fn check_the_end(&mut self) {
        self.oracle.at_the_end(&self.backend.table);
        self.check_transcripts();
    }
}
