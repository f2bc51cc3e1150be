//! The interviewer's voice before the loudspeaker: waits for a cushion, plays, is silenced at once.
//!
//! What comes is far ahead of its time on a good network and late in pieces on a bad one. So the first sample waits until a
//! cushion lies behind it, or so much time has gone by: a word shorter than the cushion is played all the same. When the
//! buffer runs dry and goes on soon after, that was the network, and the cushion grows; a longer silence was the end of a
//! turn. Where sound is cut it fades, since a jump is heard as a click.

use crate::level::Level;
use std::collections::VecDeque;

/// The cushion to begin with.
const CUSHION_MS: u32 = 80;

/// How far it grows, each time by half.
const LARGEST_CUSHION_MS: u32 = 400;

/// How long a fade takes.
const FADE_MS: u32 = 5;

/// A silence no longer than this, in the middle of sound, is the network's.
const UNDERRUN_MS: u32 = 300;

/// Room for what waits. Whoever fills it keeps a fraction of a second ahead.
const ROOM_MS: u32 = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing to play, for so many samples.
    Idle { samples: usize },
    /// The cushion is being filled, for so many samples.
    Filling { samples: usize },
    /// Playing; so many samples of the fade in are done.
    Playing { faded_in: usize },
}

/// The buffer. One sample in is one sample out.
#[derive(Debug)]
pub struct JitterBuffer {
    rate_hz: u32,
    queue: VecDeque<i16>,
    state: State,
    cushion: usize,
    /// What is left of a fade out.
    tail: VecDeque<f32>,
    last: f32,
    level: Level,
    taken: u64,
    underruns: u32,
    overflowed: u64,
}

impl JitterBuffer {
    /// Prepares for sound of this rate.
    pub fn new(rate_hz: u32) -> Self {
        let samples = |ms: u32| (rate_hz / 1000 * ms) as usize;
        Self {
            rate_hz,
            queue: VecDeque::with_capacity(samples(ROOM_MS)),
            state: State::Idle { samples: usize::MAX },
            cushion: samples(CUSHION_MS),
            tail: VecDeque::with_capacity(samples(FADE_MS)),
            last: 0.0,
            level: Level::default(),
            taken: 0,
            underruns: 0,
            overflowed: 0,
        }
    }

    /// Takes sound; what there is no room for is dropped and counted.
    pub fn push(&mut self, pcm: &[i16]) {
        let room = self.samples(ROOM_MS).saturating_sub(self.queue.len());
        let taken = &pcm[..pcm.len().min(room)];
        self.overflowed += (pcm.len() - taken.len()) as u64;
        if taken.is_empty() {
            return;
        }
        if let State::Idle { samples } = self.state {
            if samples <= self.samples(UNDERRUN_MS) {
                self.underruns += 1;
                self.cushion = (self.cushion * 3 / 2).min(self.samples(LARGEST_CUSHION_MS));
            }
            self.state = State::Filling { samples: 0 };
        }
        self.queue.extend(taken);
        self.taken += taken.len() as u64;
    }

    /// Drops everything; what is being played fades out.
    pub fn flush(&mut self) {
        if let State::Playing { .. } = self.state {
            let fade = self.samples(FADE_MS).min(self.queue.len());
            self.tail.clear();
            let faded = self.queue.iter().take(fade).enumerate();
            self.tail
                .extend(faded.map(|(at, sample)| float(*sample) * (1.0 - (at + 1) as f32 / fade as f32)));
        }
        self.queue.clear();
        self.last = 0.0;
        self.state = State::Idle { samples: usize::MAX };
    }

    /// Gives the next block.
    pub fn pull(&mut self, block: &mut [f32]) {
        block.fill(0.0);
        for sample in block.iter_mut() {
            let Some(faded) = self.tail.pop_front() else { break };
            *sample = faded;
        }
        self.advance(block.len());
        if let State::Playing { faded_in } = self.state {
            self.play(block, faded_in);
        }
        self.level = Level::of(block);
    }

    /// Counts silent time, and begins to play when it is time.
    fn advance(&mut self, block: usize) {
        match &mut self.state {
            State::Idle { samples } => *samples = samples.saturating_add(block),
            State::Filling { samples } => {
                if self.queue.len() >= self.cushion || *samples >= self.cushion {
                    self.state = State::Playing { faded_in: 0 };
                } else {
                    *samples += block;
                }
            }
            State::Playing { .. } => {}
        }
    }

    fn play(&mut self, block: &mut [f32], mut faded_in: usize) {
        let fade = self.samples(FADE_MS);
        let count = block.len().min(self.queue.len());
        for (out, sample) in block.iter_mut().zip(self.queue.drain(..count)) {
            let gain =
                if self.underruns > 0 && faded_in < fade { faded_in as f32 / fade as f32 } else { 1.0 };
            faded_in = faded_in.saturating_add(1);
            self.last = float(sample) * gain;
            *out += self.last;
        }
        self.state = State::Playing { faded_in };
        if count < block.len() {
            self.run_dry(&mut block[count..]);
        }
    }

    /// The sound has ended in mid-air: it comes down in a slope.
    fn run_dry(&mut self, rest: &mut [f32]) {
        let fade = self.samples(FADE_MS);
        let last = std::mem::take(&mut self.last);
        self.tail.clear();
        self.tail.extend((1..=fade).map(|at| last * (1.0 - at as f32 / fade as f32)));
        for sample in rest.iter_mut() {
            let Some(faded) = self.tail.pop_front() else { break };
            *sample += faded;
        }
        self.state = State::Idle { samples: rest.len() };
    }

    fn samples(&self, ms: u32) -> usize {
        (self.rate_hz / 1000 * ms) as usize
    }

    /// Returns how many samples wait.
    pub fn buffered(&self) -> usize {
        self.queue.len()
    }

    /// Whether the interviewer is being heard, or is about to be.
    pub fn is_active(&self) -> bool {
        !matches!(self.state, State::Idle { .. })
    }

    /// Returns how loud the last block was.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Returns how many of the samples that came are gone, ever: played, flushed, or without room. Whoever fills the buffer
    /// knows from it how much is ahead, whatever is still on the way.
    pub fn gone(&self) -> u64 {
        self.taken + self.overflowed - self.queue.len() as u64
    }

    /// Returns how often sound came too late.
    pub fn underruns(&self) -> u32 {
        self.underruns
    }

    /// Returns how many samples there was no room for.
    pub fn overflowed(&self) -> u64 {
        self.overflowed
    }
}

fn float(sample: i16) -> f32 {
    f32::from(sample) / 32_768.0
}

#[cfg(test)]
mod tests;
