//! The host's end of its connections: who is let in, what is sent, what has ended.

use super::super::{Actor, World, backend};
use crate::agenda::Wake;
use crate::fault::Fault;
use crate::invariant::Invariant;
use crate::socket::{HostEnd, Item, Peer, Put, Socket, SocketId, Towards};
use api::token;
use session_core::{ConnId, Encoding, Frame, Input, Priority};
use wire::{CloseCode, ErrorCode};

/// For the peer's answer to our close frame, and for what is queued before it when the peer does not read.
const ECHO_MS: u64 = 1_000;
const CLOSE_DRAIN_MS: u64 = 5_000;
/// How long keep-alive takes to find a peer gone, and a check more.
const CLIENT_DEAD_MS: u64 = 40_000;
const MODEL_DEAD_MS: u64 = 30_000;
const CHECK_MS: u64 = 5_000;

impl World {
    /// A WebSocket reaches the host.
    pub(in crate::world) fn on_knock(&mut self, id: SocketId, token: &str) {
        let socket = &mut self.sockets[id.0];
        if !socket.peer_open || !self.host.up {
            socket.host_end = HostEnd::Closed;
            if let Peer::Tab(tab, attempt) = socket.peer {
                self.agenda.note(self.now + 1, Wake::NoRoute(tab, attempt));
            }
            return;
        }
        socket.host_end = HostEnd::Open;
        self.put(id, Towards::Peer, Item::Opened);
        let now_ms = i64::try_from(self.now).unwrap_or(i64::MAX);
        let secret = self.backend.host_secret(self.now);
        match token::verify(token, backend::INTERVIEW, secret, now_ms) {
            Ok(_) if self.is_full() => self.close_socket(id, CloseCode::TryAgainLater.code()),
            Ok(_) => self.join(id),
            Err(refused) => {
                self.trace(Actor::Host, || format!("refuses: {refused}"));
                let error = wire::Error::new(ErrorCode::Authentication, "The session token was refused.");
                let payload = wire::server_to_client_message::Payload::Error(error);
                self.put(id, Towards::Peer, Item::Binary(wire::encode(payload, None), 0));
                self.close_socket(id, CloseCode::TokenRefused.code());
            }
        }
    }

    /// A newcomer finds no room; who comes back always does.
    fn is_full(&mut self) -> bool {
        let is_new = self.host.session.is_none() && self.host.asleep.is_none() && self.store.is_empty();
        self.lies_in_wait_for(Fault::HostFull, is_new)
    }

    pub(in crate::world) fn send(&mut self, conn: ConnId, frame: Frame) {
        let Some(&id) = self.host.links.get(&conn) else { return };
        if self.sockets[id.0].host_end != HostEnd::Open {
            return;
        }
        let pcm_bytes = match frame.priority {
            Priority::Audio(pcm_bytes) => pcm_bytes,
            Priority::Control => 0,
        };
        let item = match (frame.encoding, self.sockets[id.0].peer) {
            (Encoding::Text, Peer::Tab(..) | Peer::Stranger) => Item::Text(frame.bytes),
            (Encoding::Text, Peer::Model) | (Encoding::Binary, _) => Item::Binary(frame.bytes, pcm_bytes),
        };
        let twice = match self.sockets[id.0].peer {
            Peer::Model => pcm_bytes > 0 && self.breaks(Invariant::UplinkOrder),
            Peer::Tab(..) | Peer::Stranger => self.breaks(Invariant::DownlinkOrder),
        };
        if twice {
            self.put(id, Towards::Peer, item.clone());
        }
        if let Put::Waits { dropped_frames, dropped_bytes } = self.put(id, Towards::Peer, item)
            && dropped_bytes > 0
        {
            self.oracle.arrivals.dropped(id, dropped_frames);
            self.host.dropped.push((conn, dropped_bytes));
        }
        let (waiting, limit) = {
            let socket = &self.sockets[id.0];
            let is_model = socket.peer == Peer::Model;
            let limit = if is_model { Socket::UPLINK_LIMIT_BYTES } else { Socket::DOWNLINK_LIMIT_BYTES };
            (socket.to_peer.waiting_pcm_bytes(), limit)
        };
        self.oracle
            .must(waiting <= limit, Invariant::BoundedMemory, || format!("{waiting} bytes wait to be sent"));
    }

    pub(in crate::world) fn close(&mut self, conn: ConnId, code: u16) {
        if let Some(&id) = self.host.links.get(&conn) {
            self.close_socket(id, code);
        }
    }

    /// Queues a close frame, or gives up a dial.
    pub(in crate::world) fn close_socket(&mut self, id: SocketId, code: u16) {
        let socket = &mut self.sockets[id.0];
        match socket.host_end {
            HostEnd::Dialling => {
                socket.host_end = HostEnd::Closing;
                self.agenda.note(self.now, Wake::EchoOverdue(id));
            }
            HostEnd::Open => {
                socket.host_end = HostEnd::Closing;
                let patience_ms = if socket.to_peer.is_stalled() { CLOSE_DRAIN_MS } else { ECHO_MS };
                self.agenda.note(self.now + patience_ms, Wake::EchoOverdue(id));
                self.put(id, Towards::Peer, Item::Closed(Some((code, String::new()))));
            }
            HostEnd::Closing | HostEnd::Closed => {}
        }
    }

    /// A connection is gone as far as the host can see.
    pub(in crate::world) fn report_closed(&mut self, id: SocketId, close: Option<(u16, &str)>) {
        let socket = &mut self.sockets[id.0];
        if socket.host_end == HostEnd::Closed {
            return;
        }
        if self.is_asleep_behind(id) {
            self.wake_up();
        }
        let socket = &mut self.sockets[id.0];
        socket.host_end = HostEnd::Closed;
        socket.to_host.lose();
        let unread = socket.to_peer.is_stalled();
        if unread && !socket.half_open {
            // What the peer has not read when the host gives up, it never will.
            socket.to_peer.lose();
            self.put(id, Towards::Peer, Item::Closed(None));
        }
        let socket = &mut self.sockets[id.0];
        if let Some(conn) = socket.conn
            && socket.incarnation == self.host.incarnation
        {
            self.host.links.remove(&conn);
            self.trace(Actor::Host, || format!("connection {} is gone: {close:?}", conn.0));
            self.tell(Input::Closed(conn, close));
        }
    }

    /// Something arrives at the host.
    pub(in crate::world) fn on_host_arrival(&mut self, id: SocketId, item: Item) {
        let socket = &self.sockets[id.0];
        if socket.host_end == HostEnd::Closed || socket.deaf && !matches!(item, Item::Closed(_)) {
            return;
        }
        let is_model = socket.peer == Peer::Model;
        if !matches!(item, Item::Text(_) | Item::Opened) {
            self.wake_up();
        }
        let socket = &self.sockets[id.0];
        let conn = socket.conn;
        let known = conn.filter(|_| socket.incarnation == self.host.incarnation);
        match item {
            Item::Closed(close) => {
                let close = close.as_ref().map(|(code, reason)| (*code, reason.as_str()));
                self.report_closed(id, close);
            }
            Item::Text(text) if !is_model => {
                if text == wire::PING.as_bytes() {
                    self.put(id, Towards::Peer, Item::Text(wire::PONG.into()));
                }
            }
            Item::Binary(message, _) if !is_model && message.len() > wire::MAX_MESSAGE_BYTES => {
                self.sockets[id.0].deaf = true;
                self.close_socket(id, CloseCode::TooLarge.code());
            }
            Item::Text(message) | Item::Binary(message, _) => {
                if let Some(conn) = known {
                    self.tell(Input::Received(conn, &message));
                }
            }
            Item::Opened => {}
        }
    }

    /// A connection has broken without a word: keep-alive will find out.
    pub(in crate::world) fn await_silence(&mut self, id: SocketId) {
        let is_model = self.sockets[id.0].peer == Peer::Model;
        let dead_ms = if is_model { MODEL_DEAD_MS } else { CLIENT_DEAD_MS };
        let found_at = self.now + dead_ms + self.dice.roll(CHECK_MS);
        self.agenda.note(found_at, Wake::PeerSilent(id));
    }
}
