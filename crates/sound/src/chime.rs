//! A sound to try a loudspeaker with.

use std::f32::consts::TAU;

/// Two notes, a fifth apart, each with how long it rings.
const NOTES: [(f32, f32); 2] = [(523.25, 0.25), (783.99, 0.55)];

/// Under full scale, so that it frightens nobody.
const LOUDNESS: f32 = 0.25;

/// Returns two notes that die away, 16 bits at this rate.
pub fn chime(rate_hz: u32) -> Vec<i16> {
    NOTES.into_iter().flat_map(|(hz, seconds)| note(hz, seconds, rate_hz as f32)).collect()
}

fn note(hz: f32, seconds: f32, rate_hz: f32) -> impl Iterator<Item = i16> {
    let samples = seconds * rate_hz;
    (0..samples as usize).map(move |at| {
        let at = at as f32;
        let attack = (at / (0.01 * rate_hz)).min(1.0);
        let decay = (1.0 - at / samples).powi(2);
        ((at * hz * TAU / rate_hz).sin() * attack * decay * LOUDNESS * 32_767.0) as i16
    })
}

#[cfg(test)]
mod tests {
    use super::chime;

    #[test]
    fn it_rings_and_begins_and_ends_without_a_click() {
        let sound = chime(24_000);
        assert_eq!(sound.len(), 24_000 * 8 / 10);
        assert!(sound.iter().any(|sample| sample.unsigned_abs() > 4_000));
        assert!(sound.windows(2).all(|pair| pair[0].abs_diff(pair[1]) < 2_000));
        assert_eq!((sound[0], sound.last().map(|sample| sample / 8)), (0, Some(0)));
    }
}
