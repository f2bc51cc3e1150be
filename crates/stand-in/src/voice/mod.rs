//! The interviewer's voice: one rendered recording a line, decoded once.
//!
//! `voice/README.md` says where the recordings come from and under which terms.

mod clips;

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use lewton::inside_ogg::OggStreamReader;

use clips::CLIPS;

/// The rate of the model's audio on this wire.
pub(crate) const RATE_HZ: u32 = 24_000;

/// Returns a line's samples, 24 kHz mono. A line without a recording is silent for as long as it would take to say.
pub(crate) fn samples(id: &str) -> Arc<[i16]> {
    static DECODED: OnceLock<Vec<OnceLock<Arc<[i16]>>>> = OnceLock::new();
    let decoded = DECODED.get_or_init(|| CLIPS.iter().map(|_| OnceLock::new()).collect());
    match CLIPS.binary_search_by_key(&id, |(id, _)| id) {
        Ok(place) => decoded[place].get_or_init(|| decode(CLIPS[place].1).into()).clone(),
        Err(_) => Arc::from([]),
    }
}

/// Decodes an Ogg Vorbis file of this crate; what cannot be decoded is left out.
fn decode(ogg: &[u8]) -> Vec<i16> {
    let mut samples = Vec::new();
    let Ok(mut reader) = OggStreamReader::new(Cursor::new(ogg)) else { return samples };
    while let Ok(Some(packet)) = reader.read_dec_packet_itl() {
        samples.extend(packet);
    }
    samples
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::{CLIPS, RATE_HZ, samples};
    use crate::bank::Bank;

    #[derive(Deserialize)]
    struct Rendered {
        text: String,
        seconds: f64,
    }

    #[test]
    fn every_line_of_the_bank_is_rendered_from_its_present_text() {
        let manifest: BTreeMap<String, Rendered> =
            serde_json::from_str(include_str!("../../voice/manifest.json")).unwrap();
        let lines: Vec<_> = Bank::all().iter().flat_map(Bank::every_line).collect();
        for line in &lines {
            let rendered =
                manifest.get(&line.id).unwrap_or_else(|| panic!("{}: run voice/render.sh", line.id));
            assert_eq!(rendered.text, line.text, "{}: run voice/render.sh", line.id);
            assert!(CLIPS.binary_search_by_key(&line.id.as_str(), |(id, _)| id).is_ok(), "{}", line.id);
        }
        assert_eq!(lines.len(), CLIPS.len(), "a recording without a line");
    }

    #[test]
    fn recordings_are_speech_as_long_as_their_text() {
        let manifest: BTreeMap<String, Rendered> =
            serde_json::from_str(include_str!("../../voice/manifest.json")).unwrap();
        for line in Bank::all().iter().flat_map(Bank::every_line) {
            let pcm = samples(&line.id);
            let seconds = pcm.len() as f64 / f64::from(RATE_HZ);
            assert!((seconds - manifest[&line.id].seconds).abs() < 0.05, "{}: {seconds} s", line.id);
            let per_letter = seconds / line.text.chars().count() as f64;
            assert!((0.035..0.14).contains(&per_letter), "{}: {per_letter:.3} s a letter", line.id);
            let power = pcm.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / pcm.len() as f64;
            assert!(power.sqrt() > 800.0, "{} is too quiet: {}", line.id, power.sqrt());
            let loud = |window: &[i16]| window.iter().any(|s| s.unsigned_abs() > 1500);
            let share = pcm.chunks(2400).filter(|w| loud(w)).count() as f64 / pcm.len().div_ceil(2400) as f64;
            assert!(share > 0.5, "{}: sound in {share:.2} of its tenths", line.id);
        }
    }
}
