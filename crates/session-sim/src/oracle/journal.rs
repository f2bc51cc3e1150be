//! What a session has made durable, as far as the oracle needs to know.

use crate::plan::Plan;
use serde_json::Value;
use session_core::Limits;
use std::collections::{BTreeMap, BTreeSet};

/// After the process was gone, a candidate has so long to come back at least.
const RETURN_MS: u64 = 15_000;

#[derive(Debug, Default)]
pub(crate) struct Journal {
    duration_ms: u64,
    opened: bool,
    started: Option<u64>,
    paused_since: Option<u64>,
    paused_ms: u64,
    ending: Option<u64>,
    /// It outlives the process.
    kept: bool,
    /// Microphone audio received and forwarded until then, bytes.
    heard: (u64, u64),
    /// The words of each turn.
    turns: BTreeMap<u64, String>,
    /// Turns that were typed and wait for the model.
    untold: BTreeSet<u64>,
    /// Since when the candidate is away.
    lost: Option<u64>,
    grace_ms: u64,
    pause_ms: u64,
}

impl Journal {
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            duration_ms: u64::from(plan.minutes) * 60_000,
            kept: plan.keeps_journal,
            grace_ms: plan.grace_ms,
            pause_ms: plan.limits().pause_ms,
            ..Self::default()
        }
    }

    /// The disk is full: a kill may lose what is written from here on.
    pub(crate) fn forget(&mut self) {
        self.kept = false;
    }

    /// Whether the client may be let go although the backend has not acknowledged: what was said is on the disk, and the
    /// client has waited.
    pub(crate) fn answers_for_it(&self, now: u64) -> bool {
        let patience_ms = Limits::default().acknowledgement_ms;
        self.kept && self.ending.is_some_and(|at| now >= at + patience_ms)
    }

    /// Reads a record; one that cannot be read is skipped.
    pub(crate) fn take(&mut self, record: &[u8]) {
        let Ok(record) = serde_json::from_slice::<Value>(record) else { return };
        let at = record["at"].as_u64().unwrap_or(0);
        match record["is"].as_str() {
            Some("opened") => self.opened = true,
            Some("started") => self.started = self.started.or(Some(at)),
            Some("words") => {
                let began = record["turn"].as_u64().unwrap_or(0);
                let turn = self.turns.entry(began).or_default();
                turn.push_str(record["text"].as_str().unwrap_or_default());
                if record["typed"] == true {
                    self.untold.insert(began);
                }
            }
            Some("told") => {
                self.untold.remove(&record["turn"].as_u64().unwrap_or(0));
            }
            Some("clientLost") => self.lost = Some(at),
            Some("clientBack") => self.lost = None,
            Some("heard") => {
                let bytes = |field| record[field].as_u64().unwrap_or(0);
                self.heard = (bytes("received"), bytes("forwarded"));
            }
            Some("paused") => self.paused_since = self.paused_since.or(Some(at)),
            Some("resumed") => self.resume(at),
            Some("ending") => {
                self.resume(at);
                self.ending = Some(at);
            }
            _ => {}
        }
    }

    /// Returns what an earlier process received and forwarded of the microphone's audio, bytes.
    pub(super) fn heard(&self) -> (u64, u64) {
        self.heard
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused_since.is_some()
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    pub(crate) fn has_opened(&self) -> bool {
        self.opened
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.started.is_some()
    }

    pub(crate) fn has_words(&self) -> bool {
        self.turns.values().any(|text| !text.trim().is_empty())
    }

    /// Whether the model has said or heard something.
    pub(crate) fn has_told_words(&self) -> bool {
        self.turns.iter().any(|(began, text)| !self.untold.contains(began) && !text.trim().is_empty())
    }

    /// Returns the turns that have a record, by when they began.
    pub(crate) fn turns(&self) -> impl Iterator<Item = u64> {
        self.turns.keys().copied()
    }

    /// Returns how much longer the interview runs than it may; `None` if it does not run.
    pub(super) fn overrun_ms(&self, now: u64) -> Option<u64> {
        let started = self.started.filter(|_| self.ending.is_none())?;
        let until = self.paused_since.map_or(now, |since| since.max(started));
        Some((until - started).saturating_sub(self.paused_ms).saturating_sub(self.duration_ms))
    }

    /// Returns how much longer than it may the interview waits for a candidate who is away, or has paused it. `since` is
    /// when the candidate could come back again, after a time when nobody could.
    pub(super) fn waits_too_long_ms(&self, now: u64, since: u64) -> Option<u64> {
        if self.ending.is_some() || !self.opened {
            return None;
        }
        let pause = self.paused_since.map(|paused| {
            (paused + self.pause_ms).max(since + self.grace_ms.max(RETURN_MS)).max(self.back_by(since))
        });
        let grace = self.lost.map(|_| self.back_by(since));
        [pause, grace].into_iter().flatten().map(|due| now.saturating_sub(due)).max()
    }

    fn back_by(&self, since: u64) -> u64 {
        self.lost.map_or(0, |lost| (lost + self.grace_ms).max(since + RETURN_MS))
    }

    fn resume(&mut self, at: u64) {
        if let Some(since) = self.paused_since.take() {
            let from = self.started.map_or(at, |started| since.max(started));
            self.paused_ms += at.saturating_sub(from);
        }
    }
}
