//! How the candidate speaks, measured while it is forwarded. No sound is kept; the figures outlive the process.

use super::Session;
use crate::journal::Record;
use alloc::borrow::Cow;
use delivery::Meter;

impl Session {
    /// A frame of the candidate's that is forwarded, or would be.
    pub(super) fn measure_candidate(&mut self, pcm: &[u8]) {
        self.meter.listen(self.now.0, pcm);
    }

    /// Sound of the interviewer's that is sent to be played.
    pub(super) fn measure_interviewer(&mut self, sound_ms: u64) {
        self.meter.interviewer_sounds(u32::try_from(sound_ms).unwrap_or(u32::MAX));
    }

    /// Makes the figures outlive the process: what was measured since the last time would be missing from them.
    pub(super) fn persist_measured(&mut self) {
        let figures = self.meter.record();
        if figures.listened_ms > 0 {
            self.persist(&Record::Measured { figures: Cow::Owned(figures) });
        }
    }

    /// Returns what is submitted; nothing if no sound ever came.
    pub(super) fn measured(&self) -> Option<delivery::Record> {
        Some(self.meter.record()).filter(|figures| figures.listened_ms > 0)
    }

    pub(super) fn restore_measured(&mut self, figures: delivery::Record) {
        self.meter = Meter::resume(figures);
    }
}
