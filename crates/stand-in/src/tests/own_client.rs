//! What our own client writes is taken as it stands: nothing in it is unknown, and it means what it should.

use gemini_live::{
    Function, Origin, Role, Setup, audio_message, audio_stream_end, restore_message, text_message,
    tool_response,
};
use serde_json::json;

use super::rig::{Client, Rig, speech};
use crate::options::{Options, Profile};

fn setup(model: &str, origin: Origin<'_>) -> String {
    Setup {
        model,
        voice: Some("Kore"),
        language: Some("en-US"),
        system_instruction: "Role: Rust engineer\nLanguage: en\nDuration: 30 minutes",
        functions: &[Function::END_INTERVIEW],
        origin,
    }
    .to_json()
}

fn live(rig: &Rig, setup: &str) -> Client {
    let mut client = rig.connect();
    client.send_text(setup);
    client.run(1_000);
    assert_eq!(client.end, None, "{setup}");
    client
}

#[test]
fn setups_of_every_model_are_taken() {
    for (profile, model) in [
        (Profile::V3_8, "gemini-3.8-live"),
        (Profile::V3_1, "gemini-3.1-flash-live-preview"),
        (Profile::V2_5, "gemini-2.5-flash-native-audio-preview-12-2025"),
    ] {
        let rig = Rig::profile(profile);
        let mut client = live(&rig, &setup(model, Origin::New));
        let handle = client.handle();
        client.close();
        rig.wait(1_500);
        live(&rig, &setup(model, Origin::Resumed(&handle)));
        live(&rig, &setup(model, Origin::Restored));
    }
}

#[test]
fn a_whole_conversation_in_our_client_s_words() {
    let rig = Rig::new(Options::default());
    let mut client = live(&rig, &setup("gemini-3.8-live", Origin::New));
    client.send_text(&text_message("[The candidate has joined. Begin the interview now.]"));
    client.run_until("turnComplete");
    for chunk in speech().chunks(1_600) {
        let pcm: Vec<u8> = chunk.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        client.send_text(std::str::from_utf8(&audio_message(&pcm)).unwrap());
        client.run(100);
    }
    client.send_text(&audio_stream_end());
    client.run_until("turnComplete");
    assert_eq!(client.heard().len(), 1);
    client.send_text(&text_message("[Time note: about 1 minute left. Ask at most one more short question.]"));
    client.run_until("turnComplete");
    assert!(client.said().contains("last question"));
    client.send_text(&text_message("No, that was everything from my side, thank you."));
    client.run_until("turnComplete");
    assert_eq!(client.times_of("toolCall").len(), 1);
    client.send_text(&tool_response("call_1", "end_interview", &json!("ok")));
    client.run_until("turnComplete");
    assert_eq!(client.end, None);
}

#[test]
fn a_restored_conversation_goes_on_without_a_greeting() {
    let rig = Rig::new(Options::default());
    let mut client = live(&rig, &setup("gemini-3.8-live", Origin::Restored));
    let past = [(Role::Model, "Hello, and welcome."), (Role::User, "[8.4 s of speech]")];
    client.send_text(&restore_message(
        &past,
        "[System note: the connection was lost. Do not greet again. Continue.]",
    ));
    client.run_until("turnComplete");
    assert!(
        !client.said().is_empty() && !client.said().contains("practice interviewer"),
        "{}",
        client.said()
    );
}
