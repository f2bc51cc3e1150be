//! What tests need to see and to break. Built with the feature `test-hooks` only.

use crate::interview::Interview;
use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use worker::{Request, Response, Result, State};

/// Says what a request without an upgrade asks for.
const HEADER: &str = "x-preppal-test";

pub(crate) struct Hooks {
    /// Differs from one instance of an object to the next.
    instance: f64,
    abort: Option<JsValue>,
}

impl Hooks {
    pub(crate) fn new(state: &State) -> Self {
        let raw: &JsValue = state.as_raw().as_ref();
        let abort =
            Reflect::get(raw, &"abort".into()).ok().and_then(|abort| abort.dyn_into::<Function>().ok());
        let abort = abort.map(|abort| abort.bind1(raw, &"a test has it evicted".into()).into());
        Self { instance: js_sys::Math::random(), abort }
    }

    /// Does what the request asks for; `None` if it asks for nothing.
    pub(crate) fn answer(&self, request: &Request, interview: &Interview) -> Option<Result<Response>> {
        let asked = request.headers().get(HEADER).ok().flatten()?;
        Some(match asked.as_str() {
            "instance" => Response::ok(self.instance.to_string()),
            "panic" => {
                interview.panic();
                Response::ok("it panicked")
            }
            "abort" => self.abort(),
            _ => Response::error("no such hook", 400),
        })
    }

    /// Evicts the object a moment later. Called by Rust itself, `abort` would stop every task of the isolate.
    fn abort(&self) -> Result<Response> {
        let Some(abort) = &self.abort else { return Response::error("this runtime cannot abort", 501) };
        let set_timeout = Reflect::get(&js_sys::global(), &"setTimeout".into())?.dyn_into::<Function>()?;
        set_timeout.call2(&JsValue::UNDEFINED, abort, &0.into())?;
        Response::ok("it will be evicted")
    }
}
