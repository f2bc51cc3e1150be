//! What a page does: its client is driven, its connections are made and lost.

use super::super::{Actor, World};
use super::{Page, TabId};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::oracle;
use crate::socket::{HostEnd, Item, Peer, Socket, SocketId, Towards};
use session_client::{
    Client, Config, ConnId as AttemptId, Event, Frame, Input, Output, Side, State, Timestamp, TokenError,
};

impl World {
    /// Has the client of a page do something, unless the page is closed or frozen.
    pub(in crate::world) fn with_client(&mut self, id: TabId, act: impl FnOnce(&mut Client, Timestamp)) {
        let now = self.tab_now(id);
        let tab = &mut self.candidate.tabs[id.0];
        if let (Page::Ours(client), false, false) = (&mut tab.page, tab.done, tab.frozen) {
            act(client, now);
            self.drain_tab(id);
        }
    }

    pub(in crate::world) fn drain_tab(&mut self, id: TabId) {
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
                Output::Event(event) => self.on_client_event(id, &event),
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
    pub(in crate::world) fn trace_client(&mut self, id: TabId, output: &Output) {
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

    pub(in crate::world) fn on_tab_timer(&mut self, id: TabId) {
        if self.candidate.tabs[id.0].armed.is_some_and(|armed| armed <= self.now) {
            self.candidate.tabs[id.0].armed = None;
            self.with_client(id, |client, now| client.handle_input(now, Input::Timeout));
        }
    }

    pub(in crate::world) fn send_from_tab(&mut self, id: TabId, attempt: AttemptId, frame: Frame) {
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

    pub(in crate::world) fn fetch_token(&mut self, id: TabId, attempt: AttemptId) {
        let token = self.issue_token();
        let got_at = self.now + self.plan.client_latency_ms * 2 + self.dice.range(5..=60);
        self.agenda.note(got_at, Wake::Token(id, attempt, token));
    }

    pub(in crate::world) fn on_token(
        &mut self,
        id: TabId,
        attempt: AttemptId,
        token: Result<String, TokenError>,
    ) {
        if let Page::Seed(_) = self.candidate.tabs[id.0].page {
            return match token {
                Ok(token) => self.dial_host(id, attempt, token),
                Err(_) => self.finish_tab(id),
            };
        }
        self.with_client(id, |client, now| client.handle_input(now, Input::Token(attempt, token)));
    }

    pub(in crate::world) fn dial_host(&mut self, id: TabId, attempt: AttemptId, token: String) {
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

    pub(in crate::world) fn on_no_route(&mut self, id: TabId, attempt: AttemptId) {
        if let Page::Seed(_) = self.candidate.tabs[id.0].page {
            return self.finish_tab(id);
        }
        self.with_client(id, |client, now| client.handle_input(now, Input::Closed(attempt, None)));
    }

    /// Something arrives at a page.
    pub(in crate::world) fn on_tab_arrival(
        &mut self,
        socket: SocketId,
        id: TabId,
        attempt: AttemptId,
        item: &Item,
    ) {
        if let Item::Closed(close) = item {
            let was_open = std::mem::replace(&mut self.sockets[socket.0].peer_open, false);
            let answers = was_open && !self.lies_in_wait_for(Fault::NeverCloses, close.is_some());
            if let (true, Some((code, _))) = (answers, close) {
                self.put(socket, Towards::Host, Item::Closed(Some((*code, String::new()))));
            }
        }
        if let Item::Binary(message, _) = item {
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
            return self.on_seed_arrival(id, socket, item);
        }
        self.with_client(id, |client, now| {
            client.handle_input(
                now,
                match item {
                    Item::Opened => Input::Opened(attempt),
                    Item::Text(_) => Input::ReceivedText(attempt),
                    Item::Binary(message, _) => Input::Received(attempt, message),
                    Item::Closed(close) => Input::Closed(attempt, close.as_ref().map(|(code, _)| *code)),
                },
            );
        });
    }

    pub(in crate::world) fn on_client_event(&mut self, id: TabId, event: &Event) {
        if let Event::Notice { message, .. } = event {
            let discreet = !message.contains(oracle::SPEECH) && !message.contains(oracle::SECRET);
            self.oracle
                .must(discreet, Invariant::Discretion, || "a notice tells what it must not".to_owned());
        }
        let Event::StateChanged(state) = *event else { return };
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

    pub(in crate::world) fn finish_tab(&mut self, id: TabId) {
        self.candidate.tabs[id.0].done = true;
    }
}
