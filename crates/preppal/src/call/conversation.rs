//! One conversation: the socket, the clock, and the two that decide, client and candidate.

use super::answers::FRAME_MS;
use super::backend::Backend;
use super::candidate::{Candidate, Script, Step, Why};
use super::outcome::chain;
use super::screen::Screen;
use super::stop::Wish;
use clock::Clock;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use link::Arrived;
use session_client::{Client, Config, ConnId, Input, Side, State, TurnId};
use socket::Socket;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use wire::SampleRate;

mod clock;
mod events;
mod link;
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

    fn leave_the_gauge(&self) {
        if self.was_live {
            self.onlookers.gauges.live.fetch_sub(1, Ordering::Relaxed);
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
}
