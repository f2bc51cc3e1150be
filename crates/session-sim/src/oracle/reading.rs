//! What is in a message, and how it is told.

use api::call::Call;
use session_core::Output;

/// Returns an output without what it carries.
pub(crate) fn brief(output: &Output) -> String {
    match output {
        Output::Send(conn, frame) => format!("Send({}, {} bytes)", conn.0, frame.bytes.len()),
        Output::Persist(record) => format!("Persist({} bytes)", record.len()),
        Output::Call(id, call) => format!("Call({}, {})", id.0, procedure(call)),
        other => format!("{other:?}"),
    }
}

pub(crate) fn procedure(call: &Call) -> String {
    match call {
        Call::GetContext(_) => "getContext".to_owned(),
        Call::UpdateStatus(update) => format!("updateStatus {}", update.status.name()),
        Call::SubmitTranscript(submit) => {
            format!("submitTranscript, {} turns, {:?}", submit.transcript.len(), submit.end_reason)
        }
    }
}

/// Returns how much sound a client's message holds, if it is one of sound.
pub(super) fn pcm_bytes(message: &[u8]) -> Option<usize> {
    if let Some(pcm) = wire::audio_chunk(message) {
        return Some(pcm.len());
    }
    match wire::decode(message).ok()?.payload {
        Some(wire::client_to_server_message::Payload::AudioChunk(chunk)) => Some(chunk.audio_content.len()),
        _ => None,
    }
}

/// Returns the generation that a model's message interrupts; the model of this world notes it there.
pub(super) fn interrupted_generation(message: &[u8]) -> Option<u32> {
    contains(message, b"\"interrupted\":true").then_some(())?;
    let text = std::str::from_utf8(message).ok()?;
    let (_, number) = text.split_once("\"simGeneration\":")?;
    number.trim_end_matches('}').parse().ok()
}

/// Returns which generation a piece of sound belongs to; the model of this world writes it at its beginning.
pub(crate) fn generation(pcm: &[u8]) -> Option<u32> {
    let (head, _) = pcm.split_first_chunk::<4>()?;
    (pcm.len() >= 8).then(|| u32::from_le_bytes(*head)).filter(|generation| *generation > 0)
}

pub(crate) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
