//! The binary as processes: what it prints, what it refuses, how it ends.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod apart;
mod backend_down;
mod process;
mod refusals;
mod report;
mod serve;
#[path = "../stored/mod.rs"]
mod stored;
