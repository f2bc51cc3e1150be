//! One interview, from the first connection to the acknowledged transcript.
//!
//! # Theory of operation
//!
//! A session is in one of four phases. It *loads* the interview's context from the backend as soon as somebody is there.
//! It is *open* while there may be a conversation: the model's connection is dialled, lost, rotated or let go of as
//! [`Session::wants_model`] says, and the candidate's may go and come back. It is *ending* from the moment a reason to end
//! appears until the backend has the transcript. Then it has *ended*.
//!
//! The parts: `candidate` is what the browser says and hears, `model` the connection to the interviewer, `conversation`
//! what the interviewer says, `measuring` how the candidate speaks, `backend` the calls, `ending` the way out, `restore` the way back after the process is gone.

mod backend;
mod candidate;
mod conversation;
mod ending;
mod measuring;
mod model;
mod restore;

use crate::backoff::Jitter;
use crate::boundary::{CallId, ConnId, Encoding, Frame, Input, Output, Priority, Timestamp};
use crate::clock::Clock;
use crate::config::Config;
use crate::event::{Event, Side};
use crate::instruction;
use crate::journal::Record;
use crate::timer::{Timer, Timers};
use crate::transcript::Transcript;
use crate::uplink::{RateLimit, Uplink};
use alloc::collections::VecDeque;
use alloc::string::String;
use api::interview::{Context, EndReason};
use candidate::Client;
pub use candidate::Dialect;
use delivery::Meter;
use model::Model;
pub use restore::RestoreError;

/// A clock that is so little behind is waited for.
const CLOCK_JITTER_MS: u64 = 1_000;

/// One interview. See the crate's page for the contract.
#[derive(Debug)]
pub struct Session {
    config: Config,
    created: Timestamp,
    now: Timestamp,
    /// How far the host's clock was set back since, milliseconds.
    set_back_ms: u64,
    jitter: Jitter,
    last_id: u64,
    outputs: VecDeque<Output>,
    timers: Timers,
    phase: Phase,
    client: Option<Client>,
    /// Since when nobody is there, if somebody was.
    lost_at: Option<Timestamp>,
    /// The candidate's player still holds what was interrupted while it could not be told.
    interruption_untold: bool,
    model: Model,
    uplink: Uplink,
    transcript: Transcript,
    /// How the candidate speaks.
    meter: Meter,
    clock: Clock,
    progress: Progress,
    /// The typed answers that the model has not got yet; while the context loads, they are not stored either.
    typed: VecDeque<Timestamp>,
}

#[derive(Debug)]
enum Phase {
    Loading(Loading),
    Open(Open),
    Ending(Ending),
    Ended,
}

/// Waiting for the context.
#[derive(Debug, Default)]
struct Loading {
    call: Option<CallId>,
    failures: u32,
    /// The candidate has ended the interview. What that means is known with the context.
    end_wanted: bool,
}

/// There may be a conversation.
#[derive(Debug)]
struct Open {
    /// The system instruction.
    instruction: String,
    /// BCP 47.
    language: String,
    duration_ms: u64,
}

impl Open {
    fn of(context: &Context) -> Self {
        Self {
            instruction: instruction::system_instruction(context),
            language: context.language.clone(),
            duration_ms: u64::from(context.duration_minutes) * 60_000,
        }
    }
}

/// The transcript is on its way to the backend.
#[derive(Debug)]
struct Ending {
    reason: EndReason,
    at: Timestamp,
    call: Option<CallId>,
    /// Tries that failed, and those of them that were refused: the same would be refused again.
    failures: u32,
    refusals: u32,
}

impl Ending {
    fn new(reason: EndReason, at: Timestamp) -> Self {
        Self { reason, at, call: None, failures: 0, refusals: 0 }
    }
}

/// Whether the backend knows that the interview is in progress.
#[derive(Debug)]
enum Progress {
    /// The interviewer was not reached yet.
    NotBegun,
    /// The call is out, or waits to be tried again.
    Reporting { call: Option<CallId>, failures: u32 },
    /// It knows, or refuses to.
    Reported,
}

impl Session {
    /// Begins an interview nobody has connected to. `seed` feeds back-off jitter and nothing else.
    pub fn new(config: Config, seed: u64, now: Timestamp) -> Self {
        let rate = RateLimit::new(config.uplink_rate_limit, now.0);
        let uplink = Uplink::new(config.limits.uplink_held_ms, rate);
        Self {
            config,
            created: now,
            now,
            set_back_ms: 0,
            jitter: Jitter::new(seed),
            last_id: 0,
            outputs: VecDeque::new(),
            timers: Timers::default(),
            phase: Phase::Loading(Loading::default()),
            client: None,
            lost_at: None,
            interruption_untold: false,
            model: Model::default(),
            uplink,
            transcript: Transcript::default(),
            meter: Meter::default(),
            clock: Clock::default(),
            progress: Progress::NotBegun,
            typed: VecDeque::new(),
        }
    }

    /// Takes a candidate's connection whose token was checked. An earlier one is closed with 4409.
    pub fn accept_client(&mut self, now: Timestamp) -> ConnId {
        self.advance(now);
        let conn = ConnId(self.next_id());
        self.on_client_joined(conn);
        self.show_state();
        conn
    }

    /// Takes news.
    pub fn handle_input(&mut self, now: Timestamp, input: Input<'_>) {
        self.advance(now);
        match input {
            Input::Opened(conn) => self.on_model_opened(conn),
            Input::Received(conn, message) => match self.side(conn) {
                Some(Side::Candidate) => self.on_client_message(message),
                Some(Side::Model) => self.on_model_message(message),
                None => {}
            },
            Input::Closed(conn, close) => match self.side(conn) {
                Some(Side::Candidate) => self.on_client_closed(close),
                Some(Side::Model) => self.on_model_closed(close),
                None => {}
            },
            Input::Dropped(conn, bytes) => self.on_dropped(conn, bytes),
            Input::NotDurable => self.on_not_durable(),
            Input::CallDone(call, answer) => self.on_call_done(call, answer),
            Input::Timeout => {
                while let Some(timer) = self.timers.expire(self.now) {
                    self.on_timer(timer);
                }
            }
        }
        self.show_state();
    }

    /// The host is going away and its journal stays: everybody is sent off to come back, the interview goes on in
    /// [`Session::restore`]. Until then nothing more is wanted, as after the end.
    pub fn suspend(&mut self, now: Timestamp) {
        self.advance(now);
        if !matches!(self.phase, Phase::Ended) {
            self.put_down();
        }
    }

    /// The host is going away: stores what was said, tells the candidate, ends.
    pub fn shut_down(&mut self, now: Timestamp) {
        self.advance(now);
        self.begin_ending(EndReason::Shutdown);
        self.show_state();
    }

    /// Returns the next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns when [`Input::Timeout`] is wanted, and why.
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        let (due, timer) = self.timers.next()?;
        Some((Timestamp(due.0.saturating_sub(self.set_back_ms)), timer))
    }

    /// Returns the candidate's connection and what the client on it understands. A host whose sockets outlive their
    /// session keeps both with the socket, for [`Session::wake`].
    pub fn client(&self) -> Option<(ConnId, Dialect)> {
        self.client.as_ref().map(|client| (client.conn, client.dialect()))
    }

    /// Time never runs backwards, and never stands still: a clock that is set back goes on from where it was.
    fn advance(&mut self, now: Timestamp) {
        let shifted = now.after(self.set_back_ms);
        if now >= self.now {
            self.now = now;
            self.note_set_back(0);
        } else if shifted >= self.now {
            self.now = shifted;
        } else if self.now.since(shifted) > CLOCK_JITTER_MS {
            self.note_set_back(self.now.since(now));
        }
    }

    fn note_set_back(&mut self, by_ms: u64) {
        if self.set_back_ms != by_ms {
            self.set_back_ms = by_ms;
            if !matches!(self.phase, Phase::Ended) {
                self.persist(&Record::SetBack { by_ms });
            }
        }
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn side(&self, conn: ConnId) -> Option<Side> {
        if self.client.as_ref().is_some_and(|client| client.conn == conn) {
            return Some(Side::Candidate);
        }
        (self.model.conn() == Some(conn)).then_some(Side::Model)
    }

    fn on_timer(&mut self, timer: Timer) {
        match timer {
            Timer::RetryContext => self.load_context(),
            Timer::RetryStatus => self.report_progress(),
            Timer::RetrySubmit => self.submit(),
            Timer::ContextDeadline => self.give_up_loading(),
            Timer::ModelSetup => self.on_model_setup_overdue(),
            Timer::Redial => self.on_redial(),
            Timer::ModelClosed => self.on_model_gone(),
            Timer::ModelAge => self.rotate_soon(),
            Timer::RotateBy => self.rotate(),
            Timer::Reply => self.on_reply_overdue(),
            Timer::LetGo => self.tend_model(),
            Timer::Grace => self.begin_ending(EndReason::ClientLeft),
            Timer::PauseLimit | Timer::TimeLimit => self.begin_ending(EndReason::TimeLimit),
            Timer::Warning => self.warn_soon(),
            Timer::Farewell => self.on_farewell(),
            Timer::Acknowledgement => self.release_client(),
        }
    }

    fn on_dropped(&mut self, conn: ConnId, bytes: usize) {
        let Some(side) = self.side(conn) else { return };
        if side == Side::Model {
            self.uplink.lost_on_the_way(bytes);
        }
        self.report(Event::AudioDropped { towards: side, bytes });
    }

    fn report(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn persist(&mut self, record: &Record<'_>) {
        self.outputs.push_back(Output::Persist(record.encode()));
    }

    /// Returns the interview's length; `None` until the context is known.
    fn duration_ms(&self) -> Option<u64> {
        match &self.phase {
            Phase::Open(open) => Some(open.duration_ms),
            Phase::Loading(_) | Phase::Ending(_) | Phase::Ended => None,
        }
    }

    fn remaining_ms(&self) -> u64 {
        self.duration_ms().unwrap_or(0).saturating_sub(self.clock.elapsed_ms(self.now))
    }

    /// Arms what depends on the interview's clock.
    fn arm_clock(&mut self) {
        let Some(duration_ms) = self.duration_ms() else { return };
        self.timers.disarm(Timer::TimeLimit);
        self.timers.disarm(Timer::Warning);
        if let Some(due) = self.clock.due(duration_ms) {
            self.timers.arm(Timer::TimeLimit, due.max(self.now));
        }
        if !self.is_late()
            && let Some(due) = self.clock.due(warn_at_ms(duration_ms))
        {
            self.timers.arm(Timer::Warning, due);
        }
    }

    /// Whether the time to warn the interviewer has passed.
    fn is_late(&self) -> bool {
        let warn_at_ms = self.duration_ms().map(warn_at_ms);
        warn_at_ms.is_some_and(|warn_at_ms| self.clock.elapsed_ms(self.now) >= warn_at_ms)
    }
}

fn warn_at_ms(duration_ms: u64) -> u64 {
    duration_ms - instruction::warning_ms(duration_ms)
}

fn text_frame(text: String) -> Frame {
    Frame { encoding: Encoding::Text, priority: Priority::Control, bytes: text.into_bytes() }
}
