//! Sound as the vendor carries it: base64 of s16le mono PCM within JSON.

use base64_simd::{STANDARD, STANDARD_NO_PAD};
use std::borrow::Cow;
use std::fmt;

/// The interviewer's rate where the vendor does not state one.
const DEFAULT_RATE_HZ: u32 = 24_000;

const AUDIO_MESSAGE_HEAD: &[u8] = br#"{"realtimeInput":{"audio":{"data":""#;
const AUDIO_MESSAGE_TAIL: &[u8] = br#"","mimeType":"audio/pcm;rate=16000"}}}"#;

/// Returns the message that carries microphone sound (s16le, 16 kHz, mono), in one allocation of its exact size.
#[must_use]
pub fn audio_message(pcm: &[u8]) -> Vec<u8> {
    let encoded_len = STANDARD.encoded_length(pcm.len());
    let mut message = Vec::with_capacity(AUDIO_MESSAGE_HEAD.len() + encoded_len + AUDIO_MESSAGE_TAIL.len());
    message.extend_from_slice(AUDIO_MESSAGE_HEAD);
    STANDARD.encode_append(pcm, &mut message);
    message.extend_from_slice(AUDIO_MESSAGE_TAIL);
    message
}

/// One piece of the interviewer's voice, still encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioPart<'a> {
    /// Samples per second of the s16le mono PCM within.
    pub rate_hz: u32,
    data: Cow<'a, [u8]>,
}

impl<'a> AudioPart<'a> {
    /// Takes inline data if its type is `audio/pcm`; `None` for anything else, and for no sound at all.
    pub(crate) fn of(mime_type: &str, data: Cow<'a, [u8]>) -> Option<Self> {
        let rate_hz = pcm_rate_hz(mime_type)?;
        (!data.is_empty()).then_some(Self { rate_hz, data })
    }

    /// Returns how many bytes [`Self::decode_append`] appends. May be odd: a sample can be split between two messages.
    #[must_use]
    pub fn decoded_len(&self) -> usize {
        let symbols = unpadded(&self.data).len();
        symbols / 4 * 3 + symbols % 4 * 3 / 4
    }

    /// Appends the PCM. On an error nothing is appended.
    pub fn decode_append(&self, out: &mut Vec<u8>) -> Result<(), BadBase64> {
        let start = out.len();
        let decoded = STANDARD.decode_append(&*self.data, out).or_else(|_| self.decode_append_unusual(out));
        if decoded.is_err() || out.len() - start != self.decoded_len() {
            out.truncate(start);
            return Err(BadBase64);
        }
        Ok(())
    }

    /// Protobuf's JSON may use the URL-safe alphabet and leave the padding out.
    fn decode_append_unusual(&self, out: &mut Vec<u8>) -> Result<(), base64_simd::Error> {
        let to_standard = |&symbol: &u8| match symbol {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
        let standard: Vec<u8> = unpadded(&self.data).iter().map(to_standard).collect();
        STANDARD_NO_PAD.decode_append(standard, out)
    }
}

fn unpadded(data: &[u8]) -> &[u8] {
    data.strip_suffix(b"==").or_else(|| data.strip_suffix(b"=")).unwrap_or(data)
}

/// Returns the rate of `audio/pcm;rate=24000`, the default if none is stated, `None` if this is not PCM.
fn pcm_rate_hz(mime_type: &str) -> Option<u32> {
    let mut fields = mime_type.split(';').map(str::trim);
    if !fields.next()?.eq_ignore_ascii_case("audio/pcm") {
        return None;
    }
    let stated = fields.filter_map(|field| field.strip_prefix("rate=")).find_map(|rate| rate.parse().ok());
    Some(stated.filter(|&rate_hz| rate_hz > 0).unwrap_or(DEFAULT_RATE_HZ))
}

/// Inline data that is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadBase64;

impl fmt::Display for BadBase64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("audio is not base64")
    }
}

impl std::error::Error for BadBase64 {}

#[cfg(test)]
mod tests {
    use super::{AudioPart, BadBase64, audio_message, pcm_rate_hz};
    use std::borrow::Cow;

    fn part(data: &str) -> AudioPart<'_> {
        AudioPart::of("audio/pcm", Cow::Borrowed(data.as_bytes())).unwrap()
    }

    fn decoded(data: &str) -> Result<Vec<u8>, BadBase64> {
        let mut out = vec![9];
        let outcome = part(data).decode_append(&mut out);
        assert_eq!(out.remove(0), 9, "what was there stays");
        outcome.map(|()| {
            assert_eq!(out.len(), part(data).decoded_len(), "{data}");
            out
        })
    }

    #[test]
    fn the_message_is_one_exact_allocation() {
        for length in [0, 1, 2, 3, 3200, 32_000] {
            let message = audio_message(&vec![0; length]);
            assert_eq!(message.len(), message.capacity());
        }
        assert_eq!(audio_message(&[0; 3200]).len(), 4341);
    }

    #[test]
    fn decodes_what_protobuf_allows() {
        assert_eq!(decoded("AAECAw=="), Ok(vec![0, 1, 2, 3]), "standard");
        assert_eq!(decoded("AAECAw"), Ok(vec![0, 1, 2, 3]), "unpadded");
        assert_eq!(decoded("-_-_"), Ok(vec![0xFB, 0xFF, 0xBF]), "URL-safe");
        assert_eq!(decoded("-_8="), Ok(vec![0xFB, 0xFF]), "URL-safe, padded");
        assert_eq!(decoded("AAEC"), Ok(vec![0, 1, 2]), "an odd number of bytes");
    }

    #[test]
    fn refuses_what_is_not_base64() {
        for data in ["A", "A===", "AA\nEC", "AA=C", "====", "häää", "AAE*"] {
            assert_eq!(decoded(data), Err(BadBase64), "{data}");
        }
    }

    #[test]
    fn only_pcm_is_sound() {
        assert_eq!(pcm_rate_hz("audio/pcm;rate=24000"), Some(24_000));
        assert_eq!(pcm_rate_hz("Audio/PCM; rate=16000; channels=1"), Some(16_000));
        assert_eq!(pcm_rate_hz("audio/pcm"), Some(24_000));
        assert_eq!(pcm_rate_hz("audio/pcm;rate=0"), Some(24_000));
        assert_eq!(pcm_rate_hz("audio/pcm;rate=fast"), Some(24_000));
        assert_eq!(pcm_rate_hz("audio/opus"), None);
        assert_eq!(pcm_rate_hz("image/png"), None);
        assert_eq!(pcm_rate_hz(""), None);
    }
}
