//! The task of one interview: it owns the `Session`, tells it what happens, and carries out what it asks for.

use crate::clock::Clock;
use crate::connection::{self, Manners, Recipient};
use crate::counts::{Open, count};
use crate::dial::{DialError, ModelSocket};
use crate::events;
use crate::host::Shared;
use crate::journal::Unfinished;
use crate::message::{Broken, Incoming, Outgoing};
use crate::news::News;
use crate::outbox::Outbox;
use crate::send_queue::QueueLimits;
use api::call::Call;
use axum::extract::ws::WebSocket;
use futures::future::{AbortHandle, BoxFuture, abortable};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, Sink, Stream, StreamExt};
use session_core::{CallId, ConnId, Event, Frame, Input, Output, RestoreError, Session, Timestamp};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// News that waits for the interview: about two seconds of everything. Sockets are not read while it is full.
const NEWS: usize = 64;

/// What a connection that the session left open at its end is closed with.
const NORMAL_CLOSURE: u16 = 1000;

/// One interview.
struct Driver {
    host: Arc<Shared>,
    interview_id: Arc<str>,
    session: Session,
    clock: Clock,
    sender: mpsc::Sender<News>,
    links: Vec<(ConnId, Link)>,
    /// Dials and calls under way. They end with the interview.
    work: FuturesUnordered<BoxFuture<'static, News>>,
    /// Audio that send queues let go of and the session has not been told of.
    dropped: Vec<(ConnId, usize)>,
    /// Records that are not durable yet.
    records: Vec<Vec<u8>>,
    end: Option<End>,
}

/// Why a session wants nothing more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Over,
    Suspended,
    Undeliverable,
}

/// A connection the session knows.
enum Link {
    Dialling(AbortHandle),
    Open(Arc<Outbox>),
}

/// Starts an interview's task and returns the way to it.
pub(crate) fn start(host: &Arc<Shared>, interview_id: &str) -> mpsc::Sender<News> {
    let clock = Clock::start();
    let session = Session::new(host.session_of(interview_id), host.seed(), clock.now());
    launch(host, interview_id, session, clock)
}

/// Starts the task of an interview that an earlier process left in the journal, and returns the way to it.
pub(crate) fn resume(host: &Arc<Shared>, left: &Unfinished) -> Result<mpsc::Sender<News>, RestoreError> {
    let clock = Clock::start();
    let records = left.records.iter().map(Vec::as_slice);
    let session = Session::restore(host.session_of(&left.interview_id), records, host.seed(), clock.now())?;
    Ok(launch(host, &left.interview_id, session, clock))
}

fn launch(host: &Arc<Shared>, interview_id: &str, session: Session, clock: Clock) -> mpsc::Sender<News> {
    let (sender, news) = mpsc::channel(NEWS);
    let driver = Driver {
        host: host.clone(),
        interview_id: Arc::from(interview_id),
        session,
        clock,
        sender: sender.clone(),
        links: Vec::new(),
        work: FuturesUnordered::new(),
        dropped: Vec::new(),
        records: Vec::new(),
        end: None,
    };
    count(&host.counts.interviews_started);
    host.interviews.spawn(driver.run(news));
    sender
}

impl Driver {
    async fn run(mut self, mut news: mpsc::Receiver<News>) {
        let mut timer = pin!(sleep_until(Instant::now()));
        let mut armed: Option<Timestamp> = None;
        loop {
            self.drain().await;
            if self.end.is_some() {
                break;
            }
            let due = self.session.poll_timeout().map(|(due, _)| due);
            if let Some(due) = due
                && armed != Some(due)
            {
                timer.as_mut().reset(self.clock.instant(due));
            }
            armed = due;
            tokio::select! {
                Some(done) = self.work.next() => self.on_news(done),
                Some(next) = news.recv() => self.on_news(next),
                () = timer.as_mut(), if armed.is_some() => {
                    armed = None;
                    self.session.handle_input(self.clock.now(), Input::Timeout);
                }
            }
        }
        self.finish(news).await;
    }

    /// Carries out everything the session wants, in its order.
    async fn drain(&mut self) {
        loop {
            while self.end.is_none()
                && let Some(output) = self.session.poll_output()
            {
                if !matches!(output, Output::Persist(_)) {
                    self.persist().await;
                }
                self.perform(output);
            }
            self.persist().await;
            if self.end.is_some() {
                return;
            }
            let Some((conn, bytes)) = self.dropped.pop() else { return };
            self.session.handle_input(self.clock.now(), Input::Dropped(conn, bytes));
        }
    }

    /// Makes the records durable that were given up to here. Whatever the session wants done after them waits for it.
    async fn persist(&mut self) {
        if self.records.is_empty() {
            return;
        }
        self.host.counts.journal_records.fetch_add(self.records.len() as u64, Relaxed);
        let made = self.host.journal.append(&self.interview_id, std::mem::take(&mut self.records)).await;
        if made.is_err() {
            self.session.handle_input(self.clock.now(), Input::NotDurable);
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Dial(conn) => self.dial(conn),
            Output::Send(conn, frame) => self.send(conn, frame),
            Output::Close(conn, code) => self.close(conn, code),
            Output::Call(id, call) => self.call(id, &call),
            Output::Persist(record) => self.records.push(record),
            Output::Event(event) => {
                events::report(&self.interview_id, &event);
                self.host.counts.count(&event);
                match event {
                    Event::Ended { .. } => self.end = Some(End::Over),
                    Event::Suspended => self.end = Some(End::Suspended),
                    Event::Undeliverable { .. } => self.end = Some(End::Undeliverable),
                    _ => {}
                }
            }
        }
    }

    fn on_news(&mut self, news: News) {
        let now = self.clock.now();
        match news {
            News::Joined(socket) => self.on_joined(*socket, now),
            News::Dialled(conn, Ok(socket)) => self.on_dialled(conn, *socket, now),
            News::Dialled(conn, Err(error)) => self.on_dial_failed(conn, &error, now),
            News::Received(conn, message) => self.session.handle_input(now, Input::Received(conn, &message)),
            News::Closed(conn, farewell) => {
                self.links.retain(|(known, _)| *known != conn);
                let farewell = farewell.as_ref().map(|(code, reason)| (*code, reason.as_str()));
                self.session.handle_input(now, Input::Closed(conn, farewell));
            }
            News::CallDone(id, answer) => {
                let answer = answer.as_deref().map_err(|error| *error);
                self.session.handle_input(now, Input::CallDone(id, answer));
            }
            News::ShutDown => self.session.shut_down(now),
            News::Suspend => self.session.suspend(now),
        }
    }

    fn on_joined(&mut self, socket: WebSocket, now: Timestamp) {
        let conn = self.session.accept_client(now);
        let outbox = self.connect(conn, socket, connection::CANDIDATE, self.host.limits.downlink);
        self.links.push((conn, Link::Open(outbox)));
    }

    fn on_dialled(&mut self, conn: ConnId, socket: ModelSocket, now: Timestamp) {
        let outbox = self.connect(conn, socket, connection::MODEL, self.host.limits.uplink);
        self.links.retain(|(known, _)| *known != conn);
        self.links.push((conn, Link::Open(outbox)));
        self.session.handle_input(now, Input::Opened(conn));
    }

    fn on_dial_failed(&mut self, conn: ConnId, error: &DialError, now: Timestamp) {
        tracing::debug!(interview = %self.interview_id, "dialling the model failed: {error}");
        self.links.retain(|(known, _)| *known != conn);
        let answer = match error {
            DialError::Refused(status, reason) => Some((*status, reason.as_str())),
            DialError::TimedOut | DialError::Failed(_) | DialError::Abandoned => None,
        };
        self.session.handle_input(now, Input::Closed(conn, answer));
    }

    /// Gives a socket its task, which outlives the interview until its goodbyes are said.
    fn connect<S, M, E>(&self, conn: ConnId, socket: S, manners: Manners, limits: QueueLimits) -> Arc<Outbox>
    where
        S: Stream<Item = Result<M, E>> + Sink<M> + Send + 'static,
        <S as Sink<M>>::Error: Send,
        M: Into<Incoming> + From<Outgoing> + Send,
        E: Broken + Send,
    {
        let outbox = Arc::new(Outbox::new(limits));
        let recipient = Recipient { conn, news: self.sender.clone() };
        let (host, sent) = (self.host.clone(), outbox.clone());
        self.host.connections.spawn(async move {
            let _open = Open::new(&host.counts.connections);
            connection::run(socket, manners, &sent, &recipient).await;
        });
        outbox
    }

    fn link(&self, conn: ConnId) -> Option<&Link> {
        self.links.iter().find(|(known, _)| *known == conn).map(|(_, link)| link)
    }

    fn dial(&mut self, conn: ConnId) {
        let (dial, abort) = abortable(self.host.dialler.clone().dial());
        let dial = async move { News::Dialled(conn, dial.await.unwrap_or(Err(DialError::Abandoned))) };
        self.work.push(dial.boxed());
        self.links.push((conn, Link::Dialling(abort)));
    }

    fn send(&mut self, conn: ConnId, frame: Frame) {
        match self.link(conn) {
            Some(Link::Open(outbox)) => {
                let dropped = outbox.push(frame);
                if dropped > 0 {
                    self.dropped.push((conn, dropped));
                }
            }
            Some(Link::Dialling(_)) => {
                tracing::error!(
                    interview = %self.interview_id,
                    "a frame for a connection that is not open yet"
                );
            }
            // It went while the session was speaking; its end is among the news.
            None => {}
        }
    }

    fn close(&mut self, conn: ConnId, code: u16) {
        match self.link(conn) {
            Some(Link::Open(outbox)) => outbox.close(code),
            Some(Link::Dialling(abort)) => abort.abort(),
            // It went by itself; its end is among the news.
            None => {}
        }
    }

    fn call(&mut self, id: CallId, call: &Call) {
        let (backend, request) = (self.host.backend.clone(), call.request());
        self.work.push(async move { News::CallDone(id, backend.call(request).await) }.boxed());
    }

    /// Leaves, and brings those who came too late for this session to the next.
    async fn finish(self, mut news: mpsc::Receiver<News>) {
        for (_, link) in &self.links {
            match link {
                Link::Open(outbox) => outbox.close(NORMAL_CLOSURE),
                Link::Dialling(abort) => abort.abort(),
            }
        }
        // Before another session of this interview can begin: its records must not be taken for ours.
        let (journal, interview_id) = (&self.host.journal, &self.interview_id);
        let cleared = match self.end {
            Some(End::Over) => journal.forget(interview_id).await,
            Some(End::Undeliverable) => {
                count(&self.host.counts.undeliverable);
                journal.put_aside(interview_id).await
            }
            Some(End::Suspended) | None => Ok(()),
        };
        if cleared.is_err() {
            tracing::warn!(interview = %self.interview_id, "the journal of an interview that is over could not be cleared");
        }
        self.host.registry.leave(&self.interview_id, &self.sender);
        news.close();
        while let Some(late) = news.recv().await {
            if let News::Joined(socket) = late {
                let (host, interview_id) = (self.host.clone(), self.interview_id.clone());
                self.host.connections.spawn(async move { host.join(&interview_id, socket).await });
            }
        }
    }
}
