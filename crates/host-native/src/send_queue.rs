//! What waits to be sent to one peer, in order, and what gives way when the peer reads slowly.

use session_core::{Frame, Priority};
use std::collections::VecDeque;

/// How much may wait for one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Sound that may wait, bytes of PCM. Above it the oldest is dropped.
    pub audio_bytes: usize,
    /// Everything else that may wait, bytes. Above it the peer is hopeless.
    pub control_bytes: usize,
    /// The same, in frames: many small ones cost more than their bytes.
    pub control_frames: usize,
}

/// What became of a frame that was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It waits, and nothing had to give way.
    Queued,
    /// It waits or was dropped itself; this many bytes of PCM were let go of.
    Dropped(usize),
    /// Frames that may not be dropped exceed their limit.
    Hopeless,
}

/// Frames in the order they were pushed. Sound and the rest are kept apart, so that dropping the oldest sound is one pop.
#[derive(Debug)]
pub(crate) struct SendQueue {
    limits: QueueLimits,
    next: u64,
    audio: VecDeque<(u64, usize, Frame)>,
    audio_bytes: usize,
    control: VecDeque<(u64, Frame)>,
    control_bytes: usize,
}

impl SendQueue {
    pub(crate) fn new(limits: QueueLimits) -> Self {
        Self {
            limits,
            next: 0,
            audio: VecDeque::new(),
            audio_bytes: 0,
            control: VecDeque::new(),
            control_bytes: 0,
        }
    }

    pub(crate) fn push(&mut self, frame: Frame) -> Pushed {
        let position = self.next;
        self.next += 1;
        match frame.priority {
            Priority::Audio(pcm_bytes) => {
                self.audio_bytes += pcm_bytes;
                self.audio.push_back((position, pcm_bytes, frame));
                self.drop_oldest_audio()
            }
            Priority::Control => {
                self.control_bytes += frame.bytes.len();
                self.control.push_back((position, frame));
                let fits = self.control_bytes <= self.limits.control_bytes
                    && self.control.len() <= self.limits.control_frames;
                if fits { Pushed::Queued } else { Pushed::Hopeless }
            }
        }
    }

    fn drop_oldest_audio(&mut self) -> Pushed {
        let mut dropped = 0;
        while self.audio_bytes > self.limits.audio_bytes {
            let Some((_, pcm_bytes, _)) = self.audio.pop_front() else { break };
            self.audio_bytes -= pcm_bytes;
            dropped += pcm_bytes;
        }
        if dropped == 0 { Pushed::Queued } else { Pushed::Dropped(dropped) }
    }

    /// Returns the frame that was pushed first of those that are left.
    pub(crate) fn pop(&mut self) -> Option<Frame> {
        let control_first = match (self.control.front(), self.audio.front()) {
            (Some((control, _)), Some((audio, _, _))) => control < audio,
            (control, _) => control.is_some(),
        };
        if control_first {
            let (_, frame) = self.control.pop_front()?;
            self.control_bytes -= frame.bytes.len();
            Some(frame)
        } else {
            let (_, pcm_bytes, frame) = self.audio.pop_front()?;
            self.audio_bytes -= pcm_bytes;
            Some(frame)
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.audio.is_empty() && self.control.is_empty()
    }

    /// Lets go of everything, and of the memory.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limits);
    }
}

#[cfg(test)]
mod tests {
    use super::{Pushed, QueueLimits, SendQueue};
    use session_core::{Encoding, Frame, Priority};

    const LIMITS: QueueLimits = QueueLimits { audio_bytes: 100, control_bytes: 10, control_frames: 3 };

    fn audio(mark: u8, pcm_bytes: usize) -> Frame {
        Frame { encoding: Encoding::Binary, priority: Priority::Audio(pcm_bytes), bytes: vec![mark] }
    }

    fn control(text: &str) -> Frame {
        Frame { encoding: Encoding::Text, priority: Priority::Control, bytes: text.into() }
    }

    fn drained(mut queue: SendQueue) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| queue.pop()).map(|frame| frame.bytes).collect()
    }

    #[test]
    fn keeps_the_order_across_priorities() {
        let mut queue = SendQueue::new(LIMITS);
        for frame in [control("a"), audio(1, 40), control("b"), audio(2, 40)] {
            assert_eq!(queue.push(frame), Pushed::Queued);
        }
        assert_eq!(drained(queue), [b"a".to_vec(), vec![1], b"b".to_vec(), vec![2]]);
    }

    #[test]
    fn drops_the_oldest_audio_and_no_transcript() {
        let mut queue = SendQueue::new(LIMITS);
        assert_eq!(queue.push(audio(1, 60)), Pushed::Queued);
        assert_eq!(queue.push(control("said")), Pushed::Queued);
        assert_eq!(queue.push(audio(2, 30)), Pushed::Queued);
        assert_eq!(queue.push(audio(3, 30)), Pushed::Dropped(60));
        assert_eq!(drained(queue), [b"said".to_vec(), vec![2], vec![3]]);
    }

    #[test]
    fn a_frame_that_alone_exceeds_the_limit_is_dropped_itself() {
        let mut queue = SendQueue::new(LIMITS);
        assert_eq!(queue.push(audio(1, 50)), Pushed::Queued);
        assert_eq!(queue.push(audio(2, 101)), Pushed::Dropped(151));
        assert!(queue.is_empty());
        assert_eq!(queue.push(audio(3, 100)), Pushed::Queued, "what was dropped no longer counts");
    }

    #[test]
    fn control_frames_beyond_either_limit_are_hopeless() {
        let mut queue = SendQueue::new(LIMITS);
        assert_eq!(queue.push(control("12345")), Pushed::Queued);
        assert_eq!(queue.push(control("12345")), Pushed::Queued);
        assert_eq!(queue.push(control("1")), Pushed::Hopeless);

        let mut queue = SendQueue::new(LIMITS);
        for _ in 0..3 {
            assert_eq!(queue.push(control("")), Pushed::Queued);
        }
        assert_eq!(queue.push(control("")), Pushed::Hopeless);
    }

    #[test]
    fn what_was_sent_makes_room() {
        let mut queue = SendQueue::new(LIMITS);
        for round in 0..50 {
            assert_eq!(queue.push(control("12345678")), Pushed::Queued, "round {round}");
            assert_eq!(queue.push(audio(round, 100)), Pushed::Queued, "round {round}");
            assert!(queue.pop().is_some() && queue.pop().is_some() && queue.pop().is_none());
        }
    }
}
