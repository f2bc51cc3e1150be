//! The loudspeaker: 24 kHz into the jitter buffer of the audio thread.

use super::worklet::{Listener, closure, listen, node, number};
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, AudioContextOptions, AudioContextState, AudioWorkletNode, Event};
use wire::SampleRate;

/// What the audio thread tells, every 43 ms while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Report {
    /// Of the samples pushed, how many are gone.
    pub(crate) gone_samples: u64,
    /// Whether the voice is heard, or about to be.
    pub(crate) is_active: bool,
    /// How loud it is, root mean square of 1.
    pub(crate) rms: f32,
    /// How often sound came too late.
    pub(crate) underruns: u32,
}

/// An open loudspeaker; closed when dropped.
pub(crate) struct Speaker {
    node: AudioWorkletNode,
    output: Output,
    _listeners: [Listener; 2],
}

impl Speaker {
    /// Prepares, in the click that asks for it: later a browser may not let it sound.
    pub(crate) fn unlock() -> Result<AudioContext, JsValue> {
        let options = AudioContextOptions::new();
        options.set_sample_rate(SampleRate::INTERVIEWER.hz() as f32);
        options.set_latency_hint(&"interactive".into());
        let context = AudioContext::new_with_context_options(&options)?;
        // Resolves when it runs, which may be much later.
        let _ = context.resume()?;
        Ok(context)
    }

    /// Opens it. `on_state` is called when the browser lets it run or stops it.
    pub(crate) async fn open(
        context: AudioContext,
        mut on_report: impl FnMut(Report) + 'static,
        mut on_state: impl FnMut() + 'static,
    ) -> Result<Self, JsValue> {
        let output = Output(context);
        let node = node(&output.0, "playback", 0, 0).await?;
        let reports = listen(&node, move |posted| {
            on_report(Report {
                gone_samples: number(&posted, 0) as u64,
                is_active: number(&posted, 1) > 0.0,
                rms: number(&posted, 2) as f32,
                underruns: number(&posted, 3) as u32,
            });
        })?;
        let states = closure(move |_: Event| on_state());
        output.0.set_onstatechange(Some(states.as_ref().unchecked_ref()));
        node.connect_with_audio_node(&output.0.destination())?;
        Ok(Self { node, output, _listeners: [reports, Box::new(states)] })
    }

    /// Plays s16le after what waits.
    pub(crate) fn push(&self, pcm: &[u8]) {
        let buffer = Uint8Array::from(pcm).buffer();
        if let Ok(port) = self.node.port() {
            // Fails for a buffer that cannot be handed over, which a new one can.
            let _ = port.post_message_with_transferable(&buffer, &Array::of1(&buffer));
        }
    }

    /// Silences it.
    pub(crate) fn flush(&self) {
        self.post("flush");
    }

    fn post(&self, word: &str) {
        if let Ok(port) = self.node.port() {
            // Fails for what cannot be cloned, which a text can.
            let _ = port.post_message(&word.into());
        }
    }

    /// Whether the browser holds it back until the candidate clicks.
    pub(crate) fn is_blocked(&self) -> bool {
        self.output.0.state() == AudioContextState::Suspended
    }

    /// Lets it sound, in a click.
    pub(crate) fn resume(&self) {
        drop(self.output.0.resume());
    }

    /// Whether this browser lets a page choose the output.
    pub(crate) fn can_be_chosen() -> bool {
        let context = Reflect::get(&js_sys::global(), &"AudioContext".into());
        let prototype = context.and_then(|context| Reflect::get(&context, &"prototype".into()));
        prototype.is_ok_and(|prototype| Reflect::has(&prototype, &"setSinkId".into()).unwrap_or_default())
    }

    /// Chooses the output; an empty name is the system's own choice.
    pub(crate) async fn choose(context: &AudioContext, device: &str) -> Result<(), JsValue> {
        let set_sink: Function = Reflect::get(context, &"setSinkId".into())?.dyn_into()?;
        let done: js_sys::Promise = set_sink.call1(context, &device.into())?.dyn_into()?;
        JsFuture::from(done).await.map(drop)
    }

    /// Returns what it sounds through.
    pub(crate) fn context(&self) -> &AudioContext {
        &self.output.0
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        if let Ok(port) = self.node.port() {
            port.set_onmessage(None);
        }
        self.post("stop");
    }
}

/// What is switched off when it is dropped, by a failure half-way too.
struct Output(AudioContext);

impl Drop for Output {
    fn drop(&mut self) {
        self.0.set_onstatechange(None);
        // One that is closed already stays so.
        drop(self.0.close());
    }
}
