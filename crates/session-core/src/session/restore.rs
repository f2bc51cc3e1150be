//! The way back: an interview goes on from its journal after the process was killed, or was told to go.

use super::{CLOCK_JITTER_MS, Dialect, Ending, Open, Phase, Progress, Session};
use crate::boundary::{Output, Timestamp};
use crate::config::Config;
use crate::event::Event;
use crate::journal::Record;
use crate::timer::Timer;
use alloc::string::ToString;
use core::fmt;
use wire::CloseCode;

/// Why a journal cannot be gone on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// The transcript was acknowledged; the journal can be deleted.
    Finished,
    /// It holds no record that says what the interview is about: nothing was said, and it can be deleted.
    Empty,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Finished => "the interview is over and its transcript stored",
            Self::Empty => "the journal holds no interview",
        })
    }
}

impl core::error::Error for RestoreError {}

/// A candidate who could not come back while the process was gone has at least so long afterwards: three of the longest
/// pauses between the tries of a client.
const RETURN_MS: u64 = 15_000;
/// The wait between the tries of a report that an earlier process did not get through is at its longest.
const REPORTED_OFTEN: u32 = 16;
/// A clock is not set back further; an instant that lies further ahead is a broken record's.
const SET_BACK_MAX_MS: u64 = 24 * 60 * 60_000;

/// What a journal tells besides the state of the session.
#[derive(Default)]
struct Replay {
    latest: Timestamp,
    /// The journal tells where the conversation broke off; nothing was said since.
    knows_break: bool,
    warned: bool,
}

impl Session {
    /// Goes on from the records of [`Output::Persist`], in order, after the process was gone and every connection with
    /// it. A record that cannot be read is skipped: what is around it is still worth having.
    ///
    /// Every end comes when it would have come, with one exception: nobody could come back meanwhile, so the grace time
    /// ends 15 s from now at the earliest. If the candidate was connected to the last, all of it begins now.
    pub fn restore<'a>(
        config: Config,
        records: impl IntoIterator<Item = &'a [u8]>,
        seed: u64,
        now: Timestamp,
    ) -> Result<Self, RestoreError> {
        let mut session = Self::replayed(config, records, seed, now)?;
        session.transcript.seal_all();
        let earliest = session.now.after(RETURN_MS.min(session.config.grace_ms));
        session.go_on(earliest);
        Ok(session)
    }

    /// Goes on from the records of [`Output::Persist`], in order, after the session was dropped while it had nothing under
    /// way, in a host that whoever comes would have woken. Every end comes when it would have come.
    ///
    /// `client` is what [`Session::client`] told of the candidate's connection, if that is still open: it goes on under the
    /// id that [`Session::client`] tells now, and a client of ours is greeted again, its messages numbered from 1.
    pub fn wake<'a>(
        config: Config,
        records: impl IntoIterator<Item = &'a [u8]>,
        seed: u64,
        now: Timestamp,
        client: Option<Dialect>,
    ) -> Result<Self, RestoreError> {
        let mut session = Self::replayed(config, records, seed, now)?;
        let closed = session.transcript.seal_all();
        if let Some(dialect) = client {
            session.take_back(dialect);
        }
        if client == Some(Dialect::Seed) {
            for (turn, speaker) in closed {
                session.sealed(speaker, turn);
            }
        }
        session.go_on(session.now);
        session.show_state();
        Ok(session)
    }

    fn replayed<'a>(
        config: Config,
        records: impl IntoIterator<Item = &'a [u8]>,
        seed: u64,
        now: Timestamp,
    ) -> Result<Self, RestoreError> {
        let mut session = Self::new(config, seed, now);
        let mut replay = Replay::default();
        for record in records {
            let Ok(record) = serde_json::from_slice::<Record<'_>>(record) else {
                session.report(Event::RecordUnreadable);
                continue;
            };
            replay.latest = replay.latest.max(record.instant().unwrap_or_default());
            session.replay(record, &mut replay)?;
        }
        if matches!(session.phase, Phase::Loading(_)) {
            return Err(RestoreError::Empty);
        }
        if (CLOCK_JITTER_MS..=SET_BACK_MAX_MS).contains(&replay.latest.since(now)) {
            session.now = replay.latest;
        }
        session.advance(now);
        if !replay.knows_break {
            session.restore_break();
        }
        session.arm_clock();
        session.model.warning_due = session.is_late() && !replay.warned;
        Ok(session)
    }

    fn replay(&mut self, record: Record<'_>, replay: &mut Replay) -> Result<(), RestoreError> {
        match record {
            Record::Opened { context, created } => {
                self.created = created;
                self.phase = Phase::Open(Open::of(&context));
            }
            Record::Started { at } => {
                self.clock.start(at);
            }
            Record::Words { turn, speaker, text, typed } => {
                self.transcript.put_back(turn, speaker, &text);
                if typed && !self.typed.contains(&turn) {
                    self.typed.push_back(turn);
                }
                replay.knows_break &= typed;
            }
            Record::Told { turn } => {
                self.typed.retain(|waiting| *waiting != turn);
                replay.knows_break = false;
            }
            Record::Sealed { turn } => self.transcript.seal_again(turn),
            Record::Heard { received, forwarded } => self.uplink.restore(received, forwarded),
            Record::Measured { figures } => self.restore_measured(figures.into_owned()),
            Record::Handle { handle, at } => {
                self.restore_handle(handle.to_string(), at);
                replay.knows_break = false;
            }
            Record::Paused { at } => self.clock.pause(at),
            Record::Resumed { at } => self.clock.resume(at),
            Record::SetBack { by_ms } => self.set_back_ms = by_ms,
            Record::Reported => self.progress = Progress::Reported,
            Record::ClientLost { at } => self.lost_at = Some(at),
            Record::ClientBack => (self.lost_at, self.interruption_untold) = (None, false),
            Record::InterruptionUntold => self.interruption_untold = true,
            Record::ModelGone { at, broken_off, opens, refused, resumable } => {
                self.restore_gone(at, broken_off, opens, refused);
                if !resumable {
                    self.drop_handle();
                }
                replay.knows_break = true;
            }
            Record::Warned => replay.warned = true,
            Record::Farewell { since } => self.model.farewell_since = since,
            Record::Ending { reason, at } => {
                self.clock.resume(at);
                self.phase = Phase::Ending(Ending::new(reason, at));
            }
            Record::NotSubmitted { failures, refusals } => {
                if let Phase::Ending(ending) = &mut self.phase {
                    (ending.failures, ending.refusals) = (failures, refusals);
                }
            }
            Record::Acknowledged => return Err(RestoreError::Finished),
        }
        Ok(())
    }

    /// Goes on where the journal ends. The grace time of a candidate who is not there ends at `earliest` at the earliest.
    fn go_on(&mut self, earliest: Timestamp) {
        if let Phase::Ending(Ending { at, .. }) = self.phase {
            self.progress = Progress::Reported;
            self.await_acknowledgement(at);
            return self.submit();
        }
        if self.clock.started().is_some() && !matches!(self.progress, Progress::Reported) {
            self.progress = Progress::Reporting { call: None, failures: REPORTED_OFTEN };
            self.report_progress();
        }
        if self.model.farewell_since.is_some() {
            self.arm_farewell();
        }
        let back_by = self.await_return(earliest);
        if let Some(since) = self.clock.paused_since() {
            let due = since.after(self.config.limits.pause_ms);
            self.timers.arm(Timer::PauseLimit, due.max(back_by));
        }
        self.tend_model();
    }

    /// Waits for a candidate who is not there. Returns until when, or now.
    fn await_return(&mut self, earliest: Timestamp) -> Timestamp {
        if self.client.is_some() {
            return self.now;
        }
        if self.lost_at.is_none() {
            self.lose_client(self.now);
        }
        let lost_at = self.lost_at.unwrap_or(self.now).min(self.now);
        let due = lost_at.after(self.config.grace_ms).max(earliest);
        self.timers.arm(Timer::Grace, due);
        due
    }

    /// Sends everybody off to come back, and wants nothing more.
    pub(super) fn put_down(&mut self) {
        self.progress = Progress::Reported;
        self.persist_account();
        self.persist_measured();
        if let Some(client) = self.client.take() {
            self.outputs.push_back(Output::Close(client.conn, CloseCode::TryAgainLater.code()));
        }
        self.hang_up_model();
        self.timers.disarm_all();
        self.phase = Phase::Ended;
        self.report(Event::Suspended);
    }
}
