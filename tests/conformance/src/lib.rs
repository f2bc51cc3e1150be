//! Session hosts as processes of their own, and what a candidate does to them.
//!
//! A [`Host`] is a real `preppal edge`, or a real workerd with the built Worker in it; beside it run a real backend
//! ([`App`]) and the interviewer's stand-in ([`Interviewer`]). A [`Candidate`] speaks the wire to a URL and knows nothing
//! of what answers there. Between the host and either of its peers stands a [`Gate`], which can be shut and be watched.
//!
//! The scenarios are in `tests/suite`, and run on every host; `src/bin/host-load` measures the hosts under load.

mod app;
mod candidate;
mod gate;
mod host;
mod interviewer;
mod native;
mod place;
mod process;
mod seen;
mod workerd;

pub use app::App;
pub use candidate::{Candidate, Heard};
pub use gate::Gate;
pub use host::{Host, Kind, Settings};
pub use interviewer::Interviewer;
pub use place::{Build, Place};
pub use process::Process;
pub use seen::{Seen, Turn, turns_of};

/// What worker tokens are signed with, here.
pub const JWT_SECRET: &str = "what the conformance suite signs worker tokens with";

/// What session hosts show the backend, here.
pub const WORKER_SHARED_SECRET: &str = "what the conformance suite's hosts show the backend";
