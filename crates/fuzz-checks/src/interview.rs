//! A session as its host sees it, and an oracle that watches every output.
//!
//! A host carries outputs out in order. So the oracle knows which connections are open, which calls wait for an answer, and
//! what the journal holds at every instant; a kill between two outputs is one of the things that can happen.

use crate::backend;
use crate::promise::Promise;
use api::call::{Call, SubmitTranscript};
use prost::Message;
use serde::de::IgnoredAny;
use session_core::{
    CallId, Config, ConnId, Encoding, Event, Frame, Input, Output, Priority, RestoreError, Session, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use wire::ClientToServerMessage;
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;

/// When every interview begins: 2026-01-02T03:04:05Z.
pub(crate) const BEGIN_MS: u64 = 1_767_323_045_000;

/// How often the backend is asked before an interview must be over once all faults have stopped.
const LAST_ROUNDS: usize = 200;

/// Where a connection to the model stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialled {
    Waiting,
    Open,
}

/// One interview, perhaps of several processes.
pub(crate) struct Interview {
    config: Config,
    session: Session,
    now: u64,
    clients: BTreeSet<ConnId>,
    dialled: BTreeMap<ConnId, Dialled>,
    closing: BTreeSet<ConnId>,
    calls: Vec<(CallId, Call)>,
    journal: Vec<Vec<u8>>,
    promise: Promise,
    over: bool,
}

impl Interview {
    pub(crate) fn new(config: Config) -> Self {
        let session = Session::new(config.clone(), 1, Timestamp(BEGIN_MS));
        Self {
            config,
            session,
            now: BEGIN_MS,
            clients: BTreeSet::new(),
            dialled: BTreeMap::new(),
            closing: BTreeSet::new(),
            calls: Vec::new(),
            journal: Vec::new(),
            promise: Promise::default(),
            over: false,
        }
    }

    /// Goes on from what another process left; `None` if there is nothing to go on from.
    pub(crate) fn from_journal(config: Config, journal: Vec<Vec<u8>>, now: u64) -> Option<Self> {
        let session = restore(&config, &journal, now).ok()?;
        let mut interview = Self { journal, session, now, ..Self::new(config) };
        interview.drain();
        Some(interview)
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn journal(&self) -> &[Vec<u8>] {
        &self.journal
    }

    pub(crate) fn submitted(&self) -> Option<&SubmitTranscript> {
        self.promise.submitted()
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    pub(crate) fn join(&mut self) {
        if !self.over {
            let conn = self.session.accept_client(Timestamp(self.now));
            self.clients.insert(conn);
            self.drain();
        }
    }

    /// A candidate comes, and everybody answers: what happens at every good beginning.
    pub(crate) fn begin(&mut self) {
        self.join();
        let Some(client) = self.client(0) else { return };
        let hello = FromClient::ClientHello(wire::ClientHello { protocol_version: 1, ..Default::default() });
        self.input(Input::Received(client, &encoded(hello)));
        self.answer(0, 0);
        let Some(model) = self.waiting_model(0) else { return };
        self.opened(model);
        self.input(Input::Received(model, br#"{"setupComplete":{}}"#));
    }

    pub(crate) fn client(&self, choice: u8) -> Option<ConnId> {
        chosen(choice, self.clients.iter().copied())
    }

    pub(crate) fn model(&self, choice: u8) -> Option<ConnId> {
        let open = self.dialled.iter().filter(|(_, stands)| **stands == Dialled::Open);
        chosen(choice, open.map(|(conn, _)| *conn))
    }

    pub(crate) fn waiting_model(&self, choice: u8) -> Option<ConnId> {
        let waiting = self.dialled.iter().filter(|(_, stands)| **stands == Dialled::Waiting);
        chosen(choice, waiting.map(|(conn, _)| *conn))
    }

    pub(crate) fn connection(&self, choice: u8) -> Option<ConnId> {
        chosen(choice, self.clients.iter().chain(self.dialled.keys()).copied())
    }

    pub(crate) fn opened(&mut self, conn: ConnId) {
        self.dialled.insert(conn, Dialled::Open);
        self.input(Input::Opened(conn));
    }

    pub(crate) fn closed(&mut self, conn: ConnId, close: Option<(u16, &str)>) {
        self.forget(conn);
        self.input(Input::Closed(conn, close));
    }

    /// The host forgets the connection first: nothing that comes out of the news may go there.
    fn forget(&mut self, conn: ConnId) {
        self.clients.remove(&conn);
        self.dialled.remove(&conn);
        self.closing.remove(&conn);
    }

    /// One of the calls that wait is answered, as [`backend::answer`] does by that number.
    pub(crate) fn answer(&mut self, choice: u8, kind: u8) {
        if self.calls.is_empty() {
            return;
        }
        let (id, call) = self.calls.remove(usize::from(choice) % self.calls.len());
        let answer = backend::answer(kind, &call);
        if matches!(call, Call::SubmitTranscript(_)) {
            self.promise.answered(&answer);
        }
        self.input(Input::CallDone(id, answer.as_deref().map_err(|error| *error)));
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.session.handle_input(Timestamp(self.now), input);
        self.drain();
    }

    /// News with an old time on it: clocks are set back.
    pub(crate) fn late_input(&mut self, input: Input<'_>) {
        let now = std::mem::replace(&mut self.now, BEGIN_MS / 2);
        self.input(input);
        self.now = now;
    }

    /// Lets time pass, and wakes the session if it asked for it.
    pub(crate) fn pass_ms(&mut self, ms: u64) {
        self.now += ms;
        if self.session.poll_timeout().is_some_and(|(due, _)| due.0 <= self.now) {
            self.input(Input::Timeout);
        }
    }

    /// Lets time pass until the session asked to be woken.
    pub(crate) fn pass_to_timeout(&mut self) {
        if let Some((due, _)) = self.session.poll_timeout() {
            self.pass_ms(due.0.saturating_sub(self.now).min(86_400_000));
        }
    }

    pub(crate) fn shut_down(&mut self) {
        self.session.shut_down(Timestamp(self.now));
        self.drain();
    }

    /// The process is told to go, and the next one takes over.
    pub(crate) fn hand_over(&mut self) {
        if !self.over {
            self.session.suspend(Timestamp(self.now));
            self.drain();
            assert!(self.clients.iter().chain(self.dialled.keys()).all(|conn| self.closing.contains(conn)));
            self.next_process();
        }
    }

    /// News come, the process is killed after so many outputs, and the next one takes over.
    pub(crate) fn killed_after(&mut self, outputs: u8, news: Input<'_>) {
        if self.over {
            return;
        }
        self.session.handle_input(Timestamp(self.now), news);
        for _ in 0..outputs {
            match self.session.poll_output() {
                Some(output) => self.carry_out(output),
                None => break,
            }
        }
        if !self.over {
            self.next_process();
        }
    }

    /// The session is dropped if it has nothing under way, and gone on with; the candidate's connection stays.
    pub(crate) fn sleep_and_wake(&mut self) {
        if self.over || !self.dialled.is_empty() || !self.calls.is_empty() {
            return;
        }
        let client = self.session.client().map(|(_, dialect)| dialect);
        let records = self.journal.iter().map(Vec::as_slice);
        let woken = Session::wake(self.config.clone(), records, 1, Timestamp(self.now), client);
        let Ok(session) = woken else { return self.next_process() };
        self.clients.clear();
        self.closing.clear();
        self.clients.extend(session.client().map(|(conn, _)| conn));
        assert_eq!(self.clients.len(), usize::from(client.is_some()), "who was there is there");
        self.session = session;
        self.drain();
    }

    fn next_process(&mut self) {
        for conn in self.connections() {
            self.forget(conn);
        }
        self.calls.clear();
        match restore(&self.config, &self.journal, self.now) {
            Ok(session) => self.session = session,
            Err(RestoreError::Finished) => {
                self.promise.was_acknowledged();
                self.over = true;
                return;
            }
            Err(RestoreError::Empty) => {
                self.promise.was_never_given();
                self.session = Session::new(self.config.clone(), 1, Timestamp(self.now));
            }
        }
        self.drain();
    }

    fn connections(&self) -> Vec<ConnId> {
        self.clients.iter().chain(self.dialled.keys()).copied().collect()
    }

    /// The host is told to end it: there is a transcript on its way, or nothing to store.
    pub(crate) fn stop(&mut self) {
        self.shut_down();
        let on_its_way = self.calls.iter().any(|(_, call)| !matches!(call, Call::GetContext(_)));
        assert!(
            on_its_way || self.over || self.session.poll_timeout().is_some(),
            "it neither stores nor ends"
        );
    }

    /// Faults stop, and the host shuts down: it must come to its end, with every word stored.
    pub(crate) fn finish(&mut self) {
        for _ in 0..LAST_ROUNDS {
            if self.over {
                return self.promise.was_kept();
            }
            self.shut_down();
            self.answer(0, 0);
            self.pass_ms(10_000);
        }
        panic!("it does not end");
    }

    fn drain(&mut self) {
        while let Some(output) = self.session.poll_output() {
            self.carry_out(output);
        }
        assert!(self.clients.difference(&self.closing).count() <= 1, "two clients at a time");
        if let Some((due, timer)) = self.session.poll_timeout() {
            assert!(!self.over, "{timer:?} after the end");
            assert!(due.0 >= self.now, "{timer:?} is due in the past");
        }
    }

    fn carry_out(&mut self, output: Output) {
        assert!(!self.over, "{output:?} follows the end");
        match output {
            Output::Dial(conn) => {
                assert!(self.dialled.insert(conn, Dialled::Waiting).is_none(), "{conn:?} is dialled twice");
                let open = self.dialled.keys().filter(|conn| !self.closing.contains(conn)).count();
                assert_eq!(open, 1, "connections to the model at a time");
            }
            Output::Send(conn, frame) => self.send(conn, &frame),
            Output::Close(conn, _) => {
                let known = self.clients.contains(&conn) || self.dialled.contains_key(&conn);
                assert!(known && self.closing.insert(conn), "{conn:?} is closed twice, or was never there");
            }
            Output::Call(id, call) => {
                if let Call::SubmitTranscript(submit) = &call {
                    self.promise.submit(submit);
                }
                let _request = call.request();
                self.calls.push((id, call));
            }
            Output::Persist(record) => {
                serde_json::from_slice::<IgnoredAny>(&record).expect("a record is JSON");
                self.journal.push(record);
            }
            Output::Event(Event::Ended { .. }) => {
                self.promise.was_kept();
                self.over = true;
            }
            Output::Event(_) => {}
        }
    }

    fn send(&mut self, conn: ConnId, frame: &Frame) {
        let is_client = self.clients.contains(&conn);
        let open = is_client || self.dialled.get(&conn) == Some(&Dialled::Open);
        assert!(open && !self.closing.contains(&conn), "a message to {conn:?}, which is not open");
        if frame.encoding == Encoding::Text {
            assert!(!is_client, "a text frame to the candidate");
            if let Priority::Audio(_) = frame.priority {
                return;
            }
            serde_json::from_slice::<IgnoredAny>(&frame.bytes).expect("a message to the model is JSON");
            return;
        }
        assert!(is_client, "a binary frame to the model");
        let message = wire::ServerToClientMessage::decode(&frame.bytes[..]).expect("our own message");
        if let Some(ToClient::TranscriptUpdate(update)) = message.payload {
            self.promise.show(&update);
        }
    }
}

fn restore(config: &Config, journal: &[Vec<u8>], now: u64) -> Result<Session, RestoreError> {
    Session::restore(config.clone(), journal.iter().map(Vec::as_slice), 1, Timestamp(now))
}

pub(crate) fn encoded(payload: FromClient) -> Vec<u8> {
    ClientToServerMessage { payload: Some(payload) }.encode_to_vec()
}

fn chosen(choice: u8, from: impl Iterator<Item = ConnId>) -> Option<ConnId> {
    let all: Vec<ConnId> = from.collect();
    (!all.is_empty()).then(|| all[usize::from(choice) % all.len()])
}
