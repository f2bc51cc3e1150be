//! The rig of the browser tests: Chromium with a fake microphone, a real `preppal serve`, its stand-in, and a network that
//! can be cut.
//!
//! Everything listens on ports that were free, keeps its data in temporary folders, and is killed when it is dropped. The
//! product has no test code in it: what tests look at beside the page itself is noted by a script that Chromium runs before
//! the page's own (`probe.js`).
//!
//! A test is one call of [`with_browser`] around a [`Page`]. Needed: `cargo xtask web`, `cargo build -p preppal`, and
//! Debian's `chromium`, `chromium-driver`, `espeak-ng` and `sox`.

mod browser;
mod compare;
mod media;
mod page;
mod probe;
mod process;
mod proxy;
mod server;

pub use browser::{Browser, Microphone, Screen, with_browser, with_the_only_browser};
pub use compare::{Likeness, compare, loudness};
pub use media::{ANSWER_AT_MS, ANSWER_HZ, answer};
pub use page::Page;
pub use probe::{Message, Socket, Tapped};
pub use proxy::Proxy;
pub use server::{PrepPal, Setup};
