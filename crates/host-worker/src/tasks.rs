//! What goes on after an event's handler has returned.

use std::future::Future;

/// Runs a future beside everything else. It keeps what it holds for the isolate's life unless it ends: it must hold an
/// interview only by a `Weak`, and must not wait for what may never come.
#[expect(clippy::disallowed_methods, reason = "the one place where tasks begin")]
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
