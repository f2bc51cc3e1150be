//! Messages other than sound.

use crate::{ClientToServerMessage, ErrorCode, ServerToClientMessage, server_to_client_message};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use prost::Message;

/// A frame that is not a message of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(prost::DecodeError);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed message")
    }
}

impl core::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Reads a client's message. A message without a payload, or with one we do not know, is well-formed.
pub fn decode(message: &[u8]) -> Result<ClientToServerMessage, DecodeError> {
    ClientToServerMessage::decode(message).map_err(DecodeError)
}

/// Writes a message to a client. `sequence` is for clients that said hello.
#[must_use]
pub fn encode(payload: server_to_client_message::Payload, sequence: Option<u64>) -> Vec<u8> {
    ServerToClientMessage { payload: Some(payload), sequence: sequence.unwrap_or(0) }.encode_to_vec()
}

impl crate::Error {
    /// An error with a text for people.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code: code.code(), message: message.into() }
    }
}

/// Who speaks, as transcripts name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The candidate: `USER`.
    User,
    /// The interviewer: `AI`.
    Ai,
}

impl Speaker {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Ai => "AI",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Speaker, decode, encode};
    use crate::client_to_server_message::Payload as FromClient;
    use crate::server_to_client_message::Payload as ToClient;
    use crate::session_ended::Reason;
    use crate::{ClientToServerMessage, EndRequest, Error, ErrorCode, SessionEnded, TranscriptUpdate};
    use alloc::string::String;

    #[test]
    fn existing_clients_see_the_bytes_they_know() {
        let update = TranscriptUpdate {
            speaker: String::from(Speaker::Ai.as_str()),
            text: String::from("Hi "),
            is_final: false,
            turn_complete: true,
            turn_started_ms: 0,
        };
        assert_eq!(
            encode(ToClient::TranscriptUpdate(update), None),
            b"\x0a\x0b\x0a\x02AI\x12\x03Hi \x20\x01"
        );

        let error = Error::new(ErrorCode::Authentication, "no");
        assert_eq!(encode(ToClient::Error(error), None), b"\x1a\x07\x08\xa1\x1f\x12\x02no");

        let ended = SessionEnded { reason: Reason::TimeLimit.into(), ..SessionEnded::default() };
        assert_eq!(encode(ToClient::SessionEnded(ended), Some(5)), b"\x22\x02\x08\x03\x78\x05");
    }

    #[test]
    fn reads_what_existing_clients_send() {
        assert_eq!(decode(b"\x12\x00").unwrap().payload, Some(FromClient::EndRequest(EndRequest {})));
        assert_eq!(decode(b"").unwrap(), ClientToServerMessage { payload: None });
        assert_eq!(
            decode(b"\xa2\x06\x01x").unwrap(),
            ClientToServerMessage { payload: None },
            "unknown field"
        );
        assert!(decode(b"\x0a\x05abc").is_err());
    }
}
