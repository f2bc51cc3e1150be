//! The way back: an interview goes on from its journal after the process was killed, or was told to go.

use super::{Ending, Open, Phase, Progress, Session};
use crate::boundary::{Event, Output, Timestamp};
use crate::config::Config;
use crate::journal::Record;
use crate::timer::Timer;
use alloc::string::ToString;
use api::interview::EndReason;
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

impl Session {
    /// Goes on from the records of [`Output::Persist`], in order. A record that cannot be read is skipped: what is
    /// around it is still worth having. The candidate has the grace time to come back.
    pub fn restore<'a>(
        config: Config,
        records: impl IntoIterator<Item = &'a [u8]>,
        seed: u64,
        now: Timestamp,
    ) -> Result<Self, RestoreError> {
        let mut session = Self::new(config, seed, now);
        for record in records {
            let Ok(record) = serde_json::from_slice::<Record<'_>>(record) else {
                session.report(Event::RecordUnreadable);
                continue;
            };
            session.replay(record)?;
        }
        if matches!(session.phase, Phase::Loading(_)) {
            return Err(RestoreError::Empty);
        }
        session.restore_break();
        session.transcript.seal_all();
        session.go_on();
        Ok(session)
    }

    fn replay(&mut self, record: Record<'_>) -> Result<(), RestoreError> {
        match record {
            Record::Opened { context, created } => {
                self.created = created;
                self.phase = Phase::Open(Open::of(&context));
            }
            Record::Started { at } => {
                self.clock.start(at);
            }
            Record::Words { turn, speaker, text } => self.transcript.put_back(turn, speaker, &text),
            Record::Sealed { turn } => self.transcript.seal_again(turn),
            Record::Heard { received, forwarded } => self.uplink.restore(received, forwarded),
            Record::Handle { handle, at } => self.restore_handle(handle.to_string(), at),
            Record::Paused { at } => self.clock.pause(at),
            Record::Resumed { at } => self.clock.resume(at),
            Record::Ending { reason, at } => {
                self.clock.resume(at);
                self.phase = Phase::Ending(Ending { reason, at, call: None, failures: 0 });
            }
            Record::Acknowledged => return Err(RestoreError::Finished),
        }
        Ok(())
    }

    fn go_on(&mut self) {
        if matches!(self.phase, Phase::Ending(_)) {
            self.progress = Progress::Reported;
            return self.submit();
        }
        if self.clock.started().is_some() {
            self.report_progress();
        }
        if self.config.grace_ms == 0 {
            return self.begin_ending(EndReason::ClientLeft);
        }
        self.timers.arm(Timer::Grace, self.now.after(self.config.grace_ms));
        if self.clock.is_paused() {
            self.timers.arm(Timer::PauseLimit, self.now.after(self.config.limits.pause_ms));
        }
        self.arm_clock();
    }

    /// Sends everybody off to come back, and wants nothing more.
    pub(super) fn put_down(&mut self) {
        self.persist_account();
        if let Some(client) = self.client.take() {
            self.outputs.push_back(Output::Close(client.conn, CloseCode::TryAgainLater.code()));
        }
        self.hang_up_model();
        self.timers.disarm_all();
        self.phase = Phase::Ended;
        self.report(Event::Suspended);
    }
}
