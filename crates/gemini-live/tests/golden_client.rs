//! Golden files of what we send: `testdata/client`, byte for byte (but for the newline at the end of a file).

#![expect(clippy::unwrap_used, reason = "a test may panic outside its test function too")]

use gemini_live::{
    Function, Origin, Role, Setup, audio_message, audio_stream_end, restore_message, text_message,
    tool_response,
};
use std::fs;
use std::path::Path;

fn check(name: &str, written: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/client/{name}.json"));
    let golden = fs::read_to_string(path).unwrap();
    assert_eq!(written, golden.trim_end_matches('\n'), "{name}");
}

#[test]
fn sound() {
    let message = audio_message(&[0, 0, 1, 0, 2, 0, 3, 0]);
    check("audio", std::str::from_utf8(&message).unwrap());
    check("audio-stream-end", &audio_stream_end());
}

#[test]
fn text() {
    check("text", &text_message("The candidate says \"hello\"."));
}

#[test]
fn the_answer_to_a_call() {
    check("tool-response", &tool_response("call_663882", "end_interview", &"ok".into()));
}

#[test]
fn the_past_of_a_conversation() {
    let turns = [
        (Role::User, "I led the migration to Rust last year."),
        (Role::User, ""),
        (Role::Model, "Thanks. What was the hardest part of"),
    ];
    check("restore", &restore_message(&turns, "The connection was lost. Do not greet again."));
}

const SETUP: Setup<'_> = Setup {
    model: "gemini-3.8-live",
    voice: None,
    language: None,
    system_instruction: "You are a fair interviewer.",
    functions: &[],
    origin: Origin::New,
};

#[test]
fn setup_of_the_stable_model() {
    let setup = Setup {
        voice: Some("Kore"),
        language: Some("en-US"),
        functions: &[Function::END_INTERVIEW],
        ..SETUP
    };
    check("setup-3.8", &setup.to_json());
}

#[test]
fn setup_that_resumes_a_model_with_extended_thinking() {
    let model = "models/gemini-3.8-live-extended-thinking";
    check(
        "setup-3.8-extended-thinking-resumed",
        &Setup { model, origin: Origin::Resumed("0b7f5f3e"), ..SETUP }.to_json(),
    );
}

#[test]
fn setup_that_announces_the_past() {
    let model = "gemini-3.1-flash-live-preview";
    let setup = Setup { model, language: Some("de"), origin: Origin::Restored, ..SETUP };
    check("setup-3.1-restored", &setup.to_json());
    let elsewhere = Setup { model: "gemini-3.8-live", ..setup }.to_json();
    assert!(!elsewhere.contains("historyConfig"), "only where it is needed: {elsewhere}");
}

#[test]
fn setup_of_an_older_model() {
    let model = "gemini-2.5-flash-native-audio-preview-12-2025";
    check("setup-2.5", &Setup { model, voice: Some("Puck"), language: Some("en"), ..SETUP }.to_json());
}
