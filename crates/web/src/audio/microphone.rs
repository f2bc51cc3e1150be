//! The microphone: frames of 16 kHz, and what may be wrong with it.

use super::worklet::{Listener, closure, listen, node, number};
use js_sys::{Object, Reflect, Uint8Array};
use leptos::prelude::window;
use sound::Level;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioContextState, AudioWorkletNode, DomException, Event, MediaDevices, MediaStream,
    MediaStreamConstraints, MediaStreamTrack, MediaTrackConstraints,
};

/// The length of a frame: twelve and a half messages a second, and twice as many while a lost connection is caught up.
pub(crate) const FRAME_MS: u32 = 80;

/// Why there is no microphone, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MicrophoneError {
    /// The page did not come over HTTPS, or the browser is too old.
    Unsupported,
    /// The candidate or the system does not allow it.
    Denied,
    /// There is none.
    Absent,
    /// Something else holds it.
    Busy,
    /// It was there and went away.
    Unplugged,
    /// Anything else.
    Failed,
}

impl From<JsValue> for MicrophoneError {
    fn from(error: JsValue) -> Self {
        match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
            Some("NotAllowedError" | "SecurityError") => Self::Denied,
            Some("NotFoundError" | "OverconstrainedError") => Self::Absent,
            Some("NotReadableError" | "AbortError") => Self::Busy,
            _ => {
                web_sys::console::error_2(&"microphone:".into(), &error);
                Self::Failed
            }
        }
    }
}

/// A frame: s16le, 16 kHz, mono.
pub(crate) struct Heard {
    pub(crate) pcm: Vec<u8>,
    pub(crate) level: Level,
}

/// An open microphone; closed when dropped.
pub(crate) struct Microphone {
    node: AudioWorkletNode,
    device: Device,
    _listeners: [Listener; 2],
}

impl Microphone {
    /// Prepares, in the click that asks for it: later a browser may not let it run.
    pub(crate) fn unlock() -> Result<AudioContext, MicrophoneError> {
        let context = AudioContext::new()?;
        // Resolves when it runs, which may be much later.
        let _ = context.resume()?;
        Ok(context)
    }

    /// Opens a device, the system's own choice if none is named. `on_lost` is called when it goes away.
    pub(crate) async fn open(
        context: AudioContext,
        device: Option<&str>,
        mut on_heard: impl FnMut(Heard) + 'static,
        mut on_lost: impl FnMut() + 'static,
    ) -> Result<Self, MicrophoneError> {
        let stream = match ask_for(device).await {
            // The one chosen last time is not there today.
            Err(MicrophoneError::Absent) if device.is_some() => ask_for(None).await?,
            asked => asked?,
        };
        let device = Device { context, stream };
        let node = node(&device.context, "capture", 1, FRAME_MS).await?;
        let heard = listen(&node, move |posted| {
            let level = Level { rms: number(&posted, 1) as f32, peak: number(&posted, 2) as f32 };
            on_heard(Heard { pcm: Uint8Array::new(&posted.get(0)).to_vec(), level });
        })?;
        let lost = closure(move |_: Event| on_lost());
        for track in tracks(&device.stream) {
            track.set_onended(Some(lost.as_ref().unchecked_ref()));
        }
        device.context.create_media_stream_source(&device.stream)?.connect_with_audio_node(&node)?;
        // It says nothing; but some browsers run only what leads to the loudspeaker.
        node.connect_with_audio_node(&device.context.destination())?;
        Ok(Self { node, device, _listeners: [heard, Box::new(lost)] })
    }

    /// Turns the device's sound off and on at its source.
    pub(crate) fn set_muted(&self, is_muted: bool) {
        for track in tracks(&self.device.stream) {
            track.set_enabled(!is_muted);
        }
    }

    /// Whether the browser holds it back until the candidate clicks.
    pub(crate) fn is_blocked(&self) -> bool {
        self.device.context.state() == AudioContextState::Suspended
    }

    /// Lets it run, in a click.
    pub(crate) fn resume(&self) {
        drop(self.device.context.resume());
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        if let Ok(port) = self.node.port() {
            port.set_onmessage(None);
            // A port that is closed has no processor to stop.
            let _ = port.post_message(&"stop".into());
        }
        for track in tracks(&self.device.stream) {
            track.set_onended(None);
        }
    }
}

/// What is switched off when it is dropped, by a failure half-way too.
struct Device {
    context: AudioContext,
    stream: MediaStream,
}

impl Drop for Device {
    fn drop(&mut self) {
        tracks(&self.stream).for_each(|track| track.stop());
        // One that is closed already stays so.
        drop(self.context.close());
    }
}

async fn ask_for(device: Option<&str>) -> Result<MediaStream, MicrophoneError> {
    let devices: MediaDevices =
        window().navigator().media_devices().map_err(|_| MicrophoneError::Unsupported)?;
    if devices.is_undefined() {
        return Err(MicrophoneError::Unsupported);
    }
    let track = MediaTrackConstraints::new();
    track.set_echo_cancellation(&true.into());
    track.set_noise_suppression(&true.into());
    track.set_auto_gain_control(&true.into());
    track.set_channel_count(&1.into());
    if let Some(id) = device {
        let exact = Object::new();
        Reflect::set(&exact, &"exact".into(), &id.into())?;
        track.set_device_id(&exact);
    }
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&track);
    let asked = JsFuture::from(devices.get_user_media_with_constraints(&constraints)?).await?;
    asked.dyn_into().map_err(MicrophoneError::from)
}

fn tracks(stream: &MediaStream) -> impl Iterator<Item = MediaStreamTrack> {
    stream.get_audio_tracks().into_iter().filter_map(|track| track.dyn_into().ok())
}
