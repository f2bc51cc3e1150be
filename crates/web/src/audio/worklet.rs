//! A processor in a context: the script, the module's bytes, the node.

use js_sys::{Array, ArrayBuffer, Object, Reflect};
use leptos::prelude::{document, window};
use std::any::Any;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::convert::FromWasmAbi;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AudioContext, AudioWorkletNode, AudioWorkletNodeOptions, MessageEvent, Response};

/// What keeps a listener of JavaScript's alive.
pub(super) type Listener = Box<dyn Any>;

/// Makes a node of the named processor. `inputs` is 1 for a processor that listens and 0 for one that speaks.
pub(super) async fn node(
    context: &AudioContext,
    processor: &str,
    inputs: u32,
    frame_ms: u32,
) -> Result<AudioWorkletNode, JsValue> {
    JsFuture::from(context.audio_worklet()?.add_module(&asset("data-worklet-js"))?).await?;
    let module = JsFuture::from(window().fetch_with_str(&asset("data-worklet-wasm"))).await?;
    let module: Response = module.dyn_into()?;
    let module: ArrayBuffer = JsFuture::from(module.array_buffer()?).await?.dyn_into()?;
    let told = Object::new();
    Reflect::set(&told, &"wasm".into(), &module)?;
    Reflect::set(&told, &"frameMs".into(), &frame_ms.into())?;
    let options = AudioWorkletNodeOptions::new();
    options.set_number_of_inputs(inputs);
    options.set_number_of_outputs(1);
    options.set_output_channel_count(&Array::of1(&1.into()));
    options.set_channel_count(1);
    options.set_processor_options(Some(&told));
    AudioWorkletNode::new_with_options(context, processor, &options)
}

/// Where the build put a file, as it wrote on `<html>`.
fn asset(attribute: &str) -> String {
    document().document_element().and_then(|root| root.get_attribute(attribute)).unwrap_or_default()
}

/// Listens to what a processor posts: its arrays. A text is something thrown in there, and goes to the console.
pub(super) fn listen(
    node: &AudioWorkletNode,
    mut take: impl FnMut(Array) + 'static,
) -> Result<Listener, JsValue> {
    let on_message = closure(move |message: MessageEvent| match message.data().dyn_into::<Array>() {
        Ok(posted) => take(posted),
        Err(thrown) => web_sys::console::error_2(&"audio thread:".into(), &thrown),
    });
    node.port()?.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    Ok(Box::new(on_message))
}

pub(super) fn closure<E: FromWasmAbi + 'static>(work: impl FnMut(E) + 'static) -> Closure<dyn FnMut(E)> {
    Closure::new(work)
}

/// Returns a number that a processor posted.
pub(super) fn number(posted: &Array, at: u32) -> f64 {
    posted.get(at).as_f64().unwrap_or_default()
}
