//! The time, as the client wants it.

use session_client::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Unix time that never steps: anchored once to the system's clock.
pub(super) struct Clock {
    started: Instant,
    started_ms: u64,
}

impl Clock {
    pub(super) fn start() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_ms = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
        Self { started: Instant::now(), started_ms }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp(self.started_ms.saturating_add(self.elapsed_ms()))
    }

    pub(super) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn instant(&self, at: Timestamp) -> Instant {
        self.started + Duration::from_millis(at.0.saturating_sub(self.started_ms))
    }
}
