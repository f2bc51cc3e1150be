//! What the candidate says and types, on its way to the session host and across lost connections.
//!
//! One queue, so that a typed answer keeps its place among the spoken ones. When it is full, the oldest sound goes;
//! what was typed never does: it is kept until the session host shows it as stored, and sent again after a rejoin if the
//! host does not know it.

use alloc::collections::VecDeque;
use alloc::string::String;
use bytes::Bytes;
use core::fmt;
use prost::Message;
use wire::client_to_server_message::Payload;
use wire::{AudioChunk, ClientToServerMessage, TextInput};

/// Typed answers that may wait for a connection.
const MAX_WAITING_TYPED: usize = 64;

/// Largest typed answer, bytes: a frame may have 64 KiB, and a page of text is far from it.
const MAX_TYPED_BYTES: usize = 16 * 1024;

/// A piece of microphone audio, encoded once and cheap to clone: a recording played into many sessions is encoded and
/// held only once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MicrophoneFrame {
    encoded: Bytes,
    pcm_bytes: usize,
}

impl MicrophoneFrame {
    /// Encodes s16le PCM, 16 kHz, mono; 20 to 100 ms is usual.
    pub fn new(pcm: &[u8]) -> Self {
        let encoded = encode(Payload::AudioChunk(AudioChunk { audio_content: pcm.to_vec() }));
        Self { encoded, pcm_bytes: pcm.len() }
    }

    /// Returns the length of the audio.
    pub fn pcm_bytes(&self) -> usize {
        self.pcm_bytes
    }
}

/// What became of the microphone audio on this side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UplinkCount {
    /// Frames handed to a connection.
    pub sent_frames: u64,
    /// Their audio, bytes of PCM.
    pub sent_bytes: u64,
    /// Frames dropped because no connection came back in time.
    pub dropped_frames: u64,
    /// Their audio, bytes of PCM.
    pub dropped_bytes: u64,
}

/// Why a typed answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedAnswerError {
    /// There is nothing but blanks in it.
    Empty,
    /// It is longer than 16 KiB.
    TooLong,
    /// Too many wait for a connection.
    QueueFull,
    /// The interview is over or ending.
    Over,
}

impl fmt::Display for TypedAnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the answer is empty",
            Self::TooLong => "the answer is longer than 16 KiB",
            Self::QueueFull => "too many answers wait for a connection",
            Self::Over => "the interview is over",
        })
    }
}

impl core::error::Error for TypedAnswerError {}

#[derive(Debug)]
enum Waiting {
    Sound(MicrophoneFrame),
    Typed(String),
}

/// The queue.
#[derive(Debug)]
pub(crate) struct Uplink {
    waiting: VecDeque<Waiting>,
    waiting_sound_bytes: usize,
    /// What was typed and sent, and is not known to be stored.
    unconfirmed: VecDeque<String>,
    limit_bytes: usize,
    count: UplinkCount,
}

impl Uplink {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self {
            waiting: VecDeque::new(),
            waiting_sound_bytes: 0,
            unconfirmed: VecDeque::new(),
            limit_bytes,
            count: UplinkCount::default(),
        }
    }

    pub(crate) fn count(&self) -> UplinkCount {
        self.count
    }

    pub(crate) fn push_sound(&mut self, frame: MicrophoneFrame) {
        self.waiting_sound_bytes += frame.pcm_bytes;
        self.waiting.push_back(Waiting::Sound(frame));
        while self.waiting_sound_bytes > self.limit_bytes {
            self.drop_oldest_sound();
        }
    }

    pub(crate) fn push_typed(&mut self, text: &str) -> Result<(), TypedAnswerError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TypedAnswerError::Empty);
        }
        if text.len() > MAX_TYPED_BYTES {
            return Err(TypedAnswerError::TooLong);
        }
        let typed = self.waiting.iter().filter(|waiting| matches!(waiting, Waiting::Typed(_))).count();
        if typed >= MAX_WAITING_TYPED {
            return Err(TypedAnswerError::QueueFull);
        }
        self.waiting.push_back(Waiting::Typed(String::from(text)));
        Ok(())
    }

    /// The session host has stored these words of the candidate.
    pub(crate) fn confirm_typed(&mut self, text: &str) {
        if let Some(at) = self.unconfirmed.iter().position(|typed| typed == text) {
            self.unconfirmed.remove(at);
        }
    }

    /// What the session host does not know is to be sent again, before anything else. `held` is what it has and has not
    /// stored yet.
    pub(crate) fn repeat_unconfirmed<'a>(&mut self, held: impl Iterator<Item = &'a str>) {
        let mut unknown = core::mem::take(&mut self.unconfirmed);
        for text in held {
            if let Some(at) = unknown.iter().position(|typed| typed == text) {
                self.unconfirmed.extend(unknown.remove(at));
            }
        }
        while let Some(text) = unknown.pop_back() {
            self.waiting.push_front(Waiting::Typed(text));
        }
    }

    /// Takes the next message if it was typed, or is sound within `budget_bytes`, which it then lessens.
    pub(crate) fn pop(&mut self, budget_bytes: &mut usize) -> Option<Bytes> {
        if let Waiting::Sound(frame) = self.waiting.front()? {
            *budget_bytes = budget_bytes.checked_sub(frame.pcm_bytes)?;
        }
        match self.waiting.pop_front()? {
            Waiting::Typed(text) => {
                // One that the host refused is never confirmed.
                if self.unconfirmed.len() >= MAX_WAITING_TYPED {
                    self.unconfirmed.pop_front();
                }
                self.unconfirmed.push_back(text.clone());
                Some(encode(Payload::TextInput(TextInput { text })))
            }
            Waiting::Sound(frame) => {
                self.waiting_sound_bytes -= frame.pcm_bytes;
                self.count.sent_frames += 1;
                self.count.sent_bytes += frame.pcm_bytes as u64;
                Some(frame.encoded)
            }
        }
    }

    /// Gives up on what waits.
    pub(crate) fn clear(&mut self) {
        while self.waiting_sound_bytes > 0 {
            self.drop_oldest_sound();
        }
        self.waiting.clear();
        self.unconfirmed.clear();
    }

    fn drop_oldest_sound(&mut self) {
        let oldest = self.waiting.iter().position(|waiting| matches!(waiting, Waiting::Sound(_)));
        let Some(Waiting::Sound(frame)) = oldest.and_then(|at| self.waiting.remove(at)) else {
            self.waiting_sound_bytes = 0;
            return;
        };
        self.waiting_sound_bytes -= frame.pcm_bytes;
        self.count.dropped_frames += 1;
        self.count.dropped_bytes += frame.pcm_bytes as u64;
    }
}

/// Returns the bytes of a message.
pub(crate) fn encode(payload: Payload) -> Bytes {
    Bytes::from(ClientToServerMessage { payload: Some(payload) }.encode_to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn frame(mark: u8) -> MicrophoneFrame {
        MicrophoneFrame::new(&[mark; 100])
    }

    fn drain(uplink: &mut Uplink) -> Vec<Payload> {
        let mut budget = usize::MAX;
        core::iter::from_fn(|| uplink.pop(&mut budget))
            .map(|bytes| ClientToServerMessage::decode(bytes).unwrap().payload.unwrap())
            .collect()
    }

    #[test]
    fn a_full_queue_drops_the_oldest_sound_and_keeps_what_was_typed() {
        let mut uplink = Uplink::new(300);
        uplink.push_typed("typed first").unwrap();
        for mark in 1..=5 {
            uplink.push_sound(frame(mark));
        }
        let left = drain(&mut uplink);
        assert_eq!(left.len(), 4);
        assert_eq!(left[0], Payload::TextInput(TextInput { text: "typed first".into() }));
        for (payload, mark) in left[1..].iter().zip(3u8..) {
            assert_eq!(*payload, Payload::AudioChunk(AudioChunk { audio_content: alloc::vec![mark; 100] }));
        }
        let count = uplink.count();
        assert_eq!((count.sent_frames, count.dropped_frames, count.dropped_bytes), (3, 2, 200));
    }

    #[test]
    fn sound_stops_at_the_budget_and_requests_do_not_count() {
        let mut uplink = Uplink::new(10_000);
        uplink.push_sound(frame(1));
        uplink.push_typed("hello").unwrap();
        uplink.push_sound(frame(2));
        uplink.push_sound(frame(3));
        let mut budget = 250;
        let mut sent = 0;
        while uplink.pop(&mut budget).is_some() {
            sent += 1;
        }
        assert_eq!(sent, 3);
        assert_eq!(uplink.count().sent_frames, 2);
    }

    #[test]
    fn typed_answers_have_limits() {
        let mut uplink = Uplink::new(100);
        assert_eq!(uplink.push_typed(" \n"), Err(TypedAnswerError::Empty));
        assert_eq!(uplink.push_typed(&"x".repeat(16 * 1024 + 1)), Err(TypedAnswerError::TooLong));
        for _ in 0..64 {
            uplink.push_typed("again").unwrap();
        }
        assert_eq!(uplink.push_typed("again"), Err(TypedAnswerError::QueueFull));
    }

    #[test]
    fn clearing_counts_the_sound_as_dropped() {
        let mut uplink = Uplink::new(1_000);
        uplink.push_sound(frame(1));
        uplink.push_sound(frame(2));
        uplink.clear();
        assert_eq!(uplink.count().dropped_bytes, 200);
        assert!(drain(&mut uplink).is_empty());
    }
}
