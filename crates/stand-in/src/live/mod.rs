//! The conversation on one connection: whose turn it is, and what a message changes.

mod listening;
mod speaking;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::Moment;
use crate::audio;
use crate::close::Close;
use crate::emit;
use crate::io::Io;
use crate::message::{ClientContent, ClientMessage, RealtimeInput, Setup, ToolResponse};
use crate::options::{Options, Profile};
use crate::scenario::{Act, Point, Scenario};
use crate::session::Session;
use crate::timers::Timer;

use crate::interviewer::Prompt;
use listening::{Activity, Pending};
use speaking::Turn;

/// How long the answer to a text takes to begin.
const TEXT_THINK_MS: u64 = 700;
/// Prompts that wait for the running turn under `NO_INTERRUPTION`; more are dropped, the oldest first.
const WAITING: usize = 16;

pub(crate) struct Live {
    options: Arc<Options>,
    scenario: Arc<Scenario>,
    setup: Setup,
    session: Box<Session>,
    /// What is being said, or played by the client.
    turn: Option<Turn>,
    /// What will be answered after some thought.
    pending: Option<Pending>,
    waiting: VecDeque<Pending>,
    /// A text that came while the candidate was speaking: answered in place of the speech, at its end.
    held: Option<Prompt>,
    /// The activity the client has marked, without detection of our own.
    activity: Option<Activity>,
    /// Transcription deltas that are late.
    late: VecDeque<(Moment, String)>,
    /// Whether `clientContent` is still history to be taken in silence (SI-49).
    reading_history: bool,
}

impl Live {
    pub(crate) fn new(
        options: Arc<Options>,
        scenario: Arc<Scenario>,
        setup: Setup,
        session: Box<Session>,
    ) -> Self {
        Self {
            reading_history: setup.history_config.initial_history_in_client_content,
            options,
            scenario,
            setup,
            session,
            turn: None,
            pending: None,
            waiting: VecDeque::new(),
            held: None,
            activity: None,
            late: VecDeque::new(),
        }
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn into_session(mut self) -> Box<Session> {
        self.session.cut = self.turn.take().filter(|turn| !turn.is_generated()).map(Turn::into_reply);
        self.session
    }

    /// Whether the model is speaking: generating, or being played.
    pub(crate) fn is_speaking(&self) -> bool {
        self.turn.is_some()
    }

    /// Whether a handle issued at this moment would not be resumable on older models (SI-85).
    pub(crate) fn is_busy(&self) -> bool {
        self.turn.as_ref().is_some_and(|turn| !turn.is_generated()) || !self.session.calls.open.is_empty()
    }

    pub(crate) fn compresses(&self) -> bool {
        self.setup.context_window_compression.is_some()
    }

    pub(crate) fn wants_handles(&self) -> bool {
        self.setup.session_resumption.is_some()
    }

    pub(crate) fn count_go_away(&mut self) -> Option<Act> {
        self.session.counts.go_aways += 1;
        self.scenario.act(Point::GoAway, self.session.counts.go_aways).cloned()
    }

    /// Repeats what was cut by the loss of the connection, if the scenario asks for it.
    pub(crate) fn resume_speech(&mut self, now: Moment, io: &mut Io) {
        if let Some(reply) = self.session.cut.take().filter(|_| self.scenario.repeat_after_resume) {
            self.speak(now, reply, io);
        }
    }

    pub(crate) fn on_timer(&mut self, now: Moment, timer: Timer, io: &mut Io) {
        match timer {
            Timer::Answer => self.answer(now, io),
            Timer::Chunk => self.speak_on(now, io),
            Timer::TurnDone => self.complete_turn(now, io),
            Timer::Transcript => self.send_late_transcript(now, io),
            Timer::InputStalled => self.end_stream(now, io),
            Timer::Refuse
            | Timer::SetupComplete
            | Timer::Update
            | Timer::GoAway
            | Timer::PeriodicUpdate
            | Timer::EndOfLife
            | Timer::SessionEnd
            | Timer::ClientGone => {}
        }
    }

    pub(crate) fn receive(&mut self, now: Moment, message: ClientMessage, io: &mut Io) {
        let done = match message {
            ClientMessage::Setup(_) => Err(Close::setup_order()),
            ClientMessage::ClientContent(content) => self.take_content(now, &content, io),
            ClientMessage::RealtimeInput(input) => self.take_input(now, *input, io),
            ClientMessage::ToolResponse(response) => self.take_response(now, &response, io),
            ClientMessage::ContextUpdate => Ok(()),
        };
        if let Err(close) = done {
            io.close(close);
        }
    }

    fn take_input(&mut self, now: Moment, input: RealtimeInput, io: &mut Io) -> Result<(), Close> {
        if input.media_chunks.is_some() {
            let reason = "realtime_input.media_chunks is deprecated. Use audio, video, or text instead.";
            return Err(Close::new(1007, reason));
        }
        let manual = self.setup.realtime_input_config.automatic_activity_detection.disabled;
        if !manual && (input.activity_start.is_some() || input.activity_end.is_some()) {
            let reason =
                "Explicit activity control is not supported when automatic activity detection is enabled.";
            return Err(Close::new(1007, reason));
        }
        if manual && input.audio_stream_end {
            return Err(Close::invalid_argument());
        }
        if input.activity_start.is_some() {
            self.start_activity(now, io);
        }
        if let Some(blob) = &input.audio {
            let pcm = audio::samples(blob)?;
            if self.scenario.echo {
                io.send(emit::audio(&pcm));
            } else {
                self.hear(now, &pcm, io);
            }
        }
        if let Some(text) = input.text {
            if text.is_empty() {
                return Err(Close::invalid_argument());
            }
            self.take_text(now, text, io);
        }
        if input.audio_stream_end {
            self.end_stream(now, io);
        }
        if input.activity_end.is_some() {
            self.end_activity(now, io);
        }
        Ok(())
    }

    fn take_text(&mut self, now: Moment, text: String, io: &mut Io) {
        if self.scenario.echo {
            return;
        }
        if let Some(activity) = &mut self.activity {
            activity.text = text;
            return;
        }
        if self.is_hearing_speech() {
            self.held = Some(Prompt::Text(text));
            return;
        }
        self.prompt(now, Pending::of(Prompt::Text(text)), self.options.scaled_ms(TEXT_THINK_MS), io);
    }

    fn take_content(&mut self, now: Moment, content: &ClientContent, io: &mut Io) -> Result<(), Close> {
        if self.options.profile == Profile::V3_1 && self.session.counts.turns > 0 {
            return Err(Close::invalid_argument());
        }
        if !self.reading_history {
            self.interrupt(now, io);
            self.forget_pending(io);
        }
        for turn in &content.turns {
            let text = turn.text();
            if turn.role == "model" {
                self.session.remember(now, &text);
            } else {
                self.session.context = text;
            }
        }
        if !content.turn_complete {
            return Ok(());
        }
        if std::mem::take(&mut self.reading_history) {
            self.session.context.clear();
            return Ok(());
        }
        let text = std::mem::take(&mut self.session.context);
        let text = if text.is_empty() { "(please continue)".to_owned() } else { text };
        self.prompt(now, Pending::of(Prompt::Text(text)), self.options.scaled_ms(TEXT_THINK_MS), io);
        Ok(())
    }

    fn take_response(&mut self, now: Moment, message: &ToolResponse, io: &mut Io) -> Result<(), Close> {
        for answer in &message.function_responses {
            if answer.id.is_empty() {
                return Err(Close::invalid_argument());
            }
            if !self.session.calls.close(&answer.id) {
                return Err(Close::new(1008, "Requested entity was not found."));
            }
            if answer.scheduling != "SILENT" {
                let prompt = Prompt::CallAnswered { ok: !answer.response.contains_key("error") };
                self.queue(now, Pending::of(prompt), self.options.scaled_ms(TEXT_THINK_MS), io);
            }
        }
        Ok(())
    }
}
