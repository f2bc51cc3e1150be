//! The interviewer's half: sending speech faster than it plays, and being cut short.

use std::time::Duration;

use serde_json::{Value, json};

use super::Live;
use crate::Moment;
use crate::dice::Dice;
use crate::emit;
use crate::interviewer::Reply;
use crate::io::Io;
use crate::options::Profile;
use crate::scenario::{Act, Pace, Point};
use crate::speech::Speech;
use crate::timers::Timer;
use crate::voice::RATE_HZ;

/// Chunks are multiples of 40 ms (SI-53).
const STEP_SAMPLES: usize = RATE_HZ as usize / 25;
const FIRST_CHUNK_MS: usize = 240;
const CHUNKS_MS: [usize; 4] = [480, 560, 640, 400];
/// Chunks of two bytes, before a turn with tiny chunks goes on as usual.
const TINY_CHUNKS: u32 = 20;
const STALL_MS: u64 = 2_000;
/// The chunk after which a fault in the middle of a turn happens.
const MIDDLE: u32 = 2;

/// A turn of the interviewer, from its first audio until it would have been heard.
pub(super) struct Turn {
    reply: Reply,
    speech: Speech,
    began: Moment,
    sent_samples: usize,
    sent_deltas: usize,
    chunks: u32,
    generated: bool,
    fault: Option<Act>,
    dice: Dice,
}

impl Turn {
    /// Whether all of it has been sent.
    pub(super) fn is_generated(&self) -> bool {
        self.generated
    }

    pub(super) fn into_reply(self) -> Reply {
        self.reply
    }

    fn sent_ms(&self) -> u64 {
        milliseconds(self.sent_samples)
    }

    /// Takes the samples of the next chunk.
    fn next_chunk(&mut self, tiny: bool) -> std::ops::Range<usize> {
        let size = match self.chunks {
            chunks if tiny && chunks < TINY_CHUNKS => 1,
            0 => FIRST_CHUNK_MS / 40 * STEP_SAMPLES,
            _ => CHUNKS_MS[self.dice.below(CHUNKS_MS.len())] / 40 * STEP_SAMPLES,
        };
        let start = self.sent_samples;
        self.sent_samples = self.speech.pcm.len().min(start + size);
        self.chunks += 1;
        start..self.sent_samples
    }

    /// Takes the next delta that belongs to what has been sent; `hold_last` keeps the last one for the last chunk.
    fn next_delta(&mut self, hold_last: bool) -> Option<String> {
        if hold_last && self.sent_deltas + 1 >= self.speech.deltas() {
            return None;
        }
        let delta = self.speech.delta_before(self.sent_deltas, self.sent_samples)?.to_owned();
        self.sent_deltas += 1;
        Some(delta)
    }

    /// Returns the pause until the next chunk, unscaled.
    fn gap(&mut self, pace: Pace, chunk: usize) -> Duration {
        let burst = 60 + self.dice.below(50) as u64;
        match pace {
            Pace::Realtime => Duration::from_millis(milliseconds(chunk)),
            Pace::Stall if self.chunks == MIDDLE => Duration::from_millis(STALL_MS),
            Pace::Burst | Pace::Stall => Duration::from_millis(burst),
        }
    }
}

fn milliseconds(samples: usize) -> u64 {
    samples as u64 * 1000 / u64::from(RATE_HZ)
}

impl Live {
    pub(super) fn speak(&mut self, now: Moment, reply: Reply, io: &mut Io) {
        self.session.counts.turns += 1;
        let turns = self.session.counts.turns;
        let fault = self.scenario.act(Point::Turn, turns).cloned();
        match &fault {
            Some(Act::EmptyTurn) => return self.empty_turn(io),
            Some(Act::OddAudio) => send_odd_audio(io),
            Some(Act::Thought) => {
                io.send(emit::model_turn(&json!({"text": "The candidate is ready.", "thought": true})));
            }
            Some(act @ (Act::StopReading { .. } | Act::Garbage)) => io.act(act),
            _ => {}
        }
        io.sprinkle();
        let speech = Speech::of(&reply.lines);
        let dice = Dice::new(u64::from(turns));
        self.turn = Some(Turn {
            reply,
            speech,
            began: now,
            sent_samples: 0,
            sent_deltas: 0,
            chunks: 0,
            generated: false,
            fault,
            dice,
        });
        self.speak_on(now, io);
    }

    /// Sends the next chunk, and what was said in it.
    pub(super) fn speak_on(&mut self, now: Moment, io: &mut Io) {
        let transcribes = self.setup.output_audio_transcription.is_some();
        let Some(turn) = &mut self.turn else { return };
        let chunk = turn.next_chunk(self.scenario.tiny_chunks);
        let size = chunk.len();
        let last = turn.sent_samples == turn.speech.pcm.len();
        let mut messages: Vec<Value> = Vec::new();
        if size > 0 {
            let pcm = &turn.speech.pcm[chunk];
            if let Some(tape) = &self.options.tape {
                tape.say(pcm);
            }
            messages.push(emit::audio(pcm));
        }
        let bundles = self.scenario.bundled || self.options.profile == Profile::V3_1;
        while let Some(text) = turn.next_delta(bundles && !last) {
            if transcribes {
                messages.push(emit::output_transcription(&text, self.scenario.finished && last));
            }
        }
        let broken = if turn.chunks >= MIDDLE || last { turn.fault.clone() } else { None };
        if last && !matches!(broken, Some(Act::EndReason(_))) {
            turn.generated = true;
            messages.push(emit::generation_complete());
            let played = turn.began + self.options.scaled_ms(turn.sent_ms());
            io.timers.set(Timer::TurnDone, played.max(now));
        } else {
            let gap = turn.gap(self.scenario.pace, size);
            io.timers.set(Timer::Chunk, now + self.options.scaled(gap));
        }
        for message in if bundles && last { vec![merged(messages)] } else { messages } {
            io.send(message);
        }
        match broken {
            Some(Act::EndReason(reason)) => self.end_early(&reason, io),
            Some(act @ (Act::Close(_) | Act::Drop | Act::Silence)) => io.act(&act),
            _ => {}
        }
    }

    fn end_early(&mut self, reason: &str, io: &mut Io) {
        io.timers.clear(Timer::Chunk);
        let Some(turn) = self.turn.take() else { return };
        let mut message = self.completion(turn.sent_ms());
        message["serverContent"]["turnCompleteReason"] = reason.into();
        io.send(message);
    }

    /// A turn without content.
    pub(super) fn empty_turn(&mut self, io: &mut Io) {
        let message = self.completion(0);
        io.send(message);
    }

    /// The audio would have been heard: the turn is over.
    pub(super) fn complete_turn(&mut self, now: Moment, io: &mut Io) {
        let Some(turn) = self.turn.take() else { return };
        self.send_completion(turn.sent_ms(), io);
        if turn.reply.ends {
            self.call_end(io);
        }
        self.session.counts.turn_ends += 1;
        match self.scenario.act(Point::TurnEnd, self.session.counts.turn_ends).cloned() {
            Some(Act::PhantomInterrupted) => io.send(emit::interrupted()),
            Some(act) => io.act(&act),
            None => {}
        }
        if self.options.profile == Profile::V2_5 && self.wants_handles() {
            let now_due = now + self.options.scaled_ms(1);
            io.timers.set(Timer::Update, now_due);
        }
        self.next_waiting(now, io);
    }

    /// Calls the function that ends the interview, a turn of its own (SI-70).
    fn call_end(&mut self, io: &mut Io) {
        if let Some((id, name)) = self.session.calls.open_end() {
            io.send(emit::tool_call(&id, name, &json!({"reason": "The interview is complete."})));
            io.send(emit::generation_complete());
            self.send_completion(0, io);
        }
    }

    pub(super) fn interrupt_if_allowed(&mut self, now: Moment, io: &mut Io) {
        if self.setup.realtime_input_config.allows_interruption() {
            self.interrupt(now, io);
        }
    }

    /// Cuts short what is being said or played (SI-63, SI-64); nothing if nothing is.
    pub(super) fn interrupt(&mut self, _now: Moment, io: &mut Io) {
        let Some(mut turn) = self.turn.take() else { return };
        io.timers.clear(Timer::Chunk);
        io.timers.clear(Timer::TurnDone);
        io.send(emit::interrupted());
        self.session.counts.interruptions += 1;
        match self.scenario.act(Point::Interruption, self.session.counts.interruptions) {
            Some(Act::LateResidue) => {
                let residue = turn.next_chunk(false);
                let pcm = &turn.speech.pcm[residue];
                io.send(emit::audio(if pcm.is_empty() { &[0; STEP_SAMPLES] } else { pcm }));
            }
            Some(act) => io.act(act),
            None => {}
        }
        let cancelled = std::mem::take(&mut self.session.calls.open);
        if !cancelled.is_empty() {
            io.send(emit::tool_call_cancellation(&cancelled));
        }
        self.send_completion(turn.sent_ms(), io);
    }

    fn send_completion(&mut self, said_ms: u64, io: &mut Io) {
        let mut message = self.completion(said_ms);
        if self.scenario.usage_apart {
            let usage = message["usageMetadata"].take();
            io.send(emit::turn_complete());
            message = json!({"usageMetadata": usage});
        }
        io.send(message);
    }

    fn completion(&mut self, said_ms: u64) -> Value {
        let mut message = emit::turn_complete();
        message["usageMetadata"] = self.session.usage.metadata(said_ms);
        self.session.usage.add_said(said_ms);
        message
    }
}

/// Puts the contents of several messages into one (SI-57).
fn merged(messages: Vec<Value>) -> Value {
    let mut content = serde_json::Map::new();
    for message in messages {
        let Some(members) = message["serverContent"].as_object() else { continue };
        for (name, value) in members {
            match content.get_mut(name) {
                Some(earlier) => {
                    let text = format!(
                        "{}{}",
                        earlier["text"].as_str().unwrap_or(""),
                        value["text"].as_str().unwrap_or("")
                    );
                    earlier["text"] = text.into();
                }
                None => {
                    content.insert(name.clone(), value.clone());
                }
            }
        }
    }
    json!({"serverContent": content})
}

fn send_odd_audio(io: &mut Io) {
    io.send(emit::audio_bytes(&[1, 0, 2], "audio/pcm;rate=24000"));
    io.send(emit::audio_bytes(&[], "audio/pcm;rate=24000"));
    io.send(emit::audio_bytes(&[0, 3, 0], "audio/pcm"));
    io.send(emit::model_turn(&json!({})));
}
