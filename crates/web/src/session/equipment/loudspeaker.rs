//! The loudspeaker's half of the equipment.

use super::Equipment;
use crate::audio::{Device, Microphone, Report, Speaker};
use leptos::prelude::{GetUntracked, Set, With};
use leptos::task::spawn_local;
use web_sys::AudioContext;
use wire::SampleRate;

impl Equipment {
    /// Opens the loudspeaker unless it is open. To be called in a click.
    pub(in crate::session) fn open_speaker(self) {
        let unlocked = self.unlock_speaker();
        spawn_local(self.open_speaker_in(unlocked));
    }

    /// The part that must happen in the click; `None` if it is open already.
    fn unlock_speaker(self) -> Option<AudioContext> {
        self.resume();
        if self.has_speaker() { None } else { Speaker::unlock().ok() }
    }

    async fn open_speaker_in(self, unlocked: Option<AudioContext>) {
        let Some(context) = unlocked else { return };
        let chosen = self.chosen_speaker.get_untracked();
        if !chosen.is_empty() && Speaker::choose(&context, &chosen).await.is_err() {
            self.chosen_speaker.set(String::new());
        }
        let opened =
            Speaker::open(context, move |report| self.report(report), move || self.look_at_speaker());
        match opened.await {
            Ok(speaker) => {
                self.with(|parts| {
                    (parts.pushed_samples, parts.gone_samples) = (0, 0);
                    parts.speaker.replace(speaker)
                });
                self.look_at_speaker();
                self.report(Report::default());
            }
            Err(error) => {
                web_sys::console::error_2(&"loudspeaker:".into(), &error);
                if let Some(talker) = self.talker() {
                    talker.speaker_failed();
                }
            }
        }
    }

    fn report(self, report: Report) {
        self.with(|parts| parts.gone_samples = report.gone_samples);
        self.voice.set(report.rms);
        if self.is_voice_active.get_untracked() != report.is_active {
            self.is_voice_active.set(report.is_active);
        }
        if let Some(talker) = self.talker() {
            talker.played();
        }
    }

    fn look_at_speaker(self) {
        let is_blocked = self.with(|parts| {
            parts.speaker.as_ref().is_some_and(Speaker::is_blocked)
                || parts.microphone.as_ref().is_some_and(Microphone::is_blocked)
        });
        self.is_blocked.set(is_blocked.unwrap_or_default());
    }

    /// Lets both run that the browser held back. To be called in a click.
    pub(in crate::session) fn resume(self) {
        self.with(|parts| {
            parts.speaker.as_ref().map(Speaker::resume);
            parts.microphone.as_ref().map(Microphone::resume)
        });
    }

    fn has_speaker(self) -> bool {
        self.with(|parts| parts.speaker.is_some()).unwrap_or_default()
    }

    /// Returns how much of what was pushed is still to be heard, samples; `None` without a loudspeaker.
    pub(in crate::session) fn ahead_samples(self) -> Option<u64> {
        self.with(|parts| {
            parts.speaker.as_ref().map(|_| parts.pushed_samples.saturating_sub(parts.gone_samples))
        })
        .flatten()
    }

    /// Plays s16le at 24 kHz after what waits.
    pub(in crate::session) fn play(self, pcm: &[u8]) {
        self.with(|parts| {
            let Some(speaker) = &parts.speaker else { return };
            speaker.push(pcm);
            parts.pushed_samples += (pcm.len() / SampleRate::SAMPLE_BYTES) as u64;
        });
    }

    /// Drops what waits, and fades out what is heard.
    pub(in crate::session) fn silence(self) {
        self.with(|parts| parts.speaker.as_ref().map(Speaker::flush));
    }

    /// Plays two notes. To be called in a click.
    pub(in crate::session) fn test_speaker(self) {
        let unlocked = self.unlock_speaker();
        let chime = sound::chime(SampleRate::INTERVIEWER.hz());
        let pcm: Vec<u8> = chime.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        spawn_local(async move {
            self.open_speaker_in(unlocked).await;
            self.play(&pcm);
        });
    }

    pub(in crate::session) fn choose_speaker(self, device: String) {
        self.chosen_speaker.set(device.clone());
        let context = self.with(|parts| parts.speaker.as_ref().map(|speaker| speaker.context().clone()));
        let Some(context) = context.flatten() else { return };
        spawn_local(async move {
            if Speaker::choose(&context, &device).await.is_err() {
                self.chosen_speaker.set(String::new());
            }
        });
    }

    /// Returns the loudspeakers to choose from; none where the browser leaves no choice.
    pub(in crate::session) fn speakers(self) -> Vec<Device> {
        if Speaker::can_be_chosen() {
            self.devices.with(|devices| devices.speakers.clone())
        } else {
            Vec::new()
        }
    }
}
