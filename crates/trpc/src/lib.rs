//! The tRPC wire without I/O: codes, envelopes, batches, superjson, input schemas.
//!
//! It opens no socket and reads no clock: bytes come in, bytes go out, and what runs the procedures is somebody else's.
//!
//! Who writes a procedure needs [`Error`] (with a [`Code`] and a message for the caller) and [`schema`] to read the input;
//! its output is any `Serialize`, whose instants are marked for superjson as [`superjson::DATE`] tells. Open [`schema`] for
//! an example.
//!
//! A server goes through a request in this order: [`Request::parse`], then it looks the procedures up
//! ([`Request::check_kinds`], [`Kind::check`]) and lets them refuse the caller, and only then reads the body into
//! [`Inputs`]. What each call comes to is an [`Item`]; an [`Answer`], or [`answer::head_line`] and [`answer::item_line`], is
//! what goes back. A caller of such a server opens [`client`].

pub mod answer;
pub mod client;
mod code;
mod error;
mod input;
mod request;
pub mod schema;
pub mod superjson;

pub use answer::{Answer, Item, Transformer};
pub use code::Code;
pub use error::Error;
pub use input::{Inputs, Unread};
pub use request::{Form, Head, Kind, Method, Rejected, Request};
