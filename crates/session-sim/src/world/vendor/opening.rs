//! How a connection begins: the dial, the set-up, the session it begins or resumes.

use super::super::{BEGIN_MS, World};
use super::{Connection, Ear, INTERNAL, LIFETIME_MS, NOTICE_MS, Stage, Step, UNLOCK_MS, VendorSession, said};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::socket::{HostEnd, SocketId};
use serde_json::Value;
use session_core::Input;

/// What becomes of a dial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Opens,
    Fails,
    Refused(u16),
}

impl World {
    /// The host dials.
    pub(in crate::world) fn answer_dial(&mut self, socket: SocketId) {
        let (fate, delay_ms) = if self.lies_in_wait(Fault::ConnectFailure) {
            (Fate::Fails, self.dice.range(10..=3_000))
        } else if self.lies_in_wait(Fault::ConnectHangs) {
            (Fate::Fails, 10_000)
        } else if self.lies_in_wait(Fault::Refused429) {
            (Fate::Refused(429), 80)
        } else if self.lies_in_wait(Fault::Refused503) {
            (Fate::Refused(503), 80)
        } else {
            (Fate::Opens, self.dice.range(40..=120))
        };
        self.vendor.fates.insert(socket, fate);
        self.agenda.note(self.now + delay_ms, Wake::DialAnswered(socket));
    }

    pub(in crate::world) fn on_dial_answered(&mut self, id: SocketId) {
        let fate = self.vendor.fates.remove(&id);
        let socket = &mut self.sockets[id.0];
        if socket.host_end != HostEnd::Dialling {
            return;
        }
        self.trace.line(self.now - BEGIN_MS, "vendor", || format!("dial answered: {fate:?}"));
        match fate {
            Some(Fate::Opens) => {
                socket.host_end = HostEnd::Open;
                let conn = socket.conn.filter(|_| socket.incarnation == self.host.incarnation);
                let fresh =
                    Connection { stage: Stage::Upgraded, session: 0, silent: false, ear: Ear::default() };
                self.vendor.connections.insert(id, fresh);
                if let Some(conn) = conn {
                    self.tell(Input::Opened(conn));
                }
            }
            Some(Fate::Refused(status)) => self.report_closed(id, Some((status, ""))),
            Some(Fate::Fails) | None => self.report_closed(id, None),
        }
    }

    pub(in crate::world) fn on_setup(&mut self, id: SocketId, setup: &Value) {
        let handle = setup["sessionResumption"]["handle"].as_str();
        let asked = handle.and_then(|handle| handle.split('-').nth(2)).and_then(|number| number.parse().ok());
        if let Some(connection) = self.vendor.connections.get_mut(&id) {
            connection.stage = Stage::SettingUp;
        }
        if self.lies_in_wait(Fault::SetupUnanswered) {
            return;
        }
        match asked {
            Some(session) => self.resume(id, session),
            None if self.lies_in_wait(Fault::SetupRefused1011) => {
                self.step_in(id, 200, Step::Close(1011, INTERNAL));
            }
            None => {
                self.vendor.sessions.push(VendorSession::default());
                self.hold(id, self.vendor.sessions.len() - 1);
            }
        }
    }

    pub(in crate::world) fn resume(&mut self, id: SocketId, session: usize) {
        let delay_ms = self.dice.range(450..=700);
        if self.lies_in_wait(Fault::ResumeRefused1007) {
            let reason = "Request contains an invalid argument.";
            return self.step_in(id, delay_ms, Step::Close(1007, reason));
        }
        if self.lies_in_wait(Fault::ResumeRefused1011) {
            return self.step_in(id, delay_ms, Step::Close(1011, INTERNAL));
        }
        let Some(known) = self.vendor.sessions.get(session) else {
            return self.oracle.broken(Invariant::ModelProtocol, "a handle that was never given");
        };
        let locked = known.held_by.is_some() || known.was_idle && self.now < known.released_at + UNLOCK_MS;
        if known.expired {
            self.step_in(id, delay_ms, Step::Close(1008, "BidiGenerateContent session not found"));
        } else if locked {
            self.step_in(id, delay_ms, Step::Close(1011, INTERNAL));
        } else {
            self.hold(id, session);
        }
    }

    pub(in crate::world) fn hold(&mut self, id: SocketId, session: usize) {
        let holders = self.vendor.sessions[session].held_by.replace(id);
        self.must(holders.is_none(), Invariant::OneModel, "two connections hold one session");
        if let Some(connection) = self.vendor.connections.get_mut(&id) {
            connection.session = session;
        }
        let slow = self.lies_in_wait(Fault::SetupDelayed);
        let delay_ms = if slow { self.dice.range(3_000..=18_000) } else { self.dice.range(200..=300) };
        self.step_in(id, delay_ms, Step::Ready);
    }

    pub(in crate::world) fn on_ready(&mut self, id: SocketId) {
        let Some(connection) = self.vendor.connections.get_mut(&id) else { return };
        connection.stage = Stage::Open;
        let session = connection.session;
        self.say(id, r#"{"setupComplete":{}}"#.to_owned());
        if !self.lies_in_wait(Fault::NoHandle) {
            self.give_handle(id, session);
        }
        self.step_in(id, LIFETIME_MS - NOTICE_MS, Step::GoAway);
    }

    pub(in crate::world) fn give_handle(&mut self, id: SocketId, session: usize) {
        self.vendor.sessions[session].handles += 1;
        let number = self.vendor.sessions[session].handles;
        let delay_ms = self.dice.range(2..=100);
        self.step_in(id, delay_ms, Step::Say(said::handle(session, number)));
    }
}
