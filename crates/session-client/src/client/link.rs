//! The life of the link: attempts, losses, and what each end means.

use super::{Client, HostState};
use crate::boundary::{ConnId, Frame, Output, TokenError};
use crate::life::{End, Failure, State, Verdict};
use crate::timers::Timer;
use crate::uplink::encode;
use alloc::string::String;
use wire::client_to_server_message::Payload;
use wire::session_ended::Reason;
use wire::{ClientHello, CloseCode};

/// What a browser may send too; it refuses most other codes.
const CLOSE_NORMAL: u16 = 1000;

/// One attempt, from the token to the greeting, and what lies between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Nothing under way; the redial timer is set, or it is over.
    Down,
    Token(ConnId),
    Dialling(ConnId),
    /// `client_hello` is sent.
    Greeting(ConnId),
    /// `session_ready` has come.
    Ready(ConnId),
}

impl Link {
    /// The attempt under way.
    pub(super) fn any(self) -> Option<ConnId> {
        match self {
            Self::Down => None,
            Self::Token(id) | Self::Dialling(id) | Self::Greeting(id) | Self::Ready(id) => Some(id),
        }
    }

    /// The connection that is open.
    pub(super) fn open(self) -> Option<ConnId> {
        match self {
            Self::Down | Self::Token(_) | Self::Dialling(_) => None,
            Self::Greeting(id) | Self::Ready(id) => Some(id),
        }
    }
}

impl Client {
    pub(super) fn begin_attempt(&mut self) {
        self.attempts += 1;
        let id = ConnId(self.attempts);
        self.link = Link::Token(id);
        self.timers.set(Timer::Attempt, self.now.plus(self.config.attempt_timeout_ms));
        self.outputs.push_back(Output::FetchToken(id));
    }

    pub(super) fn on_token(&mut self, id: ConnId, token: Result<String, TokenError>) {
        if self.link != Link::Token(id) {
            return;
        }
        match token {
            Ok(token) => {
                self.link = Link::Dialling(id);
                self.outputs.push_back(Output::Dial(id, token));
            }
            Err(TokenError::Unreachable) => self.schedule_redial(),
            Err(TokenError::Refused) => self.fail(Failure::Refused),
            Err(TokenError::Over) => self.on_over(),
        }
    }

    pub(super) fn on_opened(&mut self, id: ConnId) {
        if self.link != Link::Dialling(id) {
            return;
        }
        self.link = Link::Greeting(id);
        self.sequence.begin_connection();
        let hello = ClientHello {
            protocol_version: wire::PROTOCOL_VERSION,
            client_name: self.config.client_name.clone(),
            session_id: self.session_id.clone().unwrap_or_default(),
            last_sequence: self.sequence.last(),
        };
        self.send(id, encode(Payload::ClientHello(hello)));
        self.timers.set(Timer::Ping, self.now.plus(self.config.ping_interval_ms));
        self.on_sign_of_life(id);
    }

    pub(super) fn on_sign_of_life(&mut self, id: ConnId) {
        if self.link.open() == Some(id) {
            self.timers.set(Timer::Silence, self.now.plus(self.config.silence_timeout_ms));
        }
    }

    pub(super) fn on_closed(&mut self, id: ConnId, code: Option<u16>) {
        if self.link.any() != Some(id) {
            return;
        }
        let opened = self.link.open() == Some(id);
        self.last_close_code = code;
        self.link_is_down();
        if let Some(end) = self.farewell {
            return self.finish(End { close_code: code, ..end });
        }
        match Verdict::of(code) {
            Verdict::Ended(reason) => self.finish(End { reason, close_code: code, microphone: None }),
            Verdict::Failed => self.fail(Failure::Session(None)),
            Verdict::Violation => self.fail(Failure::Violation(code.unwrap_or_default())),
            Verdict::Refused if self.refused_before => self.fail(Failure::Refused),
            Verdict::Refused => {
                self.refused_before = true;
                self.begin_attempt();
            }
            Verdict::Replaced => self.fail(Failure::Replaced),
            Verdict::Over => self.on_over(),
            Verdict::Reconnect => {
                if opened && !self.timers.is_set(Timer::Patience) {
                    self.timers.set(Timer::Patience, self.now.plus(self.config.rejoin_patience_ms));
                }
                self.schedule_redial();
            }
        }
    }

    /// The interview was over when this client came. If the end was asked for or announced, all is well.
    fn on_over(&mut self) {
        let joined = self.session_id.is_some();
        let code = Some(CloseCode::InterviewOver.code());
        if joined && self.end_wanted {
            self.finish(End { reason: Reason::User, close_code: code, microphone: None });
        } else if joined && self.host == HostState::Ending {
            self.finish(End { reason: Reason::Unspecified, close_code: code, microphone: None });
        } else if joined {
            // It was waited for, and ended without this client.
            self.finish(End { reason: Reason::ClientLeft, close_code: code, microphone: None });
        } else {
            self.fail(Failure::Over);
        }
    }

    pub(super) fn on_timer(&mut self, timer: Timer) {
        match timer {
            Timer::Redial => self.begin_attempt(),
            Timer::Attempt | Timer::Silence => self.give_up_attempt(),
            Timer::Patience if self.session_id.is_some() => self.fail(Failure::Lost),
            Timer::Patience => self.fail(Failure::Unreachable),
            Timer::Ping => {
                if let Some(id) = self.link.open() {
                    self.outputs.push_back(Output::Send(id, Frame::Text(wire::PING)));
                    self.timers.set(Timer::Ping, self.now.plus(self.config.ping_interval_ms));
                }
            }
            Timer::Ending => self.fail(Failure::EndUnconfirmed),
            Timer::Close => {
                if let Some(end) = self.farewell {
                    self.finish(end);
                }
            }
        }
    }

    /// Closes what is half open and comes back later.
    fn give_up_attempt(&mut self) {
        if let Link::Dialling(id) | Link::Greeting(id) | Link::Ready(id) = self.link {
            self.outputs.push_back(Output::Close(id, CLOSE_NORMAL));
        }
        self.link_is_down();
        if !self.timers.is_set(Timer::Patience) {
            self.timers.set(Timer::Patience, self.now.plus(self.config.rejoin_patience_ms));
        }
        self.schedule_redial();
    }

    fn link_is_down(&mut self) {
        self.link = Link::Down;
        for timer in [Timer::Attempt, Timer::Ping, Timer::Silence] {
            self.timers.stop(timer);
        }
    }

    fn schedule_redial(&mut self) {
        self.link_is_down();
        let pause_ms = self.backoff.next_pause_ms();
        self.timers.set(Timer::Redial, self.now.plus(pause_ms));
    }

    fn finish(&mut self, end: End) {
        let failed = end.reason == Reason::Failed || Verdict::of(end.close_code) == Verdict::Failed;
        let last = if failed { State::Error(Failure::Session(Some(end))) } else { State::Ended(end) };
        self.enter_final(last);
    }

    fn fail(&mut self, failure: Failure) {
        self.enter_final(State::Error(failure));
    }

    fn enter_final(&mut self, last: State) {
        if let Link::Dialling(id) | Link::Greeting(id) | Link::Ready(id) = self.link {
            self.outputs.push_back(Output::Close(id, CLOSE_NORMAL));
        }
        self.link = Link::Down;
        self.timers.stop_all();
        self.uplink.clear();
        self.change_state(last);
    }
}
