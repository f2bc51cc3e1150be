//! What the fake microphone hears: speech made by espeak-ng, once per run.

use anyhow::{Context, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// The rate of [`answer`].
pub const ANSWER_HZ: usize = 16_000;

/// Where speech begins in the recording: Chromium plays it from the moment that the microphone is opened, and the
/// conversation must be on by then.
pub const ANSWER_AT_MS: usize = 5_000;

const WORDS: &str = "I designed a payment ledger that processes two thousand transactions per second.";

static MEDIA: LazyLock<Result<Media, String>> =
    LazyLock::new(|| Media::make().map_err(|error| format!("{error:#}")));

struct Media {
    answer: Vec<i16>,
    answer_wav: Vec<u8>,
    quiet_wav: Vec<u8>,
}

fn media() -> anyhow::Result<&'static Media> {
    MEDIA.as_ref().map_err(|error| anyhow::anyhow!("making the recordings: {error}"))
}

/// Returns what is said, 16 kHz.
pub fn answer() -> anyhow::Result<&'static [i16]> {
    Ok(&media()?.answer)
}

/// Returns a recording of silence, then the answer, then silence.
pub(crate) fn answer_wav() -> anyhow::Result<&'static [u8]> {
    Ok(&media()?.answer_wav)
}

/// Returns a recording of silence.
pub(crate) fn quiet_wav() -> anyhow::Result<&'static [u8]> {
    Ok(&media()?.quiet_wav)
}

impl Media {
    fn make() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let at = |name: &str| folder.path().join(name);
        run("espeak-ng", &["-v", "en-us", "-s", "150", "-w"], &at("words.wav"), &[WORDS])?;
        let silence = format!("{}", ANSWER_AT_MS / 1000);
        // `-D`: without dither the same samples every time.
        let wav = ["-r", "48000", "-c", "1", "-b", "16"];
        sox(&at("words.wav"), &wav, &at("answer.wav"), &["gain", "-n", "-3", "pad", &silence, "4"])?;
        sox(&at("words.wav"), &wav, &at("quiet.wav"), &["trim", "0", "1", "vol", "0"])?;
        let raw = ["-r", "16000", "-c", "1", "-b", "16", "-e", "signed", "-t", "raw"];
        sox(&at("words.wav"), &raw, &at("answer.raw"), &["gain", "-n", "-3"])?;
        let bytes = fs::read(at("answer.raw"))?;
        Ok(Self {
            answer: bytes.as_chunks().0.iter().map(|sample| i16::from_le_bytes(*sample)).collect(),
            answer_wav: fs::read(at("answer.wav"))?,
            quiet_wav: fs::read(at("quiet.wav"))?,
        })
    }
}

fn sox(from: &Path, format: &[&str], to: &Path, effects: &[&str]) -> anyhow::Result<()> {
    let from = from.to_str().context("a path of letters")?;
    let before: Vec<&str> = [&["-D", from], format].concat();
    run("sox", &before, to, effects)
}

fn run(program: &str, before: &[&str], file: &Path, after: &[&str]) -> anyhow::Result<()> {
    let output = Command::new(program).args(before).arg(file).args(after).output();
    let output = output.with_context(|| format!("{program} is needed"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
