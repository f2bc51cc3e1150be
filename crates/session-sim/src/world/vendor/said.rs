//! The vendor's messages as text, and its reading of ours.

use crate::oracle::{SECRET, SPEECH};

const AUDIO_HEAD: &[u8] = br#"{"realtimeInput":{"audio":{"data":""#;

/// Returns the base64 of a message with microphone sound.
pub(super) fn audio_of(message: &[u8]) -> Option<&[u8]> {
    let rest = message.strip_prefix(AUDIO_HEAD)?;
    let (data, tail) = rest.split_at(rest.len().checked_sub(AUDIO_TAIL.len())?);
    (tail == AUDIO_TAIL).then_some(data)
}

const AUDIO_TAIL: &[u8] = br#"","mimeType":"audio/pcm;rate=16000"}}}"#;

pub(crate) fn sound(pcm: &[u8]) -> String {
    sound_of(&base64_simd::STANDARD.encode_to_string(pcm))
}

pub(crate) fn sound_of(data: &str) -> String {
    let head = r#"{"serverContent":{"modelTurn":{"role":"model","parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":""#;
    let tail = r#""}}]}}}"#;
    let mut message = String::with_capacity(head.len() + data.len() + tail.len());
    message.push_str(head);
    message.push_str(data);
    message.push_str(tail);
    message
}

pub(crate) fn handle(session: usize, number: u32) -> String {
    format!(
        r#"{{"sessionResumptionUpdate":{{"newHandle":"{SECRET}-handle-{session}-{number}","resumable":true}}}}"#
    )
}

pub(crate) fn go_away(left_s: Option<u64>) -> String {
    match left_s {
        Some(left_s) => format!(r#"{{"goAway":{{"timeLeft":"{left_s}s"}}}}"#),
        None => r#"{"goAway":{}}"#.to_owned(),
    }
}

/// `generation` is for the oracle: what is not to be heard any more.
pub(crate) fn interrupted(generation: u32) -> String {
    format!(r#"{{"serverContent":{{"interrupted":true}},"simGeneration":{generation}}}"#)
}

pub(crate) fn turn_complete() -> String {
    r#"{"serverContent":{"turnComplete":true},"usageMetadata":{"totalTokenCount":595}}"#.to_owned()
}

pub(crate) fn generation_complete() -> String {
    r#"{"serverContent":{"generationComplete":true}}"#.to_owned()
}

pub(super) fn candidate_said(utterance: u32, part: &str) -> String {
    format!(r#"{{"serverContent":{{"inputTranscription":{{"text":" {SPEECH} u{utterance}{part}"}}}}}}"#)
}

pub(super) fn interviewer_said(generation: u32, index: u64) -> String {
    format!(r#"{{"serverContent":{{"outputTranscription":{{"text":"{SPEECH} a{generation}.{index} "}}}}}}"#)
}

pub(super) fn activity(edge: &str) -> String {
    format!(r#"{{"voiceActivity":{{"type":"ACTIVITY_{edge}","audioOffset":"2.840s"}}}}"#)
}

pub(crate) fn farewell_call() -> String {
    r#"{"toolCall":{"functionCalls":[{"id":"call_1","name":"end_interview","args":{"reason":"done"}}]}}"#
        .to_owned()
}
