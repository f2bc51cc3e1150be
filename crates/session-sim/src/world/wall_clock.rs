//! The host's clock, which is set forwards and backwards; the world's own goes on.

use super::{Actor, World};
use session_core::Timestamp;

/// What the host takes for the time.
#[derive(Debug, Default)]
pub(crate) struct WallClock {
    /// How far it is ahead of the world's.
    ahead_ms: i64,
    /// What a session makes of it: the same, but never backwards.
    steady_ms: u64,
    set_back_ms: u64,
    /// Somebody has set it back. A process that comes up after that cannot know how long it was gone.
    pub(crate) was_set_back: bool,
    /// It was set since the session last read it.
    pub(crate) is_news: bool,
}

impl WallClock {
    fn read(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.ahead_ms)
    }
}

impl World {
    pub(super) fn host_now(&self) -> Timestamp {
        Timestamp(self.clock.read(self.now))
    }

    /// The world goes on to this instant.
    pub(super) fn advance(&mut self, at: u64) {
        self.now = at;
        let clock = &mut self.clock;
        let (read, steady) = (clock.read(at), clock.steady_ms);
        if read >= steady {
            (clock.steady_ms, clock.set_back_ms) = (read, 0);
        } else if read + clock.set_back_ms >= steady {
            clock.steady_ms = read + clock.set_back_ms;
        } else {
            clock.set_back_ms = steady - read;
        }
        self.oracle.advance(self.clock.steady_ms);
    }

    /// Returns an instant of the host's clock as one of the world's.
    pub(super) fn in_the_world(&self, host_at: u64) -> u64 {
        host_at.saturating_add_signed(-self.clock.ahead_ms)
    }

    /// Returns an instant of the host's clock as the session sees it.
    pub(super) fn in_the_session(&self, host_at: u64) -> u64 {
        (host_at + self.clock.steady_ms).saturating_sub(self.host_now().0)
    }

    /// The host's clock is set. Its timer has been running for a while, and goes on as it was.
    pub(super) fn set_clock(&mut self, by_ms: i64) {
        self.trace(Actor::Host, || format!("its clock is set by {by_ms} ms"));
        self.clock.ahead_ms += by_ms;
        self.clock.was_set_back |= by_ms < 0;
        self.clock.is_news = true;
        self.oracle.on_clock_set();
        self.advance(self.now);
    }
}
