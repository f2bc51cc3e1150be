//! The way out: the transcript is acknowledged, then the client is told, then its connection is closed.

use super::backend::{REPORT_BACKOFF, instant};
use super::{Ending, Phase, Progress, Session};
use crate::backoff::Backoff;
use crate::boundary::{Output, Timestamp};
use crate::event::Event;
use crate::journal::Record;
use crate::timer::Timer;
use api::call::{Call, CallError, SubmitTranscript, UpdateStatus};
use api::interview::{EndReason, Speaker, Status};
use wire::server_to_client_message::Payload as ToClient;
use wire::session_ended::Reason;
use wire::{CloseCode, ErrorCode};

impl Session {
    /// Ends the conversation, and begins to store it. Does nothing if that has begun already.
    pub(super) fn begin_ending(&mut self, reason: EndReason) {
        match self.phase {
            // Nothing is promised yet, and whether there is an interview at all is not known.
            Phase::Loading(_) => return self.leave(reason),
            Phase::Open(_) => {}
            Phase::Ending(_) | Phase::Ended => return,
        }
        if let Some(conn) = self.model.ready() {
            self.forward_held_audio(conn);
        }
        self.uplink.abandon();
        self.end_model_turn();
        self.seal(Speaker::User);
        self.hang_up_model();
        self.timers.disarm_all();
        self.clock.resume(self.now);
        // What is submitted says it all.
        self.progress = Progress::Reported;
        self.persist_measured();
        self.persist(&Record::Ending { reason, at: self.now });
        self.phase = Phase::Ending(Ending::new(reason, self.now));
        self.await_acknowledgement(self.now);
        self.submit();
    }

    /// A client waits for the transcript to be stored, but not for ever if a journal keeps it.
    pub(super) fn await_acknowledgement(&mut self, since: Timestamp) {
        if matches!(self.phase, Phase::Ending(_)) && self.client.is_some() && self.config.keeps_journal {
            let due = since.after(self.config.limits.acknowledgement_ms).max(self.now);
            self.timers.arm(Timer::Acknowledgement, due);
        }
    }

    /// The disk does not take what is said. The transcript in memory is whole, but a kill would lose it.
    pub(super) fn on_not_durable(&mut self) {
        if self.config.keeps_journal {
            self.config.keeps_journal = false;
            self.timers.disarm(Timer::Acknowledgement);
            let text = "this server cannot save what is said as it is spoken; the interview goes on, and is stored at its end";
            self.send_error(ErrorCode::Internal, text);
        }
    }

    /// Lets the client go while the transcript is still to be delivered.
    pub(super) fn release_client(&mut self) {
        let Phase::Ending(Ending { reason, .. }) = self.phase else { return };
        let text =
            "the transcript is safe on this server and will be delivered as soon as the backend takes it";
        self.send_error(ErrorCode::Internal, text);
        self.say_goodbye(reason);
    }

    /// Calls the backend with what is to be stored.
    pub(super) fn submit(&mut self) {
        let Phase::Ending(Ending { reason, at, call: None, .. }) = self.phase else { return };
        match self.last_call(reason, at) {
            None => self.leave(reason),
            Some(call) => {
                let call = self.call(call);
                if let Phase::Ending(ending) = &mut self.phase {
                    ending.call = Some(call);
                }
            }
        }
    }

    /// Returns what the backend must learn; nothing if the interview did not begin and may still be held.
    fn last_call(&self, reason: EndReason, at: Timestamp) -> Option<Call> {
        let interview_id = self.config.interview_id.clone();
        let (started_at, ended_at) = (self.clock.started().map(instant), Some(instant(at)));
        let wanted = matches!(reason, EndReason::User | EndReason::Interviewer | EndReason::TimeLimit);
        if self.transcript.is_empty() && !wanted {
            started_at?;
            if reason == EndReason::Failed {
                let status = Status::Error;
                return Some(Call::UpdateStatus(UpdateStatus { interview_id, status, started_at, ended_at }));
            }
        }
        Some(Call::SubmitTranscript(SubmitTranscript {
            interview_id,
            transcript: self.transcript.entries(),
            end_reason: Some(reason),
            started_at,
            ended_at,
            delivery: self.measured(),
        }))
    }

    pub(super) fn on_submitted(&mut self, answer: Result<(), CallError>) {
        let Phase::Ending(Ending { reason, .. }) = self.phase else { return };
        match answer {
            Ok(()) => {
                self.persist(&Record::Acknowledged);
                self.report(Event::TranscriptStored { turns: self.transcript.entries().len() });
                self.leave(reason);
            }
            Err(error) => self.on_not_submitted(error),
        }
    }

    fn on_not_submitted(&mut self, error: CallError) {
        let Phase::Ending(ending) = &mut self.phase else { return };
        let is_refused = !error.is_retryable();
        ending.failures = ending.failures.saturating_add(1);
        ending.refusals = ending.refusals.saturating_add(u32::from(is_refused));
        let Ending { at, failures, refusals, .. } = *ending;
        if is_refused && self.config.keeps_journal {
            if self.now.since(at) >= self.config.limits.refused_for_ms {
                return self.give_up_delivery(error);
            }
        } else if error == CallError::Status(404) {
            self.report(Event::CallFailed { procedure: "submitTranscript", error, retry_in_ms: None });
            let text = "this interview was deleted; its transcript is not stored";
            self.send_error(ErrorCode::Internal, text);
            return self.leave(EndReason::Failed);
        }
        let refused_backoff = Backoff { first_ms: 15_000, max_ms: self.config.limits.refused_retry_ms };
        let (backoff, tries) =
            if is_refused { (refused_backoff, refusals) } else { (REPORT_BACKOFF, failures) };
        if backoff.grows(tries) {
            self.persist(&Record::NotSubmitted { failures, refusals });
        }
        self.retry(Timer::RetrySubmit, "submitTranscript", error, backoff, tries);
        if failures == 1 {
            let text = "the transcript could not be stored yet; trying again";
            self.send_error(ErrorCode::Internal, text);
        }
    }

    /// The backend will not take it. The journal is left for somebody to look at.
    fn give_up_delivery(&mut self, error: CallError) {
        self.close_everything(CloseCode::Error);
        self.report(Event::Undeliverable { error });
    }

    /// Tells the client that it is over, and why.
    pub(super) fn leave(&mut self, reason: EndReason) {
        self.say_goodbye(reason);
        self.finish(close_code(reason), Some(reason));
    }

    /// Tells the client the reason and the account of its audio, and closes its connection.
    fn say_goodbye(&mut self, reason: EndReason) {
        let ended = if self.client_said_hello() {
            let account = self.uplink.account();
            wire::SessionEnded {
                reason: wire_reason(reason).into(),
                audio_received_bytes: account.received,
                audio_forwarded_bytes: account.forwarded,
                audio_dropped_bytes: account.dropped,
            }
        } else {
            wire::SessionEnded { reason: seed_reason(reason).into(), ..wire::SessionEnded::default() }
        };
        self.send_client(ToClient::SessionEnded(ended));
        if let Some(client) = self.client.take() {
            self.outputs.push_back(Output::Close(client.conn, close_code(reason).code()));
        }
    }

    /// Closes what is open; nothing follows.
    pub(super) fn finish(&mut self, code: CloseCode, reason: Option<EndReason>) {
        self.close_everything(code);
        self.report(Event::Ended { reason });
    }

    fn close_everything(&mut self, code: CloseCode) {
        if let Some(client) = self.client.take() {
            self.outputs.push_back(Output::Close(client.conn, code.code()));
        }
        self.hang_up_model();
        self.timers.disarm_all();
        self.phase = Phase::Ended;
    }
}

fn wire_reason(reason: EndReason) -> Reason {
    match reason {
        EndReason::User => Reason::User,
        EndReason::Interviewer => Reason::Interviewer,
        EndReason::TimeLimit => Reason::TimeLimit,
        EndReason::ClientLeft => Reason::ClientLeft,
        EndReason::Failed => Reason::Failed,
        EndReason::Shutdown => Reason::Shutdown,
    }
}

/// Existing clients know four reasons.
fn seed_reason(reason: EndReason) -> Reason {
    match reason {
        EndReason::User | EndReason::Interviewer | EndReason::TimeLimit => wire_reason(reason),
        EndReason::ClientLeft | EndReason::Failed | EndReason::Shutdown => Reason::Unspecified,
    }
}

fn close_code(reason: EndReason) -> CloseCode {
    match reason {
        EndReason::User => CloseCode::EndedByUser,
        EndReason::Interviewer => CloseCode::EndedByInterviewer,
        EndReason::TimeLimit => CloseCode::TimeLimit,
        EndReason::Failed => CloseCode::Error,
        EndReason::ClientLeft | EndReason::Shutdown => CloseCode::InterviewOver,
    }
}
