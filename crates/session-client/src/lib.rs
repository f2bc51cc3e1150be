//! The candidate's half of an interview as a state machine: joining, rejoining, what is heard, what is said.
//!
//! It never opens a socket, asks the backend, plays a sound, reads a clock or draws a random number. A terminal and a
//! browser drive the same [`Client`].
//!
//! # The caller's contract
//!
//! Make one `&mut` call ([`Client::new`], [`Client::handle_input`], or what the candidate does: [`Client::speak`],
//! [`Client::type_answer`], [`Client::pause`], [`Client::resume`], [`Client::end`]), then drain [`Client::poll_output`]
//! **in order** until it gives `None`, then arm one timer for [`Client::poll_timeout`] and wait for news.
//!
//! - [`Output::FetchToken`] is answered by one [`Input::Token`], [`Output::Dial`] by [`Input::Opened`] or
//!   [`Input::Closed`]. Each names an attempt by its [`ConnId`], which is never used again: late news does no harm.
//! - Whoever plays sound takes it with [`Client::play`], as much as goes out to the speaker. What was taken counts as
//!   heard; what is left when the candidate interrupts never was.
//! - [`State::Ended`] and [`State::Error`] are final: nothing more will be wanted.
//!
//! # One life
//!
//! A token, a connection, `client_hello`, `session_ready`, then sound and transcript until `session_ended` and a close
//! code. A connection that is lost on the way is dialled again, each time with a fresh token, under growing pauses;
//! meanwhile what the candidate says waits in a bounded buffer. [`Verdict`] tells which close codes end it for good.
//!
//! Open [`Client`] for the life cycle, [`Transcript`] for how deltas become turns.

#![no_std]
extern crate alloc;

mod backoff;
mod boundary;
mod client;
mod config;
mod downlink;
mod life;
mod play_out;
mod timers;
mod transcript;
mod uplink;

pub use boundary::{ConnId, Event, Frame, Input, Output, Timestamp, TokenError};
pub use client::Client;
pub use config::Config;
pub use downlink::DownlinkCount;
pub use life::{End, Failure, MicrophoneAccount, Side, State, Verdict};
pub use play_out::PlayOutCount;
pub use timers::Timer;
pub use transcript::{Transcript, Turn, TurnId};
pub use uplink::{MicrophoneFrame, TypedAnswerError, UplinkCount};
