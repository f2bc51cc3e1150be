//! Scripted misbehaviour: what a test asks the stand-in to do wrong, and when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::close::Close;

/// The misbehaviour of one stand-in, or of one API key at it. The default is to behave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Things that go wrong once, at a given point.
    pub faults: Vec<Fault>,
    /// Transcript of the n-th utterance, in place of `[2.4 s of speech]`.
    pub transcripts: Vec<String>,
    /// Send JSON in text frames (SI-8).
    pub text_frames: bool,
    /// Sprinkle `{}` and `{"serverContent":{}}` (SI-58).
    pub empty_messages: bool,
    /// Add unknown members beside known ones (SI-58).
    pub unknown_members: bool,
    /// Set `finished` on transcriptions (SI-37).
    pub finished: bool,
    /// How fast a turn's audio is sent (SI-53).
    pub pace: Pace,
    /// Send audio two bytes at a time (SI-53).
    pub tiny_chunks: bool,
    /// Send `usageMetadata` in a message of its own, after `turnComplete` (SI-56).
    pub usage_apart: bool,
    /// Put the last audio, its transcript and `generationComplete` into one message (SI-57).
    pub bundled: bool,
    /// Send every `inputTranscription` twice (SI-104).
    pub duplicate_transcripts: bool,
    /// How late the last `inputTranscription` delta comes after the answer has begun, in profile 2.5 (SI-35).
    pub transcript_lag_ms: u64,
    /// After a resume, repeat what was cut by the loss (SI-84).
    pub repeat_after_resume: bool,
    /// Text of `timeLeft` in place of the real one; an empty text leaves it out (SI-86).
    pub time_left: Option<String>,
    /// The close at the end of a connection's life (SI-88).
    pub end_of_life: Option<Close>,
    /// The close that answers an unknown handle (SI-80).
    pub dead_handle: Option<Close>,
    /// A connection's life in place of the stand-in's, in milliseconds.
    pub connection_lifetime_ms: Option<u64>,
    /// The lead of `goAway` in place of the stand-in's, in milliseconds.
    pub go_away_lead_ms: Option<u64>,
    /// Tell about resumption even to a client that did not ask (SI-27).
    pub unasked_updates: bool,
    /// Calls of `generateContent` that go wrong (SI-108, SI-109).
    pub generate: Vec<GenerateFault>,
    /// Say back every sound at once, and nothing of its own: for measurements.
    pub echo: bool,
}

/// How fast a turn's audio is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Four to eight times real time, as measured.
    #[default]
    Burst,
    /// As fast as it plays.
    Realtime,
    /// A burst with a gap of two seconds in the middle.
    Stall,
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Where.
    pub at: Point,
    /// At which of them, counted from 1.
    #[serde(default = "one")]
    pub nth: u32,
    /// At how many of them in a row.
    #[serde(default = "one")]
    pub times: u32,
    /// What.
    pub act: Act,
}

/// One call of `generateContent` that goes wrong, or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerateFault {
    /// At which call of the key, counted from 1.
    #[serde(default = "one")]
    pub nth: u32,
    /// At how many of them in a row.
    #[serde(default = "one")]
    pub times: u32,
    /// What.
    pub act: GenerateAct,
}

/// How a call of `generateContent` goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GenerateAct {
    /// 429, with a `RetryInfo` if seconds are given.
    TooMany {
        /// When to come again.
        #[serde(default)]
        retry_delay_s: Option<u32>,
    },
    /// An error with this HTTP status.
    Status(u16),
    /// Half of the answer, as if it were whole.
    TruncatedJson,
    /// Half of the answer, ended by `MAX_TOKENS`.
    Cut,
    /// Ended by `MAX_TOKENS` before the first part.
    NoParts,
    /// JSON that is not by the schema.
    SchemaViolation,
    /// The answer in a Markdown fence.
    Fenced,
    /// A third of the citations name turns that there are not, or words that nobody said.
    SomeInventedCitations,
    /// All of them do.
    InventedCitations,
    /// The prompt is blocked.
    Refusal,
    /// The answer comes late.
    Slow {
        /// By so much; not scaled.
        ms: u64,
    },
}

fn one() -> u32 {
    1
}

/// A point of a connection's or session's life at which something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// A setup, whether new or resuming; counted over the whole stand-in.
    Setup,
    /// A setup with a handle; counted over the whole stand-in.
    Resume,
    /// A model turn; counted over the session.
    Turn,
    /// The moment after a model turn is complete; counted over the session.
    TurnEnd,
    /// An interruption; counted over the session.
    Interruption,
    /// The moment after `goAway`; counted over the session.
    GoAway,
}

/// What goes wrong. Each says at which points it has a meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Close the connection: before `setupComplete`, in the middle of a turn, after it (any point).
    Close(Close),
    /// Cut TCP without a close frame (any point).
    Drop,
    /// Say nothing from here on, and answer nothing (any point): a setup without an answer, a black hole.
    Silence,
    /// Do not read the socket for some milliseconds (setup, turn).
    StopReading {
        /// For how long; not scaled.
        ms: u64,
    },
    /// Send `setupComplete` late (setup), or begin the turn late with its transcript sent twice (turn).
    Delay {
        /// By how much; scaled.
        ms: u64,
    },
    /// A turn without content (turn).
    EmptyTurn,
    /// End the turn early with this `turnCompleteReason` (turn).
    EndReason(String),
    /// `interrupted` although nothing is being said (turn end).
    PhantomInterrupted,
    /// One more audio chunk between `interrupted` and `turnComplete` (interruption).
    LateResidue,
    /// A frame that is not JSON, then one that is not UTF-8 (turn, turn end).
    Garbage,
    /// Audio with an odd byte count, `data:""`, a part without `inlineData`, a `mimeType` without rate (turn).
    OddAudio,
    /// A text part that is a thought, before the audio (turn).
    Thought,
}

impl Scenario {
    /// Returns what goes wrong at the `count`-th passing of a point.
    pub(crate) fn act(&self, at: Point, count: u32) -> Option<&Act> {
        self.faults
            .iter()
            .find(|fault| fault.at == at && count >= fault.nth && count - fault.nth < fault.times)
            .map(|fault| &fault.act)
    }

    pub(crate) fn transcript_lag(&self) -> Duration {
        Duration::from_millis(self.transcript_lag_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::{Act, Point, Scenario};
    use crate::close::Close;

    #[test]
    fn a_scenario_file_names_faults_by_point_and_count() {
        let scenario: Scenario = serde_json::from_str(
            r#"{"transcripts":["I led the migration."],"faults":[
                {"at":"setup","times":2,"act":{"close":{"code":1011,"reason":"The service is currently unavailable."}}},
                {"at":"turn","nth":3,"act":"empty_turn"}]}"#,
        )
        .unwrap();
        let unavailable = Act::Close(Close::new(1011, "The service is currently unavailable."));
        assert_eq!(scenario.act(Point::Setup, 2), Some(&unavailable));
        assert_eq!(scenario.act(Point::Setup, 3), None);
        assert_eq!(scenario.act(Point::Turn, 3), Some(&Act::EmptyTurn));
        assert_eq!(scenario.act(Point::Turn, 2), None);
        assert!(serde_json::from_str::<Scenario>(r#"{"fault":[]}"#).is_err());
    }
}
