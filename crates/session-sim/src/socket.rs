//! A WebSocket between the host and a peer: in order each way, late, and sometimes broken.

use crate::dice::Dice;
use crate::world::candidate::TabId;
use session_client::ConnId as AttemptId;
use session_core::ConnId;
use std::collections::VecDeque;

/// A WebSocket of this world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SocketId(pub(crate) usize);

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Towards {
    Host,
    Peer,
}

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Tab(TabId, AttemptId),
    /// Somebody who floods the host.
    Stranger,
    Model,
}

/// The host's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostEnd {
    Dialling,
    Open,
    /// Our close frame is queued or sent.
    Closing,
    /// The session has been told.
    Closed,
}

/// What travels.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// The upgrade is answered.
    Opened,
    Text(Vec<u8>),
    /// A binary message; holds so many bytes of PCM that may be dropped.
    Binary(Vec<u8>, usize),
    /// A close frame, or a connection that vanishes.
    Closed(Option<(u16, String)>),
}

impl Item {
    fn pcm_bytes(&self) -> usize {
        match self {
            Self::Binary(_, pcm_bytes) => *pcm_bytes,
            Self::Opened | Self::Text(_) | Self::Closed(_) => 0,
        }
    }
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It arrives then.
    ArrivesAt(u64),
    /// It waits for a reader; so many frames with so many bytes of sound gave way.
    Waits { dropped_frames: u64, dropped_bytes: usize },
}

/// One direction.
#[derive(Debug)]
pub(crate) struct Pipe {
    items: VecDeque<(u64, Item)>,
    waiting: VecDeque<Item>,
    waiting_pcm_bytes: usize,
    pcm_limit_bytes: usize,
    last_at: u64,
    latency_ms: u64,
    stalled: bool,
}

impl Pipe {
    fn new(latency_ms: u64, pcm_limit_bytes: usize) -> Self {
        Self {
            items: VecDeque::new(),
            waiting: VecDeque::new(),
            waiting_pcm_bytes: 0,
            pcm_limit_bytes,
            last_at: 0,
            latency_ms,
            stalled: false,
        }
    }

    pub(crate) fn put(&mut self, now: u64, dice: &mut Dice, item: Item) -> Put {
        if self.stalled {
            self.waiting_pcm_bytes += item.pcm_bytes();
            self.waiting.push_back(item);
            let (dropped_frames, dropped_bytes) = self.drop_oldest_sound();
            return Put::Waits { dropped_frames, dropped_bytes };
        }
        let at = (now + self.latency_ms + dice.roll(self.latency_ms / 2 + 1)).max(self.last_at);
        self.last_at = at;
        self.items.push_back((at, item));
        Put::ArrivesAt(at)
    }

    /// Takes the oldest item if it has arrived and is read.
    pub(crate) fn take(&mut self, now: u64) -> Option<Item> {
        if self.stalled || self.items.front().is_none_or(|(at, _)| *at > now) {
            return None;
        }
        self.items.pop_front().map(|(_, item)| item)
    }

    pub(crate) fn stall(&mut self) {
        self.stalled = true;
    }

    pub(crate) fn is_stalled(&self) -> bool {
        self.stalled
    }

    /// Reads again. Returns when each item arrives that would not arrive otherwise.
    pub(crate) fn unstall(&mut self, now: u64, dice: &mut Dice) -> Vec<u64> {
        self.stalled = false;
        let mut arrivals: Vec<u64> = self.items.iter().filter(|(at, _)| *at <= now).map(|_| now).collect();
        self.waiting_pcm_bytes = 0;
        for item in std::mem::take(&mut self.waiting) {
            if let Put::ArrivesAt(at) = self.put(now, dice, item) {
                arrivals.push(at);
            }
        }
        arrivals
    }

    /// Loses what is under way. Returns how much sound was in it, bytes of PCM.
    pub(crate) fn lose(&mut self) -> usize {
        self.waiting_pcm_bytes = 0;
        let lost = self.items.drain(..).map(|(_, item)| item).chain(self.waiting.drain(..));
        lost.map(|item| item.pcm_bytes()).sum()
    }

    /// Returns what waits for a reader, bytes of PCM.
    pub(crate) fn waiting_pcm_bytes(&self) -> usize {
        self.waiting_pcm_bytes
    }

    fn drop_oldest_sound(&mut self) -> (u64, usize) {
        let mut dropped = (0, 0);
        while self.waiting_pcm_bytes > self.pcm_limit_bytes
            && let Some(at) = self.waiting.iter().position(|item| item.pcm_bytes() > 0)
            && let Some(item) = self.waiting.remove(at)
        {
            self.waiting_pcm_bytes -= item.pcm_bytes();
            dropped = (dropped.0 + 1, dropped.1 + item.pcm_bytes());
        }
        dropped
    }
}

/// A WebSocket.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) peer: Peer,
    /// What the session calls it, and which session that is.
    pub(crate) conn: Option<ConnId>,
    pub(crate) incarnation: u64,
    pub(crate) host_end: HostEnd,
    pub(crate) peer_open: bool,
    /// Nothing gets through, and nobody is told.
    pub(crate) half_open: bool,
    /// The host has stopped reading.
    pub(crate) deaf: bool,
    pub(crate) to_host: Pipe,
    pub(crate) to_peer: Pipe,
}

impl Socket {
    /// Sound that may wait for a candidate who does not read: 2 s. Small, so that it happens.
    pub(crate) const DOWNLINK_LIMIT_BYTES: usize = 2 * 48_000;
    /// The same for a model that does not read: 2 s on top of the 10 s that a session sends at once.
    pub(crate) const UPLINK_LIMIT_BYTES: usize = 12 * 32_000;

    pub(crate) fn new(peer: Peer, host_end: HostEnd, latency_ms: u64) -> Self {
        let (to_host, to_peer) = match peer {
            Peer::Model => (usize::MAX, Self::UPLINK_LIMIT_BYTES),
            Peer::Tab(..) | Peer::Stranger => (usize::MAX, Self::DOWNLINK_LIMIT_BYTES),
        };
        Self {
            peer,
            conn: None,
            incarnation: 0,
            host_end,
            peer_open: true,
            half_open: false,
            deaf: false,
            to_host: Pipe::new(latency_ms, to_host),
            to_peer: Pipe::new(latency_ms, to_peer),
        }
    }

    pub(crate) fn pipe(&mut self, towards: Towards) -> &mut Pipe {
        match towards {
            Towards::Host => &mut self.to_host,
            Towards::Peer => &mut self.to_peer,
        }
    }

    /// Both ends take it for open.
    pub(crate) fn is_live(&self) -> bool {
        self.host_end == HostEnd::Open && self.peer_open && !self.half_open
    }
}
