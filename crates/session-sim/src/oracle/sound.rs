//! The account of the microphone, kept beside the session's own.

use session_core::Limits;

/// s16le, 16 kHz, mono.
const BYTES_PER_MS: usize = 32;

/// Bytes of PCM.
#[derive(Debug, Default)]
pub(super) struct UplinkBook {
    received: u64,
    /// Came while nobody was to hear it, too fast, or was still waiting at the end.
    dropped: u64,
    /// Pushed out by newer sound while there was no model.
    overflowed: u64,
    /// Sent, and not let go of on the way.
    forwarded: u64,
    /// Sent, and let go of on the way.
    lost: u64,
    /// More came out than went in.
    overdrawn: bool,
    /// Sent since the book was last squared: what had been held.
    burst: u64,
}

impl UplinkBook {
    /// Goes on with the account of an earlier process. What waited there is dropped.
    pub(super) fn going_on((received, forwarded): (u64, u64)) -> Self {
        Self { received, forwarded, dropped: received - forwarded, ..Self::default() }
    }

    pub(super) fn received(&mut self, bytes: usize, wanted: bool) {
        self.received += bytes as u64;
        if !wanted {
            self.dropped += bytes as u64;
        }
    }

    pub(super) fn too_fast(&mut self, bytes: usize) {
        self.dropped += bytes as u64;
    }

    pub(super) fn forwarded(&mut self, bytes: usize) {
        self.forwarded += bytes as u64;
        self.burst += bytes as u64;
        self.overdrawn |= self.gone() > self.received;
    }

    pub(super) fn lost_on_the_way(&mut self, bytes: usize) {
        let bytes = (bytes as u64).min(self.forwarded);
        self.forwarded -= bytes;
        self.lost += bytes;
    }

    pub(super) fn abandon(&mut self) {
        self.dropped += self.waiting();
    }

    /// Squares the book after an input; returns what waits, or waited until then, and what may.
    pub(super) fn settle(&mut self, ready: bool) -> (u64, u64) {
        let limits = Limits::default();
        let burst = std::mem::take(&mut self.burst);
        let limit = limits.uplink_held_ms * BYTES_PER_MS as u64;
        if !ready {
            let excess = self.waiting().saturating_sub(limit);
            self.overflowed += excess.next_multiple_of(2).min(self.waiting());
        }
        if burst > limit + wire::MAX_MESSAGE_BYTES as u64 {
            return (burst, limit);
        }
        let limit = if ready { 40 * BYTES_PER_MS as u64 } else { limit };
        (self.waiting(), limit)
    }

    pub(super) fn is_overdrawn(&self) -> bool {
        self.overdrawn
    }

    /// Returns received, forwarded, dropped.
    pub(super) fn account(&self) -> [u64; 3] {
        [self.received, self.forwarded, self.received - self.forwarded]
    }

    fn waiting(&self) -> u64 {
        self.received.saturating_sub(self.gone())
    }

    fn gone(&self) -> u64 {
        self.forwarded + self.lost + self.dropped + self.overflowed
    }
}
