//! Frames between browser and host: the speed path and the general one agree, in both directions.

use crate::bytes::Bytes;
use prost::Message;
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;
use wire::{AudioChunk, AudioResponse, ClientToServerMessage, ServerToClientMessage};

/// Lengths of three bytes are as long as the speed path reads.
const SPEED_PATH_MAX: usize = (1 << 21) - 16;

/// Takes `data` for a client's frame, for a host's frame, and for sound to send.
pub fn check(data: &[u8]) {
    a_clients_frame(data);
    a_hosts_frame(data);
    let mut bytes = Bytes::new(data);
    let sequence = (bytes.byte() % 2 == 1).then(|| bytes.long());
    sound_to_send(sequence, bytes.rest());
}

fn a_clients_frame(frame: &[u8]) {
    let decoded = wire::decode(frame);
    if let Some(pcm) = wire::audio_chunk(frame) {
        assert_eq!(decoded, Ok(chunk(pcm)), "the two decoders disagree");
    }
    let Ok(message) = decoded else { return };
    let again = message.encode_to_vec();
    assert_eq!(wire::decode(&again).as_ref(), Ok(&message), "a message does not survive being written");
    if let Some(FromClient::AudioChunk(AudioChunk { audio_content })) = &message.payload
        && (1..SPEED_PATH_MAX).contains(&audio_content.len())
    {
        assert_eq!(wire::audio_chunk(&again), Some(&audio_content[..]), "the speed path misses a chunk");
    }
}

fn a_hosts_frame(frame: &[u8]) {
    let Ok(message) = ServerToClientMessage::decode(frame) else { return };
    let Some(payload) = message.payload.clone() else { return };
    let again = wire::encode(payload, Some(message.sequence));
    assert_eq!(ServerToClientMessage::decode(&again[..]), Ok(message));
}

fn sound_to_send(sequence: Option<u64>, pcm: &[u8]) {
    let frame = wire::audio_response(pcm.len(), sequence, |out| out.extend_from_slice(pcm));
    assert_eq!(frame.len(), frame.capacity(), "the frame is not one exact allocation");
    let payload = ToClient::AudioResponse(AudioResponse { audio_content: pcm.to_vec() });
    let expected = ServerToClientMessage { sequence: sequence.unwrap_or(0), payload: Some(payload.clone()) };
    assert_eq!(ServerToClientMessage::decode(&frame[..]).as_ref(), Ok(&expected));
    if !pcm.is_empty() && sequence != Some(0) {
        assert_eq!(frame, wire::encode(payload, sequence), "the speed path writes other bytes");
    }
}

fn chunk(pcm: &[u8]) -> ClientToServerMessage {
    let chunk = AudioChunk { audio_content: pcm.to_vec() };
    ClientToServerMessage { payload: Some(FromClient::AudioChunk(chunk)) }
}
