//! Which connections a session may take for open, told from what went in and what came out.

use session_core::ConnId;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Dialled,
    Open,
    Ready,
    Closing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Candidate,
    Model,
}

#[derive(Debug, Default)]
pub(super) struct Connections {
    known: BTreeMap<ConnId, (Side, State)>,
    /// The last number of each candidate's connection.
    numbers: BTreeMap<ConnId, u64>,
}

impl Connections {
    pub(super) fn accepted(&mut self, conn: ConnId) {
        self.known.insert(conn, (Side::Candidate, State::Open));
    }

    /// Returns whether it is the only one.
    pub(super) fn dialled(&mut self, conn: ConnId) -> bool {
        let alone = self.model().is_none();
        self.known.insert(conn, (Side::Model, State::Dialled)).is_none() && alone
    }

    pub(super) fn opened(&mut self, conn: ConnId) {
        if let Some((_, state @ State::Dialled)) = self.known.get_mut(&conn) {
            *state = State::Open;
        }
    }

    pub(super) fn ready(&mut self, conn: ConnId) {
        if let Some((_, state @ State::Open)) = self.known.get_mut(&conn) {
            *state = State::Ready;
        }
    }

    /// Returns whether it was open or dialled, and not closed before.
    pub(super) fn close(&mut self, conn: ConnId) -> bool {
        match self.known.get_mut(&conn) {
            None | Some((_, State::Closing)) => false,
            Some((_, state)) => {
                *state = State::Closing;
                true
            }
        }
    }

    /// Returns whether it was known.
    pub(super) fn closed(&mut self, conn: ConnId) -> bool {
        self.known.remove(&conn).is_some()
    }

    pub(super) fn is_open(&self, conn: ConnId) -> bool {
        matches!(self.known.get(&conn), Some((_, State::Open | State::Ready)))
    }

    /// Returns the candidate's connection that is not closed.
    pub(super) fn client(&self) -> Option<ConnId> {
        self.live(Side::Candidate).next_back()
    }

    pub(super) fn open_clients(&self) -> usize {
        self.live(Side::Candidate).count()
    }

    /// Returns the model's connection that is not closed.
    pub(super) fn model(&self) -> Option<ConnId> {
        self.live(Side::Model).next_back()
    }

    pub(super) fn is_ready(&self) -> bool {
        self.known.values().any(|it| *it == (Side::Model, State::Ready))
    }

    /// Takes the number of a message; returns whether it follows the last. Clients without hello get none.
    pub(super) fn numbered(&mut self, conn: ConnId, number: u64) -> bool {
        let last = self.numbers.entry(conn).or_default();
        let follows = number == 0 && *last == 0 || number == *last + 1;
        *last = number;
        follows
    }

    fn live(&self, side: Side) -> impl DoubleEndedIterator<Item = ConnId> {
        let live = self.known.iter().filter(move |(_, it)| it.0 == side && it.1 != State::Closing);
        live.map(|(conn, _)| *conn)
    }
}
