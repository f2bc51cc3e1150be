//! Golden files of what the vendor sends: `testdata/server/NAME.jsonl` holds one payload a line, `NAME.values` what is
//! read from it. Set `UPDATE_GOLDEN=1` to write the values anew, and read the difference before committing it.

#![expect(clippy::unwrap_used, reason = "a test may panic outside its test function too")]

use gemini_live::{ServerContent, ServerMessage};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/server");
    let payloads = fs::read_to_string(folder.join(format!("{name}.jsonl"))).unwrap();
    let values: String = payloads.lines().map(|payload| values_of(payload.as_bytes()) + "\n").collect();
    let golden = folder.join(format!("{name}.values"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &values).unwrap();
    }
    assert_eq!(values, fs::read_to_string(&golden).unwrap(), "{name}");
}

/// Everything that can be learnt from a payload, in one line.
fn values_of(payload: &[u8]) -> String {
    let message = match ServerMessage::parse(payload) {
        Ok(message) => message,
        Err(error) => return error.to_string(),
    };
    let mut line = String::from("-");
    let mut say = |value: String| write!(line, " {value}").unwrap();
    if message.setup_complete {
        say("setup-complete".into());
    }
    if let Some(go_away) = message.go_away {
        say(format!("go-away={:?}", go_away.time_left_ms));
    }
    if let Some(update) = &message.session_resumption_update {
        say(format!("handle={:?}", update.handle()));
    }
    if !message.cancelled_tool_calls.is_empty() {
        say(format!("cancelled={:?}", message.cancelled_tool_calls));
    }
    if let Some(edge) = message.voice_activity {
        say(format!("voice={edge:?}"));
    }
    if let Some(content) = &message.server_content {
        values_of_content(content).into_iter().for_each(&mut say);
    }
    if let Some(status) = message.interaction_status() {
        say(format!("status={status:?}"));
    }
    for call in &message.tool_calls {
        say(format!("call={}:{}({})", call.id, call.name, call.args_json()));
    }
    if let Some(usage) = message.usage_metadata {
        say(format!("{usage:?}"));
    }
    line
}

fn values_of_content(content: &ServerContent<'_>) -> Vec<String> {
    let mut values = Vec::new();
    if let Some(text) = &content.input_transcription {
        values.push(format!("user={text:?}"));
    }
    for audio in content.model_turn.audio() {
        let mut pcm = Vec::new();
        let outcome = audio.decode_append(&mut pcm).map(|()| pcm);
        values.push(format!("audio={}Hz:{outcome:?}", audio.rate_hz));
    }
    values.extend(content.model_turn.texts().map(|text| format!("text={text:?}")));
    if let Some(text) = &content.output_transcription {
        values.push(format!("model={text:?}"));
    }
    if let Some(reason) = &content.turn_complete_reason {
        values.push(format!("reason={reason}"));
    }
    let flags = [
        (content.interrupted, "interrupted"),
        (content.waiting_for_input, "waiting"),
        (content.generation_complete, "generation-complete"),
        (content.turn_complete, "turn-complete"),
    ];
    values.extend(flags.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned()));
    values
}

#[test]
fn first_answer() {
    check("first-answer");
}

#[test]
fn interruption() {
    check("interruption");
}

#[test]
fn tool_call() {
    check("tool-call");
}

#[test]
fn rotation() {
    check("rotation");
}

#[test]
fn several_things_in_one_message() {
    check("together");
}

#[test]
fn what_must_be_tolerated() {
    check("tolerance");
}

#[test]
fn what_is_no_message() {
    check("malformed");
}

#[test]
fn an_error_does_not_repeat_the_payload() {
    let error = ServerMessage::parse(br#"{"serverContent":{"turnComplete":"my secret"}}"#).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert!(std::error::Error::source(&error).is_none());
}
