//! The tRPC wire without I/O: codes, envelopes, batches, superjson, input schemas.
//!
//! It opens no socket and reads no clock: bytes come in, bytes go out, and what runs the procedures is somebody else's.
//!
//! Who writes a procedure needs [`Error`] (with a [`Code`] and a message for the caller), [`schema`] to read the input, and
//! [`Date`] for instants. Open [`schema`] for an example.

mod code;
mod date;
mod error;
pub mod schema;

pub use code::Code;
pub use date::Date;
pub use error::Error;
