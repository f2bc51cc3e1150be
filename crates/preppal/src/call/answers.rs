//! A recording cut into answers, each encoded once and shared by every session that speaks it.

use session_client::MicrophoneFrame;
use std::sync::Arc;
use wire::SampleRate;

/// One message of microphone audio.
pub(super) const FRAME_MS: u64 = 100;

const FRAME_SAMPLES: usize = 1_600;

/// The grain at which loudness is looked at.
const GRAIN_SAMPLES: usize = 320;

/// Cuts are looked for in the last part of an answer's longest length: earlier ones would make more answers than needed.
const SEARCH_FROM: f32 = 0.4;

/// How much quiet around a grain counts for the choice of a cut: the middle of a pause is better than a stop consonant.
const PAUSE_GRAINS: usize = 15;

/// Below this root mean square (of 1.0) a grain is silence: −50 dB, under any speech and over most noise of a file.
const SILENCE: f32 = 0.003;

/// Kept of the silence before and after speech, so that no soft consonant is cut off.
const MARGIN_SAMPLES: usize = 1_600;

/// What a candidate says, in the order of saying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Sound, frame by frame.
    Spoken(Arc<[MicrophoneFrame]>),
    /// Text.
    Typed(Arc<str>),
    /// So many frames of silence.
    Silent(usize),
}

/// Returns a frame in which nothing is said.
pub(super) fn silent_frame() -> MicrophoneFrame {
    MicrophoneFrame::new(&vec![0; SampleRate::MICROPHONE.bytes(FRAME_MS)])
}

/// Cuts 16 kHz speech into answers of at most `longest_s` seconds, at its quietest points. Silence at their ends is left
/// out, for it is sent between answers anyway; stretches with nothing but silence make no answer.
pub(super) fn cut(samples: &[i16], longest_s: u32) -> Vec<Answer> {
    let longest = longest_s as usize * SampleRate::MICROPHONE.hz() as usize;
    let mut answers = Vec::new();
    let mut rest = samples;
    while !rest.is_empty() {
        let (answer, after) = rest.split_at(cut_at(rest, longest));
        answers.extend(trim(answer).map(spoken));
        rest = after;
    }
    answers
}

/// Where the first answer ends, samples.
fn cut_at(samples: &[i16], longest: usize) -> usize {
    if samples.len() <= longest {
        return samples.len();
    }
    let loudness: Vec<f32> = samples[..longest].chunks_exact(GRAIN_SAMPLES).map(loudness).collect();
    let from = (loudness.len() as f32 * SEARCH_FROM) as usize;
    let around = |at: usize| -> f32 {
        let low = at.saturating_sub(PAUSE_GRAINS / 2);
        let high = (at + PAUSE_GRAINS / 2 + 1).min(loudness.len());
        loudness[low..high].iter().sum::<f32>() / (high - low) as f32
    };
    let quietest = (from..loudness.len()).rev().min_by(|a, b| around(*a).total_cmp(&around(*b)));
    quietest.map_or(longest, |grain| grain * GRAIN_SAMPLES + GRAIN_SAMPLES / 2)
}

fn loudness(grain: &[i16]) -> f32 {
    let sum: f32 = grain.iter().map(|sample| (f32::from(*sample) / 32_768.0).powi(2)).sum();
    (sum / grain.len() as f32).sqrt()
}

/// Leaves out the silence at both ends; `None` if there is nothing else.
fn trim(samples: &[i16]) -> Option<&[i16]> {
    let is_speech = |grain: &&[i16]| loudness(grain) >= SILENCE;
    let leading = samples.chunks(GRAIN_SAMPLES).take_while(|grain| !is_speech(grain)).count();
    if leading * GRAIN_SAMPLES >= samples.len() {
        return None;
    }
    let trailing = samples.chunks(GRAIN_SAMPLES).rev().take_while(|grain| !is_speech(grain)).count();
    let grain_count = samples.len().div_ceil(GRAIN_SAMPLES);
    let start = (leading * GRAIN_SAMPLES).saturating_sub(MARGIN_SAMPLES);
    let end = ((grain_count - trailing) * GRAIN_SAMPLES + MARGIN_SAMPLES).min(samples.len());
    Some(&samples[start..end])
}

fn spoken(samples: &[i16]) -> Answer {
    Answer::Spoken(samples.chunks(FRAME_SAMPLES).map(frame).collect())
}

/// Encodes a frame; a short one is filled up with silence.
fn frame(samples: &[i16]) -> MicrophoneFrame {
    let mut pcm: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    pcm.resize(SampleRate::MICROPHONE.bytes(FRAME_MS), 0);
    MicrophoneFrame::new(&pcm)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: usize = 16_000;

    /// Something loud that is no silence in any grain.
    fn speech(seconds: f32) -> Vec<i16> {
        let samples = (seconds * SECOND as f32) as usize;
        (0..samples).map(|at| if at % 20 < 10 { 6_000 } else { -6_000 }).collect()
    }

    fn quiet(seconds: f32) -> Vec<i16> {
        vec![3; (seconds * SECOND as f32) as usize]
    }

    fn seconds(answers: &[Answer]) -> Vec<f32> {
        answers
            .iter()
            .map(|answer| match answer {
                Answer::Spoken(frames) => frames.len() as f32 / 10.0,
                Answer::Typed(_) | Answer::Silent(_) => panic!("{answer:?} was cut from sound"),
            })
            .collect()
    }

    #[test]
    fn a_short_recording_is_one_answer() {
        assert_eq!(seconds(&cut(&speech(5.0), 20)), [5.0]);
    }

    #[test]
    fn cuts_fall_into_the_pauses() {
        let recording =
            [speech(12.0), quiet(0.6), speech(6.0), quiet(0.8), speech(9.0), quiet(0.6), speech(14.0)]
                .concat();
        let answers = seconds(&cut(&recording, 20));
        let expected = [12.0 + 0.6 + 6.0, 9.0, 14.0];
        assert_eq!(answers.len(), expected.len(), "{answers:?}");
        for (answer, expected) in answers.iter().zip(expected) {
            assert!((answer - expected).abs() <= 0.4, "{answers:?} for {expected:?}");
        }
    }

    #[test]
    fn no_answer_is_longer_than_allowed_and_nothing_said_is_left_out() {
        let recording = speech(61.0);
        let answers = cut(&recording, 10);
        let lengths = seconds(&answers);
        assert!(lengths.iter().all(|length| *length <= 10.0), "{lengths:?}");
        assert!(lengths.iter().sum::<f32>() >= 61.0, "{lengths:?}");
    }

    #[test]
    fn a_short_gap_within_a_word_is_no_pause() {
        let recording = [speech(14.0), quiet(0.06), speech(2.0), quiet(0.5), speech(8.0)].concat();
        let first = seconds(&cut(&recording, 20))[0];
        assert!((16.0..16.8).contains(&first), "{first}");
    }

    #[test]
    fn silence_is_no_answer_and_ends_are_trimmed() {
        assert!(cut(&quiet(30.0), 20).is_empty());
        let recording = [quiet(3.0), speech(2.0), quiet(4.0)].concat();
        let lengths = seconds(&cut(&recording, 20));
        assert_eq!(lengths.len(), 1);
        assert!((2.0..=2.4).contains(&lengths[0]), "{lengths:?}");
    }

    #[test]
    fn every_frame_has_100_ms() {
        let answers = cut(&speech(1.23), 20);
        let Answer::Spoken(frames) = &answers[0] else { panic!("sound makes spoken answers") };
        assert!(frames.iter().all(|frame| frame.pcm_bytes() == 3_200));
        assert_eq!(silent_frame().pcm_bytes(), 3_200);
    }
}
