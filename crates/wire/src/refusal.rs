//! Who is not let in, and what they are told: there is no session yet that could say it.

use crate::server_to_client_message::Payload;
use crate::{CloseCode, Error, ErrorCode, encode};
use alloc::vec::Vec;

/// Why a client is sent off before it meets its session. The handshake is completed first, so that a browser can tell it
/// from a dead network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its token admits it to nothing. What is wrong with it is for the host's log: a stranger learns nothing from it.
    Token,
    /// The host is full, or shuts down.
    NotNow,
    /// The interview is over, and its transcript stored.
    Over,
}

impl Refusal {
    /// Returns what is said before the close, if there is anything to say.
    #[must_use]
    pub fn error(self) -> Option<Error> {
        match self {
            Self::Token => Some(Error::new(
                ErrorCode::Authentication,
                "The session token was refused. Ask for a new one.",
            )),
            Self::Over => Some(Error::new(
                ErrorCode::Internal,
                "This interview has ended. What was said in it is stored.",
            )),
            Self::NotNow => None,
        }
    }

    /// Returns [`Self::error`] as a binary frame.
    #[must_use]
    pub fn message(self) -> Option<Vec<u8>> {
        self.error().map(|error| encode(Payload::Error(error), None))
    }

    /// Returns what the connection is closed with.
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::Token => CloseCode::TokenRefused,
            Self::NotNow => CloseCode::TryAgainLater,
            Self::Over => CloseCode::InterviewOver,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;
    use crate::server_to_client_message::Payload;

    #[test]
    fn a_refused_token_is_told_in_a_message_and_by_its_code() {
        let message = Refusal::Token.message().unwrap();
        let message = <crate::ServerToClientMessage as prost::Message>::decode(&message[..]).unwrap();
        assert!(matches!(message.payload, Some(Payload::Error(error)) if error.code == 4001));
        assert_eq!(Refusal::Token.close_code().code(), 4401);
        assert_eq!((Refusal::NotNow.message(), Refusal::NotNow.close_code().code()), (None, 1013));
        assert!(Refusal::Over.message().is_some_and(|told| told.windows(6).any(|words| words == b"stored")));
        assert_eq!(Refusal::Over.close_code().code(), 4410);
    }
}
