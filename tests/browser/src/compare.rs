//! How alike two recordings are.
//!
//! By half-second windows, each of which finds its own place: a fake microphone on a busy machine skips some milliseconds
//! now and then, and one correlation over the whole is then near zero though the sound is fine.

/// Quieter windows say nothing, root mean square of 32,768.
const QUIET: f32 = 250.0;

/// A window this alike has found its place.
const FOUND: f32 = 0.9;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// Windows compared.
    pub windows: usize,
    /// The middle correlation.
    pub median: f32,
    /// The smallest correlation.
    pub worst: f32,
    /// Where two windows next to each other are not next to each other in the other recording: by how many samples.
    pub jumps: Vec<isize>,
}

/// Looks for `wanted` within `got`, both of `rate_hz`.
pub fn compare(got: &[i16], wanted: &[i16], rate_hz: usize) -> Likeness {
    let (got, wanted) = (floats(got), floats(wanted));
    let size = rate_hz / 2;
    let windows = wanted.as_slice().chunks_exact(size).enumerate().filter(|(_, window)| rms(window) >= QUIET);
    let (mut correlations, mut jumps) = (Vec::new(), Vec::new());
    let mut lag: Option<isize> = None;
    for (at, window) in windows {
        let start = (at * size) as isize;
        let near = lag.map(|lag| finely(&got, window, start + lag));
        let found = near.filter(|(correlation, _)| *correlation >= FOUND);
        let (correlation, place) = found.unwrap_or_else(|| anywhere(&got, window));
        correlations.push(correlation);
        let here = place - start;
        if let Some(before) = lag.replace(here)
            && before.abs_diff(here) > 3
        {
            jumps.push(here - before);
        }
    }
    correlations.sort_by(f32::total_cmp);
    Likeness {
        windows: correlations.len(),
        median: correlations.get(correlations.len() / 2).copied().unwrap_or_default(),
        worst: correlations.first().copied().unwrap_or_default(),
        jumps,
    }
}

/// Returns the root mean square of samples, of 32,768.
pub fn loudness(samples: &[i16]) -> f32 {
    rms(&floats(samples))
}

fn floats(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|sample| f32::from(*sample)).collect()
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// The best place within some samples of this one.
fn finely(got: &[f32], window: &[f32], place: isize) -> (f32, isize) {
    best((place - 24..=place + 24).map(|place| (correlation(got, window, place, 1), place)))
}

/// The best place of all: looked for with few samples of the window, then with all.
fn anywhere(got: &[f32], window: &[f32]) -> (f32, isize) {
    let last = got.len() as isize - window.len() as isize;
    let rough = best((0..=last).map(|place| (correlation(got, window, place, 29), place)));
    finely(got, window, rough.1)
}

fn best(places: impl Iterator<Item = (f32, isize)>) -> (f32, isize) {
    places.fold((-1.0, 0), |best, place| if place.0 > best.0 { place } else { best })
}

fn correlation(got: &[f32], window: &[f32], place: isize, step: usize) -> f32 {
    let (mut product, mut of_got, mut of_window) = (0.0f32, 0.0f32, 0.0f32);
    for (at, y) in window.iter().enumerate().step_by(step) {
        let x = usize::try_from(place + at as isize).ok().and_then(|at| got.get(at)).copied().unwrap_or(0.0);
        product += x * y;
        of_got += x * x;
        of_window += y * y;
    }
    product / (of_got * of_window + 1.0).sqrt()
}
