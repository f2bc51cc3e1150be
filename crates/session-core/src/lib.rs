//! One interview as a state machine: what comes in from the candidate, the model and the backend, what goes out to them.
//!
//! It never opens a socket, reads a clock, draws a random number or waits; `no_std` makes most of that a compile error.
//!
//! # The caller's contract
//!
//! Make one `&mut` call ([`Session::accept_client`], [`Session::handle_input`], [`Session::suspend`],
//! [`Session::shut_down`]), then drain
//! [`Session::poll_output`] **in order** until it gives `None`, then arm one timer for [`Session::poll_timeout`] and wait
//! for news. An [`Output::Persist`] is durable before anything after it leaves. After [`Event::Ended`],
//! [`Event::Suspended`] or [`Event::Undeliverable`] the session wants nothing more and can be dropped.
//!
//! The records of [`Output::Persist`], in order, are the interview's journal. [`Session::restore`] goes on from them after
//! the process was killed; after [`Event::Ended`] they can be deleted.
//!
//! A host may also drop a session that waits, while its sockets and its timer stay, and go on with [`Session::wake`] at
//! the next message, connection or timeout. It may do so while no connection to the model is dialled or open, no call is
//! out, and everything polled is carried out. Nothing is lost by it but the sound that waited for the model, which the
//! account names as dropped. A session that did not know yet what it was about cannot be gone on with
//! ([`RestoreError::Empty`]): who is there is closed with 1013, and comes back into another.
//!
//! A [`ConnId`] is never reused, so late news of a connection that was replaced does no harm. A connection that the host
//! was told to [`Output::Close`] still gets its [`Input::Closed`].

#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod backoff;
mod boundary;
mod clock;
mod config;
mod drone;
mod event;
mod instruction;
mod journal;
mod session;
mod timer;
mod transcript;
mod uplink;

pub use boundary::{CallId, ConnId, Encoding, Frame, Input, Output, Priority, Timestamp};
pub use config::{Config, DIAL_TIMEOUT_MS, Limits};
pub use event::{Event, Level, Remedy, Side, Tally};
pub use session::{Dialect, RestoreError, Session};
pub use timer::Timer;
