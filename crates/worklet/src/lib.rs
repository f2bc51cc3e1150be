//! The audio thread's wasm module: [`sound`] behind plain C exports.
//!
//! An AudioWorklet has no `TextDecoder` and cannot await, so there is no wasm-bindgen here: `processors.js` instantiates
//! the module from its bytes and calls these functions. One instance serves one processor on one thread.
//!
//! Samples cross in two areas of this module's memory, whose addresses [`block`] and [`pcm`] give. They never move, but
//! the memory may grow when a processor is opened: JavaScript makes its views afterwards.

#![expect(unsafe_code, reason = "`no_mangle` counts as unsafe; there is nothing else")]

use sound::{Capture, JitterBuffer};
use std::cell::RefCell;

/// Longest block of an AudioWorklet, samples; today all have 128.
const BLOCK_SAMPLES: usize = 4096;

/// Longest piece of sound that crosses at once, samples: a second.
const PCM_SAMPLES: usize = 24_000;

struct Module {
    block: Vec<f32>,
    pcm: Vec<i16>,
    capture: Option<Capture>,
    playback: Option<JitterBuffer>,
}

thread_local! {
    static MODULE: RefCell<Module> = RefCell::new(Module {
        block: vec![0.0; BLOCK_SAMPLES],
        pcm: vec![0; PCM_SAMPLES],
        capture: None,
        playback: None,
    });
}

fn with<T>(work: impl FnOnce(&mut Module) -> T) -> T {
    MODULE.with_borrow_mut(work)
}

fn playback<T: Default>(read: impl FnOnce(&JitterBuffer) -> T) -> T {
    with(|module| module.playback.as_ref().map(read)).unwrap_or_default()
}

/// Returns where a block of floats is read and written: 4096 samples.
#[unsafe(no_mangle)]
pub extern "C" fn block() -> *mut f32 {
    with(|module| module.block.as_mut_ptr())
}

/// Returns where 16-bit sound is read and written: 24,000 samples.
#[unsafe(no_mangle)]
pub extern "C" fn pcm() -> *mut i16 {
    with(|module| module.pcm.as_mut_ptr())
}

/// Prepares for a microphone of this rate and frames of this length.
#[unsafe(no_mangle)]
pub extern "C" fn capture_open(device_hz: u32, frame_ms: u32) {
    with(|module| module.capture = Some(Capture::new(device_hz, frame_ms)));
}

/// Takes the first `samples` of the block.
#[unsafe(no_mangle)]
pub extern "C" fn capture_push(samples: usize) {
    with(|module| {
        let Some(capture) = &mut module.capture else { return };
        capture.push(&module.block[..samples.min(BLOCK_SAMPLES)]);
    });
}

/// Writes the next frame to the sound's area and returns its samples, 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn capture_next() -> usize {
    with(|module| {
        let Some(frame) = module.capture.as_mut().and_then(Capture::next_frame) else { return 0 };
        module.pcm[..frame.len()].copy_from_slice(frame);
        frame.len()
    })
}

/// Returns how loud the last frame was, root mean square of 1.
#[unsafe(no_mangle)]
pub extern "C" fn capture_rms() -> f32 {
    with(|module| module.capture.as_ref().map_or(0.0, |capture| capture.level().rms))
}

/// Returns the last frame's largest sample, of 1.
#[unsafe(no_mangle)]
pub extern "C" fn capture_peak() -> f32 {
    with(|module| module.capture.as_ref().map_or(0.0, |capture| capture.level().peak))
}

/// Prepares for a voice of this rate.
#[unsafe(no_mangle)]
pub extern "C" fn playback_open(rate_hz: u32) {
    with(|module| module.playback = Some(JitterBuffer::new(rate_hz)));
}

/// Takes the first `samples` of the sound's area.
#[unsafe(no_mangle)]
pub extern "C" fn playback_push(samples: usize) {
    with(|module| {
        let Some(playback) = &mut module.playback else { return };
        playback.push(&module.pcm[..samples.min(PCM_SAMPLES)]);
    });
}

/// Silences the voice.
#[unsafe(no_mangle)]
pub extern "C" fn playback_flush() {
    with(|module| module.playback.as_mut().map(JitterBuffer::flush));
}

/// Fills the first `samples` of the block.
#[unsafe(no_mangle)]
pub extern "C" fn playback_pull(samples: usize) {
    with(|module| {
        let Some(playback) = &mut module.playback else { return };
        playback.pull(&mut module.block[..samples.min(BLOCK_SAMPLES)]);
    });
}

/// Returns how many of the samples that came are gone: played, flushed, or without room.
#[unsafe(no_mangle)]
pub extern "C" fn playback_gone() -> f64 {
    playback(|buffer| buffer.gone() as f64)
}

/// Returns 1 while the voice is heard or about to be.
#[unsafe(no_mangle)]
pub extern "C" fn playback_active() -> u32 {
    playback(|buffer| u32::from(buffer.is_active()))
}

/// Returns how loud the last block was, root mean square of 1.
#[unsafe(no_mangle)]
pub extern "C" fn playback_rms() -> f32 {
    playback(|buffer| buffer.level().rms)
}

/// Returns how often sound came too late.
#[unsafe(no_mangle)]
pub extern "C" fn playback_underruns() -> u32 {
    playback(JitterBuffer::underruns)
}
