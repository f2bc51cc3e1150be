//! The candidate's microphone and loudspeaker, for the device check and for the conversation alike.
//!
//! A handle that is copied into views and event handlers. The devices themselves are let go of by [`Equipment::release`],
//! or leaving the page would leave the microphone on.

use crate::audio::{Devices, DevicesListener, FRAME_MS, Heard, Microphone, MicrophoneError, Speaker};
use leptos::prelude::{GetUntracked, LocalStorage, RwSignal, Set, StoredValue, UpdateValue};
use leptos::task::spawn_local;
use sound::{Hearing, HearingCheck};
use std::rc::Rc;
use web_sys::AudioContext;

mod loudspeaker;

/// Where the microphone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MicrophoneStatus {
    /// Not asked for.
    Off,
    /// The candidate is being asked.
    Opening,
    On,
    Wrong(MicrophoneError),
}

/// Whoever takes part in a conversation with this equipment.
pub(super) trait Talker {
    /// The microphone has heard a frame.
    fn hear(&self, pcm: &[u8]);
    /// The loudspeaker has played something.
    fn played(&self);
    /// There is no loudspeaker.
    fn speaker_failed(&self);
    /// The microphone went away, and another was found or not.
    fn microphone_lost(&self, is_replaced: bool);
}

#[derive(Default)]
struct Parts {
    microphone: Option<Microphone>,
    speaker: Option<Speaker>,
    pushed_samples: u64,
    gone_samples: u64,
    talker: Option<Rc<dyn Talker>>,
    check: HearingCheck,
    listener: Option<DevicesListener>,
    /// Counts the microphones asked for, so that an answer that comes late is known.
    asked: u32,
}

#[derive(Clone, Copy)]
pub(super) struct Equipment {
    parts: StoredValue<Parts, LocalStorage>,
    pub(super) microphone: RwSignal<MicrophoneStatus>,
    pub(super) hearing: RwSignal<Hearing>,
    /// The candidate's loudness as a meter shows it, 0 to 1.
    pub(super) level: RwSignal<f32>,
    /// Whether that is somebody speaking.
    pub(super) is_audible: RwSignal<bool>,
    /// The interviewer's loudness, root mean square of 1.
    pub(super) voice: RwSignal<f32>,
    /// Whether the interviewer is being heard.
    pub(super) is_voice_active: RwSignal<bool>,
    pub(super) is_muted: RwSignal<bool>,
    /// Whether the browser holds the sound back until a click.
    pub(super) is_blocked: RwSignal<bool>,
    pub(super) devices: RwSignal<Devices>,
    /// Empty for the system's own choice.
    pub(super) chosen_microphone: RwSignal<String>,
    /// Empty for the system's own choice.
    pub(super) chosen_speaker: RwSignal<String>,
}

impl Equipment {
    pub(super) fn new() -> Self {
        Self {
            parts: StoredValue::new_local(Parts::default()),
            microphone: RwSignal::new(MicrophoneStatus::Off),
            hearing: RwSignal::new(Hearing::Listening),
            level: RwSignal::new(0.0),
            is_audible: RwSignal::new(false),
            voice: RwSignal::new(0.0),
            is_voice_active: RwSignal::new(false),
            is_muted: RwSignal::new(false),
            is_blocked: RwSignal::new(false),
            devices: RwSignal::new(Devices::default()),
            chosen_microphone: RwSignal::new(String::new()),
            chosen_speaker: RwSignal::new(String::new()),
        }
    }

    /// Works on the parts; `None` if the page is left, as a device opened late finds out.
    fn with<T>(self, work: impl FnOnce(&mut Parts) -> T) -> Option<T> {
        self.parts.try_update_value(work)
    }

    /// Says who takes part from now on; nobody does after `None`.
    pub(super) fn attach(self, talker: Option<Rc<dyn Talker>>) {
        // The old one is dropped out here: it may come back to us.
        drop(self.with(|parts| std::mem::replace(&mut parts.talker, talker)));
    }

    fn talker(self) -> Option<Rc<dyn Talker>> {
        self.with(|parts| parts.talker.clone()).flatten()
    }

    /// Lets go of every device.
    pub(super) fn release(self) {
        drop(self.with(|parts| {
            parts.asked += 1;
            (parts.microphone.take(), parts.speaker.take(), parts.talker.take(), parts.listener.take())
        }));
    }
}

/// The microphone.
impl Equipment {
    /// Opens the chosen microphone, anew if it is open. To be called in a click.
    pub(super) fn open_microphone(self) {
        match Microphone::unlock() {
            Ok(context) => spawn_local(async move {
                self.open_in(context).await;
            }),
            Err(error) => self.microphone.set(MicrophoneStatus::Wrong(error)),
        }
    }

    /// Opens the chosen microphone unless it is open.
    pub(super) fn ensure_microphone(self) {
        if !matches!(self.microphone.get_untracked(), MicrophoneStatus::On | MicrophoneStatus::Opening) {
            self.open_microphone();
        }
    }

    pub(super) fn choose_microphone(self, device: String) {
        self.chosen_microphone.set(device);
        self.open_microphone();
    }

    async fn open_in(self, context: AudioContext) -> bool {
        self.microphone.set(MicrophoneStatus::Opening);
        let Some((asked, old)) = self.with(|parts| {
            parts.asked += 1;
            parts.check = HearingCheck::default();
            (parts.asked, parts.microphone.take())
        }) else {
            return false;
        };
        drop(old);
        self.hearing.set(Hearing::Listening);
        let device = Some(self.chosen_microphone.get_untracked()).filter(|device| !device.is_empty());
        let opened = Microphone::open(
            context,
            device.as_deref(),
            move |heard| self.hear(&heard),
            move || self.lose_microphone(),
        )
        .await;
        let is_current = self.with(|parts| parts.asked == asked).unwrap_or_default();
        if !is_current {
            return false;
        }
        let is_open = opened.is_ok();
        match opened {
            Ok(microphone) => {
                microphone.set_muted(self.is_muted.get_untracked());
                self.with(|parts| parts.microphone = Some(microphone));
                self.microphone.set(MicrophoneStatus::On);
            }
            Err(error) => {
                self.level.set(0.0);
                self.microphone.set(MicrophoneStatus::Wrong(error));
            }
        }
        self.look_for_devices().await;
        is_open
    }

    fn hear(self, heard: &Heard) {
        let Some(hearing) = self.with(|parts| parts.check.take(heard.level, FRAME_MS)) else { return };
        if self.hearing.get_untracked() != hearing {
            self.hearing.set(hearing);
        }
        let is_muted = self.is_muted.get_untracked();
        self.level.set(if is_muted { 0.0 } else { heard.level.meter() });
        let is_audible = !is_muted && HearingCheck::is_audible(heard.level);
        if self.is_audible.get_untracked() != is_audible {
            self.is_audible.set(is_audible);
        }
        if let Some(talker) = self.talker() {
            talker.hear(&heard.pcm);
        }
    }

    /// The device went away: the system may have another.
    fn lose_microphone(self) {
        self.chosen_microphone.set(String::new());
        spawn_local(async move {
            let is_replaced = match Microphone::unlock() {
                Ok(context) => self.open_in(context).await,
                Err(_) => false,
            };
            if !is_replaced {
                self.microphone.set(MicrophoneStatus::Wrong(MicrophoneError::Unplugged));
            }
            if let Some(talker) = self.talker() {
                talker.microphone_lost(is_replaced);
            }
        });
    }

    pub(super) fn close_microphone(self) {
        drop(self.with(|parts| {
            parts.asked += 1;
            parts.microphone.take()
        }));
        self.level.set(0.0);
        self.is_audible.set(false);
        self.microphone.set(MicrophoneStatus::Off);
    }

    pub(super) fn set_muted(self, is_muted: bool) {
        self.is_muted.set(is_muted);
        self.with(|parts| parts.microphone.as_ref().map(|microphone| microphone.set_muted(is_muted)));
    }

    async fn look_for_devices(self) {
        let devices = Devices::list().await;
        self.devices.set(devices);
        self.with(|parts| {
            parts.listener.get_or_insert_with(|| {
                Devices::on_change(move || {
                    spawn_local(async move { self.devices.set(Devices::list().await) });
                })
            });
        });
    }
}
