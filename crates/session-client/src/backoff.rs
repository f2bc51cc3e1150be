//! Growing pauses between attempts, spread by chance so that a thousand candidates do not come back in the same instant.

/// The pauses of one series of attempts.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first_ms: u64,
    max_ms: u64,
    attempts: u32,
    random: u64,
}

impl Backoff {
    pub(crate) fn new(first_ms: u64, max_ms: u64, seed: u64) -> Self {
        Self { first_ms, max_ms, attempts: 0, random: seed }
    }

    /// Begins a new series.
    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }

    /// Returns the next pause: twice the one before, up to the maximum, give or take 30 %.
    pub(crate) fn next_pause_ms(&mut self) -> u64 {
        let doubled = self.first_ms.saturating_mul(1 << self.attempts.min(16));
        self.attempts = self.attempts.saturating_add(1);
        let base = doubled.min(self.max_ms);
        base * (700 + self.draw() % 601) / 1000
    }

    /// SplitMix64: enough chance for jitter, and the same from the same seed everywhere.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_within_their_jitter_up_to_the_maximum() {
        for seed in 0..100 {
            let mut backoff = Backoff::new(250, 5_000, seed);
            for base in [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000] {
                let pause = backoff.next_pause_ms();
                assert!((base * 7 / 10..=base * 13 / 10).contains(&pause), "{pause} for {base}, seed {seed}");
            }
        }
    }

    #[test]
    fn two_seeds_do_not_come_back_together() {
        let pauses = |seed| Backoff::new(5_000, 5_000, seed).next_pause_ms();
        let mut all: alloc::vec::Vec<u64> = (0..50).map(pauses).collect();
        all.sort_unstable();
        all.dedup();
        assert!(all.len() > 40, "{} different pauses of 50", all.len());
    }

    #[test]
    fn a_new_series_starts_small() {
        let mut backoff = Backoff::new(250, 5_000, 1);
        for _ in 0..40 {
            backoff.next_pause_ms();
        }
        backoff.reset();
        assert!(backoff.next_pause_ms() <= 325);
    }
}
