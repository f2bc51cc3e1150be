//! The microphone and the loudspeaker: thin handles over Web Audio.
//!
//! Samples are worked on by the Rust module in the audio thread (`crates/worklet`); here they only cross, a frame a
//! message. Nothing here knows of interviews.

mod devices;
mod microphone;
mod speaker;
mod worklet;

pub(crate) use devices::{Device, Devices, DevicesListener};
pub(crate) use microphone::{FRAME_MS, Heard, Microphone, MicrophoneError};
pub(crate) use speaker::{Report, Speaker};
