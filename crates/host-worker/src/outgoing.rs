//! Requests of ours that are called off when nobody waits for them any more.

use futures::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::{AbortController, Delay, Fetch, Request, Response, Result};

/// Calls a request off when it is dropped: dropping a fetch's future alone does not.
pub(crate) struct CallOff(Option<AbortController>);

impl CallOff {
    /// Lets the request's connection live on.
    pub(crate) fn not_any_more(mut self) {
        self.0 = None;
    }
}

impl Drop for CallOff {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

/// Sends a request and returns its answer's head; the body comes for as long as the second value lives.
pub(crate) async fn send(request: Request) -> Result<(Response, CallOff)> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let call_off = CallOff(Some(controller));
    let answer = Fetch::Request(request).send_with_signal(&signal).await?;
    Ok((answer, call_off))
}

/// Returns what a future comes to, if it does in time.
pub(crate) async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), Delay::from(limit)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}
