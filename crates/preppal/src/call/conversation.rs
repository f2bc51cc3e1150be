//! One conversation: the socket, the clock, and the two that decide, client and candidate.

use super::answers::FRAME_MS;
use super::backend::Backend;
use super::candidate::{Candidate, Heard, Script, Step, Why};
use super::outcome::chain;
use super::screen::Screen;
use super::stop::Wish;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use session_client::{
    Client, Config, ConnId, Event, Frame, Input, Output, Side, State, Timestamp, TokenError, Turn, TurnId,
};
use socket::Socket;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;
use tokio::time::Instant;
use wire::{SampleRate, Speaker};

mod socket;

/// How long a candidate goes on speaking into a dead line, frames. Well under what the client keeps for later.
const NOTICES_AFTER_FRAMES: u32 = 30;

/// What a conversation needs to begin.
pub(super) struct Call {
    pub(super) backend: Backend,
    /// Where the session host is, without a trailing slash.
    pub(super) worker_url: String,
    pub(super) interview_id: String,
    pub(super) script: Arc<Script>,
    /// How many times faster than real time.
    pub(super) speed: u32,
    pub(super) seed: u64,
    pub(super) wish: watch::Receiver<Wish>,
}

/// Who looks on while it lasts.
#[derive(Default)]
pub(super) struct Onlookers {
    pub(super) screen: Option<Screen>,
    /// Takes the interviewer's sound as it is heard.
    pub(super) tape: Option<Tape>,
    pub(super) gauges: Arc<Gauges>,
}

/// The interviewer's sound as a file.
pub(super) type Tape = hound::WavWriter<std::io::BufWriter<std::fs::File>>;

/// What all conversations of this process add up to.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    pub(super) live: AtomicU64,
    pub(super) frames_sent: AtomicU64,
    pub(super) turns_heard: AtomicU64,
}

/// How a conversation went.
pub(super) struct Report {
    pub(super) last: State,
    /// Why the candidate left; `None` if it did not.
    pub(super) left: Option<Why>,
    pub(super) client: Client,
    pub(super) candidate: Candidate,
    pub(super) speed: u32,
    pub(super) elapsed_ms: u64,
    /// How late each frame was handed to the socket, microseconds.
    pub(super) lateness_us: Vec<u32>,
    /// The last thing that went wrong on the way to the session host.
    pub(super) trouble: Option<String>,
    pub(super) screen: Option<Screen>,
    pub(super) tape: Option<Tape>,
}

/// What an attempt came to.
enum Arrived {
    Token(ConnId, Result<String, TokenError>),
    Dialled(ConnId, Result<Box<Socket>, socket::DialError>),
}

struct Conversation {
    call: Call,
    client: Client,
    candidate: Candidate,
    onlookers: Onlookers,
    clock: Clock,
    socket: Option<(ConnId, Box<Socket>)>,
    /// The attempt whose WebSocket is still wanted.
    dialling: Option<ConnId>,
    underway: FuturesUnordered<BoxFuture<'static, Arrived>>,
    /// When the microphone's next frame is due.
    next_frame: Instant,
    frames_into_a_dead_line: u32,
    speaker: Vec<u8>,
    lateness_us: Vec<u32>,
    left: Option<Why>,
    was_live: bool,
    /// The question that was heard to its end last.
    last_question: Option<TurnId>,
    trouble: Option<String>,
}

/// Talks until it is over.
pub(super) async fn hold(call: Call, onlookers: Onlookers) -> Report {
    let clock = Clock::start();
    let client_name = concat!("preppal-call/", env!("CARGO_PKG_VERSION"));
    let mut conversation = Conversation {
        client: Client::new(Config::new(client_name), call.seed, clock.now()),
        candidate: Candidate::new(Arc::clone(&call.script)),
        onlookers,
        socket: None,
        dialling: None,
        underway: FuturesUnordered::new(),
        next_frame: Instant::now(),
        frames_into_a_dead_line: 0,
        speaker: Vec::new(),
        lateness_us: Vec::new(),
        left: None,
        was_live: false,
        last_question: None,
        trouble: None,
        clock,
        call,
    };
    conversation.run().await;
    conversation.report()
}

impl Conversation {
    async fn run(&mut self) {
        self.carry_out().await;
        while !self.client.state().is_final() {
            let wake_at = self.wake_at();
            tokio::select! {
                biased;
                changed = self.call.wish.changed() => {
                    let wish = if changed.is_ok() { *self.call.wish.borrow() } else { Wish::Vanish };
                    match wish {
                        Wish::Stay => {}
                        Wish::Leave => self.client.end(self.clock.now()),
                        Wish::Vanish => return,
                    }
                }
                Some(arrived) = self.underway.next() => self.on_arrived(arrived),
                news = socket::next(&mut self.socket) => self.on_news(news),
                () = tokio::time::sleep_until(wake_at) => self.on_time(),
            }
            self.carry_out().await;
        }
    }

    fn report(self) -> Report {
        self.leave_the_gauge();
        Report {
            last: self.client.state(),
            left: self.left,
            speed: self.call.speed,
            client: self.client,
            candidate: self.candidate,
            elapsed_ms: self.clock.elapsed_ms(),
            lateness_us: self.lateness_us,
            trouble: self.trouble,
            screen: self.onlookers.screen,
            tape: self.onlookers.tape,
        }
    }

    fn wake_at(&self) -> Instant {
        let microphone = self.hears_itself().then_some(self.next_frame);
        let protocol = self.client.poll_timeout().map(|(due, _)| self.clock.instant(due));
        let in_a_while = Instant::now() + Duration::from_secs(60);
        microphone.into_iter().chain(protocol).min().unwrap_or(in_a_while)
    }

    /// Whether the candidate acts: the conversation is on, or was a moment ago.
    fn hears_itself(&self) -> bool {
        match self.client.state() {
            State::Live | State::Reconnecting(Side::Model) => true,
            State::Reconnecting(Side::Host) => self.frames_into_a_dead_line < NOTICES_AFTER_FRAMES,
            State::Connecting | State::Paused | State::Ending | State::Ended(_) | State::Error(_) => false,
        }
    }

    fn on_time(&mut self) {
        let now = Instant::now();
        if self.hears_itself() && self.next_frame <= now {
            let late = now - self.next_frame;
            self.lateness_us.push(u32::try_from(late.as_micros()).unwrap_or(u32::MAX));
            self.next_frame += Duration::from_millis(FRAME_MS) / self.call.speed;
            self.act();
        }
        let now = self.clock.now();
        if self.client.poll_timeout().is_some_and(|(due, _)| due <= now) {
            self.client.handle_input(now, Input::Timeout);
        }
    }

    /// The next 100 ms of both directions.
    fn act(&mut self) {
        self.listen();
        if self.client.state() == State::Reconnecting(Side::Host) {
            self.frames_into_a_dead_line += 1;
        }
        let now = self.clock.now();
        let still_playing = self.client.queued_sound_bytes() > 0;
        match self.candidate.step(now, still_playing) {
            Step::Microphone(frame) => self.client.speak(now, frame),
            Step::Type(text, silence) => {
                if let Err(error) = self.client.type_answer(now, &text) {
                    self.trouble = Some(chain(&error));
                }
                self.client.speak(now, silence);
            }
            Step::Leave(why) => {
                self.left = Some(why);
                self.client.end(now);
            }
        }
        self.onlookers.gauges.frames_sent.fetch_add(1, Ordering::Relaxed);
    }

    fn listen(&mut self) {
        self.speaker.clear();
        self.client.play(SampleRate::INTERVIEWER.bytes(FRAME_MS), &mut self.speaker);
        let Some(tape) = &mut self.onlookers.tape else { return };
        for sample in self.speaker.as_chunks().0 {
            if let Err(error) = tape.write_sample(i16::from_le_bytes(*sample)) {
                self.trouble = Some(format!("cannot write the interviewer's sound: {error}"));
                self.onlookers.tape = None;
                return;
            }
        }
    }

    fn on_arrived(&mut self, arrived: Arrived) {
        let now = self.clock.now();
        match arrived {
            Arrived::Token(id, token) => {
                if token == Err(TokenError::Unreachable) {
                    self.trouble = Some("the app gives no token".to_owned());
                }
                self.client.handle_input(now, Input::Token(id, token));
            }
            Arrived::Dialled(id, _) if self.dialling != Some(id) => {}
            Arrived::Dialled(id, Ok(socket)) => {
                self.dialling = None;
                self.socket = Some((id, socket));
                self.client.handle_input(now, Input::Opened(id));
            }
            Arrived::Dialled(id, Err(error)) => {
                self.dialling = None;
                self.trouble = Some(chain(&error));
                self.client.handle_input(now, Input::Closed(id, None));
            }
        }
    }

    fn on_news(&mut self, (id, news): (ConnId, socket::News)) {
        let now = self.clock.now();
        match news {
            socket::News::Binary(message) => self.client.handle_input(now, Input::Received(id, &message)),
            socket::News::Text => self.client.handle_input(now, Input::ReceivedText(id)),
            socket::News::Closed(code) => {
                self.socket = None;
                self.client.handle_input(now, Input::Closed(id, code));
            }
        }
    }

    /// Does what the client wants done.
    async fn carry_out(&mut self) {
        let mut sent = false;
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::FetchToken(id) => self.fetch_token(id),
                Output::Dial(id, token) => self.dial(id, &token),
                Output::Send(id, frame) => {
                    let message = match frame {
                        Frame::Text(text) => socket::text(text),
                        Frame::Binary(bytes) => socket::binary(bytes),
                    };
                    if let Some((_, socket)) = self.socket.as_mut().filter(|(open, _)| *open == id) {
                        sent = true;
                        // A socket that takes nothing more tells so when it is read.
                        if let Err(error) = socket::feed(socket, message).await {
                            self.trouble = Some(chain(&error));
                        }
                    }
                }
                Output::Close(id, code) => {
                    self.dialling = self.dialling.filter(|dialling| *dialling != id);
                    if let Some((_, socket)) = self.socket.take_if(|(open, _)| *open == id) {
                        socket::close(socket, code).await;
                    }
                }
                Output::Event(event) => self.on_event(event),
            }
        }
        if sent && let Some((_, socket)) = &mut self.socket {
            socket::flush(socket).await;
        }
    }

    fn fetch_token(&mut self, id: ConnId) {
        let backend = self.call.backend.clone();
        let interview_id = self.call.interview_id.clone();
        let fetching = async move { Arrived::Token(id, backend.worker_token(&interview_id).await) };
        self.underway.push(Box::pin(fetching));
    }

    fn dial(&mut self, id: ConnId, token: &str) {
        self.dialling = Some(id);
        let url = format!("{}/{}?token={token}", self.call.worker_url, self.call.interview_id);
        self.underway.push(Box::pin(async move { Arrived::Dialled(id, socket::dial(url).await) }));
    }

    fn on_event(&mut self, event: Event) {
        let now = self.clock.now();
        match event {
            Event::StateChanged(state) => self.on_state(now, state),
            Event::TranscriptChanged(id) => {
                if id.speaker == Speaker::Ai {
                    self.candidate.hear(now, Heard::Words);
                }
                if let Some(screen) = &mut self.onlookers.screen
                    && let Err(error) = screen.show(self.client.transcript(), id)
                {
                    self.trouble = Some(format!("cannot show the transcript: {error}"));
                }
            }
            Event::SoundQueued => self.candidate.hear(now, Heard::Voice),
            Event::TurnClosed(_) => {}
            Event::TurnComplete => {
                self.last_question = self.last_of_the_interviewer();
                self.onlookers.gauges.turns_heard.fetch_add(1, Ordering::Relaxed);
                self.candidate.hear(now, Heard::TurnComplete);
            }
            Event::Interrupted { .. } => self.candidate.hear(now, Heard::Interrupted),
            Event::Notice { message, .. } => {
                self.remark(&format!("the session host says: {message}"));
                self.trouble = Some(message);
            }
        }
    }

    fn on_state(&mut self, now: Timestamp, state: State) {
        match state {
            State::Live => {
                self.next_frame = Instant::now();
                self.frames_into_a_dead_line = 0;
                if !std::mem::replace(&mut self.was_live, true) {
                    self.onlookers.gauges.live.fetch_add(1, Ordering::Relaxed);
                }
                self.candidate.hear(now, Heard::Live);
                let question = self.last_of_the_interviewer();
                let last_turn = self.client.transcript().turns().last().map(|turn| turn.id);
                if question.is_some() && question == last_turn && question != self.last_question {
                    self.last_question = question;
                    self.candidate.finds_itself_asked();
                }
            }
            State::Connecting => self.remark("connecting"),
            State::Reconnecting(Side::Host) => self.remark("the connection is lost; making another"),
            State::Reconnecting(Side::Model) => self.remark("the interviewer is being reconnected"),
            State::Paused => self.remark("paused"),
            State::Ending => self.remark("ending; the transcript is being stored"),
            State::Ended(_) | State::Error(_) => {}
        }
    }

    /// The interviewer's last words that are complete.
    fn last_of_the_interviewer(&self) -> Option<TurnId> {
        let complete = |turn: &&Turn| turn.id.speaker == Speaker::Ai && turn.is_final;
        self.client.transcript().turns().iter().rfind(complete).map(|turn| turn.id)
    }

    /// Tells a person who looks on.
    fn remark(&mut self, text: &str) {
        if let Some(screen) = &mut self.onlookers.screen {
            // A screen that cannot be written to is noticed with the next word of the transcript.
            drop(screen.end_line());
            eprintln!("[{text}]");
        }
    }

    fn leave_the_gauge(&self) {
        if self.was_live {
            self.onlookers.gauges.live.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Unix time that never steps: anchored once to the system's clock.
struct Clock {
    started: Instant,
    started_ms: u64,
}

impl Clock {
    fn start() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_ms = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
        Self { started: Instant::now(), started_ms }
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.started_ms.saturating_add(self.elapsed_ms()))
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn instant(&self, at: Timestamp) -> Instant {
        self.started + Duration::from_millis(at.0.saturating_sub(self.started_ms))
    }
}
