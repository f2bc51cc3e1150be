//! Unix time that never goes backwards.

use session_core::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// A clock that reads Unix time once and follows tokio's clock from there, so that tests can pause it.
///
/// Each interview has its own, begun with it: a laptop that slept must not give the next interview yesterday's time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    anchor: Instant,
    anchor_unix_ms: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { anchor: Instant::now(), anchor_unix_ms: unix_ms() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let elapsed_ms = u64::try_from(self.anchor.elapsed().as_millis()).unwrap_or(u64::MAX);
        Timestamp(self.anchor_unix_ms.saturating_add(elapsed_ms))
    }

    /// Returns when `due` is on tokio's clock; what is past is now.
    pub(crate) fn instant(&self, due: Timestamp) -> Instant {
        /// Beyond this no timer is worth arming exactly, and `Instant` would overflow.
        const FAR: Duration = Duration::from_secs(7 * 24 * 3600);
        let after_anchor = Duration::from_millis(due.0.saturating_sub(self.anchor_unix_ms));
        self.anchor + after_anchor.min(self.anchor.elapsed() + FAR)
    }
}

/// Returns the wall clock, for what was signed by another machine. 0 before 1970.
pub(crate) fn unix_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use session_core::Timestamp;
    use std::time::Duration;
    use tokio::time::{Instant, advance, sleep_until};

    #[tokio::test(start_paused = true)]
    async fn a_timer_fires_when_its_time_has_come() {
        let clock = Clock::start();
        let due = Timestamp(clock.now().0 + 1500);
        sleep_until(clock.instant(due)).await;
        assert!(clock.now() >= due, "{:?} before {due:?}", clock.now());
        assert!(clock.now().0 <= due.0 + 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_due_time_in_the_past_is_now_and_one_out_of_range_is_far() {
        let clock = Clock::start();
        advance(Duration::from_secs(60)).await;
        assert!(clock.instant(Timestamp(0)) <= Instant::now());
        assert!(clock.instant(Timestamp(u64::MAX)) > Instant::now() + Duration::from_secs(24 * 3600));
    }
}
