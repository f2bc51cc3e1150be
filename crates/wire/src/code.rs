//! Numbers that a client acts upon.

/// Why the host closes a client's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// Larger than [`MAX_MESSAGE_BYTES`](crate::MAX_MESSAGE_BYTES).
    TooLarge = 1009,
    /// The host is full or shutting down: try again later.
    TryAgainLater = 1013,
    /// The candidate ended the interview.
    EndedByUser = 4001,
    /// The interview's time was up.
    TimeLimit = 4002,
    /// The interviewer ended the interview.
    EndedByInterviewer = 4003,
    /// The interview could not go on.
    Error = 4004,
    /// Too many messages that could not be understood.
    ProtocolViolation = 4400,
    /// The token was refused.
    TokenRefused = 4401,
    /// A newer connection of the same interview took over.
    Replaced = 4409,
    /// The interview is over.
    InterviewOver = 4410,
}

impl CloseCode {
    /// Every code.
    pub const ALL: [Self; 10] = [
        Self::TooLarge,
        Self::TryAgainLater,
        Self::EndedByUser,
        Self::TimeLimit,
        Self::EndedByInterviewer,
        Self::Error,
        Self::ProtocolViolation,
        Self::TokenRefused,
        Self::Replaced,
        Self::InterviewOver,
    ];

    /// Returns the number in the close frame.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Returns what a number in a close frame means; `None` for numbers that are not ours.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// Returns the text of a close frame with this number: empty for numbers that are not ours.
    #[must_use]
    pub fn reason_of(code: u16) -> &'static str {
        Self::from_code(code).map_or("", Self::reason)
    }

    /// Returns the text of the close frame: at most 123 bytes, as WebSocket demands.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "message too large",
            Self::TryAgainLater => "try again later",
            Self::EndedByUser => "ended by the candidate",
            Self::TimeLimit => "time limit reached",
            Self::EndedByInterviewer => "ended by the interviewer",
            Self::Error => "the interview could not go on",
            Self::ProtocolViolation => "too many malformed messages",
            Self::TokenRefused => "token refused",
            Self::Replaced => "replaced by a newer connection",
            Self::InterviewOver => "the interview is over",
        }
    }
}

/// What went wrong, in [`Error::code`](crate::Error::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum ErrorCode {
    /// The token was refused.
    Authentication = 4001,
    /// The model could not be reached, or ended the conversation.
    Model = 4002,
    /// A message could not be understood.
    Malformed = 4400,
    /// Anything else on our side.
    Internal = 5000,
}

impl ErrorCode {
    /// Returns the number on the wire.
    #[must_use]
    pub const fn code(self) -> i32 {
        self as i32
    }
}

#[cfg(test)]
mod tests {
    use super::CloseCode;

    #[test]
    fn close_codes_survive_the_wire() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_code(code.code()), Some(code));
            assert!(code.reason().len() <= 123, "{code:?}");
        }
        assert_eq!(CloseCode::from_code(1000), None);
        assert_eq!((CloseCode::reason_of(1000), CloseCode::reason_of(1009)), ("", "message too large"));
    }
}
