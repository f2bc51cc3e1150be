//! The host with the real session core, between a scripted backend, a scripted model and candidates, on loopback.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod conversation;
mod drain;
mod journal;
mod refusals;
mod rig;
