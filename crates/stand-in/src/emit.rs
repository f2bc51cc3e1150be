//! Server messages as JSON text, in the spelling of the service. Nothing here writes `false`, 0 or an empty text (SI-59).

use std::time::Duration;

use serde_json::{Value, json};

pub(crate) fn setup_complete() -> Value {
    json!({"setupComplete": {}})
}

pub(crate) fn resumption_update(handle: &str) -> Value {
    json!({"sessionResumptionUpdate": {"newHandle": handle, "resumable": true}})
}

pub(crate) fn not_resumable() -> Value {
    json!({"sessionResumptionUpdate": {}})
}

/// `time_left` is left out when it is empty.
pub(crate) fn go_away(time_left: &str) -> Value {
    if time_left.is_empty() { json!({"goAway": {}}) } else { json!({"goAway": {"timeLeft": time_left}}) }
}

/// Returns a duration as proto3 JSON writes it: `50s`, `0.500s`.
pub(crate) fn seconds(span: Duration) -> String {
    match span.subsec_millis() {
        0 => format!("{}s", span.as_secs()),
        ms => format!("{}.{ms:03}s", span.as_secs()),
    }
}

pub(crate) fn voice_activity(kind: &str, offset: Duration) -> Value {
    let mut body = json!({"type": kind});
    if !offset.is_zero() {
        body["audioOffset"] = seconds(offset).into();
    }
    json!({"voiceActivity": body})
}

pub(crate) fn input_transcription(text: &str, finished: bool) -> Value {
    json!({"serverContent": {"inputTranscription": transcription(text, finished)}})
}

pub(crate) fn transcription(text: &str, finished: bool) -> Value {
    if finished { json!({"text": text, "finished": true}) } else { json!({"text": text}) }
}

pub(crate) fn output_transcription(text: &str, finished: bool) -> Value {
    json!({"serverContent": {"outputTranscription": transcription(text, finished)}})
}

pub(crate) fn audio(pcm: &[i16]) -> Value {
    let bytes: Vec<u8> = pcm.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    audio_bytes(&bytes, "audio/pcm;rate=24000")
}

pub(crate) fn audio_bytes(bytes: &[u8], mime_type: &str) -> Value {
    let data = base64_simd::STANDARD.encode_to_string(bytes);
    model_turn(&json!({"inlineData": {"mimeType": mime_type, "data": data}}))
}

pub(crate) fn model_turn(part: &Value) -> Value {
    json!({"serverContent": {"modelTurn": {"role": "model", "parts": [part]}}})
}

pub(crate) fn generation_complete() -> Value {
    json!({"serverContent": {"generationComplete": true}})
}

pub(crate) fn interrupted() -> Value {
    json!({"serverContent": {"interrupted": true}})
}

pub(crate) fn turn_complete() -> Value {
    json!({"serverContent": {"turnComplete": true}})
}

pub(crate) fn tool_call(id: &str, name: &str, args: &Value) -> Value {
    json!({"toolCall": {"functionCalls": [{"id": id, "name": name, "args": args}]}})
}

pub(crate) fn tool_call_cancellation(ids: &[String]) -> Value {
    json!({"toolCallCancellation": {"ids": ids}})
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{go_away, seconds, voice_activity};

    #[test]
    fn si_86_durations_are_written_as_proto3_json() {
        assert_eq!(seconds(Duration::from_secs(50)), "50s");
        assert_eq!(seconds(Duration::from_millis(500)), "0.500s");
        assert_eq!(go_away("").to_string(), r#"{"goAway":{}}"#);
    }

    #[test]
    fn si_59_an_offset_of_zero_is_left_out() {
        let start = voice_activity("ACTIVITY_START", Duration::ZERO).to_string();
        assert_eq!(start, r#"{"voiceActivity":{"type":"ACTIVITY_START"}}"#);
        let start = voice_activity("ACTIVITY_START", Duration::from_millis(280)).to_string();
        assert!(start.contains(r#""audioOffset":"0.280s""#));
    }
}
