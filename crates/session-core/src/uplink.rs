//! The microphone's way to the model: small frames are joined, large ones split, and while there is no model they wait.

use alloc::vec::Vec;

/// The shortest message to the model: 40 ms of s16le at 16 kHz. Shorter ones cost more in framing than they save in delay.
const MIN_BYTES: usize = 40 * BYTES_PER_MS;
/// The longest message to the model: 100 ms.
const MAX_BYTES: usize = 100 * BYTES_PER_MS;
/// s16le, 16 kHz, mono.
const BYTES_PER_MS: usize = 32;
/// Nobody speaks so much; an account of more is broken, and would overflow.
const MOST_RECEIVED_BYTES: u64 = 1 << 53;

/// Audio that waits, and the account of every byte that came.
#[derive(Debug)]
pub(crate) struct Uplink {
    waiting: Vec<u8>,
    limit_bytes: usize,
    rate: RateLimit,
    account: Account,
}

/// What became of the microphone audio, in bytes: `received = forwarded + dropped + waiting`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) received: u64,
    pub(crate) forwarded: u64,
    pub(crate) dropped: u64,
}

impl Uplink {
    pub(crate) fn new(limit_ms: u64, rate: RateLimit) -> Self {
        let limit_bytes = usize::try_from(limit_ms).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_MS);
        Self { waiting: Vec::new(), limit_bytes, rate, account: Account::default() }
    }

    pub(crate) fn account(&self) -> Account {
        self.account
    }

    /// Goes on with the account of an earlier process, if it can be true. What waited there was heard by nobody.
    pub(crate) fn restore(&mut self, received: u64, forwarded: u64) {
        if received > MOST_RECEIVED_BYTES || forwarded > received {
            return;
        }
        self.account = Account { received, forwarded, dropped: received.saturating_sub(forwarded) };
    }

    /// Takes audio while the model listens, and gives `forward` each message's PCM, of 40 to 100 ms.
    pub(crate) fn pass(&mut self, now_ms: u64, pcm: &[u8], forward: impl FnMut(&[u8])) -> Admission {
        if !self.admit(now_ms, pcm) {
            return Admission::TooFast;
        }
        let whole = self.waiting.is_empty()
            && (MIN_BYTES..=MAX_BYTES).contains(&pcm.len())
            && pcm.len().is_multiple_of(2);
        if whole {
            self.account.forwarded += pcm.len() as u64;
            let mut forward = forward;
            forward(pcm);
        } else {
            self.waiting.extend_from_slice(pcm);
            self.send_waiting(MIN_BYTES, forward);
        }
        Admission::Taken
    }

    /// Takes audio while there is no model. What is more than the limit pushes out the oldest.
    pub(crate) fn hold(&mut self, now_ms: u64, pcm: &[u8]) -> Admission {
        if !self.admit(now_ms, pcm) {
            return Admission::TooFast;
        }
        self.waiting.extend_from_slice(pcm);
        let excess =
            self.waiting.len().saturating_sub(self.limit_bytes).next_multiple_of(2).min(self.waiting.len());
        self.waiting.drain(..excess);
        self.account.dropped += excess as u64;
        Admission::Taken
    }

    /// Counts audio that is not wanted: the interview is paused or over.
    pub(crate) fn refuse(&mut self, pcm: &[u8]) {
        self.account.received += pcm.len() as u64;
        self.account.dropped += pcm.len() as u64;
    }

    /// Forwards everything that waits, down to the last sample.
    pub(crate) fn flush(&mut self, forward: impl FnMut(&[u8])) {
        self.send_waiting(2, forward);
    }

    /// Gives up what still waits: nobody will hear it.
    pub(crate) fn abandon(&mut self) {
        self.account.dropped += self.waiting.len() as u64;
        self.waiting.clear();
    }

    /// Corrects the account: the host's queue let go of audio that had been forwarded.
    pub(crate) fn lost_on_the_way(&mut self, bytes: usize) {
        let bytes = (bytes as u64).min(self.account.forwarded);
        self.account.forwarded -= bytes;
        self.account.dropped += bytes;
    }

    fn admit(&mut self, now_ms: u64, pcm: &[u8]) -> bool {
        self.account.received += pcm.len() as u64;
        let admitted = self.rate.admit(now_ms, pcm.len());
        if !admitted {
            self.account.dropped += pcm.len() as u64;
        }
        admitted
    }

    fn send_waiting(&mut self, at_least: usize, mut forward: impl FnMut(&[u8])) {
        let mut sent = 0;
        while self.waiting.len() - sent >= at_least {
            let end = (sent + MAX_BYTES).min(self.waiting.len());
            let end = end - (end - sent) % 2;
            forward(&self.waiting[sent..end]);
            sent = end;
        }
        self.waiting.drain(..sent);
        self.account.forwarded += sent as u64;
    }
}

/// Whether audio was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It was forwarded, or waits.
    Taken,
    /// It came faster than the limit, and was dropped.
    TooFast,
}

/// A token bucket over bytes of audio: so many times real time, after a burst of ten seconds of sound.
#[derive(Debug)]
pub(crate) struct RateLimit {
    bytes_per_ms: u64,
    burst_bytes: u64,
    available: u64,
    refilled_ms: u64,
}

impl RateLimit {
    /// A reconnecting client sends what it held meanwhile at once; the core itself holds ten seconds.
    const BURST_MS: u64 = 10_000;

    pub(crate) fn new(times_real_time: u32, now_ms: u64) -> Self {
        let bytes_per_ms = u64::from(times_real_time) * BYTES_PER_MS as u64;
        let burst_bytes = Self::BURST_MS * bytes_per_ms;
        Self { bytes_per_ms, burst_bytes, available: burst_bytes, refilled_ms: now_ms }
    }

    fn admit(&mut self, now_ms: u64, bytes: usize) -> bool {
        let gained = now_ms.saturating_sub(self.refilled_ms).saturating_mul(self.bytes_per_ms);
        self.available = self.available.saturating_add(gained).min(self.burst_bytes);
        self.refilled_ms = now_ms;
        let admitted = self.available >= bytes as u64;
        if admitted {
            self.available -= bytes as u64;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn uplink() -> Uplink {
        Uplink::new(1_000, RateLimit::new(2, 0))
    }

    fn balanced(uplink: &Uplink) -> bool {
        let Account { received, forwarded, dropped } = uplink.account;
        received == forwarded + dropped + uplink.waiting.len() as u64
    }

    #[test]
    fn any_size_comes_out_as_40_to_100_ms_in_order() {
        for size in [2, 86, 640, 1_279, 1_280, 3_200, 3_201, 3_202, 9_999, 65_536] {
            let mut uplink = uplink();
            let mut sent = Vec::new();
            let mut all = Vec::new();
            for round in 0..20_u8 {
                let pcm: Vec<u8> = (0..size).map(|i| round.wrapping_add((i % 251) as u8)).collect();
                all.extend_from_slice(&pcm);
                let admission = uplink.pass(u64::from(round) * 10_000, &pcm, |message| {
                    assert!(
                        message.len() <= MAX_BYTES && message.len() >= MIN_BYTES && message.len() % 2 == 0
                    );
                    sent.extend_from_slice(message);
                });
                assert_eq!(admission, Admission::Taken);
                assert!(balanced(&uplink));
            }
            uplink.flush(|message| sent.extend_from_slice(message));
            let whole = all.len() - all.len() % 2;
            assert_eq!(sent, all[..whole], "size {size}");
        }
    }

    #[test]
    fn while_there_is_no_model_the_newest_second_waits_and_the_rest_is_counted() {
        let mut uplink = uplink();
        for second in 0..5_u8 {
            assert_eq!(uplink.hold(u64::from(second) * 1_000, &vec![second; 32_000]), Admission::Taken);
        }
        assert_eq!(uplink.account, Account { received: 160_000, forwarded: 0, dropped: 128_000 });
        let mut sent = Vec::new();
        uplink.flush(|message| sent.extend_from_slice(message));
        assert_eq!(sent, vec![4; 32_000]);
        assert!(balanced(&uplink));
    }

    #[test]
    fn faster_than_the_limit_is_dropped_and_counted() {
        let mut uplink = uplink();
        let second = vec![0; 32_000];
        for _ in 0..20 {
            assert_eq!(uplink.pass(0, &second, |_| {}), Admission::Taken);
        }
        assert_eq!(uplink.pass(0, &second, |_| {}), Admission::TooFast);
        assert_eq!(uplink.pass(499, &second, |_| {}), Admission::TooFast);
        assert_eq!(uplink.pass(500, &second, |_| {}), Admission::Taken);
        assert_eq!(uplink.account.dropped, 64_000);
        assert!(balanced(&uplink));
    }

    #[test]
    fn what_the_host_let_go_of_is_no_longer_forwarded() {
        let mut uplink = uplink();
        assert_eq!(uplink.pass(0, &vec![0; 3_200], |_| {}), Admission::Taken);
        uplink.lost_on_the_way(1_000);
        assert_eq!(uplink.account, Account { received: 3_200, forwarded: 2_200, dropped: 1_000 });
    }
}
