//! The application's backend: its table, its answers, its bad days.

use super::{Actor, World};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::oracle;
use api::call::{CALL_TIMEOUT_MS, Call, CallError, SubmitTranscript};
use api::interview::{Speaker, Status};
use api::token::{self, Claims};
use session_client::TokenError;
use session_core::CallId;
use std::collections::BTreeMap;

pub(crate) const INTERVIEW: &str = "itv_1";

/// A call on its way.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    incarnation: u64,
    id: CallId,
    call: Call,
    /// Its answer goes nowhere.
    echo: bool,
}

/// What is stored.
#[derive(Debug)]
pub(crate) struct Table {
    status: Status,
    entries: BTreeMap<i64, (Speaker, String)>,
}

impl Table {
    pub(crate) fn status(&self) -> Status {
        self.status
    }

    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self.status, Status::Completed | Status::Error)
    }

    /// Returns what was said in the turn that began then.
    pub(crate) fn entry(&self, began: i64) -> Option<&(Speaker, String)> {
        self.entries.get(&began)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &(Speaker, String)> {
        self.entries.values()
    }

    fn update(&mut self, status: Status) {
        self.status = self.status.max(status);
    }

    fn submit(&mut self, submit: &SubmitTranscript) {
        for entry in &submit.transcript {
            let said = (entry.speaker, entry.content.clone());
            self.entries.entry(entry.timestamp.0).or_insert(said);
        }
        if !self.is_terminal() {
            self.status = Status::Completed;
        }
    }
}

#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) table: Table,
    /// Answers 500 until then.
    pub(crate) broken_until: u64,
    jwt_secret: String,
    /// What the host still believes, and until when.
    former_secret: (String, u64),
    last_token: Option<String>,
}

impl Backend {
    pub(crate) fn new() -> Self {
        Self {
            table: Table { status: Status::Pending, entries: BTreeMap::new() },
            broken_until: 0,
            jwt_secret: format!("{} of the tokens, first edition", oracle::SECRET),
            former_secret: (String::new(), 0),
            last_token: None,
        }
    }

    /// Returns what the host checks tokens with.
    pub(crate) fn host_secret(&self, now: u64) -> &str {
        let (former, until) = &self.former_secret;
        if now < *until { former } else { &self.jwt_secret }
    }

    /// The backend signs with another secret; the host learns of it later.
    pub(crate) fn rotate_secret(&mut self, now: u64, delay_ms: u64, secret: String) {
        let former = std::mem::replace(&mut self.jwt_secret, secret);
        self.former_secret = (former, now + delay_ms);
    }
}

impl World {
    /// The host calls.
    pub(super) fn send_call(&mut self, id: CallId, call: Call) {
        let incarnation = self.host.incarnation;
        if self.breaks(Invariant::Liveness) && matches!(call, Call::SubmitTranscript(_)) {
            return;
        }
        let timeout = Wake::Answer { incarnation, id, answer: Err(CallError::Unreachable) };
        self.agenda.note(self.now + CALL_TIMEOUT_MS, timeout);
        if self.lies_in_wait(Fault::Unanswered) {
            return;
        }
        let mut delay_ms = self.dice.range(5..=40);
        let is_progress = matches!(&call, Call::UpdateStatus(update) if update.status == Status::InProgress);
        if is_progress && self.lies_in_wait(Fault::StatusReordered) {
            delay_ms = self.dice.range(2_000..=9_000);
        }
        let request = Request { incarnation, id, call, echo: false };
        if self.lies_in_wait(Fault::Duplicated) {
            let echo = Request { echo: true, ..request.clone() };
            let late_ms = delay_ms + self.dice.range(1..=12_000);
            self.agenda.note(self.now + late_ms, Wake::Request(echo));
        }
        self.agenda.note(self.now + delay_ms, Wake::Request(request));
        if self.lies_in_wait_for(Fault::KillSubmitting, !is_progress) {
            self.kill(Fault::KillSubmitting);
        }
    }

    /// A call arrives at the backend.
    pub(super) fn on_request(&mut self, request: &Request) {
        let Request { incarnation, id, ref call, echo } = *request;
        let before = self.backend.table.status();
        let broken = self.now < self.backend.broken_until;
        let mut delay_ms = self.dice.range(5..=40);
        let mut answer =
            if broken { Err(CallError::Status(500)) } else { self.carry_out(call, &mut delay_ms) };
        let after = self.backend.table.status();
        let forward = if before < Status::Completed { after >= before } else { after == before };
        self.oracle.must(forward, Invariant::OneTerminalStatus, || format!("{before:?} became {after:?}"));
        let is_submission = matches!(call, Call::SubmitTranscript(_));
        let lost = !broken && !echo && self.lies_in_wait_for(Fault::CommittedTimeout, is_submission);
        self.trace(Actor::Backend, || {
            format!("{}: {}", oracle::procedure(call), if answer.is_ok() { "ok" } else { "fails" })
        });
        if echo || lost {
            return;
        }
        if answer.is_ok() && matches!(call, Call::GetContext(_)) {
            if self.lies_in_wait(Fault::ContextFails) {
                answer = Err(CallError::Status(self.dice.pick(&[500, 502, 503, 401, 429])));
            } else if self.lies_in_wait(Fault::ContextMalformed) {
                answer = Ok(self.dice.pick(&[&b"<html>"[..], b"{}", b"", b"[1]"]).to_vec());
            }
        }
        self.agenda.note(self.now + delay_ms, Wake::Answer { incarnation, id, answer });
    }

    fn carry_out(&mut self, call: &Call, delay_ms: &mut u64) -> Result<Vec<u8>, CallError> {
        match call {
            Call::GetContext(_) => {
                if self.lies_in_wait(Fault::ContextSlow) {
                    *delay_ms = self.dice.range(2_000..=15_000);
                }
                return Ok(self.context());
            }
            Call::UpdateStatus(update) => self.backend.table.update(update.status),
            Call::SubmitTranscript(_) if self.lies_in_wait(Fault::SubmitRefused) => {
                return Err(CallError::Status(self.dice.pick(&[400, 409, 412, 413, 401])));
            }
            Call::SubmitTranscript(submit) => self.backend.table.submit(submit),
        }
        Ok(b"{\"result\":{}}".to_vec())
    }

    fn context(&self) -> Vec<u8> {
        let more = u32::from(self.breaks(Invariant::Duration));
        let (minutes, status) = (self.plan.minutes + more, self.backend.table.status().name());
        format!(
            r#"{{"result":{{"data":{{"role":"Chef","jobDescription":"","resume":"{} at cooking","persona":"","language":"en","durationMinutes":{minutes},"status":"{status}"}}}}}}"#,
            oracle::SPEECH
        )
        .into_bytes()
    }

    /// The answer to a call arrives at the host, or its time is up.
    pub(super) fn on_answer(&mut self, incarnation: u64, id: CallId, answer: &Result<Vec<u8>, CallError>) {
        if incarnation == self.host.incarnation && self.host.calls.remove(&id) {
            self.tell(session_core::Input::CallDone(id, answer.as_deref().map_err(|error| *error)));
        }
    }

    /// Returns what the backend says to a tab that asks for a token.
    pub(super) fn issue_token(&mut self) -> Result<String, TokenError> {
        if self.now < self.backend.broken_until || self.lies_in_wait(Fault::TokenUnreachable) {
            return Err(TokenError::Unreachable);
        }
        if self.backend.table.is_terminal() {
            return Err(TokenError::Over);
        }
        let sign = |interview: &str, at: u64, secret: &str| {
            let at = i64::try_from(at).unwrap_or(i64::MAX);
            token::sign(&Claims::new("user_1".to_owned(), interview.to_owned(), at), secret)
        };
        let secret = self.backend.jwt_secret.clone();
        if self.lies_in_wait(Fault::TokenExpired) {
            return Ok(sign(INTERVIEW, self.now - 400_000, &secret));
        }
        if self.lies_in_wait(Fault::TokenForeign) {
            return Ok(sign("itv_2", self.now, &secret));
        }
        if self.lies_in_wait(Fault::TokenForged) {
            return Ok(sign(INTERVIEW, self.now, "another secret altogether, made up"));
        }
        if let Some(last) = self.backend.last_token.clone()
            && self.lies_in_wait(Fault::TokenReplayed)
        {
            return Ok(last);
        }
        let token = sign(INTERVIEW, self.now, &secret);
        self.backend.last_token = Some(token.clone());
        Ok(token)
    }
}
