//! What is speech: loudness above the room's own, for long enough.
//!
//! Ten milliseconds are loud if their power is [`OVER_FLOOR`] times the noise floor, and above [`LEAST_LOUD`]. The floor is
//! the least power of the last [`BUCKETS`] seconds of sound, smoothed: people breathe more often than that. Digital silence is
//! no sound and tells nothing of the room: the microphone is muted, or somebody is away. [`ONSET`] loud windows in
//! a row begin speech; [`HANG`] quiet ones in a row end it where they began. So a gap of less than a quarter of a second
//! belongs to the speech around it, and a click is none.

/// Samples in a window: 10 ms at 16 kHz.
pub(crate) const WINDOW_SAMPLES: u32 = 160;

/// How long a window is.
pub(crate) const WINDOW_MS: u32 = 10;

/// Loud windows in a row that begin speech. Clicks and taps are shorter; no syllable is.
const ONSET: u32 = 5;

/// Quiet windows in a row that end speech: the 250 ms above which a gap is a pause (Goldman-Eisler 1968).
const HANG: u32 = 25;

/// Eight decibels over the floor, as a factor of power.
const OVER_FLOOR: u64 = 6;

/// −55 dBFS: below it nothing is speech, so that digital silence has no whispers in it.
const LEAST_LOUD: u32 = 3_395;

/// Up to this power a window is digital silence, with or without dither. No microphone in a room is so quiet.
const MUTED: u32 = 2;

/// −47 dBFS: a room of which nothing is known is not taken for a louder one.
const UNKNOWN: u32 = 21_424;

/// Seconds in which the floor is looked for.
const BUCKETS: usize = 8;

const WINDOWS_PER_BUCKET: u32 = 100;

/// Tells speech from silence, window by window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate {
    floor: Floor,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Silent { loud: u32 },
    Speaking { quiet: u32 },
}

impl Default for State {
    fn default() -> Self {
        Self::Silent { loud: 0 }
    }
}

/// What a window tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Nothing new; whether the window is loud and within speech.
    Same { voiced: bool },
    /// Speech has begun so many milliseconds before the end of this window.
    Began { ms_ago: u32 },
    /// Speech has ended so many milliseconds before the end of this window.
    Ended { ms_ago: u32 },
}

impl Gate {
    /// Takes the mean square of a window.
    pub(crate) fn hear(&mut self, power: u32) -> Heard {
        let is_loud = power >= self.floor.threshold(power);
        match (&mut self.state, is_loud) {
            (State::Silent { loud }, true) => {
                *loud += 1;
                if *loud < ONSET {
                    return Heard::Same { voiced: false };
                }
                self.state = State::Speaking { quiet: 0 };
                Heard::Began { ms_ago: ONSET * WINDOW_MS }
            }
            (State::Silent { loud }, false) => {
                *loud = 0;
                Heard::Same { voiced: false }
            }
            (State::Speaking { quiet }, true) => {
                *quiet = 0;
                Heard::Same { voiced: true }
            }
            (State::Speaking { quiet }, false) => {
                *quiet += 1;
                if *quiet < HANG {
                    return Heard::Same { voiced: false };
                }
                self.state = State::Silent { loud: 0 };
                Heard::Ended { ms_ago: HANG * WINDOW_MS }
            }
        }
    }

    /// Ends running speech, as at a hole in the sound; returns how many milliseconds ago it was last loud, if any ran.
    pub(crate) fn stop(&mut self) -> Option<u32> {
        match core::mem::take(&mut self.state) {
            State::Silent { .. } => None,
            State::Speaking { quiet } => Some(quiet * WINDOW_MS),
        }
    }

    /// How many milliseconds ago running speech was last loud.
    pub(crate) fn quiet_ms(&self) -> Option<u32> {
        match self.state {
            State::Silent { .. } => None,
            State::Speaking { quiet } => Some(quiet * WINDOW_MS),
        }
    }
}

/// The least of the recent past.
#[derive(Clone, Debug, Default)]
struct Floor {
    least: [Option<u32>; BUCKETS],
    bucket: usize,
    windows: u32,
    smooth: Option<u32>,
    /// Whether a second of sound was heard: the first may be all speech.
    is_known: bool,
}

impl Floor {
    /// Takes a window's power and returns from which power on it is loud.
    fn threshold(&mut self, power: u32) -> u32 {
        if power > MUTED {
            self.learn(power);
        }
        let least = self.least.iter().copied().flatten().min().unwrap_or(0);
        let floor = if self.is_known { least } else { least.min(UNKNOWN) };
        u32::try_from(u64::from(floor) * OVER_FLOOR).unwrap_or(u32::MAX).max(LEAST_LOUD)
    }

    fn learn(&mut self, power: u32) {
        if self.windows == WINDOWS_PER_BUCKET {
            self.windows = 0;
            self.is_known = true;
            self.bucket = (self.bucket + 1) % BUCKETS;
            self.least[self.bucket] = None;
        }
        self.windows += 1;
        let smooth = self.smooth.map_or(power, |smooth| smooth - smooth / 4 + power / 4);
        self.smooth = Some(smooth);
        let least = &mut self.least[self.bucket];
        *least = Some(least.map_or(smooth, |least| least.min(smooth)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a good microphone gives in a quiet room: −75 dBFS.
    const QUIET: u32 = 34;

    fn hear(gate: &mut Gate, power: u32, windows: u32) -> alloc::vec::Vec<Heard> {
        let heard = (0..windows).map(|_| gate.hear(power));
        heard.filter(|heard| !matches!(heard, Heard::Same { .. })).collect()
    }

    #[test]
    fn a_quarter_of_a_second_of_quiet_is_a_pause_and_less_is_none() {
        let mut gate = Gate::default();
        assert_eq!(hear(&mut gate, QUIET, 50), []);
        assert_eq!(hear(&mut gate, 1_000_000, 20), [Heard::Began { ms_ago: 50 }]);
        assert_eq!(hear(&mut gate, QUIET, 24), []);
        assert_eq!(hear(&mut gate, 1_000_000, 20), []);
        assert_eq!(hear(&mut gate, QUIET, 25), [Heard::Ended { ms_ago: 250 }]);
    }

    #[test]
    fn a_click_is_no_speech() {
        let mut gate = Gate::default();
        hear(&mut gate, QUIET, 50);
        assert_eq!(hear(&mut gate, 100_000_000, 4), []);
        assert_eq!(hear(&mut gate, QUIET, 50), []);
    }

    #[test]
    fn a_noisy_room_is_quiet_after_a_breath() {
        let mut gate = Gate::default();
        // −40 dBFS of noise from the start, speech 20 dB above it.
        assert_eq!(hear(&mut gate, 107_000, 300), []);
        assert_eq!(hear(&mut gate, 10_700_000, 100), [Heard::Began { ms_ago: 50 }]);
        assert_eq!(hear(&mut gate, 107_000, 100), [Heard::Ended { ms_ago: 250 }]);
        // A muted microphone is no quieter room.
        hear(&mut gate, 0, 300);
        assert_eq!(hear(&mut gate, 107_000, 300), []);
        // A fan starts: it is speech until it is the room.
        assert_eq!(hear(&mut gate, 2_000_000, 10).len(), 1);
        assert_eq!(hear(&mut gate, 2_000_000, 900), [Heard::Ended { ms_ago: 250 }]);
    }
}
