//! The candidate: pages with our client in them, a microphone, a speaker, and habits.

use super::{Actor, World};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::oracle;
use crate::plan::{self, Finale};
use crate::socket::{HostEnd, Item, Peer, Socket, SocketId, Towards};
use crate::world::seed_page::SeedPage;
use api::interview::Speaker;
use api::token;
use session_client::{
    Client, Config, ConnId as AttemptId, Event, Frame, Input, MicrophoneFrame, Output, Side, State,
    Timestamp, TokenError,
};
use std::collections::{BTreeMap, BTreeSet};
use wire::{CloseCode, ErrorCode};

/// A page in the candidate's browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TabId(pub(crate) usize);

/// The size of a microphone word.
pub(crate) const WORD_BYTES: usize = 8;
/// s16le, 16 kHz, mono; s16le, 24 kHz, mono.
const MICROPHONE_BYTES_PER_MS: u64 = 32;
const SPEAKER_BYTES_PER_MS: u64 = 48;
/// Between two things a candidate may do.
const HABIT_MS: u64 = 1_500;
/// A candidate opens the page again so often.
const MAX_PAGES: usize = 8;

/// Four samples that tell where they belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) tab: u8,
    pub(crate) voiced: bool,
    pub(crate) number: u64,
}

impl Word {
    const MARK: u64 = 0xA5C3;

    pub(crate) fn read(pcm: &[u8]) -> Option<Self> {
        let word = u64::from_le_bytes(*pcm.first_chunk()?);
        (word >> 48 == Self::MARK).then_some(Self {
            tab: (word >> 40 & 0x7F) as u8,
            voiced: word >> 47 & 1 == 1,
            number: word & 0xFF_FFFF_FFFF,
        })
    }

    fn write(self, pcm: &mut Vec<u8>) {
        let word = Self::MARK << 48 | u64::from(self.voiced) << 47 | u64::from(self.tab) << 40 | self.number;
        pcm.extend_from_slice(&word.to_le_bytes());
    }
}

pub(crate) enum Page {
    Ours(Box<Client>),
    Seed(SeedPage),
}

pub(crate) struct Tab {
    pub(crate) page: Page,
    pub(crate) sockets: BTreeMap<AttemptId, SocketId>,
    /// How far its clock is ahead.
    pub(crate) skew_ms: i64,
    pub(crate) frozen: bool,
    /// Closed or finished.
    pub(crate) done: bool,
    armed: Option<u64>,
    words: u64,
}

/// Who speaks when.
#[derive(Debug, Default)]
struct Voice {
    speaks_until: Option<u64>,
    begins_at: u64,
}

#[derive(Default)]
pub(crate) struct Candidate {
    pub(crate) tabs: Vec<Tab>,
    /// Gone for good.
    pub(crate) left: bool,
    pub(crate) deadline_passed: bool,
    /// Wants to end the interview from then on.
    pub(crate) ends_at: Option<u64>,
    /// How far the clock of the next page is ahead.
    pub(crate) skew_ms: i64,
    opening: bool,
    voice: Voice,
    typed: u32,
    resumes_at: Option<u64>,
    sound: Vec<u8>,
}

impl Candidate {
    pub(crate) fn is_gone(&self) -> bool {
        !self.opening && !self.tabs.is_empty() && self.tabs.iter().all(|tab| tab.done)
    }

    /// The page in front.
    pub(crate) fn front(&self) -> Option<TabId> {
        self.tabs.iter().rposition(|tab| !tab.done).map(TabId)
    }
}

impl World {
    pub(super) fn open_page(&mut self) {
        self.candidate.opening = false;
        if self.stopped || self.candidate.left || self.candidate.tabs.len() >= MAX_PAGES {
            return;
        }
        let id = TabId(self.candidate.tabs.len());
        self.trace(Actor::Client, || format!("opens page {}", id.0));
        let page = match self.plan.browser {
            plan::Browser::Ours => {
                let now = Timestamp(self.now.saturating_add_signed(self.candidate.skew_ms));
                let client = Client::new(Config::new("sim/1"), self.dice.draw(), now);
                Page::Ours(Box::new(client))
            }
            plan::Browser::Seed => Page::Seed(SeedPage::default()),
        };
        let sockets = BTreeMap::new();
        self.candidate.tabs.push(Tab {
            page,
            sockets,
            skew_ms: self.candidate.skew_ms,
            frozen: false,
            done: false,
            armed: None,
            words: 0,
        });
        if self.plan.browser == plan::Browser::Seed {
            self.fetch_token(id, AttemptId(1));
        }
        self.agenda.note(self.now + self.plan.frame_ms, Wake::Microphone(id));
        self.drain_tab(id);
    }

    /// Closes the page; its connections close with it.
    pub(super) fn close_page(&mut self, id: TabId) {
        let tab = &mut self.candidate.tabs[id.0];
        tab.done = true;
        for socket in tab.sockets.clone().into_values() {
            self.hang_up(socket, 1001);
        }
    }

    pub(super) fn reload(&mut self, id: TabId) {
        self.close_page(id);
        self.candidate.opening = true;
        let opens_at = self.now + self.dice.range(50..=1_500);
        self.agenda.note(opens_at, Wake::OpenPage);
    }

    fn hang_up(&mut self, id: SocketId, code: u16) {
        if self.sockets[id.0].peer_open {
            self.put(id, Towards::Host, Item::Closed(Some((code, String::new()))));
            self.sockets[id.0].peer_open = false;
        }
    }

    fn tab_now(&self, id: TabId) -> Timestamp {
        Timestamp(self.now.saturating_add_signed(self.candidate.tabs[id.0].skew_ms))
    }

    /// Has the client of a page do something, unless the page is closed or frozen.
    pub(super) fn with_client(&mut self, id: TabId, act: impl FnOnce(&mut Client, Timestamp)) {
        let now = self.tab_now(id);
        let tab = &mut self.candidate.tabs[id.0];
        if let (Page::Ours(client), false, false) = (&mut tab.page, tab.done, tab.frozen) {
            act(client, now);
            self.drain_tab(id);
        }
    }

    fn drain_tab(&mut self, id: TabId) {
        loop {
            let Page::Ours(client) = &mut self.candidate.tabs[id.0].page else { return };
            let Some(output) = client.poll_output() else { break };
            self.trace_client(id, &output);
            match output {
                Output::FetchToken(attempt) => self.fetch_token(id, attempt),
                Output::Dial(attempt, token) => self.dial_host(id, attempt, token),
                Output::Send(attempt, frame) => self.send_from_tab(id, attempt, frame),
                Output::Close(attempt, code) => {
                    if let Some(&socket) = self.candidate.tabs[id.0].sockets.get(&attempt) {
                        self.hang_up(socket, code);
                    }
                }
                Output::Event(event) => self.on_client_event(id, event),
            }
        }
        let now = self.tab_now(id);
        let tab = &mut self.candidate.tabs[id.0];
        let Page::Ours(client) = &tab.page else { return };
        let queued = client.queued_sound_bytes();
        let (is_final, late) =
            (client.state().is_final(), client.poll_timeout().filter(|(due, _)| *due < now));
        self.oracle.must(!is_final || client.poll_timeout().is_none(), Invariant::NothingAfterEnd, || {
            "a client that is done waits for something".to_owned()
        });
        self.oracle
            .must(late.is_none(), Invariant::Deadlines, || format!("a client's {late:?} is past at {now:?}"));
        let due =
            client.poll_timeout().map(|(due, _)| due.0.saturating_add_signed(-tab.skew_ms).max(self.now));
        if let Some(due) = due
            && tab.armed.is_none_or(|armed| armed > due)
        {
            tab.armed = Some(due);
            self.agenda.note(due, Wake::Tab(id));
        }
        let limit = Config::new("").play_out_buffer_bytes;
        self.oracle
            .must(queued <= limit, Invariant::BoundedMemory, || format!("{queued} bytes wait to be heard"));
    }

    /// Microphone frames are told by what becomes of them.
    fn trace_client(&mut self, id: TabId, output: &Output) {
        if !self.trace.is_on() {
            return;
        }
        let what = match output {
            Output::FetchToken(attempt) => format!("asks for token {}", attempt.0),
            Output::Dial(attempt, _) => format!("dials {}", attempt.0),
            Output::Close(attempt, code) => format!("closes {} with {code}", attempt.0),
            Output::Send(attempt, Frame::Text(text)) => format!("sends {text} on {}", attempt.0),
            Output::Send(attempt, Frame::Binary(bytes)) if bytes.len() < 200 => {
                format!("sends {:?} on {}", wire::decode(bytes).map(|message| message.payload), attempt.0)
            }
            Output::Send(..) | Output::Event(_) => return,
        };
        self.trace(Actor::Client, || format!("page {} {what}", id.0));
    }

    pub(super) fn on_tab_timer(&mut self, id: TabId) {
        if self.candidate.tabs[id.0].armed.is_some_and(|armed| armed <= self.now) {
            self.candidate.tabs[id.0].armed = None;
            self.with_client(id, |client, now| client.handle_input(now, Input::Timeout));
        }
    }

    fn send_from_tab(&mut self, id: TabId, attempt: AttemptId, frame: Frame) {
        let socket = self.candidate.tabs[id.0].sockets.get(&attempt).copied();
        let Some(socket) = socket.filter(|socket| self.sockets[socket.0].peer_open) else {
            let what = "a client sends on a connection that is not open";
            return self.oracle.broken(Invariant::OpenConnections, what);
        };
        let item = match frame {
            Frame::Text(text) => Item::Text(text.into()),
            Frame::Binary(bytes) => Item::Binary(bytes.into(), 0),
        };
        self.put(socket, Towards::Host, item);
    }

    pub(super) fn fetch_token(&mut self, id: TabId, attempt: AttemptId) {
        let token = self.issue_token();
        let got_at = self.now + self.plan.client_latency_ms * 2 + self.dice.range(5..=60);
        self.agenda.note(got_at, Wake::Token(id, attempt, token));
    }

    pub(super) fn on_token(&mut self, id: TabId, attempt: AttemptId, token: Result<String, TokenError>) {
        if let Page::Seed(_) = self.candidate.tabs[id.0].page {
            return match token {
                Ok(token) => self.dial_host(id, attempt, token),
                Err(_) => self.finish_tab(id),
            };
        }
        self.with_client(id, |client, now| client.handle_input(now, Input::Token(attempt, token)));
    }

    fn dial_host(&mut self, id: TabId, attempt: AttemptId, token: String) {
        let latency_ms = self.plan.client_latency_ms;
        if !self.host.up || self.lies_in_wait(Fault::CannotConnect) {
            let known_at = self.now + latency_ms * 2 + 10;
            return self.agenda.note(known_at, Wake::NoRoute(id, attempt));
        }
        let socket = self.connect(Socket::new(Peer::Tab(id, attempt), HostEnd::Dialling, latency_ms));
        self.candidate.tabs[id.0].sockets.insert(attempt, socket);
        self.agenda.note(self.now + latency_ms * 3, Wake::Knock(socket, token));
        if !self.candidate.tabs[id.0].done && self.lies_in_wait(Fault::ReloadConnecting) {
            self.reload(id);
        }
    }

    pub(super) fn on_no_route(&mut self, id: TabId, attempt: AttemptId) {
        if let Page::Seed(_) = self.candidate.tabs[id.0].page {
            return self.finish_tab(id);
        }
        self.with_client(id, |client, now| client.handle_input(now, Input::Closed(attempt, None)));
    }

    /// A WebSocket reaches the host.
    pub(super) fn on_knock(&mut self, id: SocketId, token: &str) {
        let socket = &mut self.sockets[id.0];
        if !socket.peer_open || !self.host.up {
            socket.host_end = HostEnd::Closed;
            if let Peer::Tab(tab, attempt) = socket.peer {
                self.agenda.note(self.now + 1, Wake::NoRoute(tab, attempt));
            }
            return;
        }
        socket.host_end = HostEnd::Open;
        self.put(id, Towards::Peer, Item::Opened);
        let now_ms = i64::try_from(self.now).unwrap_or(i64::MAX);
        let secret = self.backend.host_secret(self.now);
        match token::verify(token, super::backend::INTERVIEW, secret, now_ms) {
            Ok(_) => self.join(id),
            Err(refused) => {
                self.trace(Actor::Host, || format!("refuses: {refused}"));
                let error = wire::Error::new(ErrorCode::Authentication, "The session token was refused.");
                let payload = wire::server_to_client_message::Payload::Error(error);
                self.put(id, Towards::Peer, Item::Binary(wire::encode(payload, None), 0));
                self.close_socket(id, CloseCode::TokenRefused.code());
            }
        }
    }

    /// Something arrives at a page.
    pub(super) fn on_tab_arrival(&mut self, socket: SocketId, id: TabId, attempt: AttemptId, item: Item) {
        if let Item::Closed(close) = &item {
            let was_open = std::mem::replace(&mut self.sockets[socket.0].peer_open, false);
            let answers = was_open && !self.lies_in_wait_for(Fault::NeverCloses, close.is_some());
            if let (true, Some((code, _))) = (answers, close) {
                self.put(socket, Towards::Host, Item::Closed(Some((*code, String::new()))));
            }
        }
        if let Item::Binary(message, _) = &item {
            match <wire::ServerToClientMessage as prost::Message>::decode(&message[..]) {
                Err(_) => self.oracle.broken(Invariant::DownlinkOrder, "a client gets what it cannot read"),
                Ok(message) => {
                    if let Err((invariant, what)) = self.oracle.arrivals.at_client(socket, &message) {
                        self.oracle.broken(invariant, what);
                    }
                    if let Page::Seed(_) = self.candidate.tabs[id.0].page {
                        self.on_seed_message(id, message);
                    }
                }
            }
        }
        if let Page::Seed(_) = self.candidate.tabs[id.0].page {
            return self.on_seed_arrival(id, socket, &item);
        }
        self.with_client(id, |client, now| {
            client.handle_input(
                now,
                match &item {
                    Item::Opened => Input::Opened(attempt),
                    Item::Text(_) => Input::ReceivedText(attempt),
                    Item::Binary(message, _) => Input::Received(attempt, message),
                    Item::Closed(close) => Input::Closed(attempt, close.as_ref().map(|(code, _)| *code)),
                },
            );
        });
    }

    fn on_client_event(&mut self, id: TabId, event: Event) {
        if let Event::Notice { message, .. } = &event {
            let discreet = !message.contains(oracle::SPEECH) && !message.contains(oracle::SECRET);
            self.oracle
                .must(discreet, Invariant::Discretion, || "a notice tells what it must not".to_owned());
        }
        let Event::StateChanged(state) = event else { return };
        self.trace(Actor::Client, || format!("page {}: {state:?}", id.0));
        match state {
            State::Reconnecting(Side::Model) => {
                if self.lies_in_wait(Fault::ReloadRotating) {
                    self.reload(id);
                } else if self.lies_in_wait(Fault::EndRotating) {
                    self.candidate.ends_at = Some(self.now);
                    self.end_interview();
                }
            }
            State::Ended(_) => {
                self.oracle.on_client_ended(&self.backend.table);
                self.finish_tab(id);
            }
            State::Error(_) => {
                self.finish_tab(id);
                if !self.stopped && self.dice.percent(60) && self.candidate.front().is_none() {
                    self.candidate.opening = true;
                    let opens_at = self.now + self.dice.range(500..=6_000);
                    self.agenda.note(opens_at, Wake::OpenPage);
                }
            }
            State::Connecting
            | State::Live
            | State::Reconnecting(Side::Host)
            | State::Paused
            | State::Ending => {}
        }
    }

    pub(super) fn finish_tab(&mut self, id: TabId) {
        self.candidate.tabs[id.0].done = true;
    }

    /// A frame of the microphone; the speaker takes as much.
    pub(super) fn on_microphone(&mut self, id: TabId) {
        let frame_ms = self.plan.frame_ms;
        let tab = &mut self.candidate.tabs[id.0];
        if tab.done || tab.frozen {
            return;
        }
        self.agenda.note(self.now + frame_ms, Wake::Microphone(id));
        let quiet = match &tab.page {
            Page::Ours(client) if client.state() == State::Live => Some(client.queued_sound_bytes() == 0),
            Page::Ours(_) => None,
            Page::Seed(page) => page.is_open().then_some(true),
        };
        let voiced = quiet.is_some_and(|quiet| self.speaks(quiet));
        let tab = &mut self.candidate.tabs[id.0];
        let mut pcm = std::mem::take(&mut self.candidate.sound);
        pcm.clear();
        for _ in 0..frame_ms * MICROPHONE_BYTES_PER_MS / WORD_BYTES as u64 {
            tab.words += 1;
            Word { tab: (id.0 & 0x7F) as u8, voiced, number: tab.words }.write(&mut pcm);
        }
        if let Page::Seed(_) = tab.page {
            self.seed_speaks(id, &pcm);
        } else {
            let frame = MicrophoneFrame::new(&pcm);
            let mut speaker = std::mem::take(&mut pcm);
            self.with_client(id, |client, now| {
                client.speak(now, frame);
                speaker.clear();
                client.play((frame_ms * SPEAKER_BYTES_PER_MS) as usize, &mut speaker);
            });
            pcm = speaker;
        }
        self.candidate.sound = pcm;
    }

    /// Whether the candidate speaks now; `quiet` is whether the interviewer does not.
    fn speaks(&mut self, quiet: bool) -> bool {
        if let Some(until) = self.candidate.voice.speaks_until {
            if self.now < until {
                return true;
            }
            self.candidate.voice.speaks_until = None;
            self.candidate.voice.begins_at = self.now + self.dice.range(2_500..=8_000);
            return false;
        }
        let barges_in = !quiet && self.dice.percent(self.plan.barge_in_percent);
        if barges_in || quiet && self.now >= self.candidate.voice.begins_at {
            self.candidate.voice.speaks_until = Some(self.now + self.dice.range(600..=4_000));
            return true;
        }
        if !quiet {
            let think_ms = self.dice.range(200..=1_500);
            self.candidate.voice.begins_at = self.now + think_ms;
        }
        false
    }

    pub(super) fn on_habit(&mut self) {
        if self.stopped {
            return;
        }
        self.agenda.note(self.now + HABIT_MS, Wake::Habit);
        let since_ms = self.now - super::BEGIN_MS;
        if matches!(self.plan.finale, Finale::Candidate(after_ms) if since_ms >= after_ms)
            || self.candidate.ends_at.is_some_and(|at| at <= self.now)
        {
            return self.end_interview();
        }
        let Some(id) = self.candidate.front() else { return };
        if let Some(at) = self.candidate.resumes_at {
            if at <= self.now {
                self.candidate.resumes_at = None;
                self.with_client(id, Client::resume);
            }
        } else if self.plan.pauses && self.dice.percent(6) {
            let long = self.dice.percent(10);
            let pause_ms = if long { 70_000 } else { self.dice.range(1_000..=9_000) };
            self.candidate.resumes_at = Some(self.now + pause_ms);
            self.with_client(id, Client::pause);
        }
        if self.plan.types && self.dice.percent(10) {
            self.candidate.typed += 1;
            let text = format!("{} by hand {}", oracle::SPEECH, self.candidate.typed);
            // A page that is ending takes none.
            self.with_client(id, |client, now| client.type_answer(now, &text).unwrap_or_default());
        }
    }

    pub(super) fn end_interview(&mut self) {
        for id in (0..self.candidate.tabs.len()).map(TabId) {
            self.with_client(id, Client::end);
            self.seed_ends(id);
        }
    }

    /// The faults have stopped: the candidate ends the interview, or leaves.
    pub(super) fn candidate_wants_to_end(&mut self) {
        self.candidate.opening = false;
        let leaves = self.dice.percent(25);
        if leaves {
            for id in (0..self.candidate.tabs.len()).map(TabId) {
                self.close_page(id);
            }
            self.candidate.left = true;
        } else {
            self.end_interview();
        }
    }

    pub(super) fn thaw(&mut self, id: TabId) {
        if !std::mem::replace(&mut self.candidate.tabs[id.0].frozen, false) {
            return;
        }
        for socket in self.candidate.tabs[id.0].sockets.clone().into_values() {
            self.unstall(socket, Towards::Peer);
        }
        self.agenda.note(self.now, Wake::Microphone(id));
        self.with_client(id, |client, now| client.handle_input(now, Input::Timeout));
    }

    pub(super) fn thaw_all(&mut self) {
        for id in (0..self.candidate.tabs.len()).map(TabId) {
            self.thaw(id);
        }
    }

    /// Every turn that a page was shown is stored as it was shown.
    pub(super) fn check_transcripts(&mut self) {
        let mut words = BTreeSet::new();
        for (_, text) in self.backend.table.entries().filter(|(who, _)| *who == Speaker::Ai) {
            for word in text.split_whitespace().filter(|word| *word != oracle::SPEECH) {
                let news = words.insert(word);
                self.oracle.must(news, Invariant::FinalIsStored, || format!("{word} is stored twice"));
            }
        }
        for tab in &self.candidate.tabs {
            match &tab.page {
                Page::Ours(client) => {
                    for turn in client.transcript().turns() {
                        let began = turn.id.started_ms;
                        if turn.text().is_empty() || self.store.excused.contains(&began) {
                            continue;
                        }
                        let speaker = Speaker::from_name(turn.id.speaker.as_str());
                        let stored = self.backend.table.entry(i64::try_from(began).unwrap_or(0));
                        let matches = stored.is_some_and(|(who, text)| {
                            let whole = if turn.is_final {
                                text == turn.text()
                            } else {
                                text.starts_with(turn.text())
                            };
                            Some(*who) == speaker && whole
                        });
                        self.oracle.must(matches, Invariant::FinalIsStored, || {
                            format!("shown: {turn:?}; stored: {stored:?}")
                        });
                    }
                }
                // One that comes in the middle of a turn is shown the rest of it.
                Page::Seed(page) => {
                    for (speaker, text) in page.finals() {
                        let matches = !self.store.excused.is_empty()
                            || self
                                .backend
                                .table
                                .entries()
                                .any(|(who, said)| who.name() == speaker && said.contains(text));
                        self.oracle
                            .must(matches, Invariant::FinalIsStored, || format!("shown: {speaker} {text}"));
                    }
                }
            }
        }
    }
}
