//! The process that holds the session: sockets, timer, journal, and the gate that outputs leave by.

use super::{Actor, BEGIN_MS, World};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::oracle;
use crate::socket::{HostEnd, Item, Peer, Put, Socket, SocketId, Towards};
use session_core::{
    CallId, Config, ConnId, Encoding, Event, Frame, Input, Output, Priority, Session, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// For the peer's answer to our close frame, and for what is queued before it when the peer does not read.
const ECHO_MS: u64 = 1_000;
const CLOSE_DRAIN_MS: u64 = 5_000;
/// How long keep-alive takes to find a peer gone, and a check more.
const CLIENT_DEAD_MS: u64 = 40_000;
const MODEL_DEAD_MS: u64 = 30_000;
const CHECK_MS: u64 = 5_000;

#[derive(Default)]
pub(crate) struct Host {
    pub(crate) session: Option<Session>,
    pub(crate) up: bool,
    /// Counts sessions: connections and calls are named within one only.
    pub(crate) incarnation: u64,
    pub(crate) calls: BTreeSet<CallId>,
    pub(crate) links: BTreeMap<ConnId, SocketId>,
    /// What the session wants, each with the records that must be released before.
    gate: VecDeque<(usize, Output)>,
    armed: Option<u64>,
    dropped: Vec<(ConnId, usize)>,
    /// Came after the end, and join the next session.
    late: Vec<SocketId>,
    pumping: bool,
    /// The session knows that the disk is full.
    told_undurable: bool,
}

impl Host {
    pub(crate) fn up() -> Self {
        Self { up: true, ..Self::default() }
    }
}

impl World {
    pub(super) fn config(&self) -> Config {
        let (grace_ms, keeps_journal) = (self.plan.grace_ms, self.plan.keeps_journal);
        let mut config = Config { grace_ms, keeps_journal, ..Config::new(super::backend::INTERVIEW) };
        if self.plan.hurried {
            (config.limits.model_age_ms, config.limits.pause_ms) = (15_000, 20_000);
        }
        if self.breaks(Invariant::BoundedMemory) {
            config.limits.uplink_held_ms *= 6;
        }
        config
    }

    /// The process comes up and goes on from its journal.
    pub(super) fn start_host(&mut self) {
        self.host.up = true;
        if self.store.is_empty() {
            return;
        }
        self.new_incarnation();
        let records = self.store.records().iter().map(Vec::as_slice);
        match Session::restore(self.config(), records, self.dice.draw(), Timestamp(self.now)) {
            Ok(session) => {
                self.trace(Actor::Host, || "goes on from the journal".to_owned());
                self.oracle.on_session(self.store.records(), &self.plan);
                self.host.session = Some(session);
                self.drain();
            }
            Err(error) => {
                self.trace(Actor::Host, || format!("nothing to go on from: {error}"));
                self.store.delete();
            }
        }
    }

    /// What is named within a session is not named any more.
    fn new_incarnation(&mut self) {
        self.host.incarnation += 1;
        self.host.told_undurable = false;
    }

    /// A candidate was let in.
    pub(super) fn join(&mut self, id: SocketId) {
        if self.host.session.is_some() && self.oracle.has_ended() {
            self.host.late.push(id);
            return;
        }
        if self.host.session.is_none() {
            self.new_incarnation();
            self.oracle.on_session(&[], &self.plan);
            let session = Session::new(self.config(), self.dice.draw(), Timestamp(self.now));
            self.host.session = Some(session);
        }
        let Some(session) = &mut self.host.session else { return };
        let conn = session.accept_client(Timestamp(self.now));
        self.host.links.insert(conn, id);
        let socket = &mut self.sockets[id.0];
        (socket.conn, socket.incarnation) = (Some(conn), self.host.incarnation);
        self.oracle.on_accept(conn);
        self.drain();
    }

    /// Tells the session what happened.
    pub(super) fn tell(&mut self, input: Input<'_>) {
        let Some(session) = &mut self.host.session else { return };
        self.oracle.on_input(&input);
        session.handle_input(Timestamp(self.now), input);
        self.drain();
    }

    pub(super) fn on_session_timer(&mut self) {
        if self.host.armed.is_none_or(|armed| armed > self.now) {
            return;
        }
        self.host.armed = None;
        let due = self.host.session.as_ref().and_then(Session::poll_timeout);
        let Some((due, timer)) = due else { return };
        if due.0 > self.now {
            return self.arm();
        }
        if let Some(late_ms) = self.timer_is_late(timer) {
            self.host.armed = Some(self.now + late_ms);
            return self.agenda.note(self.now + late_ms, Wake::Session);
        }
        self.trace(Actor::Host, || format!("{timer:?}"));
        self.tell(Input::Timeout);
    }

    /// Takes what the session wants, writes its journal, and lets out what may leave.
    pub(super) fn drain(&mut self) {
        let mut undurable = false;
        loop {
            let Some(session) = &mut self.host.session else { return };
            let Some(output) = session.poll_output() else { break };
            for output in self.tampered(output) {
                self.oracle.on_output(&output, &self.backend.table);
                self.trace_output(&output);
                let mut needs = self.store.records().len();
                if let Output::Persist(record) = &output {
                    needs = self.append(record.clone());
                    undurable |= self.store.full;
                }
                if self.breaks(Invariant::FinalIsStored) {
                    needs = 0;
                }
                self.host.gate.push_back((needs, output));
            }
        }
        let due = self.host.session.as_ref().and_then(Session::poll_timeout);
        self.oracle.after_drain(due);
        self.arm();
        if undurable && !std::mem::replace(&mut self.host.told_undurable, true) {
            self.tell(Input::NotDurable);
        }
        self.pump();
    }

    fn arm(&mut self) {
        let due = self.host.session.as_ref().and_then(Session::poll_timeout).map(|(due, _)| due.0);
        if let Some(due) = due
            && self.host.armed.is_none_or(|armed| armed > due)
        {
            self.host.armed = Some(due);
            self.agenda.note(due.max(self.now), Wake::Session);
        }
    }

    /// Lets out what waits for nothing any more.
    pub(super) fn pump(&mut self) {
        if self.host.pumping {
            return;
        }
        self.host.pumping = true;
        loop {
            while let Some((needs, _)) = self.host.gate.front()
                && *needs <= self.store.released()
                && let Some((_, output)) = self.host.gate.pop_front()
            {
                self.perform(output);
            }
            let Some((conn, bytes)) = self.host.dropped.pop() else { break };
            self.tell(Input::Dropped(conn, bytes));
        }
        self.host.pumping = false;
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Dial(conn) => {
                let latency_ms = self.plan.vendor_latency_ms;
                let id = self.connect(Socket::new(Peer::Model, HostEnd::Dialling, latency_ms));
                let socket = &mut self.sockets[id.0];
                (socket.conn, socket.incarnation) = (Some(conn), self.host.incarnation);
                self.host.links.insert(conn, id);
                self.answer_dial(id);
            }
            Output::Send(conn, frame) => self.send(conn, frame),
            Output::Close(conn, code) => self.close(conn, code),
            Output::Call(id, call) => {
                self.host.calls.insert(id);
                self.oracle.on_call(&call);
                self.send_call(id, call);
            }
            Output::Persist(_) => {}
            Output::Event(Event::Ended { .. }) => self.leave(),
            Output::Event(Event::Suspended) => self.go_down(),
            Output::Event(Event::TranscriptStored { .. }) => {
                if self.lies_in_wait(Fault::KillSubmitted) {
                    self.kill(Fault::KillSubmitted);
                }
            }
            Output::Event(_) => {}
        }
    }

    fn send(&mut self, conn: ConnId, frame: Frame) {
        let Some(&id) = self.host.links.get(&conn) else { return };
        if self.sockets[id.0].host_end != HostEnd::Open {
            return;
        }
        let pcm_bytes = match frame.priority {
            Priority::Audio(pcm_bytes) => pcm_bytes,
            Priority::Control => 0,
        };
        let item = match (frame.encoding, self.sockets[id.0].peer) {
            (Encoding::Text, Peer::Tab(..) | Peer::Stranger) => Item::Text(frame.bytes),
            (Encoding::Text, Peer::Model) | (Encoding::Binary, _) => Item::Binary(frame.bytes, pcm_bytes),
        };
        let twice = match self.sockets[id.0].peer {
            Peer::Model => pcm_bytes > 0 && self.breaks(Invariant::UplinkOrder),
            Peer::Tab(..) | Peer::Stranger => self.breaks(Invariant::DownlinkOrder),
        };
        if twice {
            self.put(id, Towards::Peer, item.clone());
        }
        if let Put::Waits { dropped_frames, dropped_bytes } = self.put(id, Towards::Peer, item)
            && dropped_bytes > 0
        {
            self.oracle.arrivals.dropped(id, dropped_frames);
            self.host.dropped.push((conn, dropped_bytes));
        }
        let (waiting, limit) = {
            let socket = &self.sockets[id.0];
            let is_model = socket.peer == Peer::Model;
            let limit = if is_model { Socket::UPLINK_LIMIT_BYTES } else { Socket::DOWNLINK_LIMIT_BYTES };
            (socket.to_peer.waiting_pcm_bytes(), limit)
        };
        self.oracle
            .must(waiting <= limit, Invariant::BoundedMemory, || format!("{waiting} bytes wait to be sent"));
    }

    fn close(&mut self, conn: ConnId, code: u16) {
        if let Some(&id) = self.host.links.get(&conn) {
            self.close_socket(id, code);
        }
    }

    /// Queues a close frame, or gives up a dial.
    pub(super) fn close_socket(&mut self, id: SocketId, code: u16) {
        let socket = &mut self.sockets[id.0];
        match socket.host_end {
            HostEnd::Dialling => {
                socket.host_end = HostEnd::Closing;
                self.agenda.note(self.now, Wake::EchoOverdue(id));
            }
            HostEnd::Open => {
                socket.host_end = HostEnd::Closing;
                let patience_ms = if socket.to_peer.is_stalled() { CLOSE_DRAIN_MS } else { ECHO_MS };
                self.agenda.note(self.now + patience_ms, Wake::EchoOverdue(id));
                self.put(id, Towards::Peer, Item::Closed(Some((code, String::new()))));
            }
            HostEnd::Closing | HostEnd::Closed => {}
        }
    }

    /// A connection is gone as far as the host can see.
    pub(super) fn report_closed(&mut self, id: SocketId, close: Option<(u16, String)>) {
        let socket = &mut self.sockets[id.0];
        if socket.host_end == HostEnd::Closed {
            return;
        }
        socket.host_end = HostEnd::Closed;
        socket.to_host.lose();
        let unread = socket.to_peer.is_stalled();
        if unread && !socket.half_open {
            // What the peer has not read when the host gives up, it never will.
            socket.to_peer.lose();
            self.put(id, Towards::Peer, Item::Closed(None));
        }
        let socket = &mut self.sockets[id.0];
        if let Some(conn) = socket.conn
            && socket.incarnation == self.host.incarnation
        {
            self.host.links.remove(&conn);
            self.trace(Actor::Host, || format!("connection {} is gone: {close:?}", conn.0));
            self.tell(Input::Closed(conn, close.as_ref().map(|(code, reason)| (*code, reason.as_str()))));
        }
    }

    /// Something arrives at the host.
    pub(super) fn on_host_arrival(&mut self, id: SocketId, item: Item) {
        let socket = &self.sockets[id.0];
        if socket.host_end == HostEnd::Closed || socket.deaf && !matches!(item, Item::Closed(_)) {
            return;
        }
        let (is_model, conn) = (socket.peer == Peer::Model, socket.conn);
        let known = conn.filter(|_| socket.incarnation == self.host.incarnation);
        match item {
            Item::Closed(close) => self.report_closed(id, close),
            Item::Text(text) if !is_model => {
                if text == wire::PING.as_bytes() {
                    self.put(id, Towards::Peer, Item::Text(wire::PONG.into()));
                }
            }
            Item::Binary(message, _) if !is_model && message.len() > wire::MAX_MESSAGE_BYTES => {
                self.sockets[id.0].deaf = true;
                self.close_socket(id, wire::CloseCode::TooLarge.code());
            }
            Item::Text(message) | Item::Binary(message, _) => {
                if let Some(conn) = known {
                    self.tell(Input::Received(conn, &message));
                }
            }
            Item::Opened => {}
        }
    }

    /// A connection has broken without a word: keep-alive will find out.
    pub(super) fn await_silence(&mut self, id: SocketId) {
        let is_model = self.sockets[id.0].peer == Peer::Model;
        let dead_ms = if is_model { MODEL_DEAD_MS } else { CLIENT_DEAD_MS };
        let found_at = self.now + dead_ms + self.dice.roll(CHECK_MS);
        self.agenda.note(found_at, Wake::PeerSilent(id));
    }

    /// The session has ended.
    fn leave(&mut self) {
        self.trace(Actor::Host, || "the session has ended".to_owned());
        self.host.session = None;
        self.host.armed = None;
        self.host.gate.clear();
        self.host.dropped.clear();
        self.store.delete();
        let links = std::mem::take(&mut self.host.links);
        for id in links.into_values() {
            self.close_socket(id, 1000);
        }
        // Nobody is to hear of them any more.
        self.new_incarnation();
        for id in std::mem::take(&mut self.host.late) {
            self.join(id);
        }
    }

    /// The session is put down; another process goes on with it.
    fn go_down(&mut self) {
        self.take_down(1_000);
    }

    /// The process is killed, at this instant.
    pub(super) fn kill(&mut self, how: Fault) {
        self.trace(Actor::Host, || format!("is killed: {}", how.name()));
        self.lose_unsaved();
        self.take_down(15_000);
    }

    fn take_down(&mut self, longest_ms: u64) {
        self.host.up = false;
        self.host.session = None;
        self.host.armed = None;
        self.host.gate.clear();
        self.host.calls.clear();
        self.host.dropped.clear();
        self.host.links.clear();
        self.new_incarnation();
        for index in 0..self.sockets.len() {
            let socket = &mut self.sockets[index];
            if socket.host_end == HostEnd::Closed {
                continue;
            }
            let unread = socket.to_peer.is_stalled();
            let goodbye_is_sent = socket.host_end == HostEnd::Closing && !unread;
            socket.host_end = HostEnd::Closed;
            if unread {
                socket.to_peer.lose();
            }
            if !goodbye_is_sent {
                self.put(SocketId(index), Towards::Peer, Item::Closed(None));
            }
        }
        self.host.late.clear();
        let up_at = self.now + self.dice.range(50..=longest_ms);
        self.agenda.note(up_at, Wake::Restart);
    }

    fn trace_output(&mut self, output: &Output) {
        if !self.trace.is_on()
            || matches!(output, Output::Send(_, Frame { priority: Priority::Audio(_), .. }))
        {
            return;
        }
        let what = match output {
            Output::Persist(record) => format!("Persist {}", String::from_utf8_lossy(record)),
            Output::Send(conn, frame) => {
                match <wire::ServerToClientMessage as prost::Message>::decode(&frame.bytes[..]) {
                    Ok(message) if frame.encoding == Encoding::Binary => {
                        format!("Send {} {message:?}", conn.0)
                    }
                    _ => oracle::brief(output),
                }
            }
            other => oracle::brief(other),
        };
        self.trace.line(self.now - BEGIN_MS, "session", || what);
    }
}
