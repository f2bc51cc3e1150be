//! What the host has done, for `/health`.

use session_core::{Event, Tally};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// Totals since the host began, and what is open.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) interviews_started: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) tokens_refused: AtomicU64,
    pub(crate) turned_away: AtomicU64,
    pub(crate) journal_records: AtomicU64,
    /// Interviews whose transcripts the backend refused for good, those of earlier processes included.
    pub(crate) undeliverable: AtomicU64,
    events: Mutex<Tally>,
}

impl Counts {
    /// Counts an event of an interview. They are rare.
    pub(crate) fn count(&self, event: &Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).count(event);
    }

    pub(crate) fn tally(&self) -> Tally {
        *self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// Counts one thing for as long as this lives.
#[derive(Debug)]
pub(crate) struct Open<'a>(&'a AtomicU64);

impl<'a> Open<'a> {
    pub(crate) fn new(gauge: &'a AtomicU64) -> Self {
        gauge.fetch_add(1, Relaxed);
        Self(gauge)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
