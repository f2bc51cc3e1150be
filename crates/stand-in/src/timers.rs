//! The deadlines of one connection.

use crate::Moment;

/// Why a connection wants to be woken. At the same moment the earlier one goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// A refusal is due: the service takes its time.
    Refuse,
    /// `setupComplete` is due.
    SetupComplete,
    /// The resumption handle of a new connection is due.
    Update,
    /// A late transcription delta is due.
    Transcript,
    /// The client has not sent audio in the middle of speech.
    InputStalled,
    /// The answer to a prompt begins.
    Answer,
    /// The next audio chunk is due.
    Chunk,
    /// The audio sent would have finished playing.
    TurnDone,
    /// `goAway` is due.
    GoAway,
    /// The next resumption update of a model that sends many.
    PeriodicUpdate,
    /// The connection's life is over.
    EndOfLife,
    /// The session's life without compression is over.
    SessionEnd,
    /// Nothing has come from the client for so long that it must be gone.
    ClientGone,
}

const ALL: [Timer; 13] = [
    Timer::Refuse,
    Timer::SetupComplete,
    Timer::Update,
    Timer::Transcript,
    Timer::InputStalled,
    Timer::Answer,
    Timer::Chunk,
    Timer::TurnDone,
    Timer::GoAway,
    Timer::PeriodicUpdate,
    Timer::EndOfLife,
    Timer::SessionEnd,
    Timer::ClientGone,
];

/// At most one deadline for each reason.
#[derive(Debug, Default)]
pub(crate) struct Timers([Option<Moment>; ALL.len()]);

impl Timers {
    pub(crate) fn set(&mut self, timer: Timer, due: Moment) {
        self.0[timer as usize] = Some(due);
    }

    pub(crate) fn clear(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(crate) fn clear_all(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn next(&self) -> Option<(Moment, Timer)> {
        let set = ALL.into_iter().filter_map(|timer| Some((self.0[timer as usize]?, timer)));
        set.min_by_key(|(due, timer)| (*due, *timer as usize))
    }

    /// Takes the first deadline that has passed.
    pub(crate) fn take_due(&mut self, now: Moment) -> Option<Timer> {
        let (due, timer) = self.next()?;
        if due > now {
            return None;
        }
        self.clear(timer);
        Some(timer)
    }
}
