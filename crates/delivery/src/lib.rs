//! How somebody speaks, as figures: measured from microphone frames and from text.
//!
//! It keeps no audio: a frame becomes a few integers and is gone. It knows no clock and does no I/O; whoever forwards the
//! frames gives each to a [`Meter`] with the time, tells it what the interviewer says, and submits its [`Record`]. Whoever
//! writes the report makes [`Figure`]s of the record and of the [`Wording`].
//!
//! Open [`meter`](Meter) for what is an answer and what a pause, `gate.rs` for what is speech, `figure.rs` for what each
//! figure means and where its normal range comes from.
#![no_std]

extern crate alloc;

mod figure;
mod gate;
mod language;
mod level;
mod meter;
mod record;
mod repetition;
mod wording;

pub use figure::{Definition, Figure, Key, Normal, Unit, figures};
pub use language::Language;
pub use meter::Meter;
pub use record::{Answer, Loudness, MAX_ANSWERS, Record, VERSION};
pub use repetition::Phrase;
pub use wording::{Filler, Wording};
