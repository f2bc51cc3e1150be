//! One WebSocket connection as a state machine on given time: who may come in, set-up, and the end of its life.
//!
//! The driver calls [`Connection::receive`], [`Connection::wake`] or [`Connection::closed`], then drains
//! [`Connection::poll_output`] in order, then waits until [`Connection::poll_timeout`]. The conversation itself is in
//! [`crate::live`].

use std::sync::Arc;
use std::time::Duration;

use crate::Moment;
use crate::close::Close;
use crate::credential::Credential;
use crate::emit;
use crate::io::{Io, Output};
use crate::live::Live;
use crate::message::{ClientMessage, Setup};
use crate::options::{Options, Profile};
use crate::scenario::{Act, Point, Scenario};
use crate::session::Session;
use crate::sessions::{Refusal, Sessions};
use crate::setup;
use crate::timers::Timer;

const SETUP_MS: u64 = 250;
const UPDATE_MS: u64 = 100;
const PERIODIC_UPDATE_MS: u64 = 30_000;
/// How long after the connect a resume is refused.
const REFUSE_MS: u64 = 550;
/// After so long without a sign of the client it is taken for dead (SI-83).
const CLIENT_GONE: Duration = Duration::from_secs(480);
/// At any scale: a client's own pings keep real time.
const CLIENT_GONE_LEAST: Duration = Duration::from_secs(30);

/// Who connects, and how.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) credential: Credential,
    /// `v1`, `v1beta` or `v1alpha`.
    pub(crate) version: String,
    /// Whether the method is `BidiGenerateContentConstrained`.
    pub(crate) constrained: bool,
}

enum Stage {
    Fresh,
    Refusing(Close),
    Starting,
    Live,
}

pub(crate) struct Connection {
    options: Arc<Options>,
    scenario: Arc<Scenario>,
    sessions: Sessions,
    caller: Caller,
    opened: Moment,
    stage: Stage,
    resumed: bool,
    live: Option<Box<Live>>,
    io: Io,
}

impl Connection {
    pub(crate) fn new(options: Arc<Options>, sessions: Sessions, caller: Caller, now: Moment) -> Self {
        let scenario = Arc::new(options.scenario_for(caller.credential.key()).clone());
        let mut io = Io::new(scenario.clone());
        io.timers.set(Timer::ClientGone, now + patience(&options));
        Self {
            options,
            scenario,
            sessions,
            caller,
            opened: now,
            stage: Stage::Fresh,
            resumed: false,
            live: None,
            io,
        }
    }

    /// Whether JSON goes out in text frames, not in binary ones (SI-8).
    pub(crate) fn sends_text_frames(&self) -> bool {
        self.scenario.text_frames
    }

    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.io.out.pop_front()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Moment> {
        self.io.timers.next().map(|(due, _)| due)
    }

    /// Takes one message of the client.
    pub(crate) fn receive(&mut self, now: Moment, text: &str) {
        self.alive(now);
        if self.io.has_ended() || self.io.is_silent() {
            return;
        }
        match self.stage {
            Stage::Fresh => self.first_message(now, text),
            Stage::Refusing(_) => {}
            Stage::Starting => self.io.close(Close::invalid_argument()),
            Stage::Live => self.converse(now, text),
        }
        self.settle(now);
    }

    /// Takes note of a sign of life that is no message: a ping.
    pub(crate) fn alive(&mut self, now: Moment) {
        if !self.io.has_ended() {
            self.io.timers.set(Timer::ClientGone, now + patience(&self.options));
        }
    }

    /// Does everything that is due.
    pub(crate) fn wake(&mut self, now: Moment) {
        while let Some(timer) = self.io.timers.take_due(now) {
            self.on_timer(now, timer);
            self.settle(now);
        }
    }

    /// Takes note that the connection has ended, from whichever side. The session can be resumed from here on.
    pub(crate) fn closed(&mut self, now: Moment) {
        self.io.abandon();
        self.settle(now);
    }

    fn settle(&mut self, now: Moment) {
        if self.io.has_ended()
            && let Some(live) = self.live.take()
        {
            let speaking = live.is_speaking();
            self.sessions.give_back(live.into_session(), now, speaking);
        }
    }

    fn first_message(&mut self, now: Moment, text: &str) {
        if let Some(close) = self.caller.credential.refusal(&self.options, self.caller.constrained) {
            return self.io.close(close);
        }
        match ClientMessage::read(text) {
            Ok(ClientMessage::Setup(setup)) => self.set_up(now, *setup),
            Ok(_) => self.io.close(Close::setup_order()),
            Err(close) => self.io.close(close),
        }
    }

    fn set_up(&mut self, now: Moment, setup: Setup) {
        if let Err(close) = setup::check(&setup, &self.options, &self.caller.version) {
            return self.io.close(close);
        }
        let handle = setup.session_resumption.as_ref().map(|asked| asked.handle.clone()).unwrap_or_default();
        let (setups, resumes) = self.sessions.count_setup(!handle.is_empty());
        let fault = self.scenario.act(Point::Setup, setups);
        let fault = fault
            .or_else(|| self.scenario.act(Point::Resume, resumes).filter(|_| !handle.is_empty()))
            .cloned();
        let mut wait = self.options.scaled_ms(SETUP_MS);
        match &fault {
            Some(Act::Close(close)) => return self.refuse(now, close.clone()),
            Some(Act::Delay { ms }) => wait += self.options.scaled_ms(*ms),
            Some(act) => self.io.act(act),
            None => {}
        }
        if self.io.has_ended() || self.io.is_silent() {
            return;
        }
        let session = if handle.is_empty() {
            Ok(self.new_session(now, &setup))
        } else {
            self.resume(now, &handle, &setup)
        };
        match session {
            Ok(session) => {
                self.resumed = !handle.is_empty();
                self.live =
                    Some(Box::new(Live::new(self.options.clone(), self.scenario.clone(), setup, session)));
                self.stage = Stage::Starting;
                self.io.timers.set(Timer::SetupComplete, now + wait);
            }
            Err(close) => self.refuse(now, close),
        }
    }

    fn refuse(&mut self, now: Moment, close: Close) {
        self.stage = Stage::Refusing(close);
        self.io.timers.set(Timer::Refuse, now.max(self.opened + self.options.scaled_ms(REFUSE_MS)));
    }

    fn new_session(&self, now: Moment, setup: &Setup) -> Box<Session> {
        let (id, seed) = self.sessions.create();
        Session::new(id, seed, setup, self.options.time_scale, now)
    }

    fn resume(&self, now: Moment, handle: &str, setup: &Setup) -> Result<Box<Session>, Close> {
        let unlock = self.options.scaled(self.options.unlock);
        let lifetime = self.options.scaled_life(self.options.handle_lifetime);
        let session =
            self.sessions.resume(handle, now, unlock, lifetime).map_err(|refusal| match refusal {
                Refusal::Busy => Close::internal(),
                Refusal::Gone => {
                    let usual = Close::new(1008, "BidiGenerateContent session not found");
                    self.scenario.dead_handle.clone().unwrap_or(usual)
                }
            })?;
        if session.model != setup.model {
            self.sessions.give_back(session, now, true);
            return Err(Close::invalid_argument());
        }
        if session.system_text != setup.system_instruction.text() {
            tracing::debug!("resumed with another system instruction; the first stays in force");
        }
        Ok(session)
    }

    fn converse(&mut self, now: Moment, text: &str) {
        let Some(live) = &mut self.live else { return };
        match ClientMessage::read(text) {
            Ok(message) => live.receive(now, message, &mut self.io),
            Err(close) => self.io.close(close),
        }
    }

    fn on_timer(&mut self, now: Moment, timer: Timer) {
        match timer {
            Timer::Refuse => {
                if let Stage::Refusing(close) = &self.stage {
                    self.io.close(close.clone());
                }
            }
            Timer::SetupComplete => self.begin(now),
            Timer::Update => self.update(),
            Timer::PeriodicUpdate => {
                self.update();
                self.io
                    .timers
                    .set(Timer::PeriodicUpdate, now + self.options.scaled_life_ms(PERIODIC_UPDATE_MS));
            }
            Timer::GoAway => self.go_away(),
            Timer::EndOfLife => {
                self.io.close(self.scenario.end_of_life.clone().unwrap_or_else(Close::lifetime_over));
            }
            Timer::SessionEnd => self.forget(Close::invalid_argument()),
            Timer::ClientGone => self.forget(Close::internal()),
            Timer::Transcript | Timer::InputStalled | Timer::Answer | Timer::Chunk | Timer::TurnDone => {
                if let Some(live) = &mut self.live {
                    live.on_timer(now, timer, &mut self.io);
                }
            }
        }
    }

    fn begin(&mut self, now: Moment) {
        let Some(live) = &mut self.live else { return };
        self.stage = Stage::Live;
        self.io.send(emit::setup_complete());
        let (lifetime, lead) = self.options.lifetime(&self.scenario);
        self.io.timers.set(Timer::EndOfLife, self.opened + lifetime);
        self.io.timers.set(Timer::GoAway, self.opened + lifetime.saturating_sub(lead));
        if !live.compresses() {
            let age = self.options.scaled_life(self.options.session_lifetime);
            self.io.timers.set(Timer::SessionEnd, live.session().born + age);
        }
        if live.wants_handles() || self.scenario.unasked_updates {
            let wait = if self.resumed { 2 } else { UPDATE_MS };
            self.io.timers.set(Timer::Update, now + self.options.scaled_ms(wait));
            if self.options.profile == Profile::V2_5 {
                self.io
                    .timers
                    .set(Timer::PeriodicUpdate, now + self.options.scaled_life_ms(PERIODIC_UPDATE_MS));
            }
        }
        live.resume_speech(now, &mut self.io);
    }

    fn update(&mut self) {
        let Some(live) = &self.live else { return };
        if self.options.profile == Profile::V2_5 && live.is_busy() {
            self.io.send(emit::not_resumable());
        } else {
            let handle = self.sessions.issue_handle(live.session().id);
            self.io.send(emit::resumption_update(&handle));
        }
    }

    fn go_away(&mut self) {
        let Some(live) = &mut self.live else { return };
        let (_, lead) = self.options.lifetime(&self.scenario);
        let time_left = self.scenario.time_left.clone().unwrap_or_else(|| emit::seconds(lead));
        self.io.send(emit::go_away(&time_left));
        if let Some(act) = live.count_go_away() {
            self.io.act(&act);
        }
    }

    /// Ends the session for good.
    fn forget(&mut self, close: Close) {
        if let Some(live) = self.live.take() {
            self.sessions.forget(live.session().id);
        }
        self.io.close(close);
    }
}

fn patience(options: &Options) -> Duration {
    options.scaled_life(CLIENT_GONE).max(CLIENT_GONE_LEAST)
}
