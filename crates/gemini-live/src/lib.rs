//! The Gemini Live wire: what the vendor says and wants to hear, as bytes in and bytes out.
//!
//! It never opens a socket, reads a clock or keeps state between messages; the conversation is `session-core`'s.
//!
//! The vendor sends JSON in binary (sometimes text) frames: [`ServerMessage::parse`] takes either. Every function that
//! writes returns one text frame. There are no error messages on this protocol: errors are close frames, and
//! [`close::classify`] tells from code and reason what to do.
//!
//! Open `server.rs` for what arrives, `audio.rs` for the path that has to be fast, `setup.rs` for how a session begins.

pub mod close;

mod audio;
mod client;
mod endpoint;
mod lenient;
mod parts;
mod profile;
mod server;
mod setup;

pub use audio::{AudioPart, BadBase64, audio_message};
pub use client::{Role, audio_stream_end, restore_message, text_message, tool_response};
pub use endpoint::{API_KEY_HEADER, DEFAULT_API_VERSION, DEFAULT_BASE_URL, Endpoint, EndpointError};
pub use parts::ModelTurn;
pub use profile::{ClientContent, FunctionCalls, ModelProfile, Thinking};
pub use server::{
    FunctionCall, GoAway, InteractionStatus, ParseError, ServerContent, ServerMessage,
    SessionResumptionUpdate, UsageMetadata, VoiceActivity,
};
pub use setup::{Function, Origin, Setup};

/// Largest message a host takes, bytes. What the model says is far from it.
pub const MAX_MESSAGE_BYTES: usize = 16 << 20;
