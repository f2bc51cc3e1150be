//! How loud something is.

/// The quietest that a meter shows, decibels under full scale.
const METER_FLOOR_DB: f32 = -60.0;

/// The loudest that a meter shows: speech close to a microphone.
const METER_TOP_DB: f32 = -12.0;

/// The loudness of a stretch of sound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// Root mean square, of 1.
    pub rms: f32,
    /// The largest sample, of 1.
    pub peak: f32,
}

impl Level {
    /// Measures samples of -1 to 1.
    pub fn of(samples: &[f32]) -> Self {
        if samples.is_empty() {
            return Self::default();
        }
        let (mut sum, mut peak) = (0.0f32, 0.0f32);
        for sample in samples {
            sum += sample * sample;
            peak = peak.max(sample.abs());
        }
        Self { rms: (sum / samples.len() as f32).sqrt(), peak }
    }

    /// Returns where a meter's bar ends, 0 to 1. Loudness is heard by its logarithm.
    pub fn meter(self) -> f32 {
        let decibels = 20.0 * self.rms.max(1e-6).log10();
        ((decibels - METER_FLOOR_DB) / (METER_TOP_DB - METER_FLOOR_DB)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn a_square_wave_is_as_loud_as_it_is_high() {
        let level = Level::of(&[0.5, -0.5, 0.5, -0.5]);
        assert_eq!((level.rms, level.peak), (0.5, 0.5));
        assert_eq!(Level::of(&[]), Level::default());
    }

    #[test]
    fn the_bar_follows_the_ear() {
        let meter = |rms| Level { rms, peak: rms }.meter();
        assert_eq!(meter(0.0), 0.0);
        assert_eq!(meter(0.0009), 0.0, "the noise of a quiet room");
        assert!((meter(0.0158) - 0.5).abs() < 0.01, "-36 dB is the middle: {}", meter(0.0158));
        assert_eq!(meter(0.3), 1.0);
    }
}
