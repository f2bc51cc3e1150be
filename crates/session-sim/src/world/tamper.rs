//! Breaks an invariant on purpose, between the session and the world, to show that the oracle would notice.

use super::World;
use crate::invariant::Invariant;
use crate::oracle::contains;
use api::call::{Call, UpdateStatus};
use api::interview::Status;
use session_core::{CallId, ConnId, Encoding, Event, Frame, Output, Priority, Timer};
use wire::server_to_client_message::Payload;

/// A timer is so late when deadlines are to be broken.
const LATE_MS: u64 = 200;

/// An output, and what was made of it.
type Outputs = std::iter::Flatten<std::array::IntoIter<Option<Output>, 2>>;

impl World {
    /// Returns what the session wants, changed if an invariant is to be broken.
    pub(super) fn tampered(&mut self, output: Output) -> Outputs {
        let Some(broken) = self.broken else { return [Some(output), None].into_iter().flatten() };
        let [before, after] = self.change(broken, &output);
        let output = match (before, after) {
            (Some(before), _) => [Some(before), Some(output)],
            (None, Some(after)) => [Some(output), Some(after)],
            (None, None) if self.is_swallowed(broken, &output) => [None, None],
            (None, None) => [Some(output), None],
        };
        output.into_iter().flatten()
    }

    /// Returns what goes before an output, or after it.
    fn change(&mut self, broken: Invariant, output: &Output) -> [Option<Output>; 2] {
        match (broken, output) {
            (Invariant::EndedIsAccepted, Output::Call(_, Call::SubmitTranscript(_))) => {
                let ended = Payload::SessionEnded(wire::SessionEnded::default());
                [self.open_client().map(|conn| Output::Send(conn, message(ended))), None]
            }
            (Invariant::OneTerminalStatus, Output::Event(Event::TranscriptStored { .. })) => {
                let update = UpdateStatus {
                    interview_id: super::backend::INTERVIEW.to_owned(),
                    status: Status::InProgress,
                    started_at: None,
                    ended_at: None,
                };
                [None, Some(Output::Call(CallId(u64::MAX), Call::UpdateStatus(update)))]
            }
            (Invariant::MicrophoneAccount, Output::Send(_, frame)) if is_microphone(frame) => {
                [None, Some(output.clone())]
            }
            (Invariant::StaleSound, Output::Send(conn, frame)) => self.repeat_sound(*conn, frame),
            (Invariant::OneModel, Output::Dial(conn)) => {
                [None, Some(Output::Dial(ConnId(conn.0 + 1_000_000)))]
            }
            (Invariant::ModelProtocol, Output::Send(_, frame)) if contains(&frame.bytes, b"{\"setup\":") => {
                [None, Some(output.clone())]
            }
            (Invariant::NothingAfterEnd, Output::Event(Event::Ended { .. })) => {
                [None, Some(Output::Dial(ConnId(1_000_000)))]
            }
            (Invariant::OpenConnections, Output::Close(conn, _)) => {
                let state = Payload::SessionState(wire::SessionState::default());
                [None, Some(Output::Send(*conn, message(state)))]
            }
            (Invariant::Discretion, Output::Event(Event::ModelReady { .. })) => {
                let reason = format!("{} words", crate::oracle::SPEECH);
                [None, Some(Output::Event(Event::ModelLost { code: None, reason, retry_in_ms: None }))]
            }
            _ => [None, None],
        }
    }

    fn is_swallowed(&self, broken: Invariant, output: &Output) -> bool {
        let replaced = wire::CloseCode::Replaced.code();
        broken == Invariant::OneClient && matches!(output, Output::Close(_, code) if *code == replaced)
    }

    /// Sends sound again after the interruption that made it stale.
    fn repeat_sound(&mut self, conn: ConnId, frame: &Frame) -> [Option<Output>; 2] {
        if frame.encoding == Encoding::Binary && matches!(frame.priority, Priority::Audio(_)) {
            self.last_sound = Some(frame.clone());
        }
        let told = <wire::ServerToClientMessage as prost::Message>::decode(&frame.bytes[..]);
        let interrupted = told.is_ok_and(|told| matches!(told.payload, Some(Payload::Interrupted(_))));
        let again = self.last_sound.clone().filter(|_| interrupted && frame.encoding == Encoding::Binary);
        [None, again.map(|frame| Output::Send(conn, frame))]
    }

    fn open_client(&self) -> Option<ConnId> {
        let id = self.live_client()?;
        self.sockets[id.0].conn
    }

    /// Returns by how much a timer is late on purpose.
    pub(super) fn timer_is_late(&mut self, _timer: Timer) -> Option<u64> {
        self.late = !self.late && self.breaks(Invariant::Deadlines);
        self.late.then_some(LATE_MS)
    }
}

fn is_microphone(frame: &Frame) -> bool {
    frame.encoding == Encoding::Text && matches!(frame.priority, Priority::Audio(_))
}

fn message(payload: Payload) -> Frame {
    Frame { encoding: Encoding::Binary, priority: Priority::Control, bytes: wire::encode(payload, None) }
}
