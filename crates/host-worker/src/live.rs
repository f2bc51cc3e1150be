//! An interview in memory: its session and its connections.

use crate::candidate::{Candidate, close};
use crate::tasks;
use crate::wake::{self, Alarm};
use futures::future::AbortHandle;
use session_core::{ConnId, Encoding, Frame, Input, Session, Timestamp};
use std::time::Duration;
use worker::{Delay, State, WebSocket, console_log};

/// What a candidate is closed with that gives no sign of life.
const GOING_AWAY: u16 = 1001;

/// How long the model may take to answer a close frame before its socket is let go of.
const CLOSE_ECHO: Duration = Duration::from_secs(2);

/// An interview in memory.
pub(crate) struct Live {
    pub(crate) session: Session,
    pub(crate) links: Vec<(ConnId, Link)>,
    pub(crate) alarm: Alarm,
}

/// A connection the session knows.
pub(crate) enum Link {
    Candidate(Candidate),
    Dialling(AbortHandle),
    Model { socket: WebSocket, reading: AbortHandle },
}

impl Live {
    pub(crate) fn new(session: Session) -> Self {
        Self { session, links: Vec::new(), alarm: Alarm::default() }
    }

    pub(crate) fn candidate(&mut self, socket: &WebSocket) -> Option<(ConnId, &mut Candidate)> {
        self.links.iter_mut().find_map(|(conn, link)| match link {
            Link::Candidate(candidate) if candidate.socket == *socket => Some((*conn, candidate)),
            _ => None,
        })
    }

    /// A connection has ended.
    pub(crate) fn gone(&mut self, conn: ConnId, farewell: Option<(u16, &str)>, now: Timestamp) {
        self.links.retain(|(known, _)| *known != conn);
        self.session.handle_input(now, Input::Closed(conn, farewell));
    }

    /// Ends a connection without waiting for its peer.
    pub(crate) fn lose(&mut self, conn: ConnId, code: u16, now: Timestamp) {
        self.close(conn, code);
        self.gone(conn, None, now);
    }

    /// Loses candidates that gave no sign of life for too long, not even a `ping` that the runtime answered.
    pub(crate) fn lose_the_dead(&mut self, state: &State, now: Timestamp) {
        let mut dead = Vec::new();
        for (conn, link) in &mut self.links {
            if let Link::Candidate(candidate) = link
                && now >= candidate.dead_at()
            {
                candidate.heard = wake::last_ping(state, &candidate.socket).max(candidate.heard);
                if now >= candidate.dead_at() {
                    dead.push(*conn);
                }
            }
        }
        for conn in dead {
            self.lose(conn, GOING_AWAY, now);
        }
    }

    /// Has the candidate's socket carry what its client understands.
    pub(crate) fn mark(&mut self) {
        if let Some((conn, dialect)) = self.session.client()
            && let Some((_, Link::Candidate(candidate))) =
                self.links.iter_mut().find(|(known, _)| *known == conn)
        {
            candidate.mark(dialect.into());
        }
    }

    /// Returns when the object wants to be woken. Whether the candidate lives is asked only while the model is there too:
    /// otherwise nothing is lost by waiting, and asking would wake a sleeping object.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let timer = self.session.poll_timeout().map(|(due, _)| due);
        let has_model = self.links.iter().any(|(_, link)| matches!(link, Link::Model { .. }));
        let candidates = self.links.iter().filter_map(|(_, link)| match link {
            Link::Candidate(candidate) if has_model => Some(candidate.dead_at()),
            _ => None,
        });
        timer.into_iter().chain(candidates).min()
    }

    pub(crate) fn send(&self, conn: ConnId, frame: &Frame) {
        let socket = match self.links.iter().find(|(known, _)| *known == conn) {
            Some((_, Link::Candidate(Candidate { socket, .. }) | Link::Model { socket, .. })) => socket,
            Some((_, Link::Dialling(_))) | None => return,
        };
        let sent = match frame.encoding {
            Encoding::Binary => socket.send_with_bytes(&frame.bytes),
            Encoding::Text => socket.send_with_str(String::from_utf8_lossy(&frame.bytes)),
        };
        if let Err(error) = sent {
            // It is going; its end is among the events.
            console_log!("a frame was not sent: {error}");
        }
    }

    pub(crate) fn close(&self, conn: ConnId, code: u16) {
        // One that is not there went by itself; its end is among the events.
        if let Some((_, link)) = self.links.iter().find(|(known, _)| *known == conn) {
            link.close(code);
        }
    }

    pub(crate) fn hang_up(&mut self, code: u16) {
        for (_, link) in self.links.drain(..) {
            link.close(code);
        }
    }
}

impl Link {
    fn close(&self, code: u16) {
        match self {
            Self::Candidate(candidate) => close(&candidate.socket, code),
            Self::Dialling(abort) => abort.abort(),
            Self::Model { socket, reading } => {
                close(socket, code);
                let reading = reading.clone();
                tasks::spawn(async move {
                    Delay::from(CLOSE_ECHO).await;
                    reading.abort();
                });
            }
        }
    }
}
