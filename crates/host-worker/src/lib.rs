//! The session host on Cloudflare Workers: a stateless entry that checks tokens, and one Durable Object for each interview.
//!
//! What an interview does is decided in `session-core`; the object owns its sockets, its storage and its alarm, and carries
//! out what the session asks for. It differs from the native host in what the platform does by itself: one object has one
//! interview, a message leaves only after what was written before it is durable, an idle object is put to sleep.
//!
//! # Isolation
//!
//! One instance of this module serves the entry and every object of an isolate. It is built to unwind, and whatever an
//! event makes the session do runs inside `Interview::event`, which catches a panic: that interview's sockets
//! are closed with 1011, its journal stays, and nobody else notices.
//!
//! # Where to read on
//!
//! `entry.rs` lets candidates in, `object.rs` is what the runtime calls, `interview.rs` carries out what a session wants,
//! `live.rs` is what it has in memory. `candidate.rs` is a socket to a candidate, `model.rs` the one to the model,
//! `backend.rs` a call, `outgoing.rs` what both send, `journal.rs` what outlives the object, `wake.rs` its one alarm,
//! `settings.rs` what the operator says.

mod backend;
mod candidate;
mod clock;
mod entry;
mod interview;
mod journal;
mod live;
mod model;
mod object;
mod outgoing;
mod settings;
mod tasks;
#[cfg(feature = "test-hooks")]
mod test_hooks;
mod wake;

pub use object::InterviewObject;

/// Has a panic say where it happened, and nothing else: what it was about may be speech.
#[worker::event(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| match panic.location() {
        Some(place) => worker::console_error!("panicked at {}:{}", place.file(), place.line()),
        None => worker::console_error!("panicked"),
    }));
}

#[worker::event(fetch)]
async fn fetch(
    request: worker::Request,
    env: worker::Env,
    _: worker::Context,
) -> worker::Result<worker::Response> {
    entry::admit(request, &env).await
}
