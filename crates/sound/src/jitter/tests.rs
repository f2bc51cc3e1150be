//! What comes out of the buffer, sample for sample.

use super::JitterBuffer;

const MS: usize = 24;
const BLOCK: usize = 128;

fn pull(buffer: &mut JitterBuffer, ms: usize) -> Vec<f32> {
    let mut all = Vec::new();
    while all.len() < ms * MS {
        let mut block = [9.0; BLOCK];
        buffer.pull(&mut block);
        all.extend(block);
    }
    all
}

fn ramp(samples: usize) -> Vec<i16> {
    (0..samples).map(|at| (at % 30_000 + 1) as i16).collect()
}

fn is_silent(samples: &[f32]) -> bool {
    samples.iter().all(|sample| *sample == 0.0)
}

/// What was said, without the silence around it.
fn said(samples: &[f32]) -> Vec<i16> {
    let bits: Vec<i16> = samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect();
    let first = bits.iter().position(|sample| *sample != 0).unwrap_or(bits.len());
    bits[first..].to_vec()
}

#[test]
fn every_sample_comes_out_once_and_in_order() {
    let mut buffer = JitterBuffer::new(24_000);
    let pcm = ramp(24_000);
    buffer.push(&pcm[..1_000]);
    assert!(is_silent(&pull(&mut buffer, 20)), "the cushion is not full");
    buffer.push(&pcm[1_000..]);
    let heard = said(&pull(&mut buffer, 1_100));
    assert_eq!(heard[..24_000], pcm);
    assert_eq!((buffer.gone(), buffer.underruns(), buffer.buffered()), (24_000, 0, 0));
    assert!(!buffer.is_active());
}

#[test]
fn a_word_shorter_than_the_cushion_is_played_after_a_while() {
    let mut buffer = JitterBuffer::new(24_000);
    let pcm = ramp(30 * MS);
    buffer.push(&pcm);
    assert!(is_silent(&pull(&mut buffer, 60)));
    assert_eq!(said(&pull(&mut buffer, 200))[..pcm.len()], pcm);
}

#[test]
fn a_flush_fades_within_5_ms_and_then_there_is_silence() {
    let mut buffer = JitterBuffer::new(24_000);
    buffer.push(&[16_000; 1_000 * MS]);
    pull(&mut buffer, 100);
    assert!(buffer.is_active() && buffer.level().rms > 0.4);
    buffer.flush();
    let after = pull(&mut buffer, 50);
    assert!(after[..5 * MS].windows(2).all(|pair| pair[1] <= pair[0]), "it only falls");
    assert!((after[0] - after[1]).abs() < 0.01, "without a jump");
    assert!(is_silent(&after[5 * MS..]));
    assert_eq!((buffer.buffered(), buffer.is_active()), (0, false));
}

#[test]
fn what_comes_after_a_flush_is_heard() {
    let mut buffer = JitterBuffer::new(24_000);
    buffer.push(&[16_000; 500 * MS]);
    pull(&mut buffer, 100);
    buffer.flush();
    pull(&mut buffer, 10);
    let next = ramp(200 * MS);
    buffer.push(&next);
    assert_eq!(said(&pull(&mut buffer, 300))[..next.len()], next);
    assert_eq!(buffer.underruns(), 0, "an interruption is not the network's fault");
}

#[test]
fn a_flush_before_the_first_sample_is_silent() {
    let mut buffer = JitterBuffer::new(24_000);
    buffer.push(&[16_000; 20 * MS]);
    buffer.flush();
    assert!(is_silent(&pull(&mut buffer, 100)));
    buffer.flush();
    assert!(is_silent(&pull(&mut buffer, 100)));
}

#[test]
fn an_underrun_makes_the_cushion_larger_and_leaves_no_click() {
    let mut buffer = JitterBuffer::new(24_000);
    buffer.push(&[16_000; 100 * MS]);
    let heard = pull(&mut buffer, 150);
    let steps =
        |samples: &[f32]| samples.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steps(&heard[1..]) < 0.01, "it comes down in a slope: {}", steps(&heard[1..]));

    buffer.push(&[16_000; 100 * MS]);
    assert_eq!(buffer.underruns(), 1);
    assert!(is_silent(&pull(&mut buffer, 30)), "100 ms are not 120 ms");
    buffer.push(&[16_000; 30 * MS]);
    let heard = pull(&mut buffer, 50);
    assert!(heard.iter().any(|sample| *sample > 0.4));
    assert!(steps(&heard) < 0.01, "it rises in a slope: {}", steps(&heard));
}

#[test]
fn the_pause_between_two_turns_is_no_underrun() {
    let mut buffer = JitterBuffer::new(24_000);
    for _ in 0..5 {
        buffer.push(&ramp(100 * MS));
        pull(&mut buffer, 600);
    }
    assert_eq!((buffer.underruns(), buffer.gone()), (0, 500 * MS as u64));
}

#[test]
fn the_cushion_grows_no_further_than_its_limit() {
    let mut buffer = JitterBuffer::new(24_000);
    for _ in 0..20 {
        buffer.push(&ramp(10 * MS));
        while buffer.is_active() {
            pull(&mut buffer, 10);
        }
    }
    assert_eq!(buffer.underruns(), 19);
    buffer.push(&ramp(400 * MS));
    assert!(!is_silent(&pull(&mut buffer, 10)), "400 ms are always enough");
}

#[test]
fn what_there_is_no_room_for_is_counted() {
    let mut buffer = JitterBuffer::new(24_000);
    buffer.push(&ramp(2_500 * MS));
    assert_eq!((buffer.buffered(), buffer.overflowed()), (2_000 * MS, 500 * MS as u64));
    assert_eq!(buffer.gone(), 500 * MS as u64);
    buffer.flush();
    assert_eq!(buffer.gone(), 2_500 * MS as u64);
}
