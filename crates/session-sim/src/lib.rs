//! Interviews in a simulated world: the real session and the real client, everything between and around them a model, all
//! of it on virtual time and all of it decided by a seed.
//!
//! It never opens a socket, reads a clock or draws a random number: a seed is a world, whenever and wherever it runs.
//!
//! A world holds one interview: a candidate with a browser, networks, the process with its journal, a backend, and a model
//! of the vendor that speaks its JSON. What goes wrong in it, and when, its seed decides ([`FaultCounts`]); an oracle
//! watches every output and every arrival for the [`Invariant`]s. [`run`] runs one world, [`run_many`] many.
//!
//! Some seeds are a crowd: a thousand such worlds on one host that is told to go (`crowd.rs`).
//!
//! Open `plan.rs` for what a seed decides, `world/mod.rs` for how time passes, `oracle/mod.rs` for what must hold.

mod agenda;
mod crowd;
mod dice;
mod fault;
mod invariant;
mod many;
mod oracle;
mod plan;
mod socket;
mod trace;
mod world;

pub use fault::FaultCounts;
pub use invariant::{Invariant, Violation};
pub use many::{OnFailure, Report, Seeds, run_many};
pub use world::Outcome;

/// Runs the world of a seed. `broken` breaks an invariant on purpose.
pub fn run(seed: u64, broken: Option<Invariant>) -> Outcome {
    if crowd::is_crowd(seed) {
        return crowd::run(seed, broken, None).0;
    }
    world::World::new(seed, broken, trace::Trace::default()).run(seed)
}

/// Runs the world of a seed and tells what happens in it; of a crowd, what happens in the interview that fails.
pub fn replay(seed: u64, broken: Option<Invariant>) -> Outcome {
    if crowd::is_crowd(seed) {
        let (_, failed) = crowd::run(seed, broken, None);
        return crowd::run(seed, broken, Some(failed.unwrap_or(0))).0;
    }
    world::World::new(seed, broken, trace::Trace::on()).run(seed)
}
