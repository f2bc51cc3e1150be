//! The host's journal on a disk: appended in order, durable in batches.

use super::{Actor, World};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::oracle::Journal;
use std::collections::BTreeSet;

#[derive(Debug, Default)]
pub(crate) struct Store {
    records: Vec<Vec<u8>>,
    /// So many of them survive a kill.
    durable: usize,
    /// So many may be answered for: durable, or the disk is full and the interview goes on without.
    released: usize,
    /// A batch is being written.
    syncing: bool,
    epoch: u64,
    pub(crate) full: bool,
    pub(crate) slow_until: u64,
    /// Turns that were shown while the disk was full and lost with the process.
    pub(crate) excused: BTreeSet<u64>,
}

impl Store {
    pub(crate) fn released(&self) -> usize {
        self.released
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Everything is on the disk, and something is.
    pub(crate) fn is_settled(&self) -> bool {
        !self.full && !self.syncing && !self.is_empty() && self.durable == self.records.len()
    }

    pub(crate) fn records(&self) -> &[Vec<u8>] {
        &self.records
    }

    /// The interview is over, or never was.
    pub(crate) fn delete(&mut self) {
        self.records.clear();
        (self.durable, self.released, self.syncing) = (0, 0, false);
        self.epoch += 1;
    }
}

impl World {
    /// Appends a record; returns how many must be released before what depends on it leaves.
    pub(super) fn append(&mut self, record: Vec<u8>) -> usize {
        self.store.records.push(record);
        if self.store.full {
            self.store.released = self.store.records.len();
        } else {
            self.sync();
        }
        self.store.records.len()
    }

    fn sync(&mut self) {
        if self.store.syncing || self.store.durable == self.store.records.len() {
            return;
        }
        self.store.syncing = true;
        let slow = self.now < self.store.slow_until;
        let delay_ms = if slow { self.dice.range(200..=2_000) } else { self.dice.range(0..=8) };
        // A batch is what is there when the write begins.
        let batch = self.store.records.len() as u64;
        self.agenda.note(self.now + delay_ms, Wake::Synced(self.store.epoch << 32 | batch));
    }

    pub(super) fn on_synced(&mut self, ticket: u64) {
        if ticket >> 32 != self.store.epoch {
            return;
        }
        if self.lies_in_wait_for(Fault::KillUnsaved, self.store.durable > 0) {
            return self.kill(Fault::KillUnsaved);
        }
        self.store.syncing = false;
        let batch = (ticket & 0xFFFF_FFFF) as usize;
        self.store.durable = self.store.durable.max(batch);
        self.store.released = self.store.released.max(self.store.durable);
        if self.lies_in_wait_for(Fault::KillSaved, batch > 1) {
            return self.kill(Fault::KillSaved);
        }
        if !self.store.full {
            self.sync();
        }
        self.pump();
    }

    pub(super) fn on_disk_free(&mut self) {
        if self.store.full {
            self.store.full = false;
            self.trace(Actor::Store, || "takes writes again".to_owned());
            self.sync();
        }
    }

    pub(super) fn fill_disk(&mut self) {
        self.store.full = true;
        self.store.released = self.store.records.len();
        let free_at = self.now + self.dice.range(2_000..=20_000);
        self.agenda.note(free_at, Wake::DiskFree);
        self.pump();
    }

    /// The process is gone: a prefix survives, at least what was durable.
    pub(super) fn lose_unsaved(&mut self) {
        let count = self.store.records.len();
        let unsaved = if self.store.full { 0 } else { count - self.store.durable };
        let kept = self.store.durable + self.dice.roll(unsaved as u64 + 1) as usize;
        let torn = kept < count && !self.store.full && self.lies_in_wait(Fault::TornWrite);
        self.trace(Actor::Store, || {
            format!("{kept} of {count} records survive{}", if torn { ", one torn" } else { "" })
        });
        let mut lost = Journal::default();
        for record in self.store.records.get(kept..self.store.released).unwrap_or_default() {
            lost.take(record);
        }
        self.store.excused.extend(lost.turns());
        if lost.is_ending() {
            self.oracle.forget_submission();
        }
        if torn {
            let half = self.store.records[kept].len() / 2;
            self.store.records[kept].truncate(half);
        }
        self.store.records.truncate(kept + usize::from(torn));
        let left = self.store.records.len();
        (self.store.durable, self.store.released, self.store.syncing) = (left, left, false);
        self.store.epoch += 1;
    }
}
