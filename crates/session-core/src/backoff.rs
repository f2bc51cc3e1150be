//! How long to wait before trying again.

/// Exponential back-off with jitter: `first_ms` doubled at every attempt up to `max_ms`, each spread by a quarter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    pub(crate) first_ms: u64,
    pub(crate) max_ms: u64,
}

impl Backoff {
    /// Whether one more failure makes the wait longer.
    pub(crate) fn grows(self, attempt: u32) -> bool {
        self.base_ms(attempt) < self.base_ms(attempt.saturating_add(1))
    }

    fn base_ms(self, attempt: u32) -> u64 {
        let doublings = attempt.saturating_sub(1).min(32);
        self.first_ms.saturating_mul(1 << doublings).min(self.max_ms)
    }

    /// Returns the wait before try number `attempt + 1`, where `attempt` tries have failed.
    pub(crate) fn wait_ms(self, attempt: u32, jitter: &mut Jitter) -> u64 {
        let base = self.base_ms(attempt);
        let spread = base / 2;
        base - spread / 2 + if spread == 0 { 0 } else { jitter.next() % spread }
    }
}

/// A small generator for jitter and nothing else (xorshift64*, Vigna 2016).
#[derive(Debug)]
pub(crate) struct Jitter(u64);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_stay_within_a_quarter_and_stop_at_the_maximum() {
        let backoff = Backoff { first_ms: 1_000, max_ms: 30_000 };
        for seed in 0..200 {
            let mut jitter = Jitter::new(seed);
            for (attempt, base) in [(1, 1_000), (2, 2_000), (3, 4_000), (6, 30_000), (60, 30_000)] {
                let wait = backoff.wait_ms(attempt, &mut jitter);
                assert!((base * 3 / 4..base * 5 / 4).contains(&wait), "attempt {attempt}: {wait}");
            }
        }
    }
}
