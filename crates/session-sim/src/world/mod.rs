//! One interview and everything around it, on virtual time.

pub(crate) mod backend;
pub(crate) mod candidate;
mod finale;
mod host;
mod mischief;
mod seed_page;
mod sleep;
mod store;
mod tamper;
mod transcripts;
pub(crate) mod vendor;
mod wall_clock;

use crate::agenda::{Agenda, Wake};
use crate::dice::Dice;
use crate::fault::{Fault, FaultCounts};
use crate::invariant::{Invariant, Violation};
use crate::oracle::Oracle;
use crate::plan::Plan;
use crate::socket::{Item, Peer, Put, Socket, SocketId, Towards};
use crate::trace::Trace;
use backend::Backend;
use candidate::Candidate;
use host::Host;
use session_core::Frame;
use store::Store;
use vendor::Vendor;
use wall_clock::WallClock;

/// When every world begins: 2026-01-02T03:04:05Z.
pub(crate) const BEGIN_MS: u64 = 1_767_323_045_000;

/// More happens in no world of this size; one that does not stand still is a bug.
const MAX_STEPS: u64 = 3_000_000;

/// Whose line a line of the trace is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Actor {
    World,
    Client,
    Host,
    Vendor,
    Backend,
    Store,
}

impl Actor {
    fn name(self) -> &'static str {
        match self {
            Self::World => "world",
            Self::Client => "client",
            Self::Host => "host",
            Self::Vendor => "vendor",
            Self::Backend => "backend",
            Self::Store => "store",
        }
    }
}

/// How a world went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which world.
    pub seed: u64,
    /// The first invariant that broke.
    pub violation: Option<Violation>,
    /// How much time passed in it, milliseconds.
    pub simulated_ms: u64,
    /// How many things happened in it.
    pub steps: u64,
    /// What went wrong in it on purpose.
    pub faults: FaultCounts,
    /// What happened, if it was asked for.
    pub trace: Vec<String>,
}

pub(crate) struct World {
    now: u64,
    clock: WallClock,
    steps: u64,
    dice: Dice,
    plan: Plan,
    agenda: Agenda,
    sockets: Vec<Socket>,
    host: Host,
    store: Store,
    backend: Backend,
    vendor: Vendor,
    candidate: Candidate,
    oracle: Oracle,
    /// Faults that wait for their occasion.
    armed: Vec<Fault>,
    counts: FaultCounts,
    trace: Trace,
    broken: Option<Invariant>,
    /// For what is broken on purpose.
    last_sound: Option<Frame>,
    late: bool,
    /// A fault that takes its time lasts until then.
    lasts_until: u64,
    stopped: bool,
    /// The session still waits for a candidate who is gone.
    in_grace: bool,
    over: bool,
}

impl World {
    pub(crate) fn new(seed: u64, broken: Option<Invariant>, trace: Trace) -> Self {
        let mut dice = Dice::new(seed);
        let plan = Plan::of(&mut dice);
        Self {
            now: BEGIN_MS,
            clock: WallClock::default(),
            steps: 0,
            dice,
            plan,
            agenda: Agenda::default(),
            sockets: Vec::new(),
            host: Host::up(),
            store: Store::default(),
            backend: Backend::new(),
            vendor: Vendor::default(),
            candidate: Candidate::default(),
            oracle: Oracle::default(),
            armed: Vec::new(),
            counts: FaultCounts::default(),
            trace,
            broken,
            last_sound: None,
            late: false,
            lasts_until: 0,
            stopped: false,
            in_grace: false,
            over: false,
        }
    }

    /// One interview of many on a host. Nothing goes wrong in it but what goes wrong for all.
    pub(crate) fn in_a_crowd(seed: u64, broken: Option<Invariant>, trace: Trace) -> Self {
        let mut world = Self::new(seed, broken, trace);
        world.plan.join_a_crowd();
        world.begin();
        world
    }

    pub(crate) fn run(mut self, seed: u64) -> Outcome {
        self.begin();
        while self.step() {}
        self.into_outcome(seed)
    }

    fn begin(&mut self) {
        self.advance(self.now);
        let plan = format!("{:?}", self.plan);
        self.trace(Actor::World, || plan);
        self.agenda.note(self.now, Wake::OpenPage);
        self.agenda.note(self.now + 500, Wake::Habit);
        self.agenda.note(self.now + self.plan.horizon_ms, Wake::FaultsStop);
        for (after_ms, fault) in self.plan.faults.clone() {
            self.agenda.note(self.now + after_ms, Wake::Fault(fault, 0));
        }
    }

    /// Returns when the next thing happens.
    pub(crate) fn next_at(&self) -> Option<u64> {
        self.agenda.next_at()
    }

    /// Lets one thing happen. Returns whether there may be another.
    pub(crate) fn step(&mut self) -> bool {
        let Some((at, wake)) = self.agenda.next() else { return false };
        self.advance(at);
        self.on_wake(wake);
        self.over = self.over || self.is_over();
        self.steps += 1;
        let goes_on = self.steps < MAX_STEPS;
        self.oracle.must(goes_on, Invariant::Liveness, || "it goes on for ever".to_owned());
        !self.over && !self.oracle.has_violation()
    }

    /// The host is told to go, and every other interview of it writes its journal as well. Returns whether there was one.
    pub(crate) fn is_told_to_go(&mut self, at: u64) -> bool {
        self.advance(at);
        self.store.slow_until = at + 2_000;
        self.inflict(Fault::Drained)
    }

    /// Looks at what is left, and says how it went.
    pub(crate) fn into_outcome(mut self, seed: u64) -> Outcome {
        if !self.oracle.has_violation() {
            self.check_the_end();
        }
        let violation = self.oracle.take_violation();
        if let Some(violation) = &violation {
            let what = format!("BROKEN {}: {}", violation.invariant.name(), violation.what);
            self.trace(Actor::World, || what);
        }
        Outcome {
            seed,
            violation,
            simulated_ms: self.now - BEGIN_MS,
            steps: self.steps,
            faults: self.counts,
            trace: self.trace.into_lines(),
        }
    }

    fn on_wake(&mut self, wake: Wake) {
        match wake {
            Wake::Session => self.on_session_timer(),
            Wake::Doze => self.doze(),
            Wake::Restart => self.start_host(),
            Wake::Arrive(id, towards) => self.on_arrival(id, towards),
            Wake::Unstall(id, towards) => self.unstall(id, towards),
            Wake::EchoOverdue(id) => self.report_closed(id, None),
            Wake::PeerSilent(id) => {
                if self.sockets[id.0].half_open {
                    self.report_closed(id, None);
                }
            }
            Wake::DialAnswered(id) => self.on_dial_answered(id),
            Wake::Synced(ticket) => self.on_synced(ticket),
            Wake::DiskFree => self.on_disk_free(),
            Wake::Request(request) => self.on_request(&request),
            Wake::Answer { incarnation, id, answer } => self.on_answer(incarnation, id, &answer),
            Wake::Tab(tab) => self.on_tab_timer(tab),
            Wake::Microphone(tab) => self.on_microphone(tab),
            Wake::Token(tab, attempt, token) => self.on_token(tab, attempt, token),
            Wake::Knock(id, token) => self.on_knock(id, &token),
            Wake::NoRoute(tab, attempt) => self.on_no_route(tab, attempt),
            Wake::Thaw(tab) => self.thaw(tab),
            Wake::Habit => self.on_habit(),
            Wake::OpenPage => self.open_page(),
            Wake::Vendor(id, step) => self.on_vendor_step(id, step),
            Wake::Fault(fault, tries) => self.on_fault(fault, tries),
            Wake::FaultsStop => self.stop_faults(),
            Wake::Deadline => self.on_deadline(),
        }
    }

    pub(super) fn connect(&mut self, socket: Socket) -> SocketId {
        self.sockets.push(socket);
        SocketId(self.sockets.len() - 1)
    }

    /// Puts something on its way.
    pub(super) fn put(&mut self, id: SocketId, towards: Towards, item: Item) -> Put {
        let put = self.sockets[id.0].pipe(towards).put(self.now, &mut self.dice, item);
        if let Put::ArrivesAt(at) = put {
            self.agenda.note(at, Wake::Arrive(id, towards));
        }
        put
    }

    fn on_arrival(&mut self, id: SocketId, towards: Towards) {
        let socket = &mut self.sockets[id.0];
        let Some(item) = socket.pipe(towards).take(self.now) else { return };
        if socket.half_open || towards == Towards::Peer && !socket.peer_open {
            return;
        }
        match (towards, socket.peer) {
            (Towards::Host, _) => self.on_host_arrival(id, item),
            (Towards::Peer, Peer::Model) => self.on_vendor_arrival(id, item),
            (Towards::Peer, Peer::Tab(tab, attempt)) => self.on_tab_arrival(id, tab, attempt, &item),
            (Towards::Peer, Peer::Stranger) => {
                if matches!(item, Item::Closed(_)) {
                    socket.peer_open = false;
                    self.put(id, Towards::Host, Item::Closed(None));
                }
            }
        }
    }

    fn unstall(&mut self, id: SocketId, towards: Towards) {
        let frozen = match (towards, self.sockets[id.0].peer) {
            (Towards::Peer, Peer::Tab(tab, _)) => self.candidate.tabs[tab.0].frozen,
            _ => false,
        };
        if frozen || !self.sockets[id.0].pipe(towards).is_stalled() {
            return;
        }
        let (now, dice) = (self.now, &mut self.dice);
        for at in self.sockets[id.0].pipe(towards).unstall(now, dice) {
            self.agenda.note(at, Wake::Arrive(id, towards));
        }
    }

    /// Whether a fault lies in wait for this occasion; if so, it strikes.
    pub(super) fn lies_in_wait(&mut self, fault: Fault) -> bool {
        let Some(at) = self.armed.iter().position(|armed| *armed == fault) else { return false };
        self.armed.swap_remove(at);
        self.strike(fault);
        true
    }

    pub(super) fn lies_in_wait_for(&mut self, fault: Fault, occasion: bool) -> bool {
        occasion && self.lies_in_wait(fault)
    }

    pub(super) fn strike(&mut self, fault: Fault) {
        self.counts.count(fault);
        self.trace(Actor::World, || format!("FAULT {}: {}", fault.realm().name(), fault.name()));
    }

    /// The faults do not stop before this one is over.
    pub(super) fn lasts(&mut self, duration_ms: u64) -> u64 {
        let until = self.now + duration_ms;
        self.lasts_until = self.lasts_until.max(until);
        until
    }

    pub(super) fn trace(&mut self, actor: Actor, what: impl FnOnce() -> String) {
        self.trace.line(self.now - BEGIN_MS, actor.name(), what);
    }

    pub(super) fn breaks(&self, invariant: Invariant) -> bool {
        self.broken == Some(invariant)
    }
}
