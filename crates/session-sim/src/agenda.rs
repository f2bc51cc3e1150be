//! What will happen when.

use crate::fault::Fault;
use crate::socket::{SocketId, Towards};
use crate::world::backend::Request;
use crate::world::candidate::TabId;
use crate::world::vendor::Step;
use api::call::CallError;
use session_client::{ConnId as AttemptId, TokenError};
use session_core::CallId;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that happens.
#[derive(Debug)]
pub(crate) enum Wake {
    /// The session's timer.
    Session,
    /// The host drops its session, if that still waits.
    Doze,
    /// The process comes up again.
    Restart,
    /// The oldest item of a pipe arrives.
    Arrive(SocketId, Towards),
    /// A reader reads again.
    Unstall(SocketId, Towards),
    /// The peer has had long enough to answer a close.
    EchoOverdue(SocketId),
    /// Keep-alive finds that nothing came back.
    PeerSilent(SocketId),
    /// A dialled connection is answered.
    DialAnswered(SocketId),
    /// A batch of the journal is on the disk.
    Synced(u64),
    /// The disk takes writes again.
    DiskFree,
    /// A call reaches the backend.
    Request(Request),
    /// The backend's answer reaches the host, or the host's patience ends.
    Answer { incarnation: u64, id: CallId, answer: Result<Vec<u8>, CallError> },
    /// A tab's timer.
    Tab(TabId),
    /// A tab's microphone has a frame.
    Microphone(TabId),
    /// A tab gets its token.
    Token(TabId, AttemptId, Result<String, TokenError>),
    /// A tab's WebSocket reaches the host.
    Knock(SocketId, String),
    /// A tab's WebSocket could not be opened.
    NoRoute(TabId, AttemptId),
    /// A tab is no longer frozen.
    Thaw(TabId),
    /// The candidate does something, or nothing.
    Habit,
    /// The candidate opens the page again.
    OpenPage,
    /// A step of the model's connection.
    Vendor(SocketId, Step),
    /// A fault's time has come.
    Fault(Fault, u32),
    /// From here on nothing goes wrong.
    FaultsStop,
    /// Everything must be over.
    Deadline,
}

struct Entry {
    at: u64,
    order: u64,
    wake: Wake,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    /// The earliest is the greatest, for the heap gives the greatest first; of two at one instant, the one noted first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

/// Everything that will happen, in order.
#[derive(Default)]
pub(crate) struct Agenda {
    entries: BinaryHeap<Entry>,
    noted: u64,
}

impl Agenda {
    pub(crate) fn note(&mut self, at: u64, wake: Wake) {
        self.noted += 1;
        self.entries.push(Entry { at, order: self.noted, wake });
    }

    pub(crate) fn next_at(&self) -> Option<u64> {
        self.entries.peek().map(|entry| entry.at)
    }

    pub(crate) fn next(&mut self) -> Option<(u64, Wake)> {
        self.entries.pop().map(|entry| (entry.at, entry.wake))
    }
}

#[cfg(test)]
mod tests {
    use super::{Agenda, Wake};

    #[test]
    fn things_happen_in_order_of_time_then_of_noting() {
        let mut agenda = Agenda::default();
        agenda.note(20, Wake::Habit);
        agenda.note(10, Wake::Restart);
        agenda.note(10, Wake::Session);
        let order: Vec<_> = std::iter::from_fn(|| agenda.next()).collect();
        assert!(
            matches!(order[..], [(10, Wake::Restart), (10, Wake::Session), (20, Wake::Habit)]),
            "{order:?}"
        );
    }
}
