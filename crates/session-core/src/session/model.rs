//! The connection to the interviewer: dialled, set up, lost, rotated, let go of.
//!
//! One connection at a time. The old one is closed, and its end awaited for a second, before the next is dialled: the
//! vendor refuses to resume a session while it believes its connection open.

use super::{Phase, Session, text_frame};
use crate::backoff::Backoff;
use crate::boundary::{ConnId, Output, Timestamp};
use crate::drone::Drone;
use crate::event::Event;
use crate::instruction;
use crate::journal::{BrokenOff, Record};
use crate::timer::Timer;
use crate::transcript::Turn;
use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;
use api::interview::{EndReason, Speaker};
use gemini_live::close::{self, Verdict};
use gemini_live::{Function, ModelProfile, Origin, Role, Setup};
use wire::ErrorCode;

/// The close code of our own, orderly, closes.
const NORMAL: u16 = 1000;
/// A connection that lived so long was healthy; what happens next is a new trouble.
const HEALTHY_MS: u64 = 60_000;
/// A second tone within five minutes: the session is spoilt, not the connection.
const DRONES_AGAIN_MS: u64 = 300_000;
const OPEN_BACKOFF: Backoff = Backoff { first_ms: 500, max_ms: 8_000 };
/// With so much sound still to be played, a change of connection is not heard.
const QUIET_PLAY_OUT_MS: u64 = 2_000;

/// Our side of the model, over many connections.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) link: Link,
    dialled: Timestamp,
    ready_since: Timestamp,
    handle: Option<Handle>,
    /// Openings in a row without a healthy connection.
    opens: u32,
    /// Refused resumes in a row.
    refused: u32,
    /// The connection should be replaced at the next quiet point.
    pub(super) rotate_soon: bool,
    pub(super) turn: ModelTurn,
    pub(super) interrupted_at: Timestamp,
    /// What the loss of a connection, or of the process, left unsaid.
    pub(super) broken_off: BrokenOff,
    pub(super) candidate_speaks: bool,
    pub(super) nudges: u32,
    /// What the sound of its turn is like.
    pub(super) drone: Drone,
    /// When it last was a tone in place of speech.
    droned: Option<Timestamp>,
    /// The interviewer is to be told that the time is running out.
    pub(super) warning_due: bool,
    /// When the candidate has heard what was generated.
    pub(super) play_out: Timestamp,
    /// When the interviewer said that the interview is over.
    pub(super) farewell_since: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Link {
    /// No connection.
    #[default]
    Down,
    /// The next dial waits for [`Timer::Redial`].
    Waiting,
    /// Dialled; `resuming` with a handle.
    Dialling {
        conn: ConnId,
        resuming: bool,
    },
    /// The set-up is sent.
    SettingUp {
        conn: ConnId,
        resuming: bool,
    },
    Ready(ConnId),
    /// Closed by us, its end not seen yet.
    Closing(ConnId),
}

/// What the interviewer is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ModelTurn {
    #[default]
    Idle,
    /// Words and sound arrive.
    Generating,
    /// Everything was generated, and is being heard.
    PlayOut,
    /// Interrupted: what still arrives of this turn is not for anybody's ears.
    Discarding,
}

#[derive(Debug)]
struct Handle {
    token: String,
    at: Timestamp,
}

impl Model {
    pub(super) fn conn(&self) -> Option<ConnId> {
        match self.link {
            Link::Down | Link::Waiting => None,
            Link::Dialling { conn, .. } | Link::SettingUp { conn, .. } => Some(conn),
            Link::Ready(conn) | Link::Closing(conn) => Some(conn),
        }
    }

    /// Returns the connection that listens.
    pub(super) fn ready(&self) -> Option<ConnId> {
        match self.link {
            Link::Ready(conn) => Some(conn),
            Link::Down
            | Link::Waiting
            | Link::Dialling { .. }
            | Link::SettingUp { .. }
            | Link::Closing(_) => None,
        }
    }

    /// A change of connection would cut nobody short.
    fn is_quiet(&self, now: Timestamp) -> bool {
        let turn_allows = match self.turn {
            ModelTurn::Idle => true,
            ModelTurn::PlayOut => self.play_out.since(now) >= QUIET_PLAY_OUT_MS,
            ModelTurn::Generating | ModelTurn::Discarding => false,
        };
        turn_allows && !self.candidate_speaks
    }
}

impl Session {
    /// Somebody is there, or just left, and the interview runs. Otherwise the connection is let go of: it costs money.
    fn wants_model(&self) -> bool {
        let attended = self.client.is_some() || self.timers.is_armed(Timer::LetGo);
        matches!(self.phase, Phase::Open(_)) && !self.clock.is_paused() && attended
    }

    /// Brings the connection to what is wanted.
    pub(super) fn tend_model(&mut self) {
        match (self.wants_model(), self.model.link) {
            (true, Link::Down) => self.dial(),
            (false, Link::Waiting) => {
                self.timers.disarm(Timer::Redial);
                self.model.link = Link::Down;
            }
            (false, Link::Dialling { .. } | Link::SettingUp { .. } | Link::Ready(_)) => self.close_model(),
            (true, _) | (false, Link::Down | Link::Closing(_)) => {}
        }
    }

    fn dial(&mut self) {
        if self
            .model
            .handle
            .as_ref()
            .is_some_and(|handle| self.now.since(handle.at) > self.config.limits.handle_ms)
        {
            self.model.handle = None;
        }
        let conn = ConnId(self.next_id());
        self.model.opens = self.model.opens.saturating_add(1);
        self.model.dialled = self.now;
        self.model.link = Link::Dialling { conn, resuming: self.model.handle.is_some() };
        self.timers.arm(Timer::ModelSetup, self.now.after(self.config.limits.model_setup_ms));
        self.outputs.push_back(Output::Dial(conn));
    }

    pub(super) fn on_redial(&mut self) {
        self.model.link = Link::Down;
        self.tend_model();
    }

    pub(super) fn on_model_opened(&mut self, opened: ConnId) {
        let Link::Dialling { conn, resuming } = self.model.link else { return };
        let Phase::Open(open) = &self.phase else { return };
        if conn != opened {
            return;
        }
        let origin = match &self.model.handle {
            Some(handle) => Origin::Resumed(&handle.token),
            None if !self.has_begun() => Origin::New,
            None => Origin::Restored,
        };
        let setup = Setup {
            model: &self.config.model,
            voice: self.config.voice.as_deref(),
            language: Some(&open.language),
            system_instruction: &open.instruction,
            functions: &[Function::END_INTERVIEW],
            origin,
        };
        let frame = text_frame(setup.to_json());
        self.model.link = Link::SettingUp { conn, resuming };
        self.outputs.push_back(Output::Send(conn, frame));
    }

    /// The model has accepted the set-up: it listens.
    pub(super) fn on_model_ready(&mut self) {
        let Link::SettingUp { conn, resuming } = self.model.link else { return };
        self.model.link = Link::Ready(conn);
        self.model.ready_since = self.now;
        self.model.refused = 0;
        self.timers.disarm(Timer::ModelSetup);
        self.timers.arm(Timer::ModelAge, self.now.after(self.config.limits.model_age_ms));
        self.report(Event::ModelReady { resumed: resuming, took_ms: self.now.since(self.model.dialled) });
        if self.clock.start(self.now) {
            self.persist(&Record::Started { at: self.now });
            self.report_progress();
            self.arm_clock();
        }
        self.open_conversation(conn, resuming);
        self.forward_held_audio(conn);
        self.forward_typed();
    }

    /// Gives the interviewer its cue: to begin, to go on where it was cut off, or nothing.
    fn open_conversation(&mut self, conn: ConnId, resumed: bool) {
        let broken_off = core::mem::take(&mut self.model.broken_off);
        if !self.has_begun() {
            self.say_to_model(instruction::BEGIN);
        } else if !resumed {
            let duration_ms = self.duration_ms().unwrap_or(0);
            let note = instruction::restore_note(self.clock.elapsed_ms(self.now), duration_ms);
            let turns: Vec<(Role, &str)> =
                self.told_turns().map(|turn| (role(turn.speaker), turn.text.as_str())).collect();
            let frame = text_frame(gemini_live::restore_message(&turns, &note));
            self.outputs.push_back(Output::Send(conn, frame));
            if ModelProfile::of(&self.config.model).restore_needs_history_config() {
                self.say_to_model(instruction::CONTINUE);
            }
            self.await_reply();
        } else {
            match broken_off {
                // What was typed and waits is a cue too.
                BrokenOff::InReply if self.typed.is_empty() => self.say_to_model(instruction::CONTINUE),
                BrokenOff::InReply | BrokenOff::InAnswer => self.await_reply(),
                BrokenOff::AtPause => {}
            }
        }
    }

    /// Returns the turns that the model has heard or said; what was typed and waits follows.
    fn told_turns(&self) -> impl Iterator<Item = &Turn> {
        self.transcript.turns().iter().filter(|turn| !self.typed.contains(&turn.began))
    }

    fn has_begun(&self) -> bool {
        self.told_turns().any(|turn| !turn.text.trim().is_empty())
    }

    pub(super) fn restore_handle(&mut self, token: String, at: Timestamp) {
        self.model.handle = Some(Handle { token, at });
    }

    pub(super) fn restore_gone(&mut self, at: Timestamp, broken_off: BrokenOff, opens: u32, refused: u32) {
        self.model.broken_off = broken_off;
        // Failures of a minute ago are another trouble.
        (self.model.opens, self.model.refused) =
            if self.now.since(at) < HEALTHY_MS { (opens, refused) } else { (0, 0) };
    }

    pub(super) fn drop_handle(&mut self) {
        self.model.handle = None;
    }

    /// Goes by how the transcript ends, for nothing else is known of the instant the process died.
    pub(super) fn restore_break(&mut self) {
        let Some(last) = self.told_turns().filter(|turn| !turn.text.trim().is_empty()).last() else { return };
        self.model.broken_off = match (last.speaker, last.sealed) {
            (Speaker::Ai, true) => BrokenOff::InAnswer,
            (Speaker::Ai, false) => BrokenOff::InReply,
            (Speaker::User, _) => {
                // It may be older than the answer, which the interviewer has to know: our transcript does.
                self.model.handle = None;
                BrokenOff::InReply
            }
        };
    }

    pub(super) fn keep_handle(&mut self, token: &str) {
        if self.model.handle.as_ref().is_none_or(|handle| handle.token != token) {
            self.persist(&Record::Handle { handle: Cow::Borrowed(token), at: self.now });
        }
        self.model.handle = Some(Handle { token: token.to_owned(), at: self.now });
    }

    pub(super) fn on_model_closed(&mut self, close: Option<(u16, &str)>) {
        let phase = match self.model.link {
            Link::Closing(_) => return self.on_model_gone(),
            Link::Dialling { resuming: true, .. } | Link::SettingUp { resuming: true, .. } => {
                close::Phase::Resuming
            }
            Link::Dialling { .. } | Link::SettingUp { .. } => close::Phase::BeforeSetup,
            Link::Ready(_) => close::Phase::Running,
            Link::Down | Link::Waiting => return,
        };
        let (code, reason) = close.map_or((None, ""), |(code, reason)| (Some(code), reason));
        let verdict = match code {
            // WebSocket has no close codes below 1000: the upgrade was answered with an HTTP status.
            Some(status) if status < NORMAL => close::classify_http(status, reason, phase),
            _ => close::classify(code, reason, phase),
        };
        self.on_model_lost(phase, verdict, code, reason);
    }

    pub(super) fn on_model_setup_overdue(&mut self) {
        let phase = match self.model.link {
            Link::Dialling { resuming, conn } | Link::SettingUp { resuming, conn } => {
                self.outputs.push_back(Output::Close(conn, NORMAL));
                if resuming { close::Phase::Resuming } else { close::Phase::BeforeSetup }
            }
            Link::Down | Link::Waiting | Link::Ready(_) | Link::Closing(_) => return,
        };
        self.on_model_lost(phase, Verdict::Retry, None, "no answer to the set-up");
    }

    /// The model has lost its voice, and would hum on. If another connection did not help, another session may.
    pub(super) fn on_drone(&mut self) {
        let Some(conn) = self.model.ready() else { return };
        self.report(Event::ModelDroned);
        self.model.play_out = self.now;
        self.tell_interrupted();
        let before = self.model.droned.replace(self.now);
        let again = before.is_some_and(|before| self.now.since(before) < DRONES_AGAIN_MS);
        self.outputs.push_back(Output::Close(conn, NORMAL));
        self.model.broken_off = BrokenOff::InReply;
        let verdict = if again { Verdict::DropHandle } else { Verdict::Retry };
        self.on_model_lost(close::Phase::Running, verdict, None, "a tone in place of speech");
    }

    fn on_model_lost(&mut self, phase: close::Phase, verdict: Verdict, code: Option<u16>, reason: &str) {
        if phase == close::Phase::Running && self.now.since(self.model.ready_since) >= HEALTHY_MS {
            self.model.opens = 0;
        }
        self.end_connection();
        self.model.link = Link::Down;
        let wait_ms = match verdict {
            Verdict::Fatal(_) => None,
            _ if self.model.opens >= self.config.limits.model_opens => None,
            Verdict::DropHandle => {
                self.model.handle = None;
                Some(self.open_wait_ms())
            }
            Verdict::Resume if phase == close::Phase::Running && self.model.opens <= 1 => Some(0),
            Verdict::Resume | Verdict::Retry if phase == close::Phase::Resuming => {
                Some(self.resume_wait_ms())
            }
            Verdict::Resume | Verdict::Retry => Some(self.open_wait_ms()),
        };
        self.persist_gone();
        self.report(Event::ModelLost { code, reason: reason.to_owned(), retry_in_ms: wait_ms });
        match (wait_ms, verdict) {
            (Some(0), _) => self.tend_model(),
            (Some(wait_ms), _) => {
                self.model.link = Link::Waiting;
                self.timers.arm(Timer::Redial, self.now.after(wait_ms));
                self.tend_model();
            }
            (None, Verdict::Fatal(blame)) => {
                self.send_error(ErrorCode::Model, blame.user_text());
                self.begin_ending(EndReason::Failed);
            }
            (None, _) => {
                let text = "the interviewer cannot be reached; what was said is stored";
                self.send_error(ErrorCode::Model, text);
                self.begin_ending(EndReason::Failed);
            }
        }
    }

    fn open_wait_ms(&mut self) -> u64 {
        OPEN_BACKOFF.wait_ms(self.model.opens, &mut self.jitter)
    }

    fn resume_wait_ms(&mut self) -> u64 {
        let refused = self.model.refused as usize;
        self.model.refused = self.model.refused.saturating_add(1);
        let waits_ms = &self.config.limits.resume_waits_ms;
        if self.model.refused as usize >= waits_ms.len() {
            self.model.handle = None;
        }
        waits_ms[refused.min(waits_ms.len() - 1)]
    }

    /// The connection that we closed has ended, or has had its time.
    pub(super) fn on_model_gone(&mut self) {
        self.timers.disarm(Timer::ModelClosed);
        self.model.link = Link::Down;
        self.tend_model();
    }

    /// The connection will be cut: it is replaced at the next quiet point, at the deadline in any case.
    pub(super) fn on_go_away(&mut self, left_ms: Option<u64>) {
        let limits = &self.config.limits;
        let wait_ms =
            left_ms.map_or(limits.go_away_default_ms, |left| left.saturating_sub(limits.rotate_ahead_ms));
        self.timers.arm(Timer::RotateBy, self.now.after(wait_ms.max(1_000)));
        self.rotate_soon();
    }

    pub(super) fn rotate_soon(&mut self) {
        self.model.rotate_soon = true;
        self.rotate_if_quiet();
    }

    pub(super) fn rotate_if_quiet(&mut self) {
        let is_due = self.model.rotate_soon && self.model.ready().is_some();
        if is_due && self.model.is_quiet(self.now) && !self.timers.is_armed(Timer::Reply) {
            self.rotate();
        }
    }

    /// Replaces the connection.
    pub(super) fn rotate(&mut self) {
        if self.model.ready().is_none() {
            return;
        }
        if self.now.since(self.model.ready_since) >= HEALTHY_MS {
            self.model.opens = 0;
        }
        self.report(Event::ModelRotated);
        self.close_model();
    }

    /// Closes the connection and waits for its end; what is wanted then is seen then.
    fn close_model(&mut self) {
        let Some(conn) = self.model.conn() else { return };
        self.end_connection();
        self.persist_gone();
        self.outputs.push_back(Output::Close(conn, NORMAL));
        self.model.link = Link::Closing(conn);
        self.timers.arm(Timer::ModelClosed, self.now.after(self.config.limits.model_close_ms));
    }

    /// What the next connection must know, also if another process makes it.
    fn persist_gone(&mut self) {
        self.persist_account();
        let Model { broken_off, opens, refused, ref handle, .. } = self.model;
        self.persist(&Record::ModelGone {
            at: self.now,
            broken_off,
            opens,
            refused,
            resumable: handle.is_some(),
        });
    }

    /// Closes the connection for good.
    pub(super) fn hang_up_model(&mut self) {
        match self.model.link {
            Link::Dialling { conn, .. } | Link::SettingUp { conn, .. } | Link::Ready(conn) => {
                self.outputs.push_back(Output::Close(conn, NORMAL));
            }
            Link::Down | Link::Waiting | Link::Closing(_) => {}
        }
        self.model.link = Link::Down;
    }

    /// Forgets what belongs to one connection only.
    fn end_connection(&mut self) {
        let broken_off = if self.end_model_turn() || self.timers.is_armed(Timer::Reply) {
            BrokenOff::InReply
        } else if self.model.candidate_speaks {
            BrokenOff::InAnswer
        } else {
            BrokenOff::AtPause
        };
        self.model.broken_off = self.model.broken_off.max(broken_off);
        self.model.candidate_speaks = false;
        self.model.rotate_soon = false;
        for timer in [Timer::ModelSetup, Timer::ModelAge, Timer::RotateBy, Timer::Reply, Timer::ModelClosed] {
            self.timers.disarm(timer);
        }
    }
}

fn role(speaker: Speaker) -> Role {
    match speaker {
        Speaker::User => Role::User,
        Speaker::Ai => Role::Model,
    }
}
