//! What must outlive the process: small records, appended in order, one JSON text each.
//!
//! Old readers ignore what they do not know; a field is only ever added, with a default.

use crate::boundary::Timestamp;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use api::interview::{Context, EndReason, Speaker};
use serde::{Deserialize, Serialize};

/// One durable fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub(crate) enum Record<'a> {
    /// What the interview is about, as the backend gave it, and when the session was created. The first record.
    Opened { context: Cow<'a, Context>, created: Timestamp },
    /// The interviewer was reached for the first time: the interview's clock starts.
    Started { at: Timestamp },
    /// Words of a turn; the first record of a turn opens it.
    Words { turn: Timestamp, speaker: Speaker, text: Cow<'a, str> },
    /// A turn is complete.
    Sealed { turn: Timestamp },
    /// What has become of the microphone audio so far, bytes.
    Heard { received: u64, forwarded: u64 },
    /// What resumes the model's session.
    Handle { handle: Cow<'a, str>, at: Timestamp },
    /// The clock stands.
    Paused { at: Timestamp },
    /// The clock runs again.
    Resumed { at: Timestamp },
    /// The interview is over; the transcript is to be submitted until it is acknowledged.
    Ending { reason: EndReason, at: Timestamp },
    /// The backend has acknowledged; nothing here is needed any more.
    Acknowledged,
}

impl Record<'_> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a record of plain fields always serialises")
    }
}

/// The session id a client rejoins with: when the session began, in hexadecimal.
pub(crate) fn session_id(created: Timestamp) -> String {
    alloc::format!("{:x}", created.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_back_as_they_were_written() {
        let records = [
            Record::Started { at: Timestamp(5) },
            Record::Words { turn: Timestamp(7), speaker: Speaker::Ai, text: "Hi \"Ada\"".into() },
            Record::Ending { reason: EndReason::TimeLimit, at: Timestamp(9) },
            Record::Acknowledged,
        ];
        for record in records {
            assert_eq!(serde_json::from_slice::<Record<'_>>(&record.encode()).unwrap(), record);
        }
        assert_eq!(Record::Sealed { turn: Timestamp(7) }.encode(), br#"{"is":"sealed","turn":7}"#);
    }
}
