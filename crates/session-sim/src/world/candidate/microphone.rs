//! What the microphone picks up, in words that tell where they belong, and what the speaker plays meanwhile.

use super::super::World;
use super::{Page, TabId};
use crate::agenda::Wake;
use session_client::{MicrophoneFrame, State};

/// The size of a microphone word.
pub(crate) const WORD_BYTES: usize = 8;
/// s16le, 16 kHz, mono; s16le, 24 kHz, mono.
const MICROPHONE_BYTES_PER_MS: u64 = 32;
const SPEAKER_BYTES_PER_MS: u64 = 48;

/// Four samples that tell where they belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) tab: u8,
    pub(crate) voiced: bool,
    pub(crate) number: u64,
}

impl Word {
    const MARK: u64 = 0xA5C3;

    pub(crate) fn read(pcm: &[u8]) -> Option<Self> {
        let word = u64::from_le_bytes(*pcm.first_chunk()?);
        (word >> 48 == Self::MARK).then_some(Self {
            tab: (word >> 40 & 0x7F) as u8,
            voiced: word >> 47 & 1 == 1,
            number: word & 0xFF_FFFF_FFFF,
        })
    }

    fn write(self, pcm: &mut Vec<u8>) {
        let word = Self::MARK << 48 | u64::from(self.voiced) << 47 | u64::from(self.tab) << 40 | self.number;
        pcm.extend_from_slice(&word.to_le_bytes());
    }
}
/// Who speaks when.
#[derive(Debug, Default)]
pub(super) struct Voice {
    speaks_until: Option<u64>,
    begins_at: u64,
}

impl World {
    /// A frame of the microphone; the speaker takes as much.
    pub(in crate::world) fn on_microphone(&mut self, id: TabId) {
        let frame_ms = self.plan.frame_ms;
        let tab = &mut self.candidate.tabs[id.0];
        if tab.done || tab.frozen {
            return;
        }
        self.agenda.note(self.now + frame_ms, Wake::Microphone(id));
        let quiet = match &tab.page {
            Page::Ours(client) if client.state() == State::Live => Some(client.queued_sound_bytes() == 0),
            Page::Ours(_) => None,
            Page::Seed(page) => page.is_open().then_some(true),
        };
        let voiced = quiet.is_some_and(|quiet| self.speaks(quiet));
        let tab = &mut self.candidate.tabs[id.0];
        let mut pcm = std::mem::take(&mut self.candidate.sound);
        pcm.clear();
        for _ in 0..frame_ms * MICROPHONE_BYTES_PER_MS / WORD_BYTES as u64 {
            tab.words += 1;
            Word { tab: (id.0 & 0x7F) as u8, voiced, number: tab.words }.write(&mut pcm);
        }
        if let Page::Seed(_) = tab.page {
            self.seed_speaks(id, &pcm);
        } else {
            let frame = MicrophoneFrame::new(&pcm);
            let mut speaker = std::mem::take(&mut pcm);
            self.with_client(id, |client, now| {
                client.speak(now, frame);
                speaker.clear();
                client.play((frame_ms * SPEAKER_BYTES_PER_MS) as usize, &mut speaker);
            });
            pcm = speaker;
        }
        self.candidate.sound = pcm;
    }

    /// Whether the candidate speaks now; `quiet` is whether the interviewer does not.
    pub(in crate::world) fn speaks(&mut self, quiet: bool) -> bool {
        if let Some(until) = self.candidate.voice.speaks_until {
            if self.now < until {
                return true;
            }
            self.candidate.voice.speaks_until = None;
            self.candidate.voice.begins_at = self.now + self.dice.range(2_500..=8_000);
            return false;
        }
        let barges_in = !quiet && self.dice.percent(self.plan.barge_in_percent);
        if barges_in || quiet && self.now >= self.candidate.voice.begins_at {
            self.candidate.voice.speaks_until = Some(self.now + self.dice.range(600..=4_000));
            return true;
        }
        if !quiet {
            let think_ms = self.dice.range(200..=1_500);
            self.candidate.voice.begins_at = self.now + think_ms;
        }
        false
    }
}
