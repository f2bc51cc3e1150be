//! A strict model of server messages: what the reference lists, and nothing else (SI-113).

use serde::Deserialize;
use serde_json::{Map, Value};

/// Fails on a member, or a type of one, that the reference does not list.
pub(super) fn assert_known(message: &Value) {
    if let Err(error) = ServerMessage::deserialize(message) {
        panic!("{error}: {message}");
    }
}

macro_rules! shape {
    ($name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(Default, Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "camelCase")]
        struct $name { $($field: Option<$type>),* }
    };
}

shape!(ServerMessage {
    setup_complete: Nothing,
    server_content: Content,
    tool_call: ToolCall,
    tool_call_cancellation: Cancellation,
    go_away: GoAway,
    session_resumption_update: Update,
    voice_activity: VoiceActivity,
    usage_metadata: Usage,
    future_member: Value,
});
shape!(Nothing {});
shape!(Content {
    model_turn: ModelTurn,
    generation_complete: bool,
    turn_complete: bool,
    interrupted: bool,
    input_transcription: Transcription,
    output_transcription: Transcription,
    turn_complete_reason: String,
});
shape!(ModelTurn { role: String, parts: Vec<Part> });
shape!(Part { inline_data: Blob, text: String, thought: bool });
shape!(Blob { mime_type: String, data: String });
shape!(Transcription { text: String, finished: bool });
shape!(ToolCall { function_calls: Vec<Call> });
shape!(Call { id: String, name: String, args: Map<String, Value> });
shape!(Cancellation { ids: Vec<String> });
shape!(GoAway { time_left: String });
shape!(Update { new_handle: String, resumable: bool });
shape!(VoiceActivity { r#type: String, audio_offset: String });
shape!(Usage {
    prompt_token_count: u64,
    response_token_count: u64,
    total_token_count: u64,
    prompt_tokens_details: Vec<Detail>,
    response_tokens_details: Vec<Detail>,
});
shape!(Detail { modality: String, token_count: u64 });

#[test]
#[should_panic(expected = "unknown field")]
fn an_unlisted_member_is_found() {
    assert_known(&serde_json::json!({"serverContent": {"turnCompleted": true}}));
}
