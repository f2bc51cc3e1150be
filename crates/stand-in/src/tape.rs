//! What a test compares: the sound that came, and the sound that went out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Samples kept of either side: ten minutes of speech at the higher rate.
const LONGEST: usize = 600 * 24_000;

/// A recording of every conversation with a stand-in. Clones are the same tape.
#[derive(Clone, Debug, Default)]
pub struct Tape(Arc<Mutex<Sides>>);

#[derive(Debug, Default)]
struct Sides {
    heard: Vec<i16>,
    said: Vec<i16>,
}

impl Tape {
    /// Returns the candidate's sound so far, 16 kHz.
    pub fn heard(&self) -> Vec<i16> {
        self.sides().heard.clone()
    }

    /// Returns the interviewer's sound so far, 24 kHz.
    pub fn said(&self) -> Vec<i16> {
        self.sides().said.clone()
    }

    pub(crate) fn hear(&self, pcm: &[i16]) {
        append(&mut self.sides().heard, pcm);
    }

    pub(crate) fn say(&self, pcm: &[i16]) {
        append(&mut self.sides().said, pcm);
    }

    fn sides(&self) -> MutexGuard<'_, Sides> {
        // Samples are appended whole or not at all.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn append(side: &mut Vec<i16>, pcm: &[i16]) {
    let room = LONGEST - side.len();
    side.extend_from_slice(&pcm[..pcm.len().min(room)]);
}
