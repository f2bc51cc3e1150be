//! The interviewer's sound between its arrival and the speaker.
//!
//! It arrives much faster than it is heard, so an interruption drops most of a turn. What the driver has taken is heard;
//! what it has not taken when the flush comes was never heard.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use wire::SampleRate;

/// What became of the interviewer's sound, bytes of PCM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayOutCount {
    /// Arrived.
    pub received_bytes: u64,
    /// Was taken for the speaker.
    pub heard_bytes: u64,
    /// Was dropped because the candidate talked over it.
    pub flushed_bytes: u64,
    /// Was dropped because the queue was full.
    pub overflowed_bytes: u64,
}

/// The queue.
#[derive(Debug)]
pub(crate) struct PlayOut {
    chunks: VecDeque<Vec<u8>>,
    /// How much of the first chunk is taken.
    taken: usize,
    queued_bytes: usize,
    limit_bytes: usize,
    turn_heard_bytes: u64,
    count: PlayOutCount,
}

impl PlayOut {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self {
            chunks: VecDeque::new(),
            taken: 0,
            queued_bytes: 0,
            limit_bytes,
            turn_heard_bytes: 0,
            count: PlayOutCount::default(),
        }
    }

    pub(crate) fn count(&self) -> PlayOutCount {
        self.count
    }

    pub(crate) fn queued_bytes(&self) -> usize {
        self.queued_bytes
    }

    /// Queues a chunk; one that does not fit is dropped whole.
    pub(crate) fn push(&mut self, pcm: Vec<u8>) {
        self.count.received_bytes += pcm.len() as u64;
        if pcm.is_empty() {
            return;
        }
        if self.queued_bytes + pcm.len() > self.limit_bytes {
            self.count.overflowed_bytes += pcm.len() as u64;
            return;
        }
        self.queued_bytes += pcm.len();
        self.chunks.push_back(pcm);
    }

    /// Appends up to `bytes` to `speaker`; returns how much.
    pub(crate) fn take(&mut self, mut bytes: usize, speaker: &mut Vec<u8>) -> usize {
        let before = speaker.len();
        while bytes > 0
            && let Some(first) = self.chunks.front()
        {
            let rest = &first[self.taken..];
            let part = rest.len().min(bytes);
            speaker.extend_from_slice(&rest[..part]);
            bytes -= part;
            self.taken += part;
            if self.taken == first.len() {
                self.chunks.pop_front();
                self.taken = 0;
            }
        }
        let taken = speaker.len() - before;
        self.queued_bytes -= taken;
        self.turn_heard_bytes += taken as u64;
        self.count.heard_bytes += taken as u64;
        taken
    }

    /// The interviewer begins another turn: what was heard of the last no longer counts for it.
    pub(crate) fn begin_turn(&mut self) {
        self.turn_heard_bytes = 0;
    }

    /// Drops what is queued; returns what was heard of the turn and what never will be, milliseconds.
    pub(crate) fn flush(&mut self) -> (u64, u64) {
        let unheard = self.queued_bytes as u64;
        self.count.flushed_bytes += unheard;
        self.chunks.clear();
        self.taken = 0;
        self.queued_bytes = 0;
        let heard = core::mem::take(&mut self.turn_heard_bytes);
        (SampleRate::INTERVIEWER.ms(heard), SampleRate::INTERVIEWER.ms(unheard))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_comes_out_as_it_went_in_whatever_the_pieces() {
        let mut play_out = PlayOut::new(1_000);
        play_out.push(alloc::vec![1, 2, 3, 4]);
        play_out.push(alloc::vec![5, 6]);
        play_out.push(alloc::vec![7, 8, 9, 10]);
        let mut speaker = Vec::new();
        assert_eq!(play_out.take(3, &mut speaker), 3);
        assert_eq!(play_out.take(5, &mut speaker), 5);
        assert_eq!(play_out.take(100, &mut speaker), 2);
        assert_eq!(play_out.take(100, &mut speaker), 0);
        assert_eq!(speaker, (1..=10).collect::<Vec<u8>>());
        assert_eq!(play_out.queued_bytes(), 0);
    }

    #[test]
    fn a_flush_tells_what_was_heard_of_this_turn_only() {
        let mut play_out = PlayOut::new(1_000_000);
        let mut speaker = Vec::new();
        play_out.push(alloc::vec![0; 48 * 100]);
        play_out.take(usize::MAX, &mut speaker);
        play_out.begin_turn();
        play_out.push(alloc::vec![0; 48 * 500]);
        play_out.take(48 * 200, &mut speaker);
        assert_eq!(play_out.flush(), (200, 300));
        assert_eq!(play_out.flush(), (0, 0), "a second interruption finds nothing");
        let count = play_out.count();
        assert_eq!(count.received_bytes, count.heard_bytes + count.flushed_bytes);
    }

    #[test]
    fn a_full_queue_drops_what_comes_and_counts_it() {
        let mut play_out = PlayOut::new(100);
        play_out.push(alloc::vec![0; 80]);
        play_out.push(alloc::vec![0; 30]);
        assert_eq!(play_out.queued_bytes(), 80);
        assert_eq!(play_out.count().overflowed_bytes, 30);
    }
}
