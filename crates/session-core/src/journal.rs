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
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "is")]
pub(crate) enum Record<'a> {
    /// What the interview is about, as the backend gave it, and when the session was created. The first record.
    Opened { context: Cow<'a, Context>, created: Timestamp },
    /// The interviewer was reached for the first time: the interview's clock starts.
    Started { at: Timestamp },
    /// Words of a turn; the first record of a turn opens it. What was typed waits for the model until it is [`Self::Told`].
    Words {
        turn: Timestamp,
        speaker: Speaker,
        text: Cow<'a, str>,
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        typed: bool,
    },
    /// The model was given a typed answer.
    Told { turn: Timestamp },
    /// A turn is complete.
    Sealed { turn: Timestamp },
    /// What has become of the microphone audio so far, bytes.
    Heard { received: u64, forwarded: u64 },
    /// How the candidate has spoken so far; the last one holds.
    Measured { figures: Cow<'a, delivery::Record> },
    /// What resumes the model's session.
    Handle { handle: Cow<'a, str>, at: Timestamp },
    /// The clock stands.
    Paused { at: Timestamp },
    /// The clock runs again.
    Resumed { at: Timestamp },
    /// The host's clock is so far behind what it has shown before.
    SetBack { by_ms: u64 },
    /// The backend knows that the interview is in progress, or refuses to.
    Reported,
    /// The candidate's connection is gone: the grace time runs.
    ClientLost { at: Timestamp },
    /// The candidate is back.
    ClientBack,
    /// The candidate, who was away, was to be told that the interviewer was interrupted.
    InterruptionUntold,
    /// The connection to the model was lost, or was closed in good order.
    ModelGone {
        at: Timestamp,
        broken_off: BrokenOff,
        /// Openings in a row without a healthy connection, this one included.
        opens: u32,
        /// Refused resumes in a row.
        refused: u32,
        /// The last handle is still believed in.
        resumable: bool,
    },
    /// The interviewer was told that the time is running out.
    Warned,
    /// The interviewer has said that the interview is over; `None` if that was taken back.
    Farewell { since: Option<Timestamp> },
    /// The interview is over; the transcript is to be submitted until it is acknowledged.
    Ending { reason: EndReason, at: Timestamp },
    /// So many tries to submit the transcript have failed.
    NotSubmitted {
        failures: u32,
        #[serde(default)]
        refusals: u32,
    },
    /// The backend has acknowledged; nothing here is needed any more.
    Acknowledged,
}

impl Record<'_> {
    /// Returns the latest instant that it names.
    pub(crate) fn instant(&self) -> Option<Timestamp> {
        match *self {
            Self::Opened { created: at, .. }
            | Self::Started { at }
            | Self::Words { turn: at, .. }
            | Self::Told { turn: at }
            | Self::Sealed { turn: at }
            | Self::Handle { at, .. }
            | Self::Paused { at }
            | Self::Resumed { at }
            | Self::ClientLost { at }
            | Self::ModelGone { at, .. }
            | Self::Ending { at, .. } => Some(at),
            Self::Farewell { since } => since,
            Self::Heard { .. }
            | Self::Measured { .. }
            | Self::SetBack { .. }
            | Self::Reported
            | Self::ClientBack
            | Self::InterruptionUntold
            | Self::Warned
            | Self::NotSubmitted { .. }
            | Self::Acknowledged => None,
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a record of plain fields always serialises")
    }
}

/// Where a conversation broke off: what the interviewer is told when its session is resumed, for it does not speak by
/// itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum BrokenOff {
    /// At a pause, or nowhere: it needs no cue.
    #[default]
    AtPause,
    /// The candidate was speaking, or may have been: if nobody goes on, the interviewer is reminded.
    InAnswer,
    /// The interviewer was speaking, or about to: it is asked to go on.
    InReply,
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
            Record::Words {
                turn: Timestamp(7),
                speaker: Speaker::Ai,
                text: "Hi \"Ada\"".into(),
                typed: false,
            },
            Record::ModelGone {
                at: Timestamp(8),
                broken_off: BrokenOff::InReply,
                opens: 2,
                refused: 1,
                resumable: true,
            },
            Record::Farewell { since: None },
            Record::Ending { reason: EndReason::TimeLimit, at: Timestamp(9) },
            Record::Acknowledged,
        ];
        for record in records {
            assert_eq!(serde_json::from_slice::<Record<'_>>(&record.encode()).unwrap(), record);
        }
        assert_eq!(Record::Sealed { turn: Timestamp(7) }.encode(), br#"{"is":"sealed","turn":7}"#);
    }
}
