//! What a browser's audio thread does with sound: the microphone's way to 16 kHz frames, the interviewer's voice's way to
//! the loudspeaker.
//!
//! It never touches a device, a clock or a thread. The worklet calls it for every block of samples, natively it is tested.
//! Nothing is allocated after construction: the audio thread must not wait for memory.
//!
//! - [`Capture`]: blocks at the device's rate in, frames for the session host out, each with its [`Level`].
//! - [`JitterBuffer`]: pieces of the voice in, blocks for the loudspeaker out; it waits for a cushion, and is silenced at
//!   once. It holds a fraction of a second: the long queue, and what of it counts as heard, is `session_client`'s.
//! - [`HearingCheck`]: whether a microphone that is being tried hears anybody.
//! - [`chime`]: a sound to try a loudspeaker with.

mod capture;
mod chime;
mod hearing;
mod jitter;
mod level;
mod resample;

pub use capture::Capture;
pub use chime::chime;
pub use hearing::{Hearing, HearingCheck};
pub use jitter::JitterBuffer;
pub use level::Level;
pub use resample::Resampler;
