//! What the vendor sends.

use crate::lenient::{Text, count, duration_ms, flag, text};
use crate::parts::{ModelTurn, model_turn};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// One message from the vendor.
///
/// Any of its members can come with any other: look at all of them, in the order given at
/// [`ServerContent`]. What we do not know is ignored; a message may be empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServerMessage<'a> {
    /// The session is set up: the first message of a connection, once.
    #[serde(deserialize_with = "presence")]
    pub setup_complete: bool,
    /// What is said, by either side.
    #[serde(borrow)]
    pub server_content: Option<ServerContent<'a>>,
    /// Functions the model calls, in order.
    #[serde(borrow, rename = "toolCall", deserialize_with = "function_calls")]
    pub tool_calls: Vec<FunctionCall<'a>>,
    /// Ids of calls that need no answer any more.
    #[serde(borrow, rename = "toolCallCancellation", deserialize_with = "cancelled_ids")]
    pub cancelled_tool_calls: Vec<Cow<'a, str>>,
    /// The connection is about to end. Nothing may follow it: arm a timer.
    pub go_away: Option<GoAway>,
    /// What to resume the session with.
    #[serde(borrow)]
    pub session_resumption_update: Option<SessionResumptionUpdate<'a>>,
    /// The candidate begins or ends to speak.
    #[serde(deserialize_with = "voice_activity")]
    pub voice_activity: Option<VoiceActivity>,
    /// What the turn cost.
    pub usage_metadata: Option<UsageMetadata>,
    interaction_status: Option<InteractionStatus>,
}

impl<'a> ServerMessage<'a> {
    /// Reads the payload of a frame, binary or text.
    pub fn parse(payload: &'a [u8]) -> Result<Self, ParseError> {
        // Serde alone would take a list for a struct without its names.
        if payload.trim_ascii_start().first() != Some(&b'{') {
            return Err(ParseError { line: 1, column: 1 });
        }
        serde_json::from_slice(payload).map_err(|error| ParseError::of(&error))
    }

    /// Returns whether more of the same answer follows, from either place where the vendor says it.
    #[must_use]
    pub fn interaction_status(&self) -> Option<InteractionStatus> {
        self.interaction_status
            .or(self.server_content.as_ref().and_then(|content| content.interaction_status))
    }
}

/// What is said. Handle `input_transcription` first, then `interrupted` (which makes the same message's sound stale),
/// then `model_turn`, `output_transcription`, `generation_complete`, `turn_complete`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServerContent<'a> {
    /// What the candidate said, a delta or a whole utterance. Never empty.
    #[serde(borrow, deserialize_with = "transcription")]
    pub input_transcription: Option<Cow<'a, str>>,
    /// The candidate's activity cut the turn: drop what is queued. May come without a turn to cut.
    #[serde(deserialize_with = "flag")]
    pub interrupted: bool,
    /// The model's sound.
    #[serde(borrow, deserialize_with = "model_turn")]
    pub model_turn: ModelTurn<'a>,
    /// What the model says, a delta with its own spaces. Never empty.
    #[serde(borrow, deserialize_with = "transcription")]
    pub output_transcription: Option<Cow<'a, str>>,
    /// Everything of this turn was generated and sent.
    #[serde(deserialize_with = "flag")]
    pub generation_complete: bool,
    /// The turn is over, and in real time would have been heard.
    #[serde(deserialize_with = "flag")]
    pub turn_complete: bool,
    /// Why a turn ended abnormally, in the vendor's words.
    #[serde(borrow, deserialize_with = "text")]
    pub turn_complete_reason: Option<Cow<'a, str>>,
    /// The model stays silent because it expects the candidate to go on.
    #[serde(deserialize_with = "flag")]
    pub waiting_for_input: bool,
    interaction_status: Option<InteractionStatus>,
}

/// Whether a completed turn was the whole answer. Only models with extended thinking say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InteractionStatus {
    /// The turn was a filler; the answer follows.
    InProgress,
    /// The answer is complete.
    Idle,
    /// Something else.
    Other,
}

impl<'de> Deserialize<'de> for InteractionStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match &*Text::deserialize(deserializer)?.0 {
            "IN_PROGRESS" => Self::InProgress,
            "IDLE" => Self::Idle,
            _ => Self::Other,
        })
    }
}

/// A function call. Answer it with [`tool_response`](crate::tool_response), its id and its name.
#[derive(Debug, Deserialize)]
pub struct FunctionCall<'a> {
    /// What the answer refers to.
    #[serde(borrow, default)]
    pub id: Cow<'a, str>,
    /// Which function.
    #[serde(borrow, default)]
    pub name: Cow<'a, str>,
    #[serde(borrow, default)]
    args: Option<&'a RawValue>,
}

impl FunctionCall<'_> {
    /// Returns the arguments, a JSON object.
    #[must_use]
    pub fn args_json(&self) -> &str {
        self.args.map_or("{}", RawValue::get)
    }
}

/// The vendor will cut the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoAway {
    /// In how many milliseconds, if it says so.
    #[serde(rename = "timeLeft", default, deserialize_with = "time_left_ms")]
    pub time_left_ms: Option<u64>,
}

/// News of the session's handle.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SessionResumptionUpdate<'a> {
    #[serde(borrow, deserialize_with = "text")]
    new_handle: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "flag")]
    resumable: bool,
}

impl SessionResumptionUpdate<'_> {
    /// Returns the handle to keep from now on; `None` says to keep the one there is.
    #[must_use]
    pub fn handle(&self) -> Option<&str> {
        self.new_handle.as_deref().filter(|_| self.resumable)
    }
}

/// An edge of the candidate's speech, as the vendor hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceActivity {
    /// Speech begins.
    Start,
    /// Speech has ended.
    End,
}

/// Tokens of one turn; what is not stated is 0. Add up the turns to know the cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UsageMetadata {
    /// The whole context that the turn was generated from.
    #[serde(deserialize_with = "count")]
    pub prompt_token_count: u64,
    /// What was generated.
    #[serde(deserialize_with = "count")]
    pub response_token_count: u64,
    /// Both, and what else the vendor counts.
    #[serde(deserialize_with = "count")]
    pub total_token_count: u64,
}

/// A payload that is not a message. Says where, never what: it may be somebody's speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    line: usize,
    column: usize,
}

impl ParseError {
    fn of(error: &serde_json::Error) -> Self {
        Self { line: error.line(), column: error.column() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the model's message is malformed at line {}, column {}", self.line, self.column)
    }
}

impl std::error::Error for ParseError {}

fn presence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<serde::de::IgnoredAny>::deserialize(deserializer)?.is_some())
}

fn transcription<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'a, str>>, D::Error> {
    #[derive(Deserialize)]
    struct Transcription<'a> {
        #[serde(borrow, default, deserialize_with = "text")]
        text: Option<Cow<'a, str>>,
    }
    Ok(Option::<Transcription<'a>>::deserialize(deserializer)?.and_then(|transcription| transcription.text))
}

fn function_calls<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<FunctionCall<'a>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ToolCall<'a> {
        #[serde(borrow, default)]
        function_calls: Option<Vec<FunctionCall<'a>>>,
    }
    let call = Option::<ToolCall<'a>>::deserialize(deserializer)?;
    Ok(call.and_then(|call| call.function_calls).unwrap_or_default())
}

fn cancelled_ids<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Cow<'a, str>>, D::Error> {
    #[derive(Deserialize)]
    struct Cancellation<'a> {
        #[serde(borrow, default)]
        ids: Option<Vec<Text<'a>>>,
    }
    let cancellation = Option::<Cancellation<'a>>::deserialize(deserializer)?;
    let ids = cancellation.and_then(|cancellation| cancellation.ids).unwrap_or_default();
    Ok(ids.into_iter().map(|id| id.0).collect())
}

fn time_left_ms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    // The news counts even if its number cannot be read.
    let time_left = Option::<&RawValue>::deserialize(deserializer)?;
    Ok(time_left.and_then(|value| duration_ms(value.get().trim_matches('"'))))
}

fn voice_activity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<VoiceActivity>, D::Error> {
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Activity<'a> {
        #[serde(borrow)]
        r#type: Option<Text<'a>>,
        #[serde(borrow)]
        voice_activity_type: Option<Text<'a>>,
    }
    let activity = Option::<Activity<'de>>::deserialize(deserializer)?.unwrap_or_default();
    let edge = activity.r#type.or(activity.voice_activity_type);
    Ok(edge.and_then(|edge| match &*edge.0 {
        "ACTIVITY_START" => Some(VoiceActivity::Start),
        "ACTIVITY_END" => Some(VoiceActivity::End),
        _ => None,
    }))
}
