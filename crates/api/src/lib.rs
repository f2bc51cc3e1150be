//! The procedures of PrepPal: their inputs and outputs, the calls of its peers as values, and the session token.
//!
//! It never sends anything and reads no clock: a call is turned into a [`call::Request`] and somebody else sends it.
//! Open [`interview`] for the data, [`call`] for what the session host asks of the backend, [`public`] and
//! [`procedure`] for what a candidate's client asks of it, [`report`] for what comes of it, [`token`] for admission.

pub mod call;
mod input;
pub mod interview;
pub mod procedure;
pub mod public;
pub mod report;
mod report_input;
pub mod timestamp;
pub mod token;

/// The least length of the secrets that backend and session host share.
pub const MIN_SECRET_CHARS: usize = 32;
