//! The microphone: blocks at the device's rate in, frames of 16 kHz out.

use crate::level::Level;
use crate::resample::Resampler;

/// What the session host takes.
const WIRE_HZ: u32 = 16_000;

/// Longest block that is taken without allocating, samples.
const LONGEST_BLOCK: usize = 4096;

/// A microphone's sound on its way to the session host.
#[derive(Debug)]
pub struct Capture {
    resampler: Resampler,
    frame_samples: usize,
    /// Resampled, and not yet a frame.
    pending: Vec<f32>,
    frame: Vec<i16>,
    level: Level,
}

impl Capture {
    /// Prepares for a device of this rate, and frames of this length.
    pub fn new(device_hz: u32, frame_ms: u32) -> Self {
        let resampler = Resampler::new(device_hz, WIRE_HZ);
        let frame_samples = (WIRE_HZ * frame_ms.max(1) / 1000) as usize;
        let most = resampler.most_for(LONGEST_BLOCK);
        Self {
            resampler,
            frame_samples,
            pending: Vec::with_capacity(frame_samples + most),
            frame: Vec::with_capacity(frame_samples),
            level: Level::default(),
        }
    }

    /// Takes a block of samples, -1 to 1.
    pub fn push(&mut self, block: &[f32]) {
        self.resampler.process(block, &mut self.pending);
    }

    /// Returns the next whole frame, if there is one; call it until there is none.
    pub fn next_frame(&mut self) -> Option<&[i16]> {
        if self.pending.len() < self.frame_samples {
            return None;
        }
        let samples = &self.pending[..self.frame_samples];
        self.level = Level::of(samples);
        self.frame.clear();
        self.frame.extend(samples.iter().map(|sample| (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16));
        self.pending.drain(..self.frame_samples);
        Some(&self.frame)
    }

    /// Returns how loud the last frame is.
    pub fn level(&self) -> Level {
        self.level
    }
}

#[cfg(test)]
mod tests {
    use super::Capture;

    fn frames(capture: &mut Capture, block: &[f32]) -> Vec<Vec<i16>> {
        capture.push(block);
        std::iter::from_fn(|| capture.next_frame().map(<[i16]>::to_vec)).collect()
    }

    #[test]
    fn every_device_gives_frames_of_80_ms_and_loses_nothing() {
        for hz in [16_000, 44_100, 48_000, 96_000] {
            let mut capture = Capture::new(hz, 80);
            let mut all = Vec::new();
            for _ in 0..hz * 10 / 128 {
                let got = frames(&mut capture, &[0.25; 128]);
                assert!(got.len() <= 1, "a block is shorter than a frame");
                all.extend(got);
            }
            assert!((123..=125).contains(&all.len()), "{hz} Hz: {} frames in 10 s", all.len());
            assert!(all.iter().all(|frame| frame.len() == 1_280));
            assert!((capture.level().rms - 0.25).abs() < 0.001, "{:?}", capture.level());
            assert!(all[1..].iter().flatten().all(|sample| sample.abs_diff(8_192) < 20), "{hz} Hz");
        }
    }

    #[test]
    fn a_long_block_makes_several_frames() {
        let mut capture = Capture::new(48_000, 40);
        assert_eq!(frames(&mut capture, &vec![0.1; 48_000]).len(), 24);
    }

    #[test]
    fn too_loud_is_cut_off_and_does_not_wrap() {
        let mut capture = Capture::new(16_000, 80);
        let all = frames(&mut capture, &[3.0; 16_000]);
        assert!(all[1..].iter().flatten().all(|sample| *sample == 32_767));
    }
}
