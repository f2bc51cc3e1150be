//! Sound as both sides carry it: s16le, mono.

/// A rate of s16le mono sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SampleRate(u32);

impl SampleRate {
    /// What the candidate's microphone is sent at.
    pub const MICROPHONE: Self = Self(16_000);

    /// What the interviewer's voice is sent at.
    pub const INTERVIEWER: Self = Self(24_000);

    /// Bytes of one sample.
    pub const SAMPLE_BYTES: usize = 2;

    /// Returns samples per second.
    #[must_use]
    pub const fn hz(self) -> u32 {
        self.0
    }

    /// Returns bytes per second.
    #[must_use]
    pub const fn bytes_per_second(self) -> usize {
        self.0 as usize * Self::SAMPLE_BYTES
    }

    /// Returns the size of this much sound, whole samples.
    #[must_use]
    pub const fn bytes(self, ms: u64) -> usize {
        (ms * self.0 as u64 / 1000) as usize * Self::SAMPLE_BYTES
    }

    /// Returns how long this much sound lasts, rounded down.
    #[must_use]
    pub const fn ms(self, bytes: u64) -> u64 {
        bytes * 1000 / self.bytes_per_second() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::SampleRate;

    #[test]
    fn time_and_size_convert_both_ways() {
        assert_eq!(SampleRate::MICROPHONE.bytes(100), 3200);
        assert_eq!(SampleRate::INTERVIEWER.bytes(40), 1920);
        assert_eq!(SampleRate::INTERVIEWER.bytes(1), 48);
        assert_eq!(SampleRate::MICROPHONE.ms(64 * 1024), 2048);
        assert_eq!(SampleRate::INTERVIEWER.ms(2), 0);
        assert_eq!(SampleRate::INTERVIEWER.ms(48_000 * 3600), 3_600_000);
    }
}
