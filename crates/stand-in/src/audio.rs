//! Audio blobs of `realtimeInput`: base64 of 16-bit little-endian mono PCM, at a rate the MIME type names.

use std::borrow::Cow;

use crate::close::Close;
use crate::ear::RATE_HZ;
use crate::message::Blob;

/// Returns a blob's samples at 16 kHz.
///
/// # Errors
/// The close that answers a type that is not PCM, a rate out of range, or broken base64 (SI-31).
pub(crate) fn samples(blob: &Blob) -> Result<Vec<i16>, Close> {
    let rate = rate(&blob.mime_type).ok_or_else(Close::invalid_argument)?;
    let data = standard_alphabet(&blob.data);
    let bytes = base64_simd::forgiving_decode_to_vec(data.as_bytes())
        .map_err(|_| Close::invalid_value("realtime_input.audio.data"))?;
    let samples = bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    Ok(if rate == RATE_HZ { samples } else { resampled(&samples, rate) })
}

fn rate(mime_type: &str) -> Option<u32> {
    let mut parts = mime_type.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case("audio/pcm") {
        return None;
    }
    match parts.find_map(|parameter| parameter.strip_prefix("rate=")) {
        Some(rate) => rate.parse().ok().filter(|rate| (8_000..=48_000).contains(rate)),
        None => Some(RATE_HZ),
    }
}

/// Proto3 JSON takes the URL-safe alphabet as well.
fn standard_alphabet(data: &str) -> Cow<'_, str> {
    if data.contains(['-', '_']) { data.replace('-', "+").replace('_', "/").into() } else { data.into() }
}

/// Good enough to detect speech in: linear interpolation within one chunk.
fn resampled(samples: &[i16], rate: u32) -> Vec<i16> {
    let step = f64::from(rate) / f64::from(RATE_HZ);
    let length = samples.len() * RATE_HZ as usize / rate as usize;
    let at = |place: usize| f64::from(samples.get(place).or(samples.last()).copied().unwrap_or(0));
    (0..length)
        .map(|n| {
            let place = n as f64 * step;
            let (low, share) = (place as usize, place.fract());
            (at(low) * (1.0 - share) + at(low + 1) * share) as i16
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::samples;
    use crate::message::Blob;

    fn blob(data: &str, mime_type: &str) -> Blob {
        Blob { data: data.into(), mime_type: mime_type.into() }
    }

    #[test]
    fn si_31_pcm_of_any_usual_rate_is_taken() {
        assert_eq!(samples(&blob("AQD//w==", "audio/pcm;rate=16000")).unwrap(), [1, -1]);
        assert_eq!(
            samples(&blob("AQD__w", "audio/pcm")).unwrap(),
            [1, -1],
            "URL-safe, unpadded, without a rate"
        );
        let eight = base64_simd::STANDARD.encode_to_string([100u8, 0].repeat(80));
        assert_eq!(samples(&blob(&eight, "audio/pcm; rate=8000")).unwrap(), [100; 160]);
    }

    #[test]
    fn si_31_other_types_rates_and_broken_base64_are_refused() {
        for (data, mime_type) in
            [("AAAA", "audio/webm"), ("AAAA", "audio/pcm;rate=4000"), ("AA*A", "audio/pcm"), ("AAAA", "")]
        {
            assert_eq!(samples(&blob(data, mime_type)).unwrap_err().code, 1007, "{data} {mime_type}");
        }
    }
}
