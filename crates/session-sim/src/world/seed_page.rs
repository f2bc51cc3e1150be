//! A page whose client speaks fields 1 to 4 only: no hello, no rejoining.

use super::World;
use super::candidate::{Page, TabId};
use crate::invariant::Invariant;
use crate::socket::{Item, SocketId, Towards};
use prost::Message;
use std::collections::BTreeMap;
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;

#[derive(Debug, Default)]
pub(crate) struct SeedPage {
    socket: Option<SocketId>,
    /// Ends as soon as it can.
    ends: bool,
    /// The words of each speaker's turn.
    said: BTreeMap<String, String>,
    finals: Vec<(String, String)>,
}

impl SeedPage {
    pub(crate) fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    pub(crate) fn finals(&self) -> impl Iterator<Item = (&str, &str)> {
        self.finals.iter().map(|(speaker, text)| (speaker.as_str(), text.as_str()))
    }

    fn take(&mut self, update: wire::TranscriptUpdate) {
        let words = self.said.entry(update.speaker.clone()).or_default();
        words.push_str(&update.text);
        if update.is_final {
            let whole = std::mem::take(words);
            if !whole.trim().is_empty() {
                self.finals.push((update.speaker, whole.trim().to_owned()));
            }
        }
    }
}

impl World {
    fn seed_page(&mut self, id: TabId) -> Option<&mut SeedPage> {
        match &mut self.candidate.tabs[id.0].page {
            Page::Seed(page) => Some(page),
            Page::Ours(_) => None,
        }
    }

    pub(super) fn on_seed_message(&mut self, id: TabId, message: wire::ServerToClientMessage) {
        let known = matches!(
            message.payload,
            Some(
                ToClient::TranscriptUpdate(_)
                    | ToClient::AudioResponse(_)
                    | ToClient::Error(_)
                    | ToClient::SessionEnded(_)
            )
        );
        self.oracle.must(known && message.sequence == 0, Invariant::DownlinkOrder, || {
            "a client without hello gets what it does not know".to_owned()
        });
        if let (Some(page), Some(ToClient::TranscriptUpdate(update))) = (self.seed_page(id), message.payload)
        {
            page.take(update);
        }
    }

    pub(super) fn on_seed_arrival(&mut self, id: TabId, socket: SocketId, item: &Item) {
        match item {
            Item::Opened => {
                if let Some(page) = self.seed_page(id) {
                    page.socket = Some(socket);
                    if page.ends {
                        self.seed_ends(id);
                    }
                }
            }
            Item::Closed(_) => {
                if let Some(page) = self.seed_page(id) {
                    page.socket = None;
                }
                self.finish_tab(id);
            }
            Item::Text(_) | Item::Binary(..) => {}
        }
    }

    pub(super) fn seed_speaks(&mut self, id: TabId, pcm: &[u8]) {
        for pcm in pcm.chunks(32_000) {
            let chunk = wire::AudioChunk { audio_content: pcm.to_vec() };
            self.seed_sends(id, FromClient::AudioChunk(chunk));
        }
    }

    pub(super) fn seed_ends(&mut self, id: TabId) {
        if let Some(page) = self.seed_page(id) {
            page.ends = true;
        }
        self.seed_sends(id, FromClient::EndRequest(wire::EndRequest {}));
    }

    fn seed_sends(&mut self, id: TabId, payload: FromClient) {
        let open = self.seed_page(id).and_then(|page| page.socket);
        if let Some(socket) = open.filter(|socket| self.sockets[socket.0].peer_open) {
            let bytes = wire::ClientToServerMessage { payload: Some(payload) }.encode_to_vec();
            self.put(socket, Towards::Host, Item::Binary(bytes, 0));
        }
    }
}
