//! The procedures of PrepPal: their inputs and outputs, the calls of the session host as values, and the session token.
//!
//! It never sends anything and reads no clock: a call is turned into a [`call::Request`] and somebody else sends it.
//! Open [`interview`] for the data, [`call`] for what the session host asks of the backend, [`token`] for admission.

pub mod call;
pub mod interview;
pub mod timestamp;
pub mod token;
