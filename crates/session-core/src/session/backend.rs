//! The calls to the backend: what the interview is about, that it is in progress, what was said.

use super::{Loading, Open, Phase, Progress, Session};
use crate::backoff::Backoff;
use crate::boundary::{CallId, Output};
use crate::event::Event;
use crate::journal::Record;
use crate::timer::Timer;
use alloc::borrow::Cow;
use api::call::{Call, CallError, GetContext, UpdateStatus, parse_context};
use api::interview::{Context, EndReason, Status};
use wire::server_to_client_message::Payload;
use wire::{CloseCode, ErrorCode, Refusal};

/// A candidate is waiting: try soon.
const CONTEXT_BACKOFF: Backoff = Backoff { first_ms: 500, max_ms: 5_000 };
/// It must arrive in the end, within half a minute of the backend's return: the longest wait, and a call that times out.
pub(super) const REPORT_BACKOFF: Backoff = Backoff { first_ms: 500, max_ms: 15_000 };

impl Session {
    /// Asks for the context, if it is missing and not being asked for.
    pub(super) fn load_context(&mut self) {
        let Phase::Loading(Loading { call: None, .. }) = self.phase else { return };
        if self.timers.is_armed(Timer::RetryContext) {
            return;
        }
        if !self.timers.is_armed(Timer::ContextDeadline) {
            self.timers.arm(Timer::ContextDeadline, self.now.after(self.config.limits.context_ms));
        }
        let interview_id = self.config.interview_id.clone();
        let asked = self.call(Call::GetContext(GetContext { interview_id }));
        if let Phase::Loading(loading) = &mut self.phase {
            loading.call = Some(asked);
        }
    }

    /// Tells the backend that the interview is in progress, until it knows.
    pub(super) fn report_progress(&mut self) {
        let failures = match self.progress {
            Progress::NotBegun => 0,
            Progress::Reporting { call: None, failures } => failures,
            Progress::Reporting { call: Some(_), .. } | Progress::Reported => return,
        };
        let call = self.call(Call::UpdateStatus(UpdateStatus {
            interview_id: self.config.interview_id.clone(),
            status: Status::InProgress,
            started_at: self.clock.started().map(instant),
            ended_at: None,
        }));
        self.progress = Progress::Reporting { call: Some(call), failures };
    }

    pub(super) fn on_call_done(&mut self, done: CallId, answer: Result<&[u8], CallError>) {
        match &mut self.phase {
            Phase::Loading(loading) if loading.call == Some(done) => {
                loading.call = None;
                return self.on_context(answer.and_then(parse_context));
            }
            Phase::Ending(ending) if ending.call == Some(done) => {
                ending.call = None;
                return self.on_submitted(answer.map(|_| ()));
            }
            Phase::Loading(_) | Phase::Open(_) | Phase::Ending(_) | Phase::Ended => {}
        }
        if let Progress::Reporting { call, failures } = &mut self.progress
            && *call == Some(done)
        {
            *call = None;
            match answer {
                Ok(_) => self.note_reported(),
                Err(error) => {
                    *failures += 1;
                    let failures = *failures;
                    if !self.retry_if_sensible(
                        Timer::RetryStatus,
                        "updateStatus",
                        error,
                        REPORT_BACKOFF,
                        failures,
                    ) {
                        self.note_reported();
                    }
                }
            }
        }
    }

    fn note_reported(&mut self) {
        self.progress = Progress::Reported;
        self.persist(&Record::Reported);
    }

    fn on_context(&mut self, answer: Result<Context, CallError>) {
        match answer {
            Ok(context) => match context.status {
                Status::Pending | Status::InProgress => self.open(&context),
                Status::Completed | Status::Error => self.turn_away(),
            },
            Err(error) => {
                let Phase::Loading(loading) = &mut self.phase else { return };
                loading.failures += 1;
                let failures = loading.failures;
                if !self.retry_if_sensible(
                    Timer::RetryContext,
                    "getContext",
                    error,
                    CONTEXT_BACKOFF,
                    failures,
                ) {
                    match error {
                        CallError::Status(404) => self.turn_away(),
                        _ => self.give_up_loading(),
                    }
                }
            }
        }
    }

    fn open(&mut self, context: &Context) {
        let end_wanted = matches!(self.phase, Phase::Loading(Loading { end_wanted: true, .. }));
        // Another session has it in hand, or had: one in which nothing was said is not its transcript.
        if end_wanted && context.status == Status::InProgress && self.typed.is_empty() {
            return self.leave(EndReason::User);
        }
        self.timers.disarm(Timer::ContextDeadline);
        self.persist(&Record::Opened { context: Cow::Borrowed(context), created: self.created });
        self.phase = Phase::Open(Open::of(context));
        self.note_early_typed();
        if end_wanted {
            self.begin_ending(EndReason::User);
        } else if self.client.is_none() {
            self.lose_client(self.now);
            self.timers.arm(Timer::Grace, self.now.after(self.config.grace_ms));
        }
        self.tend_model();
    }

    /// The interview is over, or gone; nothing stored is touched.
    fn turn_away(&mut self) {
        if let Some(error) = Refusal::Over.error() {
            self.send_client(Payload::Error(error));
        }
        self.finish(CloseCode::InterviewOver, None);
    }

    /// The backend did not say what the interview is about. An interviewer who knows nothing helps nobody.
    pub(super) fn give_up_loading(&mut self) {
        let text = "the interview could not be loaded; nothing is lost, please try again in a minute";
        self.send_error(ErrorCode::Internal, text);
        self.finish(CloseCode::Error, None);
    }

    /// Arms the next try, if the error allows one. Returns whether it does.
    fn retry_if_sensible(
        &mut self,
        timer: Timer,
        procedure: &'static str,
        error: CallError,
        backoff: Backoff,
        failures: u32,
    ) -> bool {
        if error.is_retryable() {
            self.retry(timer, procedure, error, backoff, failures);
        } else {
            self.report(Event::CallFailed { procedure, error, retry_in_ms: None });
        }
        error.is_retryable()
    }

    /// Arms the next try.
    pub(super) fn retry(
        &mut self,
        timer: Timer,
        procedure: &'static str,
        error: CallError,
        backoff: Backoff,
        failures: u32,
    ) {
        let wait_ms = backoff.wait_ms(failures, &mut self.jitter);
        self.report(Event::CallFailed { procedure, error, retry_in_ms: Some(wait_ms) });
        self.timers.arm(timer, self.now.after(wait_ms));
    }

    pub(super) fn call(&mut self, call: Call) -> CallId {
        let id = CallId(self.next_id());
        self.outputs.push_back(Output::Call(id, call));
        id
    }
}

pub(super) fn instant(at: crate::boundary::Timestamp) -> api::timestamp::Timestamp {
    api::timestamp::Timestamp(i64::try_from(at.0).unwrap_or(i64::MAX))
}
