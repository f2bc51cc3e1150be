//! One moment per reason to wake up.

use crate::boundary::Timestamp;

/// Why the client wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The pause before the next attempt is over.
    Redial,
    /// The attempt under way has taken too long.
    Attempt,
    /// The session host has been out of reach for too long.
    Patience,
    /// It is time to send `ping`.
    Ping,
    /// Nothing has arrived for too long: the connection is dead.
    Silence,
    /// The session host has not confirmed the end.
    Ending,
    /// The session host has said that it is over and does not close.
    Close,
}

const ALL: [Timer; 7] = [
    Timer::Redial,
    Timer::Attempt,
    Timer::Patience,
    Timer::Ping,
    Timer::Silence,
    Timer::Ending,
    Timer::Close,
];

/// The moments that are set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timers([Option<Timestamp>; ALL.len()]);

impl Timers {
    pub(crate) fn set(&mut self, timer: Timer, due: Timestamp) {
        self.0[timer as usize] = Some(due);
    }

    pub(crate) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(crate) fn stop_all(&mut self) {
        self.0 = [None; ALL.len()];
    }

    pub(crate) fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    /// Returns the earliest.
    pub(crate) fn next(&self) -> Option<(Timestamp, Timer)> {
        ALL.into_iter().filter_map(|timer| Some((self.0[timer as usize]?, timer))).min_by_key(|(due, _)| *due)
    }

    /// Takes one that is due.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Option<Timer> {
        let (due, timer) = self.next()?;
        if due > now {
            return None;
        }
        self.stop(timer);
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_comes_first_and_only_when_due() {
        let mut timers = Timers::default();
        timers.set(Timer::Ping, Timestamp(20));
        timers.set(Timer::Redial, Timestamp(10));
        assert_eq!(timers.next(), Some((Timestamp(10), Timer::Redial)));
        assert_eq!(timers.expire(Timestamp(9)), None);
        assert_eq!(timers.expire(Timestamp(30)), Some(Timer::Redial));
        assert_eq!(timers.expire(Timestamp(30)), Some(Timer::Ping));
        assert_eq!(timers.expire(Timestamp(30)), None);
    }

    #[test]
    fn every_timer_has_a_place_of_its_own() {
        let mut timers = Timers::default();
        for (at, timer) in ALL.into_iter().enumerate() {
            timers.set(timer, Timestamp(at as u64));
        }
        for timer in ALL {
            assert_eq!(timers.expire(Timestamp(99)), Some(timer));
        }
    }
}
