//! One interview: its session, and what the session asks for, carried out.

use crate::candidate::{Candidate, close};
use crate::live::{Link, Live};
use crate::model::{self, Heard};
use crate::settings::Settings;
use crate::wake::Alarm;
use crate::{backend, clock, journal, tasks};
use api::call::Call;
use futures::FutureExt;
use futures::future::abortable;
use session_core::{CallId, ConnId, Event, Input, Level, Output, Session, Timestamp};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};
use wire::CloseCode;
use worker::{State, WebSocket, console_error, console_log, console_warn};

/// What a connection that the session left open at its end is closed with.
const NORMAL_CLOSURE: u16 = 1000;

/// What the sockets of an interview are closed with whose session panicked.
const INTERNAL_ERROR: u16 = 1011;

/// How long after it was given up an interview is gone on with, if its candidate does not come back before.
const GO_ON_AFTER_MS: u64 = 30_000;

/// One interview.
pub(crate) struct Interview {
    me: Weak<Self>,
    id: String,
    state: State,
    pub(crate) settings: Rc<Settings>,
    live: RefCell<Option<Live>>,
}

impl Interview {
    pub(crate) fn new(id: String, state: State, settings: Settings) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            id,
            state,
            settings: Rc::new(settings),
            live: RefCell::default(),
        })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Takes a candidate whose token was checked.
    pub(crate) fn accept(&self, socket: WebSocket) {
        self.state.accept_web_socket(&socket);
        self.event(true, |live, now| {
            let conn = live.session.accept_client(now);
            live.links.push((conn, Link::Candidate(Candidate::new(socket, now))));
        });
    }

    /// Takes a candidate's binary frame; of a text frame only that it came.
    pub(crate) fn heard(&self, socket: &WebSocket, message: Option<&[u8]>) {
        let known = self.event(false, |live, now| {
            let Some((conn, candidate)) = live.candidate(socket) else { return };
            candidate.heard = now;
            match message {
                Some(message) if message.len() > wire::MAX_MESSAGE_BYTES => {
                    live.lose(conn, CloseCode::TooLarge.code(), now);
                }
                Some(message) => live.session.handle_input(now, Input::Received(conn, message)),
                None => {}
            }
        });
        if !known {
            // The object lost its memory before there was anything to remember. The candidate can begin anew.
            close(socket, CloseCode::TryAgainLater.code());
        }
    }

    pub(crate) fn left(&self, socket: &WebSocket, farewell: Option<(u16, &str)>) {
        self.event(false, |live, now| {
            let Some((conn, _)) = live.candidate(socket) else { return };
            live.gone(conn, farewell, now);
        });
    }

    pub(crate) fn alarm(&self) {
        let known = self.event(false, |live, now| {
            live.alarm.rang();
            live.lose_the_dead(&self.state, now);
            live.session.handle_input(now, Input::Timeout);
        });
        if !known {
            // It was begun, and there never was anything to remember.
            self.forget();
        }
    }

    /// Tells the session something, and carries out what it asks for. Returns whether there is one; `begin` makes one.
    ///
    /// A panic ends here, as does a journal that cannot be read: it costs this interview its connections, and no other
    /// anything.
    fn event(&self, begin: bool, news: impl FnOnce(&mut Live, Timestamp)) -> bool {
        let done = catch_unwind(AssertUnwindSafe(|| {
            let mut live = self.live.borrow_mut();
            let now = clock::now();
            if live.is_none() {
                *live = self.wake(now)?;
            }
            if begin && live.is_none() {
                *live = Some(self.begin(now)?);
            }
            let Some(awake) = live.as_mut() else { return Ok(false) };
            news(awake, now);
            if self.carry_out(awake) {
                *live = None;
            }
            Ok::<bool, worker::Error>(true)
        }));
        let why = match done {
            Ok(Ok(known)) => return known,
            Ok(Err(error)) => format!("its journal cannot be read: {error}"),
            Err(_) => "its session panicked".to_owned(),
        };
        console_error!("interview={} its connections are closed: {why}", self.id);
        self.give_up();
        true
    }

    fn begin(&self, now: Timestamp) -> worker::Result<Live> {
        journal::begin(&self.state.storage().sql(), &self.id)?;
        Ok(Live::new(Session::new(self.settings.session_of(&self.id), seed(), now)))
    }

    /// Goes on from the journal, with the candidates that are still connected.
    fn wake(&self, now: Timestamp) -> worker::Result<Option<Live>> {
        let records = journal::read(&self.state.storage().sql())?;
        if records.is_empty() {
            return Ok(None);
        }
        let candidate = self.state.get_websockets().into_iter().find_map(Candidate::awake);
        let dialect = candidate.as_ref().and_then(|candidate| candidate.marked.dialect());
        let records = records.iter().map(Vec::as_slice);
        let session = match Session::wake(self.settings.session_of(&self.id), records, seed(), now, dialect) {
            Ok(session) => session,
            Err(reason) => {
                console_log!("interview={} nothing to go on with: {reason}", self.id);
                self.forget();
                return Ok(None);
            }
        };
        let mut live = Live::new(session);
        if let (Some((conn, _)), Some(candidate)) = (live.session.client(), candidate) {
            live.links.push((conn, Link::Candidate(candidate)));
        }
        Ok(Some(live))
    }

    /// Does everything the session wants, in its order, and returns whether that was the last.
    fn carry_out(&self, live: &mut Live) -> bool {
        while let Some(output) = live.session.poll_output() {
            match output {
                Output::Dial(conn) => self.dial(live, conn),
                Output::Send(conn, frame) => live.send(conn, &frame),
                Output::Close(conn, code) => live.close(conn, code),
                Output::Call(id, call) => self.call(id, &call),
                Output::Persist(record) => {
                    if let Err(error) = journal::append(&self.state.storage().sql(), record) {
                        console_error!("interview={} the journal cannot be written: {error}", self.id);
                        live.session.handle_input(clock::now(), Input::NotDurable);
                    }
                }
                Output::Event(event) => {
                    self.report(&event);
                    let is_over = matches!(event, Event::Ended { .. });
                    if is_over || matches!(event, Event::Suspended | Event::Undeliverable { .. }) {
                        live.hang_up(NORMAL_CLOSURE);
                        if is_over {
                            self.forget();
                        }
                        return true;
                    }
                }
            }
        }
        live.mark();
        if let Some(due) = live.next_due() {
            live.alarm.ring_by(due, self.state.storage());
        }
        false
    }

    fn report(&self, event: &Event) {
        match event.level() {
            Level::Debug => {}
            Level::Info => console_log!("interview={} {event}", self.id),
            Level::Warn => console_warn!("interview={} {event}", self.id),
            Level::Error => console_error!("interview={} {event}", self.id),
        }
    }

    fn dial(&self, live: &mut Live, conn: ConnId) {
        let (me, settings) = (self.me.clone(), self.settings.clone());
        let (task, abort) = abortable(async move {
            match model::dial(&settings.endpoint).await {
                Ok(socket) => converse(&me, conn, socket).await,
                Err(refusal) => {
                    if let Some(me) = me.upgrade() {
                        me.model_gone(conn, refusal.as_ref().map(as_str));
                    }
                }
            }
        });
        live.links.push((conn, Link::Dialling(abort)));
        let me = self.me.clone();
        tasks::spawn(async move {
            // What was called off still gets its end.
            if task.await.is_err()
                && let Some(me) = me.upgrade()
            {
                me.model_gone(conn, None);
            }
        });
    }

    /// Has a dialled connection be the session's; `false` if the session has given it up meanwhile.
    fn model_opened(&self, conn: ConnId, socket: &WebSocket) -> bool {
        let mut wanted = false;
        self.event(false, |live, now| {
            if let Some((_, link)) = live.links.iter_mut().find(|(known, _)| *known == conn)
                && let Link::Dialling(reading) = link
            {
                wanted = true;
                *link = Link::Model { socket: socket.clone(), reading: reading.clone() };
                live.session.handle_input(now, Input::Opened(conn));
            }
        });
        wanted
    }

    fn model_said(&self, conn: ConnId, message: &[u8]) {
        self.event(false, |live, now| live.session.handle_input(now, Input::Received(conn, message)));
    }

    fn model_gone(&self, conn: ConnId, farewell: Option<(u16, &str)>) {
        self.event(false, |live, now| {
            live.gone(conn, farewell, now);
        });
    }

    fn call(&self, id: CallId, call: &Call) {
        let (me, settings, request) = (self.me.clone(), self.settings.clone(), call.request());
        tasks::spawn(async move {
            let answer = backend::call(request, &settings).await;
            let Some(interview) = me.upgrade() else { return };
            interview.event(false, |live, now| {
                let answer = answer.as_deref().map_err(|error| *error);
                live.session.handle_input(now, Input::CallDone(id, answer));
            });
        });
    }

    /// Panics in the middle of an event, as a mistake of ours would.
    #[cfg(feature = "test-hooks")]
    #[expect(clippy::panic, reason = "that is what it is for")]
    pub(crate) fn panic(&self) {
        self.event(false, |_, _| panic!("a test wants it"));
    }

    /// The interview is over: nothing of it stays here.
    fn forget(&self) {
        let storage = self.state.storage();
        if let Err(error) = journal::forget(&storage.sql()) {
            console_error!("interview={} its journal cannot be deleted: {error}", self.id);
            return;
        }
        // The alarm, and what the runtime notes for itself. It begins now, not when its task first runs: a newcomer may
        // have begun to write by then.
        let mut deletion = Box::pin(async move { storage.delete_all().await });
        if deletion.as_mut().now_or_never().is_none() {
            tasks::spawn(async move {
                if let Err(error) = deletion.await {
                    console_error!("an object's storage cannot be deleted: {error}");
                }
            });
        }
    }

    /// Lets go of everything. The journal stays, and the alarm goes on from it.
    fn give_up(&self) {
        let lost = self.live.try_borrow_mut().ok().and_then(|mut live| live.take());
        let closed = catch_unwind(AssertUnwindSafe(|| {
            for socket in self.state.get_websockets() {
                close(&socket, INTERNAL_ERROR);
            }
            if let Some(mut live) = lost {
                live.hang_up(INTERNAL_ERROR);
            }
            Alarm::default().ring_by(clock::now().after(GO_ON_AFTER_MS), self.state.storage());
        }));
        if closed.is_err() {
            console_error!("interview={} its connections could not be closed", self.id);
        }
    }
}

/// Carries a connection to the model until it is gone. Holds the interview only while it has something to tell it.
async fn converse(me: &Weak<Interview>, conn: ConnId, socket: WebSocket) {
    let farewell = match model::listen(&socket) {
        Ok(mut events) => {
            if !me.upgrade().is_some_and(|me| me.model_opened(conn, &socket)) {
                return close(&socket, NORMAL_CLOSURE);
            }
            loop {
                let heard = model::next(&mut events).await;
                let Some(me) = me.upgrade() else { return close(&socket, NORMAL_CLOSURE) };
                match heard {
                    Heard::Message(message) => me.model_said(conn, &message),
                    Heard::Gone(farewell) => break farewell,
                }
            }
        }
        Err(error) => {
            console_error!("a connection to the model cannot be listened to: {error}");
            None
        }
    };
    if let Some(me) = me.upgrade() {
        me.model_gone(conn, farewell.as_ref().map(as_str));
    }
}

fn as_str((code, reason): &(u16, String)) -> (u16, &str) {
    (*code, reason)
}

/// What back-off jitter starts from.
fn seed() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any number will do")]
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    seed
}
