//! The ear: finds speech in the audio received, and measures it on the audio's own clock.
//!
//! A neural detector (crate `earshot`) scores 16 ms frames; a level gate keeps it from hearing voices in hiss. Speech
//! begins after enough voiced frames (a cough is not speech) and ends after enough silence.

use std::time::Duration;

use earshot::Detector;

use crate::message::ActivityDetection;

/// The rate the detector works at, and the rate the clock counts in.
pub(crate) const RATE_HZ: u32 = 16_000;
const FRAME: usize = 256;
const FRAME_SAMPLES: u64 = FRAME as u64;
/// Root mean square of a frame at -45 dBFS.
const GATE: f64 = 184.0;
/// Frames that are not voiced, inside an onset: plosives and short gaps between syllables.
const ONSET_LEAK: u64 = FRAME_SAMPLES / 2;

/// What the ear noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Speech began, at this place of the input.
    Started(Duration),
    /// Speech is over, at this place of the input; it lasted so long from its first sound to its last.
    Ended { at: Duration, spoken: Duration },
}

/// How eager the ear is.
#[derive(Clone, Copy, Debug)]
struct Tuning {
    onset: u64,
    silence: u64,
    start_score: f32,
    stay_score: f32,
}

impl Tuning {
    fn of(config: &ActivityDetection) -> Self {
        let samples = |ms: Option<u32>, default: u32, least: u32| {
            u64::from(ms.unwrap_or(default).clamp(least, 10_000)) * u64::from(RATE_HZ) / 1000
        };
        Self {
            onset: samples(config.prefix_padding_ms, 200, 60),
            silence: samples(config.silence_duration_ms, 800, 100),
            start_score: if config.start_of_speech_sensitivity == "START_SENSITIVITY_LOW" {
                0.7
            } else {
                0.5
            },
            stay_score: if config.end_of_speech_sensitivity == "END_SENSITIVITY_LOW" { 0.35 } else { 0.5 },
        }
    }
}

pub(crate) struct Ear {
    detector: Box<Detector>,
    tuning: Tuning,
    partial: Vec<i16>,
    clock: u64,
    voiced: u64,
    onset: u64,
    last_voice: u64,
    total_voiced: u64,
    speaking: bool,
}

impl Ear {
    pub(crate) fn new(config: &ActivityDetection) -> Self {
        Self {
            detector: Detector::default_boxed(),
            tuning: Tuning::of(config),
            partial: Vec::with_capacity(FRAME),
            clock: 0,
            voiced: 0,
            onset: 0,
            last_voice: 0,
            total_voiced: 0,
            speaking: false,
        }
    }

    /// Takes 16 kHz samples; returns what was noticed in them, in order.
    pub(crate) fn hear(&mut self, pcm: &[i16]) -> Vec<Heard> {
        let mut noticed = Vec::new();
        let mut rest = pcm;
        while self.partial.len() + rest.len() >= FRAME {
            let (head, tail) = rest.split_at(FRAME - self.partial.len());
            self.partial.extend_from_slice(head);
            rest = tail;
            let frame = std::mem::take(&mut self.partial);
            noticed.extend(self.frame(&frame));
            self.partial = frame;
            self.partial.clear();
        }
        self.partial.extend_from_slice(rest);
        noticed
    }

    fn frame(&mut self, frame: &[i16]) -> Option<Heard> {
        let score = self.detector.predict_i16(frame);
        let least = if self.speaking { self.tuning.stay_score } else { self.tuning.start_score };
        let voiced = score >= least && level(frame) >= GATE;
        let begin = self.clock;
        self.clock += FRAME_SAMPLES;
        if voiced {
            self.total_voiced += FRAME_SAMPLES;
        }
        if self.speaking { self.listen(voiced) } else { self.await_onset(voiced, begin) }
    }

    fn await_onset(&mut self, voiced: bool, begin: u64) -> Option<Heard> {
        if !voiced {
            self.voiced = self.voiced.saturating_sub(ONSET_LEAK);
            return None;
        }
        if self.voiced == 0 {
            self.onset = begin;
        }
        self.voiced += FRAME_SAMPLES;
        if self.voiced < self.tuning.onset {
            return None;
        }
        self.voiced = 0;
        self.speaking = true;
        self.last_voice = self.clock;
        Some(Heard::Started(time(self.onset)))
    }

    fn listen(&mut self, voiced: bool) -> Option<Heard> {
        if voiced {
            self.last_voice = self.clock;
        }
        if self.clock - self.last_voice >= self.tuning.silence { self.finish() } else { None }
    }

    /// Ends speech that is going on, as `audioStreamEnd` does.
    pub(crate) fn finish(&mut self) -> Option<Heard> {
        self.voiced = 0;
        if !std::mem::replace(&mut self.speaking, false) {
            return None;
        }
        Some(Heard::Ended { at: self.clock(), spoken: time(self.last_voice - self.onset) })
    }

    pub(crate) fn is_hearing_speech(&self) -> bool {
        self.speaking
    }

    /// Returns how much audio was received.
    pub(crate) fn clock(&self) -> Duration {
        time(self.clock)
    }

    /// Returns how much of it was voiced.
    pub(crate) fn total_voiced(&self) -> Duration {
        time(self.total_voiced)
    }
}

fn level(frame: &[i16]) -> f64 {
    let power: f64 = frame.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    (power / FRAME as f64).sqrt()
}

fn time(samples: u64) -> Duration {
    Duration::from_millis(samples * 1000 / u64::from(RATE_HZ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Ear, Heard};
    use crate::dice::Dice;
    use crate::message::ActivityDetection;

    fn speech() -> Vec<i16> {
        let mut reader = hound::WavReader::new(&include_bytes!("../testdata/answer.wav")[..]).unwrap();
        reader.samples::<i16>().map(Result::unwrap).collect()
    }

    fn silence(ms: usize) -> Vec<i16> {
        vec![0; ms * 16]
    }

    fn ear() -> Ear {
        Ear::new(&ActivityDetection::default())
    }

    #[test]
    fn si_32_33_34_speech_is_found_and_measured_on_the_input_s_clock() {
        let mut ear = ear();
        let mut input = silence(1000);
        input.extend(speech());
        let spoken_ms = speech().len() / 16;
        input.extend(silence(1200));
        let mut noticed = Vec::new();
        for chunk in input.chunks(640) {
            noticed.extend(ear.hear(chunk));
        }
        let [Heard::Started(at), Heard::Ended { at: end, spoken }] = noticed[..] else {
            panic!("{noticed:?}")
        };
        assert!((900..1400).contains(&at.as_millis()), "{at:?}");
        assert!(spoken.as_millis().abs_diff(spoken_ms as u128) < 500, "{spoken:?} of {spoken_ms} ms");
        assert!(end > at + spoken + Duration::from_millis(750), "{end:?}");
        assert!(ear.total_voiced() > spoken / 2);
    }

    #[test]
    fn si_38_39_silence_hiss_hum_and_clicks_are_not_speech() {
        let mut dice = Dice::new(3);
        let mut hiss = |peak: usize| -> Vec<i16> {
            (0..16_000 * 4).map(|_| (dice.below(2 * peak) as i32 - peak as i32) as i16).collect()
        };
        let hum: Vec<i16> =
            (0..16_000 * 4).map(|n| ((f64::from(n) * 0.0196).sin() * 3000.0) as i16).collect();
        let mut click = silence(4000);
        click[32_000..33_600].fill(12_000);
        for (name, sound) in [
            ("silence", silence(4000)),
            ("hiss", hiss(200)),
            ("loud hiss", hiss(4000)),
            ("hum", hum),
            ("click", click),
        ] {
            assert_eq!(ear().hear(&sound), [], "{name}");
        }
    }

    #[test]
    fn si_40_a_long_pause_makes_two_utterances() {
        let mut input = speech();
        input.extend(silence(1500));
        input.extend(speech());
        input.extend(silence(1500));
        assert_eq!(ear().hear(&input).len(), 4);
        let patient = ActivityDetection { silence_duration_ms: Some(2500), ..ActivityDetection::default() };
        assert_eq!(Ear::new(&patient).hear(&input).len(), 1);
    }

    #[test]
    fn si_34_the_end_of_the_stream_ends_speech() {
        let mut ear = ear();
        let noticed = ear.hear(&speech());
        assert!(matches!(noticed[..], [Heard::Started(_)]), "{noticed:?}");
        assert!(ear.is_hearing_speech());
        assert!(matches!(ear.finish(), Some(Heard::Ended { .. })));
        assert_eq!(ear.finish(), None);
    }
}
