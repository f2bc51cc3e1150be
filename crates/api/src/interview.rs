//! An interview: its states, its context, its transcript.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an interview stands. Moves only forward: `Pending -> InProgress -> Completed | Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Created, nobody has connected.
    Pending,
    /// The interviewer has been reached.
    InProgress,
    /// Over; the transcript is stored.
    Completed,
    /// Over without a usable conversation.
    Error,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Speaker {
    /// The candidate.
    User,
    /// The interviewer.
    Ai,
}

/// One turn of the conversation. Within an interview the timestamps are strictly increasing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptEntry {
    /// Who spoke.
    pub speaker: Speaker,
    /// What was said, not empty.
    pub content: String,
    /// When the turn began.
    pub timestamp: Timestamp,
}

/// Why an interview ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndReason {
    /// The candidate ended it.
    User,
    /// The interviewer ended it.
    Interviewer,
    /// The time was up.
    TimeLimit,
    /// The candidate left and did not come back within the grace time.
    ClientLeft,
    /// The conversation could not go on.
    Failed,
    /// The session host was shut down.
    Shutdown,
}

/// What the interviewer is told about the interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The position applied for, for instance "Senior Rust engineer".
    pub role: String,
    /// The job advertisement; may be empty.
    pub job_description: String,
    /// The candidate's résumé; may be empty.
    pub resume: String,
    /// How the interviewer behaves; empty for the default.
    pub persona: String,
    /// BCP 47, for instance "en".
    pub language: String,
    /// Minutes, 1 to 120.
    pub duration_minutes: u32,
    /// Where the interview stands.
    pub status: Status,
}

macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        impl $type {
            /// Every value, in order of declaration.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Returns the name it has on the wire and in the database.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns the value of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.name() == name)
            }
        }
    };
}

names!(Status { Pending = "PENDING", InProgress = "IN_PROGRESS", Completed = "COMPLETED", Error = "ERROR" });
names!(Speaker { User = "USER", Ai = "AI" });
names!(EndReason {
    User = "USER",
    Interviewer = "INTERVIEWER",
    TimeLimit = "TIME_LIMIT",
    ClientLeft = "CLIENT_LEFT",
    Failed = "FAILED",
    Shutdown = "SHUTDOWN",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_serde_writes() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
            assert_eq!(Status::from_name(status.name()), Some(status));
        }
        for speaker in Speaker::ALL {
            assert_eq!(serde_json::to_value(speaker).unwrap(), speaker.name());
        }
        for reason in EndReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
        }
        assert_eq!(Status::from_name("pending"), None);
    }
}
