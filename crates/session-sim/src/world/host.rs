//! The process that holds the session: sockets, timer, journal, and the gate that outputs leave by.

mod sockets;

use super::sleep::Asleep;
use super::{Actor, BEGIN_MS, World};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::oracle;
use crate::socket::{HostEnd, Item, Peer, Socket, SocketId, Towards};
use session_core::{
    CallId, Config, ConnId, Encoding, Event, Frame, Input, Output, Priority, Session, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    /// Its session was dropped while that waited.
    pub(crate) asleep: Option<Asleep>,
    pub(crate) dozes: bool,
}

impl Host {
    pub(crate) fn up() -> Self {
        Self { up: true, ..Self::default() }
    }

    /// Nothing waits to leave, and no call is out.
    pub(crate) fn is_idle(&self) -> bool {
        self.gate.is_empty() && self.dropped.is_empty() && self.calls.is_empty() && !self.pumping
    }
}

impl World {
    pub(super) fn config(&self) -> Config {
        let (grace_ms, keeps_journal) = (self.plan.grace_ms, self.plan.keeps_journal);
        let limits = self.plan.limits();
        let mut config = Config { grace_ms, keeps_journal, limits, ..Config::new(super::backend::INTERVIEW) };
        if self.breaks(Invariant::BoundedMemory) {
            config.limits.uplink_held_ms *= 6;
        }
        if self.breaks(Invariant::Patience) {
            config.grace_ms += 120_000;
        }
        config
    }

    /// The process comes up and goes on from its journal.
    pub(super) fn start_host(&mut self) {
        self.host.up = true;
        self.oracle.on_restart();
        if self.store.is_empty() {
            return;
        }
        self.new_incarnation();
        let records = self.store.records().iter().map(Vec::as_slice);
        match Session::restore(self.config(), records, self.dice.draw(), self.host_now()) {
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
    pub(super) fn new_incarnation(&mut self) {
        self.host.incarnation += 1;
        self.host.calls.clear();
        self.host.told_undurable = false;
    }

    /// A candidate was let in.
    pub(super) fn join(&mut self, id: SocketId) {
        self.wake_up();
        if self.host.session.is_some() && self.oracle.has_ended() {
            self.host.late.push(id);
            return;
        }
        if self.host.session.is_none() {
            self.new_incarnation();
            self.oracle.on_session(&[], &self.plan);
            let session = Session::new(self.config(), self.dice.draw(), self.host_now());
            self.host.session = Some(session);
        }
        let now = self.host_now();
        let Some(session) = &mut self.host.session else { return };
        let conn = session.accept_client(now);
        self.bind(conn, id);
        self.drain();
    }

    /// The session knows this socket by this name.
    pub(super) fn bind(&mut self, conn: ConnId, id: SocketId) {
        self.host.links.insert(conn, id);
        let socket = &mut self.sockets[id.0];
        (socket.conn, socket.incarnation) = (Some(conn), self.host.incarnation);
        self.oracle.on_accept(conn);
    }

    /// Tells the session what happened.
    pub(super) fn tell(&mut self, input: Input<'_>) {
        let now = self.host_now();
        let Some(session) = &mut self.host.session else { return };
        self.clock.is_news = false;
        self.oracle.on_input(&input);
        session.handle_input(now, input);
        self.drain();
    }

    pub(super) fn on_session_timer(&mut self) {
        if self.host.armed.is_none_or(|armed| armed > self.now) {
            return;
        }
        self.host.armed = None;
        self.wake_up();
        let due = self.host.session.as_ref().and_then(Session::poll_timeout);
        let Some((due, timer)) = due else { return };
        if due > self.host_now() && !self.clock.is_news {
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
        let due = due.map(|(due, timer)| (Timestamp(self.in_the_session(due.0)), timer));
        self.oracle.after_drain(due);
        self.arm();
        if undurable && !std::mem::replace(&mut self.host.told_undurable, true) {
            self.tell(Input::NotDurable);
        }
        self.pump();
    }

    fn arm(&mut self) {
        let due = self.host.session.as_ref().and_then(Session::poll_timeout);
        if let Some(due) = due.map(|(due, _)| self.in_the_world(due.0))
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
        self.grow_drowsy();
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
        self.host.asleep = None;
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
