//! How the vendor hears the candidate: where speech begins and ends, and what was said.

use super::super::{Actor, World};
use super::{Step, said};
use crate::fault::Fault;
use crate::plan::Transcription;
use crate::socket::SocketId;
use crate::world::candidate::{self, Word};

/// So much silence ends an utterance.
const SILENCE_MS: u64 = 800;
/// s16le, 16 kHz, mono.
const BYTES_PER_MS: u64 = 32;

#[derive(Debug, Default)]
pub(super) struct Ear {
    speaking: bool,
    silence_ms: u64,
    /// The bytes of a word whose rest is in the next message.
    rest: Vec<u8>,
}

impl World {
    /// Microphone sound arrives.
    pub(super) fn hear(&mut self, id: SocketId, data: &[u8]) {
        let mut pcm = std::mem::take(&mut self.vendor.pcm);
        pcm.clear();
        if let Some(connection) = self.vendor.connections.get_mut(&id) {
            pcm.append(&mut connection.ear.rest);
        }
        let before = pcm.len();
        if base64_simd::STANDARD.decode_append(data, &mut pcm).is_ok() {
            let bytes = (pcm.len() - before) as u64;
            self.oracle.arrivals.uplink_bytes += bytes;
            let voiced = self.read_words(&pcm);
            if let Some(connection) = self.vendor.connections.get_mut(&id) {
                let rest = pcm.len() - pcm.len() % candidate::WORD_BYTES;
                connection.ear.rest.extend_from_slice(&pcm[rest..]);
            }
            self.on_voice(id, voiced, bytes / BYTES_PER_MS);
        }
        self.vendor.pcm = pcm;
    }

    /// Checks the order of the words; returns whether the last one is speech.
    fn read_words(&mut self, pcm: &[u8]) -> bool {
        let mut voiced = false;
        let mut at = 0;
        while at + candidate::WORD_BYTES <= pcm.len() {
            let Some(word) = Word::read(&pcm[at..]) else {
                // Sound of an odd length came between: the words begin elsewhere.
                at += 1;
                continue;
            };
            at += candidate::WORD_BYTES;
            voiced = word.voiced;
            if let Err((invariant, what)) = self.oracle.arrivals.word(word.tab, word.number) {
                self.oracle.broken(invariant, what);
            }
        }
        voiced
    }

    fn on_voice(&mut self, id: SocketId, voiced: bool, ms: u64) {
        let Some(connection) = self.vendor.connections.get_mut(&id) else { return };
        let ear = &mut connection.ear;
        if voiced {
            ear.silence_ms = 0;
            if !ear.speaking {
                ear.speaking = true;
                self.on_speech_begins(id);
            }
        } else if ear.speaking {
            ear.silence_ms += ms;
            if ear.silence_ms >= SILENCE_MS {
                ear.speaking = false;
                self.on_speech_ends(id);
            }
        }
    }

    fn on_speech_begins(&mut self, id: SocketId) {
        self.trace(Actor::Vendor, || "hears the candidate begin".to_owned());
        if self.plan.voice_activity {
            self.say_on(id, said::activity("START"));
        }
        if self.is_answering(id) {
            self.interrupt(id);
        }
    }

    fn on_speech_ends(&mut self, id: SocketId) {
        self.vendor.utterances += 1;
        let utterance = self.vendor.utterances;
        let reply_ms = self.dice.range(100..=900);
        self.transcribe(id, utterance, reply_ms);
        if self.plan.voice_activity {
            self.step_in(id, reply_ms, Step::Say(said::activity("END")));
        }
        if self.lies_in_wait(Fault::NoReply) {
            return;
        }
        if self.lies_in_wait(Fault::EmptyTurn) {
            return self.step_in(id, reply_ms + 1, Step::Say(said::turn_complete()));
        }
        if self.lies_in_wait(Fault::PrematureTurnComplete) {
            self.step_in(id, reply_ms, Step::Say(said::turn_complete()));
        }
        self.step_in(id, reply_ms + 1, Step::Speak);
    }

    fn transcribe(&mut self, id: SocketId, utterance: u32, reply_ms: u64) {
        let mut at_ms = reply_ms;
        if self.lies_in_wait(Fault::TranscriptLate) {
            at_ms += self.dice.range(2_000..=8_000);
        } else if self.lies_in_wait(Fault::TranscriptEarly) {
            at_ms = 0;
        }
        if self.plan.transcription == Transcription::Whole {
            let whole = said::candidate_said(utterance, ".");
            self.step_in(id, at_ms, Step::Say(whole.clone()));
            if self.lies_in_wait(Fault::TranscriptDuplicated) {
                let again_ms = at_ms + self.dice.range(1..=6_000);
                self.step_in(id, again_ms, Step::Say(whole));
            }
            if self.lies_in_wait(Fault::TranscriptOutOfOrder) {
                let late_ms = at_ms + self.dice.range(2_000..=9_000);
                self.step_in(id, late_ms, Step::Say(said::candidate_said(utterance, " earlier")));
            }
            return;
        }
        let parts = self.dice.range(2..=4);
        let scrambled = self.lies_in_wait(Fault::TranscriptOutOfOrder);
        for part in 0..parts {
            let delta = said::candidate_said(utterance, &format!(".{part}"));
            let delay_ms = if scrambled { self.dice.roll(5_000) } else { at_ms + part * 150 };
            self.step_in(id, delay_ms, Step::Say(delta.clone()));
            if part + 1 == parts && self.lies_in_wait(Fault::TranscriptDuplicated) {
                self.step_in(id, delay_ms + 40, Step::Say(delta));
            }
        }
    }

    pub(super) fn say_on(&mut self, id: SocketId, message: String) {
        if self.vendor.connections.get(&id).is_some_and(|connection| !connection.silent) {
            self.say(id, message);
        }
    }

    pub(super) fn candidate_speaks(&self, id: SocketId) -> bool {
        self.vendor.connections.get(&id).is_some_and(|connection| connection.ear.speaking)
    }
}
