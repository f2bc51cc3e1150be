//! Faults that strike at an instant.

use super::candidate::{Page, TabId};
use super::vendor::{CUT, INTERNAL, Step, said as vendor_said};
use super::{Actor, World};
use crate::agenda::Wake;
use crate::fault::{Fault, Way};
use crate::oracle::SECRET;
use crate::socket::{HostEnd, Item, Peer, Socket, SocketId, Towards};
use api::token::{self, Claims};
use prost::Message;
use wire::client_to_server_message::Payload;

/// A fault that finds nothing to strike tries again so often.
const TRIES: u32 = 60;
const TRY_AGAIN_MS: u64 = 500;

impl World {
    pub(super) fn on_fault(&mut self, fault: Fault, tries: u32) {
        if self.stopped {
            return;
        }
        if fault.way() == Way::LiesInWait {
            self.armed.push(fault);
        } else if !self.inflict(fault) && tries < TRIES {
            self.agenda.note(self.now + TRY_AGAIN_MS, Wake::Fault(fault, tries + 1));
        }
    }

    /// Returns whether there was something to strike.
    pub(super) fn inflict(&mut self, fault: Fault) -> bool {
        match fault.realm() {
            crate::fault::Realm::Client => self.inflict_on_client(fault),
            crate::fault::Realm::Vendor => self.inflict_on_vendor(fault),
            crate::fault::Realm::Backend | crate::fault::Realm::Store => self.inflict_on_host(fault),
            crate::fault::Realm::Abuse => self.abuse(fault),
        }
    }

    /// Returns the candidate's connection, if it lives.
    pub(super) fn live_client(&self) -> Option<SocketId> {
        let is_ours = |socket: &Socket| matches!(socket.peer, Peer::Tab(..)) && socket.conn.is_some();
        self.sockets.iter().rposition(|socket| is_ours(socket) && socket.is_live()).map(SocketId)
    }

    fn inflict_on_client(&mut self, fault: Fault) -> bool {
        let Some(id) = self.live_client() else { return false };
        let Peer::Tab(tab, _) = self.sockets[id.0].peer else { return false };
        let knows_hello = matches!(self.candidate.tabs[tab.0].page, Page::Ours(_));
        if self.candidate.tabs[tab.0].done || fault == Fault::HelloTwice && !knows_hello {
            return false;
        }
        self.strike(fault);
        match fault {
            Fault::ClientReset => self.sever(id),
            Fault::ClientHalfOpen => self.cut_silently(id),
            Fault::ClientCloses => {
                let code = self
                    .dice
                    .pick(&[1000, 1001, 1002, 1005, 1011, 1012, 3000, 4000, 4001, 4002, 4409, 4410, 4999]);
                self.put(id, Towards::Host, Item::Closed(Some((code, "gone".to_owned()))));
                self.put(id, Towards::Peer, Item::Closed(None));
            }
            Fault::Reload => self.reload(tab),
            Fault::TwoTabs => self.open_page(),
            Fault::SlowReader => self.stall(id, Towards::Peer, 3_000, 20_000),
            Fault::StallThenBurst => {
                self.lasts(30_000);
                self.stall(id, Towards::Host, 30_000, 30_000);
            }
            Fault::FrozenTab => self.freeze(id, tab),
            Fault::ClockSkew => self.skew_clock(tab),
            Fault::Leaves => {
                self.candidate.left = true;
                for tab in (0..self.candidate.tabs.len()).map(TabId) {
                    self.close_page(tab);
                }
            }
            _ => {
                for message in self.odd_messages(fault) {
                    self.put(id, Towards::Host, message);
                }
            }
        }
        true
    }

    /// A page's clock is off from its beginning, or leaps forward while the machine sleeps. It never goes back.
    fn skew_clock(&mut self, tab: TabId) {
        if self.dice.percent(50) {
            self.candidate.skew_ms = self.dice.pick(&[-600_000, -20_000, 20_000, 3_600_000]);
            return self.reload(tab);
        }
        self.candidate.tabs[tab.0].skew_ms += self.dice.pick(&[5_000, 90_000, 600_000]);
        self.with_client(tab, |client, now| client.handle_input(now, session_client::Input::Timeout));
    }

    /// What a client must not send, or need not.
    fn odd_messages(&mut self, fault: Fault) -> Vec<Item> {
        match fault {
            Fault::OddPcm => [3_201, 87, 1, 641].map(sound).to_vec(),
            Fault::EmptyPcm => vec![sound(0), binary(b"\x0A\x00"), binary(b"")],
            Fault::TinyFrames => vec![sound(86); 375],
            Fault::OversizeFrame => {
                let size = self.dice.range(65_536..=400_000) as usize;
                vec![sound(size)]
            }
            Fault::BrokenProtobuf => {
                let count = self.dice.range(1..=14) as usize;
                vec![binary(b"\x0A\xFF\x01broken"); count]
            }
            Fault::UnknownFields => {
                vec![
                    binary(b"\xA0\x06\x07"),
                    binary(b"\x0A\x02\x10\x05\xA0\x06\x07"),
                    binary(b"\xF2\x7F\x03abc"),
                ]
            }
            Fault::TextFrames => {
                vec![
                    Item::Text(b"hello".to_vec()),
                    Item::Text(Vec::new()),
                    Item::Text(b"{\"setup\":{}}".to_vec()),
                ]
            }
            Fault::PingFlood => vec![Item::Text(wire::PING.into()); 500],
            Fault::HelloTwice => vec![said(Payload::ClientHello(wire::ClientHello::default())); 2],
            Fault::EndTwice => vec![said(Payload::EndRequest(wire::EndRequest {})); 2],
            _ => Vec::new(),
        }
    }

    fn inflict_on_vendor(&mut self, fault: Fault) -> bool {
        let Some(id) = self.live_model() else { return false };
        self.strike(fault);
        match fault {
            Fault::GoAway60 => self.go_away(id, Some(60), 60_000),
            Fault::GoAway10 => self.go_away(id, Some(10), 10_000),
            Fault::GoAway0 => self.go_away(id, Some(0), 200),
            Fault::GoAwayBare => self.go_away(id, None, 50_000),
            Fault::GoAwaySilence => {
                let left_s = self.dice.pick(&[15, 30, 50]);
                self.go_away(id, Some(left_s), left_s * 1_000);
                self.silence(id);
            }
            Fault::Close1000 => self.close_by_vendor(id, Some((1000, ""))),
            Fault::Close1006 => self.close_by_vendor(id, None),
            Fault::Close1007 => {
                let reason = "Request contains an invalid argument.";
                let reason = self.dice.pick(&[reason, reason, ""]);
                self.close_by_vendor(id, Some((1007, reason)));
            }
            Fault::Close1008 => {
                let gone = "BidiGenerateContent session expired";
                let reason = self.dice.pick(&[CUT, "The operation was aborted.", gone, ""]);
                self.close_by_vendor(id, Some((1008, reason)));
            }
            Fault::Close1011 => {
                let late = "Deadline expired before operation could complete.";
                let reason = self.dice.pick(&[INTERNAL, "The service is currently unavailable.", late]);
                self.close_by_vendor(id, Some((1011, reason)));
            }
            Fault::QuotaGone => {
                let reason = "You exceeded your current quota, please check your plan and billing details.";
                self.close_by_vendor(id, Some((1011, reason)));
            }
            Fault::ExpiredHandle => {
                self.expire_session(id);
                self.close_by_vendor(id, None);
            }
            Fault::VendorHalfOpen => self.cut_silently(id),
            Fault::VendorSlowReader => self.stall(id, Towards::Peer, 3_000, 28_000),
            Fault::PhantomInterruption => self.interrupt(id),
            Fault::LargeMessage => self.say_at_length(id),
            Fault::ToolCancelled => {
                self.say(id, vendor_said::farewell_call());
                self.say(id, r#"{"toolCallCancellation":{"ids":["call_1"]}}"#.to_owned());
            }
            Fault::MalformedMessage => {
                for text in ["not json", "[1]", "", r#"{"serverContent":5}"#, r#"{"goAway":{"timeLeft":"#] {
                    self.say(id, text.to_owned());
                }
                self.put(id, Towards::Host, Item::Binary(b"{\"a\":\"\xFF\xFE\"}".to_vec(), 0));
            }
            _ => {
                for text in [
                    "{}",
                    r#"{"serverContent":{}}"#,
                    r#"{"newThing":{"with":[1,2,{"a":null}]}}"#,
                    r#"{"serverContent":{"groundingMetadata":{},"modelTurn":{"parts":[{"text":"thought"}]}}}"#,
                ] {
                    self.say(id, text.to_owned());
                }
            }
        }
        true
    }

    fn go_away(&mut self, id: SocketId, left_s: Option<u64>, left_ms: u64) {
        self.say(id, vendor_said::go_away(left_s));
        self.step_in(id, left_ms, Step::Close(1008, CUT));
    }

    fn inflict_on_host(&mut self, fault: Fault) -> bool {
        if fault == Fault::TenMinutes {
            self.strike(fault);
            self.backend.broken_until = self.lasts(600_000);
            self.candidate.ends_at = Some(self.now + self.dice.range(0..=15_000));
            return true;
        }
        if matches!(fault, Fault::ClockForward | Fault::ClockBack) {
            self.strike(fault);
            let by_ms = if fault == Fault::ClockForward {
                self.dice.pick(&[1_500, 20_000, 600_000])
            } else {
                self.dice.pick(&[-800, -3_000, -120_000, -18_000_000])
            };
            self.set_clock(by_ms);
            return true;
        }
        if fault == Fault::Asleep {
            let may_sleep = self.may_sleep();
            if may_sleep {
                self.strike(fault);
                self.fall_asleep();
            }
            return may_sleep;
        }
        self.wake_up();
        if self.host.session.is_none() || self.oracle.has_ended() || self.store.is_empty() {
            return false;
        }
        self.strike(fault);
        match fault {
            Fault::DiskFull => self.fill_disk(),
            Fault::DiskSlow => self.store.slow_until = self.now + self.dice.range(5_000..=30_000),
            Fault::Kill => self.kill(fault),
            Fault::Drained | Fault::ShutDown => {
                self.oracle.on_command();
                let now = self.host_now();
                let Some(session) = &mut self.host.session else { return true };
                if fault == Fault::Drained {
                    session.suspend(now);
                } else {
                    session.shut_down(now);
                }
                self.drain();
            }
            _ => {}
        }
        true
    }

    fn abuse(&mut self, fault: Fault) -> bool {
        let Some(id) = self.live_client() else { return false };
        self.strike(fault);
        match fault {
            Fault::SecretRotated => {
                let delay_ms = self.dice.pick(&[0, 0, 4_000, 20_000]);
                self.backend.rotate_secret(
                    self.now,
                    delay_ms,
                    format!("{SECRET} of the tokens, second edition"),
                );
                self.sever(id);
            }
            Fault::ConnectionFlood => self.flood_with_connections(),
            Fault::MessageFlood => {
                let resume = said(Payload::ResumeRequest(wire::ResumeRequest {}));
                for message in [resume, binary(b"\xA0\x06\x07"), binary(b"")].iter().cycle().take(3_000) {
                    self.put(id, Towards::Host, message.clone());
                }
            }
            Fault::AudioFlood => {
                for _ in 0..30 {
                    self.put(id, Towards::Host, sound(32_000));
                }
            }
            _ => {}
        }
        true
    }

    /// Strangers with made-up tokens, and perhaps one who has the candidate's.
    fn flood_with_connections(&mut self) {
        let at = i64::try_from(self.now).unwrap_or(i64::MAX);
        let claims = Claims::new("user_2".to_owned(), super::backend::INTERVIEW.to_owned(), at);
        let stolen = token::sign(&claims, self.backend.host_secret(self.now));
        let thief = self.dice.percent(40);
        for number in 0..30 {
            let id = self.connect(Socket::new(Peer::Stranger, HostEnd::Dialling, 1));
            let token = if thief && number == 20 { stolen.clone() } else { format!("made.up.{number}") };
            self.agenda.note(self.now + number, Wake::Knock(id, token));
        }
    }

    fn stall(&mut self, id: SocketId, towards: Towards, shortest_ms: u64, longest_ms: u64) {
        self.sockets[id.0].pipe(towards).stall();
        let until = self.now + self.dice.range(shortest_ms..=longest_ms);
        self.agenda.note(until, Wake::Unstall(id, towards));
    }

    fn freeze(&mut self, id: SocketId, tab: TabId) {
        self.candidate.tabs[tab.0].frozen = true;
        self.sockets[id.0].pipe(Towards::Peer).stall();
        let until = self.lasts(300_000);
        self.agenda.note(until, Wake::Thaw(tab));
    }

    /// Nothing gets through any more, and nobody is told.
    fn cut_silently(&mut self, id: SocketId) {
        let socket = &mut self.sockets[id.0];
        socket.half_open = true;
        socket.to_host.lose();
        socket.to_peer.lose();
        self.await_silence(id);
    }

    /// A connection breaks at both ends, with what was under way.
    pub(super) fn sever(&mut self, id: SocketId) {
        self.trace(Actor::World, || format!("socket {} breaks", id.0));
        let socket = &mut self.sockets[id.0];
        socket.half_open = false;
        socket.to_host.lose();
        socket.to_peer.lose();
        self.put(id, Towards::Host, Item::Closed(None));
        self.put(id, Towards::Peer, Item::Closed(None));
    }

    fn say_at_length(&mut self, id: SocketId) {
        let generation = self.next_generation();
        let mut pcm = vec![0x22; 768_000];
        pcm[..4].copy_from_slice(&generation.to_le_bytes());
        self.say(id, vendor_said::sound(&pcm));
        self.say(id, vendor_said::turn_complete());
    }
}

fn said(payload: Payload) -> Item {
    Item::Binary(wire::ClientToServerMessage { payload: Some(payload) }.encode_to_vec(), 0)
}

fn sound(bytes: usize) -> Item {
    said(Payload::AudioChunk(wire::AudioChunk { audio_content: vec![0; bytes] }))
}

fn binary(bytes: &[u8]) -> Item {
    Item::Binary(bytes.to_vec(), 0)
}
