//! The candidate's side: what the browser says, and what it is told.

use super::{Loading, Phase, Session};
use crate::boundary::{ConnId, Encoding, Frame, Output, Priority, Timestamp};
use crate::event::Event;
use crate::journal::{self, Record};
use crate::timer::Timer;
use crate::uplink::Admission;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use api::interview::{EndReason, Speaker};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;
use wire::session_state::State;
use wire::{CloseCode, ErrorCode, Refusal, SampleRate};

/// A client that sends too fast is told so at most this often.
const TOO_FAST_NOTICE_MS: u64 = 5_000;

/// The connection of the candidate.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) conn: ConnId,
    pub(super) manner: Manner,
    malformed: u32,
    told_too_fast: Option<Timestamp>,
    /// So many typed answers it was shown before they were stored.
    shown_early: usize,
}

/// What a client understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Fields 1 to 4 only.
    Seed,
    /// It said hello: everything.
    Ours,
}

/// How a client is spoken to.
#[derive(Debug)]
pub(super) enum Manner {
    Seed,
    /// With the number of the last message and the state it was last shown.
    Ours {
        sequence: u64,
        shown: Option<(State, bool)>,
    },
}

impl Client {
    fn new(conn: ConnId, dialect: Dialect) -> Self {
        let manner = match dialect {
            Dialect::Seed => Manner::Seed,
            Dialect::Ours => Manner::Ours { sequence: 0, shown: None },
        };
        Self { conn, manner, malformed: 0, told_too_fast: None, shown_early: 0 }
    }

    pub(super) fn dialect(&self) -> Dialect {
        match self.manner {
            Manner::Seed => Dialect::Seed,
            Manner::Ours { .. } => Dialect::Ours,
        }
    }

    fn next_sequence(&mut self) -> Option<u64> {
        match &mut self.manner {
            Manner::Seed => None,
            Manner::Ours { sequence, .. } => {
                *sequence += 1;
                Some(*sequence)
            }
        }
    }
}

impl Session {
    pub(super) fn on_client_joined(&mut self, conn: ConnId) {
        let older = self.client.take();
        let rejoined = older.is_some() || !matches!(self.phase, Phase::Loading(_));
        if let Some(older) = older {
            self.outputs.push_back(Output::Close(older.conn, CloseCode::Replaced.code()));
        }
        self.report(Event::ClientJoined { rejoined });
        if matches!(self.phase, Phase::Ended) {
            if let Some(bytes) = Refusal::Over.message() {
                let frame = Frame { encoding: Encoding::Binary, priority: Priority::Control, bytes };
                self.outputs.push_back(Output::Send(conn, frame));
            }
            self.outputs.push_back(Output::Close(conn, CloseCode::InterviewOver.code()));
            return;
        }
        self.client = Some(Client::new(conn, Dialect::Seed));
        if self.lost_at.take().is_some() && matches!(self.phase, Phase::Open(_)) {
            self.persist(&Record::ClientBack);
        }
        self.timers.disarm(Timer::Grace);
        self.timers.disarm(Timer::LetGo);
        self.await_acknowledgement(self.now);
        self.load_context();
        self.tend_model();
    }

    /// Takes back a connection that outlived its session.
    pub(super) fn take_back(&mut self, dialect: Dialect) {
        let conn = ConnId(self.next_id());
        self.client = Some(Client::new(conn, dialect));
        self.lost_at = None;
        if dialect == Dialect::Ours {
            self.greet(&journal::session_id(self.created));
        }
    }

    pub(super) fn on_client_closed(&mut self, close: Option<(u16, &str)>) {
        self.client = None;
        self.report(Event::ClientLost { code: close.map(|(code, _)| code) });
        match self.phase {
            Phase::Open(_) if self.config.grace_ms > 0 => {
                self.lose_client(self.now);
                self.timers.arm(Timer::Grace, self.now.after(self.config.grace_ms));
                self.timers.arm(Timer::LetGo, self.now.after(self.config.limits.let_go_ms));
            }
            Phase::Loading(Loading { end_wanted: true, .. }) | Phase::Ending(_) | Phase::Ended => {}
            // What becomes of it is known with the context.
            Phase::Loading(_) if !self.typed.is_empty() => {}
            Phase::Open(_) | Phase::Loading(_) => self.begin_ending(EndReason::ClientLeft),
        }
    }

    /// From this instant on the candidate may come back within the grace time, whichever process sees it.
    pub(super) fn lose_client(&mut self, at: Timestamp) {
        self.lost_at = Some(at);
        self.persist(&Record::ClientLost { at });
    }

    pub(super) fn on_client_message(&mut self, message: &[u8]) {
        if let Some(pcm) = wire::audio_chunk(message) {
            return self.on_audio(pcm);
        }
        let Ok(message) = wire::decode(message) else { return self.on_malformed() };
        match message.payload {
            Some(FromClient::AudioChunk(chunk)) => self.on_audio(&chunk.audio_content),
            Some(FromClient::EndRequest(_)) => self.on_end_request(),
            Some(FromClient::ClientHello(hello)) => self.on_hello(&hello),
            Some(FromClient::TextInput(input)) => self.on_typed(input.text.trim()),
            Some(FromClient::PauseRequest(_)) => self.on_pause(),
            Some(FromClient::ResumeRequest(_)) => self.on_resume(),
            None => {}
        }
    }

    fn on_end_request(&mut self) {
        match &mut self.phase {
            Phase::Loading(loading) => loading.end_wanted = true,
            Phase::Open(_) | Phase::Ending(_) | Phase::Ended => self.begin_ending(EndReason::User),
        }
    }

    fn on_audio(&mut self, pcm: &[u8]) {
        if pcm.is_empty() {
            return;
        }
        let now_ms = self.now.0;
        let admission = match (&self.phase, self.model.ready()) {
            (Phase::Open(_), Some(conn)) => {
                let outputs = &mut self.outputs;
                self.uplink.pass(now_ms, pcm, |pcm| outputs.push_back(Output::Send(conn, audio_frame(pcm))))
            }
            (Phase::Open(_) | Phase::Loading(_), None) if !self.clock.is_paused() => {
                self.uplink.hold(now_ms, pcm)
            }
            // What comes in a pause or after the end is not part of the interview.
            _ => return self.uplink.refuse(pcm),
        };
        match admission {
            Admission::TooFast => self.on_too_fast(pcm.len()),
            _ if self.clock.is_paused() => {}
            _ => self.measure_candidate(pcm),
        }
    }

    /// Hands over the microphone audio that waited for the model.
    pub(super) fn forward_held_audio(&mut self, conn: ConnId) {
        let outputs = &mut self.outputs;
        self.uplink.flush(|pcm| outputs.push_back(Output::Send(conn, audio_frame(pcm))));
    }

    fn on_too_fast(&mut self, bytes: usize) {
        self.report(Event::AudioTooFast { bytes });
        let now = self.now;
        let Some(client) = &mut self.client else { return };
        if client.told_too_fast.is_none_or(|told| now.since(told) >= TOO_FAST_NOTICE_MS) {
            client.told_too_fast = Some(now);
            let limit = self.config.uplink_rate_limit;
            self.send_error(
                ErrorCode::Malformed,
                format!("audio arrives faster than {limit} times real time and is dropped; send it as it is recorded"),
            );
        }
    }

    fn on_malformed(&mut self) {
        self.report(Event::ClientMalformed);
        self.send_error(ErrorCode::Malformed, "the message is not a ClientToServerMessage");
        let limit = self.config.limits.malformed;
        let Some(client) = &mut self.client else { return };
        client.malformed += 1;
        if client.malformed >= limit {
            let code = CloseCode::ProtocolViolation.code();
            self.outputs.push_back(Output::Close(client.conn, code));
            // What it still sends is nobody's.
            self.on_client_closed(Some((code, "")));
        }
    }

    fn on_hello(&mut self, hello: &wire::ClientHello) {
        let Some(client) = &mut self.client else { return };
        if matches!(client.manner, Manner::Seed) {
            client.manner = Manner::Ours { sequence: 0, shown: None };
        }
        self.greet(&hello.session_id);
    }

    /// Answers a hello that names the session it was in before.
    fn greet(&mut self, named: &str) {
        let session_id = journal::session_id(self.created);
        let turns = self.transcript.turns().iter().map(|turn| wire::TranscriptTurn {
            speaker: speaker(turn.speaker).to_owned(),
            text: turn.text.clone(),
            turn_started_ms: turn.began.0,
            is_final: turn.sealed,
        });
        let ready = wire::SessionReady {
            rejoined: named == session_id,
            session_id,
            protocol_version: wire::PROTOCOL_VERSION,
            elapsed_ms: self.clock.elapsed_ms(self.now),
            remaining_ms: self.remaining_ms(),
            input_sample_rate_hz: SampleRate::MICROPHONE.hz(),
            output_sample_rate_hz: SampleRate::INTERVIEWER.hz(),
            transcript: turns.collect(),
        };
        self.send_client(ToClient::SessionReady(ready));
        let waiting = self.typed.len();
        if let Some(client) = &mut self.client {
            client.shown_early = waiting;
        }
        if core::mem::take(&mut self.interruption_untold) {
            self.send_client(ToClient::Interrupted(wire::Interrupted {}));
        }
    }

    fn on_typed(&mut self, text: &str) {
        if text.is_empty()
            || !matches!(self.phase, Phase::Loading(Loading { end_wanted: false, .. }) | Phase::Open(_))
        {
            return;
        }
        let limits = &self.config.limits;
        if text.len() > limits.typed_bytes {
            let limit = limits.typed_bytes;
            return self
                .send_error(ErrorCode::Malformed, format!("a typed answer may have {limit} bytes at most"));
        }
        if self.model.ready().is_none() && self.typed.len() >= limits.typed_held {
            let text =
                "the interviewer is not connected and too many typed answers wait; try again in a moment";
            return self.send_error(ErrorCode::Internal, text);
        }
        let turn = self.transcript.add_typed(self.now, text);
        self.typed.push_back(turn);
        if matches!(self.phase, Phase::Open(_)) {
            self.note_typed(turn, false);
            self.forward_typed();
        }
    }

    /// Makes typed answers that came before the context final. Before, there is no interview that could promise to keep
    /// them.
    pub(super) fn note_early_typed(&mut self) {
        let shown = self.client.as_ref().map_or(0, |client| client.shown_early);
        for (index, turn) in self.typed.clone().into_iter().enumerate() {
            self.note_typed(turn, index < shown);
        }
    }

    /// Stores a typed answer, and shows it, or that it is final.
    fn note_typed(&mut self, turn: Timestamp, was_shown: bool) {
        let Some(text) = self.transcript.text(turn) else { return };
        self.transcript.seal_again(turn);
        self.persist(&Record::Words {
            turn,
            speaker: Speaker::User,
            text: text.as_str().into(),
            typed: true,
        });
        self.persist(&Record::Sealed { turn });
        let news = if was_shown { " " } else { &text };
        self.send_transcript(Speaker::User, news, turn, Ends::Turn);
    }

    fn on_pause(&mut self) {
        if !matches!(self.phase, Phase::Loading(_) | Phase::Open(_)) || self.clock.is_paused() {
            return;
        }
        if let Some(conn) = self.model.ready() {
            self.forward_held_audio(conn);
        }
        self.clock.pause(self.now);
        self.persist(&Record::Paused { at: self.now });
        self.persist_account();
        self.timers.arm(Timer::PauseLimit, self.now.after(self.config.limits.pause_ms));
        self.arm_clock();
        self.tend_model();
    }

    fn on_resume(&mut self) {
        if !self.clock.is_paused() || matches!(self.phase, Phase::Ending(_) | Phase::Ended) {
            return;
        }
        self.clock.resume(self.now);
        self.persist(&Record::Resumed { at: self.now });
        self.timers.disarm(Timer::PauseLimit);
        self.arm_clock();
        self.tend_model();
    }

    /// Shows the client where the session stands, if that has changed.
    pub(super) fn show_state(&mut self) {
        let state = self.state();
        let remaining_ms = self.remaining_ms();
        let interviewer_silent = self.model.nudges > 0;
        let Some(Client { manner: Manner::Ours { shown, .. }, .. }) = &mut self.client else { return };
        let now_shown = Some((state, interviewer_silent));
        if *shown != now_shown {
            *shown = now_shown;
            self.send_client(ToClient::SessionState(wire::SessionState {
                state: state.into(),
                remaining_ms,
                interviewer_silent,
            }));
        }
    }

    fn state(&self) -> State {
        match &self.phase {
            Phase::Loading(Loading { end_wanted: true, .. }) | Phase::Ending(_) | Phase::Ended => {
                State::Ending
            }
            Phase::Loading(_) | Phase::Open(_) if self.clock.is_paused() => State::Paused,
            Phase::Open(_) if self.model.ready().is_some() => State::Live,
            Phase::Open(_) if self.clock.started().is_some() => State::Reconnecting,
            Phase::Loading(_) | Phase::Open(_) => State::Connecting,
        }
    }

    pub(super) fn send_error(&mut self, code: ErrorCode, message: impl Into<String>) {
        self.send_client(ToClient::Error(wire::Error::new(code, message)));
    }

    /// Tells the client of words, or of the end of a turn.
    pub(super) fn send_transcript(&mut self, who: Speaker, text: &str, turn: Timestamp, ends: Ends) {
        let Some(client) = &self.client else { return };
        let turn_started_ms = match client.dialect() {
            Dialect::Seed => 0,
            Dialect::Ours => turn.0,
        };
        self.send_client(ToClient::TranscriptUpdate(wire::TranscriptUpdate {
            speaker: speaker(who).to_owned(),
            text: text.to_owned(),
            is_final: ends == Ends::Turn,
            turn_complete: ends == Ends::Turn && who == Speaker::Ai,
            turn_started_ms,
        }));
    }

    /// Tells a client that understands it to drop what it has not played. One that is away still plays, and is told when
    /// it is back.
    pub(super) fn tell_interrupted(&mut self) {
        match self.client.as_ref().map(Client::dialect) {
            Some(Dialect::Ours) => self.send_client(ToClient::Interrupted(wire::Interrupted {})),
            Some(Dialect::Seed) => self.interruption_untold = true,
            None if self.interruption_untold => {}
            None => {
                self.interruption_untold = true;
                self.persist(&Record::InterruptionUntold);
            }
        }
    }

    pub(super) fn client_said_hello(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.dialect() == Dialect::Ours)
    }

    pub(super) fn send_client(&mut self, payload: ToClient) {
        let Some(client) = &mut self.client else { return };
        let bytes = wire::encode(payload, client.next_sequence());
        let frame = Frame { encoding: Encoding::Binary, priority: Priority::Control, bytes };
        self.outputs.push_back(Output::Send(client.conn, frame));
    }

    /// Sends sound to the client; `fill` appends the PCM.
    pub(super) fn send_sound(&mut self, pcm_len: usize, fill: impl FnOnce(&mut Vec<u8>)) {
        let Some(client) = &mut self.client else { return };
        // What it plays from here on was not interrupted.
        self.interruption_untold = false;
        let bytes = wire::audio_response(pcm_len, client.next_sequence(), fill);
        let frame = Frame { encoding: Encoding::Binary, priority: Priority::Audio(pcm_len), bytes };
        self.outputs.push_back(Output::Send(client.conn, frame));
    }
}

/// What a transcript update ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// More words may come.
    Nothing,
    /// The turn is complete and stored.
    Turn,
}

fn speaker(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::User => wire::Speaker::User.as_str(),
        Speaker::Ai => wire::Speaker::Ai.as_str(),
    }
}

fn audio_frame(pcm: &[u8]) -> Frame {
    Frame {
        encoding: Encoding::Text,
        priority: Priority::Audio(pcm.len()),
        bytes: gemini_live::audio_message(pcm),
    }
}
