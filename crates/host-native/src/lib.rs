//! The session host on tokio: it owns the sockets, the timers and the clock of every interview, and decides nothing.
//!
//! What an interview does is decided in `session-core`; here one task per interview owns its `Session` and carries out
//! what it asks for. Nothing here reads speech, retries, or chooses a close code of its own, save where there is no
//! session to ask: a token that is refused, a host that is full, a message that is too large.
//!
//! # The caller's contract
//!
//! Open a [`Host`] inside a tokio runtime, serve its [`Host::router`], and before the process ends call [`Host::drain`] while
//! the backend still answers, or [`Host::suspend`] if another process goes on. A process that is killed loses nothing that
//! was durable: the next [`Host::open`] goes on from the journal.
//!
//! # Where to read on
//!
//! `admission.rs` lets candidates in, `registry.rs` brings each to the task of its interview, `driver.rs` is that task.
//! `connection.rs` is one WebSocket, `send_queue.rs` what waits for a slow reader. `dial.rs` opens a connection to the
//! model, `backend.rs` calls a procedure. `journal.rs` is what survives a kill.

mod admission;
mod backend;
mod clock;
mod connection;
mod counts;
mod dial;
mod driver;
mod events;
mod host;
mod journal;
mod message;
mod news;
mod outbox;
mod registry;
mod send_queue;
mod tls;

pub use host::{Config, Drained, Host, Limits, StartError};
pub use send_queue::QueueLimits;
