//! Tells a tone from speech: a model that has lost its voice hums, beeps or hisses on.
//!
//! # Theory of operation
//!
//! Speech is never even. Between syllables, between vowels and hisses, and in every breath its loudness changes manyfold
//! within a tenth of a second. A tone, a hum or a hiss keeps its loudness. So the sound is cut into slices of 50 ms, and
//! the slices in a row that are about as loud as each other are counted. Silence is even too, and does no harm.
//!
//! Loudness is the mean step from sample to sample: it needs one pass without a multiplication, ignores a constant offset,
//! and changes with the pitch as well as with the volume.

/// The length of a slice.
const SLICE_MS: u32 = 50;
/// So many even slices in a row are no speech: 1.6 s. In 156 lines of a real voice there are five at most.
const SLICES: u32 = 32;
/// Mean steps below this are silence: a quiet voice has hundreds, the noise of a good recording a few.
const SILENCE: u32 = 24;

/// The sound of one turn so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Drone {
    /// The first half of a sample that was split between two messages.
    half: Option<u8>,
    last: i16,
    /// The slice that is being heard.
    steps: u64,
    samples: u32,
    /// The even slices before it, and the least and the most of their mean steps.
    even: u32,
    least: u32,
    most: u32,
}

impl Drone {
    /// Takes s16le mono PCM. Returns whether it has been a tone for too long by now.
    pub(crate) fn hear(&mut self, rate_hz: u32, pcm: &[u8]) -> bool {
        let slice = (rate_hz / 1_000 * SLICE_MS).max(1);
        let mut drones = false;
        let mut pcm = pcm;
        if let Some(low) = self.half.take() {
            match pcm.split_first() {
                Some((high, rest)) => {
                    drones |= self.take(i16::from_le_bytes([low, *high]), slice);
                    pcm = rest;
                }
                None => self.half = Some(low),
            }
        }
        let (samples, rest) = pcm.as_chunks::<2>();
        for sample in samples {
            drones |= self.take(i16::from_le_bytes(*sample), slice);
        }
        if let [low] = rest {
            self.half = Some(*low);
        }
        drones
    }

    fn take(&mut self, sample: i16, slice: u32) -> bool {
        self.steps += u64::from(sample.abs_diff(self.last));
        self.last = sample;
        self.samples += 1;
        self.samples >= slice && self.end_slice()
    }

    fn end_slice(&mut self) -> bool {
        let mean = u32::try_from(self.steps / u64::from(self.samples)).unwrap_or(u32::MAX);
        (self.steps, self.samples) = (0, 0);
        let (least, most) = (self.least.min(mean), self.most.max(mean));
        // A tone that does not fit a slice exactly wavers by a tenth, and noise by as much.
        let is_even = self.even > 0 && most - least <= least / 4;
        (self.least, self.most) = if is_even { (least, most) } else { (mean, mean) };
        self.even = match (mean < SILENCE, is_even) {
            (true, _) => 0,
            (false, true) => self.even + 1,
            (false, false) => 1,
        };
        self.even >= SLICES
    }
}

#[cfg(test)]
mod tests {
    use super::{Drone, SLICES};
    use std::f64::consts::TAU;
    use std::io::Cursor;
    use std::vec::Vec;
    use std::{fs, path::Path};

    const RATE_HZ: u32 = 24_000;

    /// Returns after how many milliseconds it takes a sound for a tone, handed over in messages of any size.
    fn tells_after_ms(samples: &[i16]) -> Option<usize> {
        let pcm: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let mut drone = Drone::default();
        let mut heard = 0;
        for (message, size) in [1_919, 3_841, 40_000, 2].into_iter().cycle().enumerate() {
            if heard >= pcm.len() || message > 1_000_000 {
                return None;
            }
            let end = (heard + size).min(pcm.len());
            if drone.hear(RATE_HZ, &pcm[heard..end]) {
                return Some(end / 48);
            }
            heard = end;
        }
        None
    }

    fn sound(seconds: u32, sample: impl FnMut(f64) -> f64) -> Vec<i16> {
        let times = (0..RATE_HZ * seconds).map(|i| f64::from(i) / f64::from(RATE_HZ));
        times.map(sample).map(|sample| (sample * 32_767.0) as i16).collect()
    }

    #[test]
    fn a_tone_a_hum_and_a_hiss_are_told() {
        let mut noise = 1_u32;
        let mut hiss = |_| {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            f64::from(noise) / f64::from(u32::MAX) * 0.2 - 0.1
        };
        for (name, samples) in [
            ("beep", sound(4, |t| 0.3 * (TAU * 1_000.0 * t).sin())),
            ("quiet whistle", sound(4, |t| 0.01 * (TAU * 3_000.0 * t).sin())),
            ("hum", sound(4, |t| 0.3 * (TAU * 120.0 * t).sin())),
            ("chord", sound(4, |t| 0.1 * ((TAU * 440.0 * t).sin() + (TAU * 659.3 * t).sin()))),
            ("square wave", sound(4, |t| 0.2 * (TAU * 233.0 * t).sin().signum())),
            ("hiss", sound(4, &mut hiss)),
        ] {
            let after_ms = tells_after_ms(&samples).unwrap_or_else(|| panic!("the {name} is not told"));
            assert!((1_600..2_600).contains(&after_ms), "{name}: {after_ms} ms");
        }
    }

    #[test]
    fn silence_and_a_tone_of_a_second_are_none() {
        assert_eq!(tells_after_ms(&sound(10, |_| 0.0)), None);
        assert_eq!(tells_after_ms(&sound(10, |_| 0.3)), None, "a constant offset is silent");
        let chime = |t: f64| if t % 2.0 < 1.0 { 0.3 * (TAU * 880.0 * t).sin() } else { 0.0 };
        assert_eq!(tells_after_ms(&sound(20, chime)), None);
    }

    #[test]
    fn no_line_of_a_real_voice_is_taken_for_a_tone() {
        let voice = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stand-in/voice");
        let files = ["en", "es"].into_iter().flat_map(|language| fs::read_dir(voice.join(language)).unwrap());
        let (mut lines, mut longest) = (0, 0);
        for file in files {
            let ogg = fs::read(file.unwrap().path()).unwrap();
            let mut reader = lewton::inside_ogg::OggStreamReader::new(Cursor::new(ogg)).unwrap();
            let mut drone = Drone::default();
            while let Some(packet) = reader.read_dec_packet_itl().unwrap() {
                let pcm: Vec<u8> = packet.iter().flat_map(|sample| sample.to_le_bytes()).collect();
                drone.hear(reader.ident_hdr.audio_sample_rate, &pcm);
                longest = longest.max(drone.even);
            }
            lines += 1;
        }
        assert!(lines > 50, "{lines} lines of a voice");
        assert!(longest * 3 < SLICES, "{longest} slices of a voice are even");
    }
}
