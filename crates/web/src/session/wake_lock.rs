//! Keeps a phone's screen on: when it goes dark, the system stops the page and with it the microphone.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Asks the browser; `None` where there is no such thing, or it says no (a battery that is low).
async fn ask() -> Option<JsValue> {
    let lock = Reflect::get(&window().navigator(), &"wakeLock".into()).ok()?;
    let request: Function = Reflect::get(&lock, &"request".into()).ok()?.dyn_into().ok()?;
    let asked: Promise = request.call1(&lock, &"screen".into()).ok()?.dyn_into().ok()?;
    JsFuture::from(asked).await.ok()
}

/// A screen that stays on until this is dropped, or the page is hidden: then it must be asked for again.
pub(super) struct WakeLock(JsValue);

impl WakeLock {
    pub(super) async fn take() -> Option<Self> {
        ask().await.map(Self)
    }
}

impl Drop for WakeLock {
    fn drop(&mut self) {
        let release = Reflect::get(&self.0, &"release".into()).and_then(JsCast::dyn_into::<Function>);
        if let Ok(release) = release {
            // A lock that is released already stays so.
            let _ = release.call0(&self.0);
        }
    }
}
