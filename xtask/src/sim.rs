//! Simulated interviews by seed, and the replay of one: `session-sim`, built for speed.

use crate::program::{cargo, step};
use std::ffi::OsString;

/// Runs worlds; `arguments` as of `session-sim`.
pub(crate) fn run(arguments: &[OsString]) -> anyhow::Result<()> {
    step("Simulated interviews", cargo(SESSION_SIM).args(arguments))
}

/// Runs one world and prints what happens in it; `arguments` begin with its seed.
pub(crate) fn replay(arguments: &[OsString]) -> anyhow::Result<()> {
    step("One simulated interview", cargo(SESSION_SIM).arg("replay").args(arguments))
}

const SESSION_SIM: &[&str] = &["run", "--release", "--package", "session-sim", "--"];
