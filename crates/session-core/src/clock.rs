//! How long an interview has run. It stands while the interview is paused.

use crate::boundary::Timestamp;

/// Starts when the interviewer is first reached.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    started: Option<Timestamp>,
    paused_ms: u64,
    paused_since: Option<Timestamp>,
}

impl Clock {
    pub(crate) fn started(&self) -> Option<Timestamp> {
        self.started
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused_since.is_some()
    }

    pub(crate) fn paused_since(&self) -> Option<Timestamp> {
        self.paused_since
    }

    /// Starts it, if it has not. Returns whether it did.
    pub(crate) fn start(&mut self, now: Timestamp) -> bool {
        let starts = self.started.is_none();
        self.started.get_or_insert(now);
        starts
    }

    pub(crate) fn pause(&mut self, now: Timestamp) {
        self.paused_since.get_or_insert(now);
    }

    pub(crate) fn resume(&mut self, now: Timestamp) {
        if let Some(since) = self.paused_since.take() {
            // A pause before the start is not part of the interview's time.
            let from = self.started.map_or(now, |started| since.max(started));
            self.paused_ms = self.paused_ms.saturating_add(now.since(from));
        }
    }

    pub(crate) fn elapsed_ms(&self, now: Timestamp) -> u64 {
        let Some(started) = self.started else { return 0 };
        let until = self.paused_since.map_or(now, |since| since.max(started));
        until.since(started).saturating_sub(self.paused_ms)
    }

    /// Returns when so much time will have run, if it runs on; `None` while it stands.
    pub(crate) fn due(&self, elapsed_ms: u64) -> Option<Timestamp> {
        let started = self.started.filter(|_| !self.is_paused())?;
        Some(started.after(elapsed_ms).after(self.paused_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_while_paused() {
        let mut clock = Clock::default();
        assert_eq!((clock.elapsed_ms(Timestamp(50)), clock.due(10)), (0, None));
        assert!(clock.start(Timestamp(100)) && !clock.start(Timestamp(200)));
        assert_eq!(clock.elapsed_ms(Timestamp(150)), 50);
        clock.pause(Timestamp(200));
        assert_eq!((clock.elapsed_ms(Timestamp(900)), clock.due(1_000)), (100, None));
        clock.resume(Timestamp(1_000));
        assert_eq!(clock.elapsed_ms(Timestamp(1_100)), 200);
        assert_eq!(clock.due(1_000), Some(Timestamp(1_900)));
    }

    #[test]
    fn a_pause_before_the_start_costs_nothing() {
        let mut clock = Clock::default();
        clock.pause(Timestamp(10));
        clock.start(Timestamp(100));
        clock.resume(Timestamp(300));
        assert_eq!(clock.elapsed_ms(Timestamp(400)), 100);
    }
}
