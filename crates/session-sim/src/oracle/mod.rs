//! Watches what goes into a session and what comes out, and what arrives at the other ends.

mod arrivals;
mod connections;
mod journal;
mod reading;
mod saved;
mod sound;

use crate::invariant::{Invariant, Violation};
use crate::plan::Plan;
use crate::world::BEGIN_MS;
use crate::world::backend::Table;
use api::interview::{Status, TranscriptEntry};
pub(crate) use arrivals::Arrivals;
use connections::Connections;
pub(crate) use journal::Journal;
pub(crate) use reading::{brief, contains, generation, procedure};
use reading::{interrupted_generation, pcm_bytes};
use session_core::{ConnId, Event, Frame, Input, Output, Priority, Timer, Timestamp};
use sound::UplinkBook;
use std::collections::BTreeSet;
use std::fmt::Write;
use wire::server_to_client_message::Payload;

/// In everything that is said, and nowhere else.
pub(crate) const SPEECH: &str = "overheard";
/// In every secret, and nowhere else.
pub(crate) const SECRET: &str = "s3cret";

/// An interview may last so much longer.
const OVERRUN_MS: u64 = 1_000;
/// More outputs from one input than held audio, held typed answers and a farewell need is a leak.
const MAX_OUTPUTS: usize = 400;

#[derive(Default)]
pub(crate) struct Oracle {
    now: u64,
    violation: Option<Violation>,
    connections: Connections,
    uplink: UplinkBook,
    journal: Journal,
    /// Sound up to this generation must not be heard any more.
    stale_generation: u32,
    ended: bool,
    /// The host's clock was set: what is late by it need not be late, and a process that comes up cannot know how long it
    /// was gone.
    is_clock_unsure: bool,
    /// Since when the host can be reached.
    reachable_since: u64,
    outputs_of_this_input: usize,
    /// Across every process that held the interview.
    submitted: Option<Vec<TranscriptEntry>>,
    terminal: BTreeSet<Status>,
    begun: bool,
    /// Sound sent to the model, by all of them.
    sent_bytes: u64,
    pub(crate) arrivals: Arrivals,
}

impl Oracle {
    pub(crate) fn take_violation(&mut self) -> Option<Violation> {
        self.violation.take()
    }

    pub(crate) fn has_violation(&self) -> bool {
        self.violation.is_some()
    }

    pub(crate) fn advance(&mut self, now: u64) {
        self.now = now;
    }

    /// Notes a broken invariant; the first counts.
    pub(crate) fn broken(&mut self, invariant: Invariant, what: impl Into<String>) {
        if self.violation.is_none() {
            self.violation = Some(Violation { invariant, at_ms: self.now - BEGIN_MS, what: what.into() });
        }
    }

    pub(crate) fn must(&mut self, holds: bool, invariant: Invariant, what: impl FnOnce() -> String) {
        if !holds {
            self.broken(invariant, what());
        }
    }

    /// Another session: a first one, or one that goes on from these records.
    pub(crate) fn on_session(&mut self, records: &[Vec<u8>], plan: &Plan) {
        self.connections = Connections::default();
        self.journal = Journal::of(plan);
        for record in records {
            self.journal.take(record);
        }
        self.uplink = UplinkBook::going_on(self.journal.heard());
        self.ended = false;
        self.stale_generation = 0;
        self.begun = self.journal.has_told_words();
    }

    pub(crate) fn on_clock_set(&mut self) {
        self.is_clock_unsure = true;
    }

    /// The process was gone, and is back.
    pub(crate) fn on_restart(&mut self) {
        self.reachable_since = self.now;
    }

    /// A full disk has lost that the interview was over: it goes on, and is submitted again.
    pub(crate) fn forget_submission(&mut self) {
        self.submitted = None;
        self.terminal.clear();
    }

    pub(crate) fn on_command(&mut self) {
        self.outputs_of_this_input = 0;
    }

    pub(crate) fn on_accept(&mut self, conn: ConnId) {
        self.outputs_of_this_input = 0;
        self.connections.accepted(conn);
    }

    pub(crate) fn on_input(&mut self, input: &Input<'_>) {
        self.outputs_of_this_input = 0;
        self.check_patience();
        match *input {
            Input::Opened(conn) => self.connections.opened(conn),
            Input::Received(conn, message) => self.on_received(conn, message),
            Input::Closed(conn, _) => {
                let known = self.connections.closed(conn);
                self.must(known, Invariant::OneModel, || format!("{conn:?} ends twice"));
            }
            Input::Dropped(conn, bytes) => {
                if self.connections.model() == Some(conn) {
                    self.uplink.lost_on_the_way(bytes);
                }
            }
            Input::NotDurable => self.journal.forget(),
            Input::CallDone(..) | Input::Timeout => {}
        }
    }

    fn check_patience(&mut self) {
        if let Some(late_ms) = self.journal.waits_too_long_ms(self.now, self.reachable_since) {
            let patient = self.ended || self.is_clock_unsure || late_ms <= OVERRUN_MS;
            self.must(patient, Invariant::Patience, || {
                format!("it has waited {late_ms} ms too long for the candidate")
            });
        }
    }

    fn on_received(&mut self, conn: ConnId, message: &[u8]) {
        if self.connections.client() == Some(conn) {
            if let Some(pcm_bytes) = pcm_bytes(message) {
                let wanted = !self.journal.is_paused() && !self.journal.is_ending() && !self.ended;
                self.uplink.received(pcm_bytes, wanted);
            }
        } else if self.connections.model() == Some(conn) && message.len() < 512 {
            if contains(message, b"setupComplete") {
                self.connections.ready(conn);
            }
            if self.connections.is_ready()
                && let Some(generation) = interrupted_generation(message)
            {
                self.stale_generation = self.stale_generation.max(generation);
            }
        }
    }

    /// Looks at an output. `table` is what the backend has stored.
    pub(crate) fn on_output(&mut self, output: &Output, table: &Table) {
        self.outputs_of_this_input += 1;
        let ended = self.ended;
        // One who comes after the end is sent off.
        let farewell = matches!(output, Output::Close(..) | Output::Event(Event::ClientJoined { .. }));
        self.must(!ended || farewell, Invariant::NothingAfterEnd, || format!("{} follows", brief(output)));
        match output {
            Output::Dial(conn) => {
                let alone = self.connections.dialled(*conn);
                self.must(alone, Invariant::OneModel, || format!("{conn:?} is dialled beside another"));
            }
            Output::Send(conn, frame) => self.on_send(*conn, frame, table),
            Output::Close(conn, code) => {
                let open = self.connections.close(*conn);
                self.must(open, Invariant::OpenConnections, || {
                    format!("{conn:?} is closed with {code} but is not open")
                });
            }
            Output::Call(..) => {}
            Output::Persist(record) => self.on_record(record),
            Output::Event(event) => self.on_event(event),
        }
    }

    fn on_send(&mut self, conn: ConnId, frame: &Frame, table: &Table) {
        let open = self.connections.is_open(conn);
        self.must(open, Invariant::OpenConnections, || format!("a frame for {conn:?}, which is not open"));
        if self.connections.model() == Some(conn) {
            if let Priority::Audio(bytes) = frame.priority {
                self.uplink.forwarded(bytes);
                self.sent_bytes += bytes as u64;
                let ready = self.connections.is_ready();
                self.must(ready, Invariant::ModelProtocol, || "sound before the set-up".to_owned());
                self.must((1..=3_200).contains(&bytes) && bytes % 2 == 0, Invariant::ModelProtocol, || {
                    format!("{bytes} bytes of sound in a message")
                });
            } else if contains(&frame.bytes, b"The candidate has joined") {
                let begun = self.begun;
                self.must(!begun, Invariant::ModelProtocol, || "a second greeting is asked for".to_owned());
            }
            return;
        }
        match <wire::ServerToClientMessage as prost::Message>::decode(&frame.bytes[..]) {
            Ok(message) => self.on_told(conn, &message, table),
            Err(_) => self.broken(Invariant::DownlinkOrder, "a message to a client that cannot be read"),
        }
    }

    fn on_told(&mut self, conn: ConnId, message: &wire::ServerToClientMessage, table: &Table) {
        match &message.payload {
            Some(Payload::AudioResponse(audio)) => {
                let (generation, stale) = (generation(&audio.audio_content), self.stale_generation);
                self.must(generation.is_none_or(|it| it > stale), Invariant::StaleSound, || {
                    format!("sound of generation {generation:?} after {stale} was interrupted")
                });
            }
            Some(Payload::SessionEnded(ended)) => self.on_told_end(ended, message.sequence > 0, table),
            Some(_) => {}
            None => self.broken(Invariant::DownlinkOrder, "an empty message to a client"),
        }
        let follows = self.connections.numbered(conn, message.sequence);
        self.must(follows, Invariant::DownlinkOrder, || {
            format!("number {} to {conn:?} does not follow", message.sequence)
        });
    }

    fn on_record(&mut self, record: &[u8]) {
        self.journal.take(record);
        self.begun |= self.journal.has_told_words();
        if self.journal.is_ending() {
            self.uplink.abandon();
        }
    }

    fn on_event(&mut self, event: &Event) {
        match event {
            Event::Ended { .. } | Event::Suspended | Event::Undeliverable { .. } => self.ended = true,
            Event::AudioTooFast { bytes } => self.uplink.too_fast(*bytes),
            _ => {}
        }
        let mut scan = Scan::default();
        // Writing to the scan cannot fail.
        let _ = write!(scan, "{event:?}");
        let discreet = !scan.0.contains(SPEECH) && !scan.0.contains(SECRET);
        self.must(discreet, Invariant::Discretion, || "an event tells what it must not".to_owned());
    }

    pub(crate) fn after_drain(&mut self, due: Option<(Timestamp, Timer)>) {
        let now = self.now;
        if let Some((due, timer)) = due {
            self.must(!self.ended, Invariant::NothingAfterEnd, || format!("{timer:?} is armed"));
            let in_time = due.0 >= now || self.is_clock_unsure;
            self.must(in_time, Invariant::Deadlines, || format!("{timer:?} was due {} ms ago", now - due.0));
        }
        let clients = self.connections.open_clients();
        self.must(clients <= 1, Invariant::OneClient, || format!("{clients} clients are live"));
        let outputs = self.outputs_of_this_input;
        self.must(outputs <= MAX_OUTPUTS, Invariant::BoundedMemory, || {
            format!("{outputs} outputs of one input")
        });
        let (waiting, limit) = self.uplink.settle(self.connections.is_ready());
        self.must(waiting <= limit, Invariant::BoundedMemory, || {
            format!("{waiting} bytes of microphone audio wait, {limit} may")
        });
        self.must(!self.uplink.is_overdrawn(), Invariant::MicrophoneAccount, || {
            "more sound was forwarded than received".to_owned()
        });
        // A process that comes up late ends it at once.
        let ends_now = due.is_some_and(|(due, _)| due.0 <= now);
        if !self.ended
            && !ends_now
            && !self.is_clock_unsure
            && let Some(over_ms) = self.journal.overrun_ms(now)
        {
            self.must(over_ms <= OVERRUN_MS, Invariant::Duration, || format!("{over_ms} ms over time"));
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }
}

#[derive(Default)]
struct Scan(String);

impl Write for Scan {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        self.0.push_str(part);
        Ok(())
    }
}
