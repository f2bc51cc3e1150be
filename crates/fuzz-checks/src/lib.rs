//! What must hold for any bytes. Each module is a check: its `check` panics if it does not hold.
//!
//! `fuzz/fuzz_targets/<check>.rs` hands it to libFuzzer, which looks for bytes that break it (`cargo xtask fuzz`). The
//! least of what it found on the way is `fuzz/corpus/<check>/`, and an ordinary test replays that (`tests/corpus.rs`).
//!
//! Checks on a whole interview share `interview.rs`, a host's view of a session that watches every output, and `promise.rs`:
//! nothing that was said is lost.

pub mod any_inputs;
pub mod client_frame;
pub mod close_reason;
pub mod journal;
pub mod token;
pub mod trpc_request;
pub mod vendor_json;

mod backend;
mod bytes;
mod interview;
mod promise;

/// A check by its name.
pub type Check = (&'static str, fn(&[u8]));

/// Every check, by the name of its target and its corpus.
pub const ALL: [Check; 7] = [
    ("any_inputs", any_inputs::check),
    ("client_frame", client_frame::check),
    ("close_reason", close_reason::check),
    ("journal", journal::check),
    ("token", token::check),
    ("trpc_request", trpc_request::check),
    ("vendor_json", vendor_json::check),
];
