//! A recording, decoded to what a microphone would send: 16 kHz, mono.

use hound::{SampleFormat, WavReader, WavSpec};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;
use wire::SampleRate;

/// Longest recording, samples of the file: two hours of CD audio. A bound for what is held in memory.
const MAX_SAMPLES: usize = 2 * 3600 * 44_100 * 2;

/// Frames resampled at a time.
const CHUNK_FRAMES: usize = 2048;

/// Why a recording cannot be used.
#[derive(Debug)]
pub(super) enum RecordingError {
    /// The file cannot be read.
    Read(io::Error),
    /// It is no WAV, or of a kind we do not know.
    Decode(hound::Error),
    /// There is no sound in it.
    Empty,
    /// It is longer than two hours.
    TooLong,
    /// Its sample rate cannot be converted.
    Resample(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read(_) => "cannot read the file",
            Self::Decode(_) => "not a WAV file that can be played (PCM of 8, 16, 24 or 32 bits, or float)",
            Self::Empty => "the recording is empty",
            Self::TooLong => "the recording is longer than two hours",
            Self::Resample(_) => "cannot convert the sample rate to 16 kHz",
        })
    }
}

impl std::error::Error for RecordingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(cause) => Some(cause),
            Self::Decode(cause) => Some(cause),
            Self::Resample(cause) => Some(cause.as_ref()),
            Self::Empty | Self::TooLong => None,
        }
    }
}

/// Reads a WAV file, or a file of raw sound (`.pcm`, `.raw`: s16le, 16 kHz, mono), as samples of 16 kHz, mono.
pub(super) fn read(path: &Path) -> Result<Vec<i16>, RecordingError> {
    let file = File::open(path).map_err(RecordingError::Read)?;
    let is_raw = path.extension().is_some_and(|extension| extension == "pcm" || extension == "raw");
    if is_raw { read_raw(file) } else { decode(BufReader::new(file)) }
}

fn read_raw(raw: impl Read) -> Result<Vec<i16>, RecordingError> {
    let mut bytes = Vec::new();
    raw.take(MAX_SAMPLES as u64 * 2).read_to_end(&mut bytes).map_err(RecordingError::Read)?;
    match bytes.as_chunks().0 {
        [] => Err(RecordingError::Empty),
        samples => Ok(samples.iter().map(|sample| i16::from_le_bytes(*sample)).collect()),
    }
}

fn decode(wav: impl Read) -> Result<Vec<i16>, RecordingError> {
    let reader = WavReader::new(wav).map_err(RecordingError::Decode)?;
    let spec = reader.spec();
    let samples = samples(reader, spec)?;
    let mono = mix(&samples, usize::from(spec.channels));
    if mono.is_empty() {
        return Err(RecordingError::Empty);
    }
    let resampled = resample(mono, spec.sample_rate)?;
    Ok(resampled.into_iter().map(to_i16).collect())
}

fn samples<R: Read>(reader: WavReader<R>, spec: WavSpec) -> Result<Vec<f32>, RecordingError> {
    match spec.sample_format {
        SampleFormat::Float => collect(reader.into_samples::<f32>()),
        SampleFormat::Int => {
            let full_scale = (1_i64 << (spec.bits_per_sample - 1)) as f32;
            collect(
                reader.into_samples::<i32>().map(|sample| sample.map(|sample| sample as f32 / full_scale)),
            )
        }
    }
}

/// A file that ends before its header says is played as far as it goes: programs that write to a pipe do not know the
/// length beforehand.
fn collect(samples: impl Iterator<Item = hound::Result<f32>>) -> Result<Vec<f32>, RecordingError> {
    let mut collected = Vec::new();
    for sample in samples {
        match sample {
            Ok(_) if collected.len() == MAX_SAMPLES => return Err(RecordingError::TooLong),
            Ok(sample) => collected.push(if sample.is_finite() { sample } else { 0.0 }),
            Err(hound::Error::IoError(error)) if is_early_end(&error) => break,
            Err(error) => return Err(RecordingError::Decode(error)),
        }
    }
    Ok(collected)
}

fn is_early_end(error: &io::Error) -> bool {
    error.kind() == ErrorKind::UnexpectedEof || error.to_string() == "Failed to read enough bytes."
}

fn mix(samples: &[f32], channels: usize) -> Vec<f32> {
    samples.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect()
}

fn resample(mono: Vec<f32>, rate_hz: u32) -> Result<Vec<f32>, RecordingError> {
    let target_hz = SampleRate::MICROPHONE.hz();
    if rate_hz == target_hz {
        return Ok(mono);
    }
    let (from, to) = (rate_hz as usize, target_hz as usize);
    let frames = mono.len();
    let mut resampler = Fft::<f32>::new(from, to, CHUNK_FRAMES, 1, FixedSync::Input)
        .map_err(|error| RecordingError::Resample(error.into()))?;
    let input =
        InterleavedSlice::new(&mono, 1, frames).map_err(|error| RecordingError::Resample(error.into()))?;
    let output = resampler
        .process_all(&input, frames, None)
        .map_err(|error| RecordingError::Resample(error.into()))?;
    Ok(output.take_data())
}

fn to_i16(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const SECONDS: f32 = 1.0;
    const TONE_HZ: f32 = 440.0;
    const AMPLITUDE: f32 = 0.5;

    fn sine(rate_hz: u32, tone_hz: f32) -> Vec<f32> {
        let frames = (rate_hz as f32 * SECONDS) as usize;
        (0..frames)
            .map(|at| AMPLITUDE * (std::f32::consts::TAU * tone_hz * at as f32 / rate_hz as f32).sin())
            .collect()
    }

    fn wav(spec: WavSpec, frames: &[f32]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        let full_scale = (1_i64 << (spec.bits_per_sample - 1)) as f32 - 1.0;
        for frame in frames {
            for channel in 0..spec.channels {
                // The channels differ, and their mean is the tone.
                let sample = if spec.channels == 1 { *frame } else { frame * 2.0 * f32::from(channel % 2) };
                match spec.sample_format {
                    SampleFormat::Float => writer.write_sample(sample).unwrap(),
                    SampleFormat::Int => writer.write_sample((sample * full_scale) as i32).unwrap(),
                }
            }
        }
        writer.finalize().unwrap();
        bytes.into_inner()
    }

    fn spec(sample_rate: u32, channels: u16, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
        WavSpec { channels, sample_rate, bits_per_sample, sample_format }
    }

    /// The amplitude at a frequency, by correlation with sine and cosine, without the edges.
    fn amplitude_at(samples: &[i16], tone_hz: f32) -> f32 {
        let inner = &samples[1_600..14_400];
        let (mut sine, mut cosine) = (0.0_f64, 0.0_f64);
        for (at, sample) in inner.iter().enumerate() {
            let phase = std::f64::consts::TAU * f64::from(tone_hz) * at as f64 / 16_000.0;
            let value = f64::from(*sample) / f64::from(i16::MAX);
            sine += value * phase.sin();
            cosine += value * phase.cos();
        }
        (2.0 * sine.hypot(cosine) / inner.len() as f64) as f32
    }

    #[test]
    fn a_sine_stays_a_sine_at_every_rate_and_format() {
        for (rate_hz, channels, bits, format) in [
            (16_000, 1, 16, SampleFormat::Int),
            (8_000, 1, 16, SampleFormat::Int),
            (11_025, 1, 8, SampleFormat::Int),
            (22_050, 1, 16, SampleFormat::Int),
            (24_000, 2, 24, SampleFormat::Int),
            (44_100, 2, 16, SampleFormat::Int),
            (48_000, 2, 32, SampleFormat::Int),
            (48_000, 1, 32, SampleFormat::Float),
            (96_000, 6, 24, SampleFormat::Int),
            (44_099, 1, 16, SampleFormat::Int),
        ] {
            let spec = spec(rate_hz, channels, bits, format);
            let bytes = wav(spec, &sine(rate_hz, TONE_HZ));
            let samples = decode(Cursor::new(bytes)).unwrap();
            assert!(samples.len().abs_diff(16_000) <= 2, "{} samples from {spec:?}", samples.len());
            let amplitude = amplitude_at(&samples, TONE_HZ);
            assert!((amplitude - AMPLITUDE).abs() < 0.01, "amplitude {amplitude} from {spec:?}");
            let elsewhere = amplitude_at(&samples, 1_000.0);
            assert!(elsewhere < 0.01, "{elsewhere} at 1 kHz from {spec:?}");
        }
    }

    #[test]
    fn what_16_khz_cannot_hold_is_filtered_out_and_not_folded_back() {
        let bytes = wav(spec(48_000, 1, 16, SampleFormat::Int), &sine(48_000, 11_000.0));
        let samples = decode(Cursor::new(bytes)).unwrap();
        let folded = amplitude_at(&samples, 5_000.0);
        assert!(folded < 0.001, "{folded}");
    }

    #[test]
    fn speed_is_kept_a_click_stays_where_it_was() {
        let mut frames = vec![0.0; 48_000];
        frames[24_000] = 1.0;
        let samples = decode(Cursor::new(wav(spec(48_000, 1, 16, SampleFormat::Int), &frames))).unwrap();
        let loudest = (0..samples.len()).max_by_key(|at| samples[*at].unsigned_abs()).unwrap();
        assert!(loudest.abs_diff(8_000) <= 1, "at {loudest}");
    }

    #[test]
    fn a_file_cut_short_is_played_as_far_as_it_goes() {
        let mut bytes = wav(spec(16_000, 1, 16, SampleFormat::Int), &sine(16_000, TONE_HZ));
        bytes.truncate(bytes.len() / 2);
        let samples = decode(Cursor::new(bytes)).unwrap();
        assert!(samples.len().abs_diff(8_000) < 50, "{}", samples.len());
    }

    #[test]
    fn raw_sound_is_taken_as_it_is() {
        let samples = read_raw(Cursor::new(vec![1, 0, 0xFF, 0xFF, 7])).unwrap();
        assert_eq!(samples, [1, -1], "half a sample is none");
        assert!(matches!(read_raw(Cursor::new(vec![7])), Err(RecordingError::Empty)));
    }

    #[test]
    fn rubbish_and_silence_of_no_length_are_refused() {
        assert!(matches!(decode(Cursor::new(b"ID3\x03 not a wav".to_vec())), Err(RecordingError::Decode(_))));
        let empty = wav(spec(16_000, 1, 16, SampleFormat::Int), &[]);
        assert!(matches!(decode(Cursor::new(empty)), Err(RecordingError::Empty)));
    }
}
