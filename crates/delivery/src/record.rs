//! What is measured, as integers: small enough for a journal, and the form that is submitted.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The version of [`Record`]; readers take any that is not greater.
pub const VERSION: u32 = 1;

/// Most answers kept one by one; the sums hold all of them. Two hours of one answer a minute and a half are 80.
pub const MAX_ANSWERS: usize = 200;

/// Everything measured of one interview's sound. Times are of the microphone's sound, not of the wall: a recording that is
/// sent twenty times as fast gives the same figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Record {
    /// [`VERSION`] when it was written.
    pub version: u32,
    /// When the first sound came, Unix milliseconds; 0 if none did.
    pub since_ms: u64,
    /// From the first sound to the last, holes included.
    pub length_ms: u32,
    /// Microphone sound that came.
    pub listened_ms: u32,
    /// Of it, speech; gaps below 250 ms are part of it.
    pub spoken_ms: u32,
    /// What the interviewer said as far as it was played.
    pub interviewer_ms: u32,
    /// How often the interviewer stopped because the candidate began to speak.
    pub interruptions: u32,
    /// Silences of at least 250 ms within answers.
    pub pauses: u32,
    /// Their sum.
    pub paused_ms: u32,
    /// The longest of them.
    pub longest_pause_ms: u32,
    /// Those of at least two seconds.
    pub long_pauses: u32,
    /// How loud the speech was.
    pub loudness: Loudness,
    /// How many answers there were.
    pub answer_count: u32,
    /// The sum of their lengths, from the first word to the last, pauses included.
    pub answers_ms: u32,
    /// The first [`MAX_ANSWERS`] of them.
    pub answers: Vec<Answer>,
}

/// One answer: what the candidate says between two turns of the interviewer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    /// When it began, since the first sound.
    pub at_ms: u32,
    /// From the end of the question as it was played to the first word; absent if it was not heard in one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<u32>,
    /// From the first word to the last.
    pub length_ms: u32,
    /// Of it, speech.
    pub spoken_ms: u32,
}

/// Levels of half-seconds of speech, as sums: enough for mean and deviation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Loudness {
    /// How many there were.
    pub blocks: u32,
    /// Of their levels, dBFS × 10.
    pub sum: i64,
    /// Of the squares of those.
    pub squares: i64,
}

impl Loudness {
    pub(crate) fn add(&mut self, level_x10: i32) {
        self.blocks += 1;
        self.sum += i64::from(level_x10);
        self.squares += i64::from(level_x10) * i64::from(level_x10);
    }

    /// The mean level, dBFS × 10.
    pub fn mean_x10(&self) -> Option<i64> {
        (self.blocks > 0).then(|| self.sum / i64::from(self.blocks))
    }

    /// The standard deviation of the levels, dB × 10; of at least two.
    pub fn deviation_x10(&self) -> Option<i64> {
        let count = i128::from(self.blocks);
        let (sum, squares) = (i128::from(self.sum), i128::from(self.squares));
        let scatter = (count * squares).checked_sub(sum.checked_mul(sum)?)?;
        let root = u128::try_from(scatter).ok()?.isqrt();
        (count > 1).then(|| i64::try_from(root / count.unsigned_abs()).unwrap_or(i64::MAX))
    }
}
