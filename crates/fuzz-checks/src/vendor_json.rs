//! The vendor's messages: any bytes are read or refused, sound comes out whole or not at all.

use base64_simd::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use gemini_live::{AudioPart, BadBase64, ServerMessage, audio_message};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Takes `data` for a message, and for sound within one.
pub fn check(data: &[u8]) {
    a_message(data);
    let pcm = &data[..data.len().min(256)];
    for encoding in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        sound_in_any_dress(pcm, &encoding.encode_to_string(pcm));
    }
    our_own_sound(pcm);
}

fn a_message(payload: &[u8]) {
    let message = match ServerMessage::parse(payload) {
        Ok(message) => message,
        Err(error) => return assert!(error.to_string().is_ascii(), "an error repeats what was said"),
    };
    let _status = message.interaction_status();
    for call in &message.tool_calls {
        serde_json::from_str::<IgnoredAny>(call.args_json()).expect("arguments were read as JSON");
    }
    if let Some(update) = &message.session_resumption_update {
        assert!(update.handle().is_none_or(|handle| !handle.is_empty()), "an empty handle");
    }
    let Some(content) = &message.server_content else { return };
    assert!(content.input_transcription.as_ref().is_none_or(|text| !text.is_empty()));
    assert!(content.output_transcription.as_ref().is_none_or(|text| !text.is_empty()));
    assert!(content.model_turn.texts().all(|text| !text.is_empty()));
    for part in content.model_turn.audio() {
        assert!(part.rate_hz > 0, "sound without a rate");
        if let Ok(pcm) = decoded(part) {
            assert_eq!(pcm.len(), part.decoded_len(), "sound of another length than promised");
        }
    }
}

/// Decodes behind what is there already, which stays.
fn decoded(part: &AudioPart<'_>) -> Result<Vec<u8>, BadBase64> {
    let mut out = vec![0xA5; 3];
    let outcome = part.decode_append(&mut out);
    assert_eq!(out[..3], [0xA5; 3]);
    assert!(outcome.is_ok() || out.len() == 3, "broken sound was appended");
    outcome.map(|()| out.split_off(3))
}

fn sound_in_any_dress(pcm: &[u8], base64: &str) {
    let payload = format!(
        r#"{{"serverContent":{{"modelTurn":{{"parts":[{{"inlineData":{{"mimeType":"audio/pcm","data":"{base64}"}}}}]}}}}}}"#
    );
    let message = ServerMessage::parse(payload.as_bytes()).expect("base64 needs no escapes");
    let content = message.server_content.expect("it is there");
    let parts: Vec<Vec<u8>> =
        content.model_turn.audio().map(|part| decoded(part).expect("it is base64")).collect();
    let expected = if pcm.is_empty() { Vec::new() } else { vec![pcm.to_vec()] };
    assert_eq!(parts, expected);
}

fn our_own_sound(pcm: &[u8]) {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Message {
        realtime_input: Input,
    }
    #[derive(Deserialize)]
    struct Input {
        audio: Audio,
    }
    #[derive(Deserialize)]
    struct Audio {
        data: String,
    }
    let message: Message = serde_json::from_slice(&audio_message(pcm)).expect("our message is JSON");
    let data = STANDARD.decode_to_vec(message.realtime_input.audio.data);
    assert_eq!(data.expect("it is base64"), pcm);
}
