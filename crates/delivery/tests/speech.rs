//! Real speech, measured here and by Praat, which made these figures:
//!
//! ```text
//! sox answers.wav a.wav pad 1.7 1.3 && sox a.wav answers.wav long.wav
//! praat: To TextGrid (silences): 100, 0.0, -35.0, 0.25, 0.05, "silent", "sounding"
//! ```

#![cfg(test)]

use delivery::{Meter, Record};

const SPEECH: &[u8] = include_bytes!("../../preppal/tests/data/answers.wav");

/// What Praat found in `long.wav`, seconds.
const SPOKEN_S: f64 = 16.355;
const LONGEST_PAUSE_S: f64 = 1.264;
const TO_FIRST_WORD_S: f64 = 1.691;

fn long() -> Vec<i16> {
    let mut reader = hound::WavReader::new(SPEECH).unwrap();
    let speech: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    let silence = |seconds: f64| vec![0; (seconds * 16_000.0) as usize];
    [silence(1.7), speech.clone(), silence(1.3), speech].concat()
}

/// A question that has just been played, then the sound, in frames of `frame_ms`.
fn measured(sound: &[i16], frame_ms: usize) -> Record {
    let mut meter = Meter::default();
    meter.interviewer_sounds(0);
    for (number, frame) in sound.chunks(frame_ms * 16).enumerate() {
        let pcm: Vec<u8> = frame.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        meter.listen((1_000 + (number + 1) * frame_ms) as u64, &pcm);
    }
    meter.record()
}

fn assert_near(what: &str, measured_ms: u32, other_s: f64) {
    let measured_s = f64::from(measured_ms) / 1_000.0;
    assert!((measured_s - other_s).abs() <= 0.05 * other_s, "{what}: {measured_s} s, Praat: {other_s} s");
}

fn assert_agrees(record: &Record) {
    assert_near("speaking time", record.spoken_ms, SPOKEN_S);
    assert_near("longest pause", record.longest_pause_ms, LONGEST_PAUSE_S);
    assert_near("time to the first word", record.answers[0].wait_ms.unwrap(), TO_FIRST_WORD_S);
    assert_eq!(record.pauses, 5, "{record:?}");
}

#[test]
fn another_tool_measures_the_same() {
    assert_agrees(&measured(&long(), 20));
}

#[test]
fn frames_of_any_size_give_the_same_figures() {
    let whole = measured(&long(), 20);
    for frame_ms in [5, 10, 37, 100] {
        let record = measured(&long(), frame_ms);
        assert_eq!(record.answers, whole.answers, "{frame_ms}");
        assert_eq!((record.spoken_ms, record.loudness), (whole.spoken_ms, whole.loudness), "{frame_ms}");
    }
}

#[test]
fn a_room_with_noise_gives_the_same_figures() {
    // −50 dBFS of white noise: a laptop's fan.
    let mut dice = 1_u64;
    let mut noise = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((dice >> 33) % 359) as i16 - 179
    };
    let noisy: Vec<i16> = long().into_iter().map(|sample| sample.saturating_add(noise())).collect();
    assert_agrees(&measured(&noisy, 20));
}

#[test]
fn a_frame_costs_no_allocation() {
    let pcm = vec![7; 640];
    let mut meter = Meter::default();
    let used = allocation_counter::measure(|| (0..1_000).for_each(|at| meter.listen(at * 20, &pcm)));
    assert_eq!(used.count_total, 0);
}
