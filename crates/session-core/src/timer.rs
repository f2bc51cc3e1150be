//! What the session waits for.

use crate::boundary::Timestamp;

/// Why the session wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Ask for the interview's context again.
    RetryContext,
    /// Report the status again.
    RetryStatus,
    /// Submit the transcript again.
    RetrySubmit,
    /// The backend has had long enough to say what this interview is.
    ContextDeadline,
    /// The model has had long enough to accept a connection and its set-up.
    ModelSetup,
    /// Dial the model again.
    Redial,
    /// The model has had long enough to echo our close.
    ModelClosed,
    /// The model's connection is old enough to be replaced at the next quiet point.
    ModelAge,
    /// The model's connection is about to be cut: replace it now.
    RotateBy,
    /// The interviewer should have begun to answer.
    Reply,
    /// The candidate's connection has been gone long enough to let go of the model.
    LetGo,
    /// A lost candidate may come back until then.
    Grace,
    /// A pause may last until then.
    PauseLimit,
    /// Tell the interviewer that the time is running out.
    Warning,
    /// The interview's time is up.
    TimeLimit,
    /// The interviewer has ended the interview and the farewell has been heard.
    Farewell,
    /// The client has waited long enough for an acknowledgement; the journal keeps the transcript.
    Acknowledgement,
}

const COUNT: usize = Timer::Acknowledgement as usize + 1;

const ALL: [Timer; COUNT] = [
    Timer::RetryContext,
    Timer::RetryStatus,
    Timer::RetrySubmit,
    Timer::ContextDeadline,
    Timer::ModelSetup,
    Timer::Redial,
    Timer::ModelClosed,
    Timer::ModelAge,
    Timer::RotateBy,
    Timer::Reply,
    Timer::LetGo,
    Timer::Grace,
    Timer::PauseLimit,
    Timer::Warning,
    Timer::TimeLimit,
    Timer::Farewell,
    Timer::Acknowledgement,
];

/// The armed timers, at most one of each.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: [Option<Timestamp>; COUNT],
}

impl Timers {
    pub(crate) fn arm(&mut self, timer: Timer, due: Timestamp) {
        self.due[timer as usize] = Some(due);
    }

    pub(crate) fn disarm(&mut self, timer: Timer) {
        self.due[timer as usize] = None;
    }

    pub(crate) fn disarm_all(&mut self) {
        self.due = Default::default();
    }

    pub(crate) fn is_armed(&self, timer: Timer) -> bool {
        self.due[timer as usize].is_some()
    }

    /// Returns the earliest; of two at the same instant the one declared first.
    pub(crate) fn next(&self) -> Option<(Timestamp, Timer)> {
        ALL.into_iter().filter_map(|timer| Some((self.due[timer as usize]?, timer))).min()
    }

    /// Takes the earliest that is due.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Option<Timer> {
        let (due, timer) = self.next()?;
        (due <= now).then(|| {
            self.disarm(timer);
            timer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_every_timer_at_its_own_place() {
        for (index, timer) in ALL.into_iter().enumerate() {
            assert_eq!(timer as usize, index);
        }
    }

    #[test]
    fn timers_expire_in_order_of_time_and_once() {
        let mut timers = Timers::default();
        timers.arm(Timer::TimeLimit, Timestamp(30));
        timers.arm(Timer::Grace, Timestamp(10));
        timers.arm(Timer::Warning, Timestamp(20));
        timers.disarm(Timer::Warning);
        assert_eq!(timers.next(), Some((Timestamp(10), Timer::Grace)));
        assert_eq!(timers.expire(Timestamp(9)), None);
        assert_eq!(timers.expire(Timestamp(40)), Some(Timer::Grace));
        assert_eq!(timers.expire(Timestamp(40)), Some(Timer::TimeLimit));
        assert_eq!(timers.expire(Timestamp(40)), None);
    }
}
