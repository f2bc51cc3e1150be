//! A thousand interviews on one host, which is told to go while all of them run: every one is put down, gone on with by
//! the next process, and ends with its transcript stored.
//!
//! The worlds share their time and the disk that all of them write to at once; nothing else of theirs touches.

use crate::fault::{Fault, FaultCounts};
use crate::invariant::Invariant;
use crate::trace::Trace;
use crate::world::{BEGIN_MS, Outcome, World};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// So many seeds apart.
const EVERY: u64 = 800;
const INTERVIEWS: usize = 1_000;
/// When the host is told to go.
const SIGTERM_MS: u64 = 14_000;

/// Whether the world of a seed is a crowd.
pub(crate) fn is_crowd(seed: u64) -> bool {
    seed % EVERY == EVERY - 1
}

/// Runs the crowd of a seed; `traced` is the interview that tells what happens.
pub(crate) fn run(seed: u64, broken: Option<Invariant>, traced: Option<usize>) -> (Outcome, Option<usize>) {
    let mut worlds: Vec<World> = (0..INTERVIEWS)
        .map(|index| {
            let trace = if traced == Some(index) { Trace::on() } else { Trace::default() };
            World::in_a_crowd(seed.wrapping_mul(INTERVIEWS as u64) + index as u64, broken, trace)
        })
        .collect();
    let mut next: BinaryHeap<_> = worlds
        .iter()
        .enumerate()
        .filter_map(|(index, world)| Some(Reverse((world.next_at()?, index))))
        .collect();
    let (mut told, mut running) = (false, 0);
    while let Some(Reverse((at, index))) = next.pop() {
        if !told && at >= BEGIN_MS + SIGTERM_MS {
            told = true;
            running = worlds.iter_mut().map(|world| usize::from(world.is_told_to_go(at))).sum();
            // What they do now comes before what they would have done.
            next = worlds
                .iter()
                .enumerate()
                .filter_map(|(index, world)| Some(Reverse((world.next_at()?, index))))
                .collect();
            continue;
        }
        let world = &mut worlds[index];
        if world.step()
            && let Some(at) = world.next_at()
        {
            next.push(Reverse((at, index)));
        }
    }
    let mut faults = FaultCounts::default();
    if running * 10 >= INTERVIEWS * 9 {
        faults.count(Fault::ThousandDrained);
    }
    let mut crowd = Outcome { seed, violation: None, simulated_ms: 0, steps: 0, faults, trace: Vec::new() };
    let mut broken_at = None;
    for (index, world) in worlds.into_iter().enumerate() {
        let outcome = world.into_outcome(seed);
        crowd.simulated_ms += outcome.simulated_ms;
        crowd.steps += outcome.steps;
        crowd.faults.add(&outcome.faults);
        crowd.trace.extend(outcome.trace);
        if crowd.violation.is_none() && outcome.violation.is_some() {
            (crowd.violation, broken_at) = (outcome.violation, Some(index));
        }
    }
    (crowd, broken_at)
}
