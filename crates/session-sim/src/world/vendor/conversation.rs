//! What the interviewer says: answers in pieces, faster than they are heard, and cut short.

use super::super::{Actor, World};
use super::{Step, said};
use crate::fault::Fault;
use crate::plan::Finale;
use crate::socket::SocketId;

/// s16le, 24 kHz, mono.
const BYTES_PER_MS: u64 = 48;

/// An answer under way.
#[derive(Debug)]
pub(super) struct Turn {
    generation: u32,
    piece_ms: u64,
    wordless: bool,
    tone: bool,
    /// The host knows that it is under way. Not before its first piece, nor after it was declared complete out of turn:
    /// then its rest cannot be told from another answer.
    known: bool,
}

impl World {
    pub(super) fn is_answering(&self, id: SocketId) -> bool {
        let Some(connection) = self.vendor.connections.get(&id) else { return false };
        self.vendor.sessions[connection.session].turn.is_some()
    }

    /// Begins an answer, or waits for its turn.
    pub(super) fn begin_answer(&mut self, id: SocketId) {
        if self.candidate_speaks(id) {
            return;
        }
        if self.is_answering(id) {
            return self.step_in(id, 1_000, Step::Speak);
        }
        let Some(connection) = self.vendor.connections.get(&id) else { return };
        let session = connection.session;
        self.vendor.generations += 1;
        self.vendor.answers += 1;
        let generation = self.vendor.generations;
        let burst = self.lies_in_wait(Fault::AudioBurst);
        let tone = self.lies_in_wait(Fault::Tone);
        let (pieces, piece_ms) = match (tone, burst) {
            (true, _) => (6, 640),
            (false, true) => (self.dice.range(15..=30), self.dice.range(10..=64) * 10),
            (false, false) => (self.dice.range(1..=6), self.dice.range(10..=64) * 10),
        };
        let pause_ms = if burst { 0 } else { self.dice.range(40..=150) };
        let wordless = self.lies_in_wait(Fault::WordlessTurn);
        self.trace(Actor::Vendor, || format!("answers: generation {generation}, {pieces} of {piece_ms} ms"));
        self.vendor.sessions[session].turn =
            Some(Turn { generation, piece_ms, wordless, tone, known: false });
        for index in 0..pieces {
            self.step_in(id, index * pause_ms, Step::Piece { generation, index });
        }
        self.step_in(id, pieces * pause_ms, Step::Generated { generation });
        let heard_ms = (pieces * piece_ms).max(pieces * pause_ms) + 1;
        self.step_in(id, heard_ms, Step::Complete { generation });
    }

    fn turn(&self, id: SocketId, generation: u32) -> Option<&Turn> {
        let connection = self.vendor.connections.get(&id)?;
        let turn = self.vendor.sessions[connection.session].turn.as_ref()?;
        (turn.generation == generation).then_some(turn)
    }

    pub(super) fn on_piece(&mut self, id: SocketId, generation: u32, index: u64) {
        let Some(turn) = self.turn(id, generation) else { return };
        let (piece_ms, wordless, tone) = (turn.piece_ms, turn.wordless, turn.tone);
        if self.lies_in_wait(Fault::BadAudio) {
            for data in ["AAA=", "A", "", "AA*A", "AQID"] {
                self.say(id, said::sound_of(data));
            }
        }
        self.say(id, said::sound(&piece(generation, piece_ms, tone)));
        self.mark_turn(id, true);
        if !wordless {
            self.say(id, said::interviewer_said(generation, index));
        }
    }

    pub(super) fn on_generated(&mut self, id: SocketId, generation: u32) {
        if self.turn(id, generation).is_none() {
            return;
        }
        self.say(id, said::generation_complete());
        if let Finale::Interviewer(answers) = self.plan.finale
            && self.vendor.answers >= answers
        {
            self.say(id, said::farewell_call());
        }
    }

    pub(super) fn on_complete(&mut self, id: SocketId, generation: u32) {
        if self.turn(id, generation).is_some() {
            self.end_turn(id);
            self.say(id, said::turn_complete());
            if self.plan.new_handles
                && let Some(connection) = self.vendor.connections.get(&id)
            {
                self.give_handle(id, connection.session);
            }
        }
    }

    /// Cuts the answer short, or claims to.
    pub(in crate::world) fn interrupt(&mut self, id: SocketId) {
        let (generation, answering) = (self.vendor.generations, self.is_answering(id));
        let whole = self.turn(id, generation).is_some_and(|turn| turn.known);
        self.end_turn(id);
        self.say(id, said::interrupted(generation));
        if self.lies_in_wait_for(Fault::LateResidue, whole) {
            self.say(id, said::sound(&piece(generation, 80, false)));
        }
        if !self.lies_in_wait_for(Fault::InterruptionUnended, answering) {
            self.step_in(id, 1, Step::Say(said::turn_complete()));
        }
    }

    pub(super) fn mark_turn(&mut self, id: SocketId, known: bool) {
        let Some(connection) = self.vendor.connections.get(&id) else { return };
        if let Some(turn) = &mut self.vendor.sessions[connection.session].turn {
            turn.known = known;
        }
    }

    fn end_turn(&mut self, id: SocketId) {
        if let Some(connection) = self.vendor.connections.get(&id) {
            let session = connection.session;
            self.vendor.sessions[session].turn = None;
        }
    }
}

/// Returns sound that says which generation it belongs to.
fn piece(generation: u32, ms: u64, tone: bool) -> Vec<u8> {
    let mut pcm = vec![0x11; (ms * BYTES_PER_MS) as usize];
    if tone {
        for half in pcm.chunks_mut(40).skip(1).step_by(2) {
            half.fill(0xEE);
        }
    }
    pcm[..4].copy_from_slice(&generation.to_le_bytes());
    pcm
}
