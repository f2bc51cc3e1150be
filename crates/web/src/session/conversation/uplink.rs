//! What the microphone hears, on its way to the client: muted, or waiting for a slow network.

use session_client::MicrophoneFrame;
use std::collections::VecDeque;

/// Silence sent after muting, frames: the interviewer must notice that an answer has ended. Then nothing is sent.
const SILENT_FRAMES: u32 = 15;

/// With so many bytes unsent, frames wait here: what is handed to a socket cannot be taken back. Two seconds.
const MOST_UNSENT_BYTES: u32 = 64_000;

/// Frames that may wait, ten seconds; the oldest is dropped beyond.
const MOST_WAITING: usize = 125;

/// The gate.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Frames of silence still to be sent; `None` while the microphone is on.
    muted: Option<u32>,
    waiting: VecDeque<MicrophoneFrame>,
    dropped: u64,
}

impl Gate {
    pub(super) fn set_muted(&mut self, is_muted: bool) {
        self.muted = is_muted.then_some(SILENT_FRAMES);
    }

    /// Takes a frame, and says what to hand over now. `unsent_bytes` is what the socket still has.
    pub(super) fn take(&mut self, pcm: &[u8], unsent_bytes: u32) -> Vec<MicrophoneFrame> {
        match &mut self.muted {
            None => self.waiting.push_back(MicrophoneFrame::new(pcm)),
            Some(0) => {}
            Some(left) => {
                *left -= 1;
                self.waiting.push_back(MicrophoneFrame::new(&vec![0; pcm.len()]));
            }
        }
        if unsent_bytes <= MOST_UNSENT_BYTES {
            return self.waiting.drain(..).collect();
        }
        if self.waiting.len() > MOST_WAITING {
            self.waiting.pop_front();
            self.dropped += 1;
        }
        Vec::new()
    }

    /// Whether something that was said is lost to a slow network.
    pub(super) fn has_dropped(&self) -> bool {
        self.dropped > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence() -> MicrophoneFrame {
        MicrophoneFrame::new(&[0; 4])
    }

    #[test]
    fn frames_pass_as_they_come() {
        let mut gate = Gate::default();
        assert_eq!(gate.take(&[1, 2, 3, 4], 0), [MicrophoneFrame::new(&[1, 2, 3, 4])]);
    }

    #[test]
    fn muted_means_silence_for_a_second_and_then_nothing() {
        let mut gate = Gate::default();
        gate.set_muted(true);
        for _ in 0..SILENT_FRAMES {
            assert_eq!(gate.take(&[1, 2, 3, 4], 0), [silence()]);
        }
        for _ in 0..100 {
            assert!(gate.take(&[1, 2, 3, 4], 0).is_empty());
        }
        gate.set_muted(false);
        assert_eq!(gate.take(&[5, 6, 7, 8], 0), [MicrophoneFrame::new(&[5, 6, 7, 8])]);
    }

    #[test]
    fn what_a_slow_network_does_not_take_waits_and_the_oldest_goes_first() {
        let mut gate = Gate::default();
        for mark in 0..=130 {
            assert!(gate.take(&[mark, 0], MOST_UNSENT_BYTES + 1).is_empty());
        }
        assert!(gate.has_dropped());
        let sent = gate.take(&[131, 0], 0);
        assert_eq!(sent.len(), MOST_WAITING + 1);
        assert_eq!(sent.last(), Some(&MicrophoneFrame::new(&[131, 0])));
        assert_eq!(sent.first(), Some(&MicrophoneFrame::new(&[6, 0])));
    }
}
