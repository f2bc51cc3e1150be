//! A Gemini Live stand-in on a real WebSocket: an interviewer without a key, and the test peer.
//!
//! It speaks the wire of the Live API (`BidiGenerateContent`, JSON in binary frames, base64 PCM), so that the official
//! `@google/genai` SDK and our own client hold a spoken conversation with it. It hears *that* somebody speaks, by voice
//! activity detection, but not *what* is said, and never acts otherwise: its transcript of the candidate reads
//! `[8.4 s of speech]`.
//!
//! A test scripts its misbehaviour with a [`Scenario`]; magic API keys (`test-invalid`, `test-expired`, `test-leaked`,
//! `test-quota`) are refused as the service would.
//!
//! The conversation is a pure state machine on given time (`connection`, `live`); `server` owns the sockets. Rules of
//! the wire are cited as `SI-nn`; the crate's README lists what is left out.

mod audio;
mod bank;
mod brief;
mod close;
mod connection;
mod credential;
mod dice;
mod ear;
mod emit;
mod fill;
mod generate;
mod interviewer;
mod io;
mod live;
mod message;
mod models;
mod note;
mod options;
mod scenario;
mod server;
mod session;
mod sessions;
mod setup;
mod speech;
mod strict;
mod tape;
mod timers;
mod usage;
mod voice;

#[cfg(test)]
mod tests;

pub use close::Close;
pub use options::{KeyRule, Options, Profile};
pub use scenario::{Act, Fault, GenerateAct, GenerateFault, Pace, Point, Scenario};
pub use server::StandIn;
pub use tape::Tape;

/// A moment of a stand-in's own time: since its start.
type Moment = std::time::Duration;
