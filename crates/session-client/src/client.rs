//! The client: what the candidate does, and the life of the link under it.

use crate::backoff::Backoff;
use crate::boundary::{ConnId, Event, Frame, Input, Output, Timestamp};
use crate::config::Config;
use crate::downlink::{DownlinkCount, Sequence};
use crate::life::{End, Side, State};
use crate::play_out::{PlayOut, PlayOutCount};
use crate::timers::{Timer, Timers};
use crate::transcript::Transcript;
use crate::uplink::{MicrophoneFrame, TypedAnswerError, Uplink, UplinkCount, encode};
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;
use link::Link;
use wire::client_to_server_message::Payload;
use wire::{EndRequest, PauseRequest, ResumeRequest};

mod link;
mod receive;

/// The candidate's half of one interview. See the crate's page for the contract.
#[derive(Debug)]
pub struct Client {
    config: Config,
    now: Timestamp,
    outputs: VecDeque<Output>,
    timers: Timers,
    backoff: Backoff,
    state: State,
    link: Link,
    attempts: u64,
    /// How often a session was joined again after a loss.
    rejoins: u64,
    /// A token was refused since the last `session_ready`.
    refused_before: bool,
    /// The session id of the last `session_ready`.
    session_id: Option<String>,
    sequence: Sequence,
    transcript: Transcript,
    play_out: PlayOut,
    uplink: Uplink,
    /// What the session host last said about itself.
    host: HostState,
    microphone: Microphone,
    /// A pause or resume that no connection has carried yet.
    unsent_pause: Option<Payload>,
    end_wanted: bool,
    /// What `session_ended` said.
    farewell: Option<End>,
    last_close_code: Option<u16>,
    interviewer: Interviewer,
    /// It should have answered and does not, as the session host last said.
    interviewer_silent: bool,
    remaining: Option<(Timestamp, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HostState {
    Connecting,
    Live,
    Paused,
    Reconnecting,
    Ending,
}

/// Whether what the candidate says goes out. Closed until the first time the interviewer listens, and while paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Microphone {
    Closed,
    Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interviewer {
    Silent,
    Speaking,
}

impl Client {
    /// Begins by asking for a token. `seed` feeds back-off jitter and nothing else.
    pub fn new(config: Config, seed: u64, now: Timestamp) -> Self {
        let mut client = Self {
            now,
            outputs: VecDeque::new(),
            timers: Timers::default(),
            backoff: Backoff::new(config.backoff_first_ms, config.backoff_max_ms, seed),
            state: State::Connecting,
            link: Link::Down,
            attempts: 0,
            rejoins: 0,
            refused_before: false,
            session_id: None,
            sequence: Sequence::default(),
            transcript: Transcript::default(),
            play_out: PlayOut::new(config.play_out_buffer_bytes),
            uplink: Uplink::new(config.uplink_buffer_bytes),
            host: HostState::Connecting,
            microphone: Microphone::Closed,
            unsent_pause: None,
            end_wanted: false,
            farewell: None,
            last_close_code: None,
            interviewer: Interviewer::Silent,
            interviewer_silent: false,
            remaining: None,
            config,
        };
        client.timers.set(Timer::Patience, now.plus(client.config.first_patience_ms));
        client.begin_attempt();
        client
    }

    /// Takes news.
    pub fn handle_input(&mut self, now: Timestamp, input: Input<'_>) {
        self.advance(now);
        if self.state.is_final() {
            return;
        }
        match input {
            Input::Token(id, token) => self.on_token(id, token),
            Input::Opened(id) => self.on_opened(id),
            Input::Received(id, message) => self.on_received(id, message),
            Input::ReceivedText(id) => self.on_sign_of_life(id),
            Input::Closed(id, code) => self.on_closed(id, code),
            Input::Timeout => {}
        }
        while !self.state.is_final()
            && let Some(timer) = self.timers.expire(self.now)
        {
            self.on_timer(timer);
        }
        self.settle_state();
    }

    /// Takes what the microphone heard.
    ///
    /// It is sent, or waits for a connection. It is let go of before the interviewer listens for the first time, while
    /// paused, and after the end was asked for; that counts as neither sent nor dropped.
    pub fn speak(&mut self, now: Timestamp, frame: MicrophoneFrame) {
        self.advance(now);
        if self.microphone == Microphone::Closed || self.end_wanted || self.state.is_final() {
            return;
        }
        let budget = frame.pcm_bytes() * 2;
        self.uplink.push_sound(frame);
        self.send_waiting(budget);
    }

    /// Takes a typed answer. It is sent in its place among the spoken ones.
    pub fn type_answer(&mut self, now: Timestamp, text: &str) -> Result<(), TypedAnswerError> {
        self.advance(now);
        if self.end_wanted || self.state.is_final() {
            return Err(TypedAnswerError::Over);
        }
        self.uplink.push_typed(text)?;
        self.send_waiting(0);
        Ok(())
    }

    /// Asks for a pause: nobody listens until [`Client::resume`].
    pub fn pause(&mut self, now: Timestamp) {
        self.advance(now);
        self.microphone = Microphone::Closed;
        self.change_pause(Payload::PauseRequest(PauseRequest {}));
    }

    /// Goes on after a pause.
    pub fn resume(&mut self, now: Timestamp) {
        self.advance(now);
        if self.host == HostState::Live {
            self.microphone = Microphone::Open;
        }
        self.change_pause(Payload::ResumeRequest(ResumeRequest {}));
    }

    /// Asks to end the interview, after everything that waits to be sent. Without a connection it is asked for as soon
    /// as there is one.
    pub fn end(&mut self, now: Timestamp) {
        self.advance(now);
        if self.end_wanted || self.state.is_final() {
            return;
        }
        self.end_wanted = true;
        self.timers.set(Timer::Ending, self.now.plus(self.config.ending_timeout_ms));
        if let Link::Ready(id) = self.link {
            self.ask_to_end(id);
        }
        self.settle_state();
    }

    /// Appends up to `bytes` of the interviewer's sound (s16le, 24 kHz, mono) to `speaker` and counts it as heard.
    /// Returns how much there was.
    pub fn play(&mut self, bytes: usize, speaker: &mut Vec<u8>) -> usize {
        self.play_out.take(bytes, speaker)
    }

    /// Returns the next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns when [`Input::Timeout`] is wanted, and why.
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        self.timers.next()
    }

    /// Returns where the interview stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Returns what was said so far.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Returns how long the interview may still last, as the session host last told; `None` before that.
    pub fn remaining_ms(&self, now: Timestamp) -> Option<u64> {
        let (told_at, remaining_ms) = self.remaining?;
        Some(remaining_ms.saturating_sub(now.0.saturating_sub(told_at.0)))
    }

    /// Returns how much of the interviewer's sound is still to be heard, bytes of PCM.
    pub fn queued_sound_bytes(&self) -> usize {
        self.play_out.queued_bytes()
    }

    /// Returns what became of the interviewer's sound.
    pub fn play_out_count(&self) -> PlayOutCount {
        self.play_out.count()
    }

    /// Returns what became of the candidate's sound.
    pub fn uplink_count(&self) -> UplinkCount {
        self.uplink.count()
    }

    /// Returns what came from the session host, and what is missing.
    pub fn downlink_count(&self) -> DownlinkCount {
        self.sequence.count
    }

    /// Returns how often a session was joined again after its connection was lost.
    pub fn rejoins(&self) -> u64 {
        self.rejoins
    }

    /// Returns what `session_ended` said, as soon as it has come.
    pub fn farewell(&self) -> Option<End> {
        self.farewell
    }

    /// Returns what the session host closed the last connection with; `None` if it did not, or gave no code.
    pub fn last_close_code(&self) -> Option<u16> {
        self.last_close_code
    }

    fn advance(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    fn change_pause(&mut self, request: Payload) {
        if self.state.is_final() || self.end_wanted {
            return;
        }
        if let Link::Ready(id) = self.link {
            self.send(id, encode(request));
        } else {
            self.unsent_pause = Some(request);
        }
    }

    /// Sends requests that wait, and sound up to `sound_bytes`.
    fn send_waiting(&mut self, mut sound_bytes: usize) {
        let Link::Ready(id) = self.link else { return };
        while let Some(message) = self.uplink.pop(&mut sound_bytes) {
            self.send(id, message);
        }
    }

    fn ask_to_end(&mut self, id: ConnId) {
        self.send_waiting(usize::MAX);
        self.send(id, encode(Payload::EndRequest(EndRequest {})));
    }

    fn send(&mut self, id: ConnId, message: Bytes) {
        self.outputs.push_back(Output::Send(id, Frame::Binary(message)));
    }

    /// Derives the state from what is known.
    fn settle_state(&mut self) {
        if self.state.is_final() {
            return;
        }
        let ready = matches!(self.link, Link::Ready(_));
        let state = match self.host {
            _ if self.end_wanted || self.farewell.is_some() => State::Ending,
            _ if !ready && self.session_id.is_none() => State::Connecting,
            _ if !ready => State::Reconnecting(Side::Host),
            HostState::Connecting => State::Connecting,
            HostState::Live => State::Live,
            HostState::Paused => State::Paused,
            HostState::Reconnecting => State::Reconnecting(Side::Model),
            HostState::Ending => State::Ending,
        };
        self.change_state(state);
    }

    fn change_state(&mut self, state: State) {
        if self.state != state {
            self.state = state;
            self.outputs.push_back(Output::Event(Event::StateChanged(state)));
        }
    }
}
