//! Which microphones and loudspeakers there are.

use super::worklet::closure;
use js_sys::Array;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, MediaDeviceInfo, MediaDeviceKind, MediaDevices};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) id: String,
    /// Empty until the candidate has allowed the microphone.
    pub(crate) label: String,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Devices {
    pub(crate) microphones: Vec<Device>,
    pub(crate) speakers: Vec<Device>,
}

impl Devices {
    /// Asks the browser; none if it does not say.
    pub(crate) async fn list() -> Self {
        let Some(listing) = media_devices().and_then(|devices| devices.enumerate_devices().ok()) else {
            return Self::default();
        };
        let Ok(listed) = JsFuture::from(listing).await else { return Self::default() };
        let infos: Vec<MediaDeviceInfo> =
            Array::from(&listed).iter().filter_map(|info| info.dyn_into().ok()).collect();
        let of = |kind| infos.iter().filter(move |info| info.kind() == kind).filter_map(device).collect();
        Self { microphones: of(MediaDeviceKind::Audioinput), speakers: of(MediaDeviceKind::Audiooutput) }
    }

    /// Calls `work` whenever one comes or goes, until the listener is dropped.
    pub(crate) fn on_change(mut work: impl FnMut() + 'static) -> DevicesListener {
        let on_change = closure(move |_: Event| work());
        if let Some(devices) = media_devices() {
            devices.set_ondevicechange(Some(on_change.as_ref().unchecked_ref()));
        }
        DevicesListener(on_change)
    }
}

/// What keeps listening.
pub(crate) struct DevicesListener(
    #[expect(dead_code, reason = "it lives as long as this")] Closure<dyn FnMut(Event)>,
);

impl Drop for DevicesListener {
    fn drop(&mut self) {
        if let Some(devices) = media_devices() {
            devices.set_ondevicechange(None);
        }
    }
}

/// A browser names no device before it is allowed to, and then there is nothing to choose.
fn device(info: &MediaDeviceInfo) -> Option<Device> {
    let id = info.device_id();
    (!id.is_empty()).then(|| Device { id, label: info.label() })
}

/// There are none without HTTPS.
fn media_devices() -> Option<MediaDevices> {
    window().navigator().media_devices().ok().filter(|devices| !devices.is_undefined())
}
