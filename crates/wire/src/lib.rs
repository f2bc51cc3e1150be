//! Messages between browser and session host: protobuf, one message per binary WebSocket frame.
//!
//! It never reads a clock or a socket and holds no state. `proto/interview.proto` is the schema; the Rust types come from
//! it by `cargo xtask codegen` and are committed.
//!
//! Sound is most of the traffic, so it has a path of its own that decodes and copies nothing twice: [`audio_chunk`] on the
//! way in, [`audio_response`] on the way out (`audio.rs`). Everything else goes through [`decode`] and [`encode`].

#![no_std]
extern crate alloc;

mod audio;
mod code;
#[expect(missing_docs, reason = "generated from the schema, which documents what its names do not say")]
#[rustfmt::skip]
mod generated;
mod message;
mod pcm;
mod refusal;

pub use audio::{audio_chunk, audio_response};
pub use code::{CloseCode, ErrorCode};
pub use generated::*;
pub use message::{DecodeError, Speaker, decode, encode};
pub use pcm::SampleRate;
pub use refusal::Refusal;

/// What [`ClientHello`] and [`SessionReady`] carry.
pub const PROTOCOL_VERSION: u32 = 1;

/// Largest message a host takes, bytes. Two seconds of microphone audio; browsers send 20 to 100 ms.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;

/// The text frame a client sends to learn whether the connection lives; [`PONG`] answers it.
pub const PING: &str = "ping";

/// The answer to [`PING`], a text frame.
pub const PONG: &str = "pong";

/// A client that sent nothing for so long, not even a [`PING`] or a WebSocket pong, is gone, milliseconds.
pub const CLIENT_DEAD_AFTER_MS: u64 = 40_000;
