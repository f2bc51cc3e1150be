//! What we send besides set-up and sound: one text frame each.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Returns a text that the model takes as said to it; it usually answers.
///
/// `text` is not empty: an empty text makes models forget what they heard.
#[must_use]
pub fn text_message(text: &str) -> String {
    debug_assert!(!text.is_empty(), "an empty text does harm");
    json(&Message::RealtimeInput(RealtimeInput { text: Some(text), audio_stream_end: false }))
}

/// Returns the news that the microphone pauses. The next sound opens the stream again.
#[must_use]
pub fn audio_stream_end() -> String {
    json(&Message::RealtimeInput(RealtimeInput { text: None, audio_stream_end: true }))
}

/// Returns the answer to a function call, whose id and name it repeats.
#[must_use]
pub fn tool_response(id: &str, name: &str, output: &Value) -> String {
    let response = FunctionResponse { id, name, response: Response { output } };
    json(&Message::ToolResponse { function_responses: [response] })
}

/// Who said a turn of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The candidate.
    User,
    /// The interviewer.
    Model,
}

/// Returns the past of a conversation, for a new session that has to continue it, and a note on what to do with it.
///
/// Sent once, right after `setupComplete` of a session that was not resumed; a resumed one remembers, and some models
/// answer history with a close. Empty turns are left out. See
/// [`ModelProfile::restore_needs_history_config`](crate::ModelProfile::restore_needs_history_config).
#[must_use]
pub fn restore_message(turns: &[(Role, &str)], note: &str) -> String {
    let note = (Role::User, note);
    let turns = turns.iter().chain([&note]).filter(|(_, text)| !text.is_empty());
    let turns = turns.map(|&(role, text)| Turn { role, parts: [Part { text }] }).collect();
    json(&Message::ClientContent { turns, turn_complete: true })
}

pub(crate) fn json<T: Serialize>(message: &T) -> String {
    serde_json::to_string(message)
        .expect("strings, numbers, lists and maps with string keys always serialise")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Message<'a> {
    RealtimeInput(RealtimeInput<'a>),
    ClientContent { turns: Vec<Turn<'a>>, turn_complete: bool },
    ToolResponse { function_responses: [FunctionResponse<'a>; 1] },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RealtimeInput<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    audio_stream_end: bool,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: Role,
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
pub(crate) struct Part<'a> {
    pub(crate) text: &'a str,
}

#[derive(Serialize)]
struct FunctionResponse<'a> {
    id: &'a str,
    name: &'a str,
    response: Response<'a>,
}

#[derive(Serialize)]
struct Response<'a> {
    output: &'a Value,
}

/// An object without members: in protobuf's JSON, "yes, with the defaults".
pub(crate) struct Empty;

impl Serialize for Empty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map::<(), (), _>([])
    }
}
