//! Many worlds, on as many threads as there may be.

use crate::fault::FaultCounts;
use crate::invariant::Invariant;
use crate::world::Outcome;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// Which worlds to run, and how.
#[derive(Clone, Copy, Debug)]
pub struct Seeds {
    /// The first.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// On so many threads.
    pub jobs: usize,
    /// What to break in them on purpose.
    pub broken: Option<Invariant>,
    /// What to do when one fails.
    pub on_failure: OnFailure,
}

/// What a failure means for the worlds that were not run yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// They are not run.
    Stop,
    /// They are run all the same: there may be failures of other kinds.
    GoOn,
}

/// How many worlds went.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Worlds run.
    pub worlds: u64,
    /// Time passed in them, milliseconds.
    pub simulated_ms: u64,
    /// Things that happened in them.
    pub steps: u64,
    /// What went wrong in them on purpose.
    pub faults: FaultCounts,
    /// For each invariant that broke: in how many worlds, and the one of the smallest seed.
    pub failures: BTreeMap<Invariant, (u64, Outcome)>,
}

impl Report {
    fn take(&mut self, outcome: Outcome) {
        self.worlds += 1;
        self.simulated_ms += outcome.simulated_ms;
        self.steps += outcome.steps;
        self.faults.add(&outcome.faults);
        if let Some(invariant) = outcome.violation.as_ref().map(|violation| violation.invariant) {
            self.fail(invariant, 1, outcome);
        }
    }

    fn fail(&mut self, invariant: Invariant, worlds: u64, outcome: Outcome) {
        match self.failures.get_mut(&invariant) {
            None => {
                self.failures.insert(invariant, (worlds, outcome));
            }
            Some((count, first)) => {
                *count += worlds;
                if outcome.seed < first.seed {
                    *first = outcome;
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.worlds += other.worlds;
        self.simulated_ms += other.simulated_ms;
        self.steps += other.steps;
        self.faults.add(&other.faults);
        for (invariant, (worlds, outcome)) in other.failures {
            self.fail(invariant, worlds, outcome);
        }
    }
}

/// Runs worlds until all are done, or one fails.
pub fn run_many(seeds: Seeds) -> Report {
    let (next, failed) = (AtomicU64::new(seeds.first), AtomicBool::new(false));
    let end = seeds.first.saturating_add(seeds.count);
    let work = || {
        let mut report = Report::default();
        while !failed.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                break;
            }
            report.take(crate::run(seed, seeds.broken));
            if !report.failures.is_empty() && seeds.on_failure == OnFailure::Stop {
                failed.store(true, Ordering::Relaxed);
            }
        }
        report
    };
    let mut report = Report::default();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..seeds.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(part) => report.merge(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    report
}
