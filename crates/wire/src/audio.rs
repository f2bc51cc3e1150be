//! The speed path: sound in and out without a general decoder or encoder.
//!
//! A microphone message is `0A len 0A len pcm`: the message's field 1 (`audio_chunk`), whose field 1 is the sound. If the
//! lengths say that nothing else is in there, the sound is the rest of the bytes. Going out, the same with field 2, and
//! the lengths are known before the sound is written.

use alloc::vec::Vec;
use prost::encoding::{encode_varint, encoded_len_varint};

const AUDIO_CHUNK: u8 = 1 << 3 | LENGTH_DELIMITED;
const AUDIO_RESPONSE: u8 = 2 << 3 | LENGTH_DELIMITED;
const AUDIO_CONTENT: u8 = 1 << 3 | LENGTH_DELIMITED;
const SEQUENCE: u8 = 15 << 3;
const LENGTH_DELIMITED: u8 = 2;

/// Returns the sound of a `ClientToServerMessage` that is one `audio_chunk` with one `audio_content` and nothing else.
///
/// `None` says nothing about the message: give it to [`decode`](crate::decode), which agrees wherever this returns
/// something.
#[must_use]
pub fn audio_chunk(message: &[u8]) -> Option<&[u8]> {
    let chunk = sole_field(AUDIO_CHUNK, message)?;
    sole_field(AUDIO_CONTENT, chunk)
}

/// Returns what `message` holds if it is one length-delimited field with this key, to its last byte.
fn sole_field(key: u8, message: &[u8]) -> Option<&[u8]> {
    let (&found, rest) = message.split_first()?;
    if found != key {
        return None;
    }
    let (length, body) = match *rest {
        [a @ 0..0x80, ref body @ ..] => (usize::from(a), body),
        [a, b @ 0..0x80, ref body @ ..] => (usize::from(a & 0x7F) | usize::from(b) << 7, body),
        [a, b, c @ 0..0x80, ref body @ ..] => {
            (usize::from(a & 0x7F) | usize::from(b & 0x7F) << 7 | usize::from(c) << 14, body)
        }
        // Longer than any message a host takes.
        _ => return None,
    };
    (body.len() == length).then_some(body)
}

/// Returns a `ServerToClientMessage` with an `audio_response`, in one allocation of its exact size.
///
/// `fill` appends exactly `pcm_len` bytes of s16le, 24 kHz, mono. `sequence` is for clients that said hello.
pub fn audio_response(pcm_len: usize, sequence: Option<u64>, fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let content_len = 1 + encoded_len_varint(pcm_len as u64) + pcm_len;
    let sequence_len = sequence.map_or(0, |number| 1 + encoded_len_varint(number));
    let total_len = 1 + encoded_len_varint(content_len as u64) + content_len + sequence_len;

    let mut message = Vec::with_capacity(total_len);
    message.push(AUDIO_RESPONSE);
    encode_varint(content_len as u64, &mut message);
    message.push(AUDIO_CONTENT);
    encode_varint(pcm_len as u64, &mut message);
    let header_len = message.len();
    fill(&mut message);
    debug_assert_eq!(message.len() - header_len, pcm_len, "the caller promised this many bytes of sound");
    if let Some(number) = sequence {
        message.push(SEQUENCE);
        encode_varint(number, &mut message);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::{audio_chunk, audio_response};
    use crate::client_to_server_message::Payload as FromClient;
    use crate::server_to_client_message::Payload as ToClient;
    use crate::{AudioChunk, AudioResponse, ClientToServerMessage, ServerToClientMessage};
    use alloc::vec;
    use alloc::vec::Vec;
    use proptest::prelude::*;
    use prost::Message;

    fn chunk_message(pcm: &[u8]) -> Vec<u8> {
        let chunk = AudioChunk { audio_content: pcm.to_vec() };
        ClientToServerMessage { payload: Some(FromClient::AudioChunk(chunk)) }.encode_to_vec()
    }

    #[test]
    fn takes_the_sound_of_usual_sizes() {
        for length in [1, 86, 125, 126, 127, 128, 640, 3200, 16_380, 16_384, 65_000] {
            let pcm: Vec<u8> = (0..length).map(|at| at as u8).collect();
            assert_eq!(audio_chunk(&chunk_message(&pcm)), Some(&pcm[..]), "{length} bytes");
        }
    }

    #[test]
    fn leaves_everything_else_to_the_general_decoder() {
        let whole = chunk_message(&[1, 2, 3, 4]);
        let twice: Vec<u8> = whole.iter().chain(&whole).copied().collect();
        assert_eq!(audio_chunk(&twice), None, "two chunks");
        assert_eq!(audio_chunk(&whole[..whole.len() - 1]), None, "cut short");
        assert_eq!(audio_chunk(&[]), None, "empty");
        assert_eq!(audio_chunk(&[0x0A, 0x00]), None, "a chunk without sound");
        assert_eq!(audio_chunk(&[0x12, 0x00]), None, "end request");
        assert_eq!(audio_chunk(&[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), None, "a length of 4 GiB");
        assert_eq!(audio_chunk(&[0x0A, 0x02, 0x12, 0x00]), None, "an unknown field of the chunk");
    }

    #[test]
    fn audio_responses_are_sized_exactly() {
        for (length, sequence) in [
            (0, None),
            (2, Some(1)),
            (124, Some(127)),
            (125, Some(128)),
            (4800, Some(u64::MAX)),
            (30_720, None),
        ] {
            let message = audio_response(length, sequence, |out| out.resize(out.len() + length, 7));
            assert_eq!(message.len(), message.capacity(), "{length} bytes, sequence {sequence:?}");
            let expected = ServerToClientMessage {
                sequence: sequence.unwrap_or(0),
                payload: Some(ToClient::AudioResponse(AudioResponse { audio_content: vec![7; length] })),
            };
            assert_eq!(ServerToClientMessage::decode(&message[..]), Ok(expected));
        }
    }

    /// Bytes that look like the format: mutations of real messages, and short strings of the bytes that matter.
    fn almost_messages() -> impl Strategy<Value = Vec<u8>> {
        let telling = prop::sample::select(vec![
            0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0A, 0x12, 0x52, 0x7F, 0x80, 0x81, 0xFF,
        ]);
        let mutated =
            (prop::collection::vec(any::<u8>(), 0..300), any::<prop::sample::Index>(), telling.clone(), 0..4)
                .prop_map(|(pcm, at, byte, kind)| {
                    let mut message = chunk_message(&pcm);
                    let at = at.index(message.len().min(6));
                    match kind {
                        0 => message[at] = byte,
                        1 => message.insert(at, byte),
                        2 => drop(message.remove(at)),
                        _ => message.push(byte),
                    }
                    message
                });
        prop_oneof![prop::collection::vec(any::<u8>(), 0..64), prop::collection::vec(telling, 0..12), mutated]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_general_decoder_on_any_bytes(message in almost_messages()) {
            if let Some(pcm) = audio_chunk(&message) {
                let chunk = AudioChunk { audio_content: pcm.to_vec() };
                let expected = ClientToServerMessage { payload: Some(FromClient::AudioChunk(chunk)) };
                prop_assert_eq!(ClientToServerMessage::decode(&message[..]), Ok(expected));
            }
        }

        #[test]
        fn takes_every_chunk_the_general_encoder_writes(length in 1..20_000usize) {
            let pcm = vec![0x5A; length];
            let message = chunk_message(&pcm);
            prop_assert_eq!(audio_chunk(&message), Some(&pcm[..]));
        }
    }
}
