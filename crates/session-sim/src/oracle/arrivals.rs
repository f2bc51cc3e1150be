//! What arrives at the candidate and at the model.

use super::generation;
use crate::invariant::Invariant;
use crate::socket::SocketId;
use std::collections::BTreeMap;
use wire::server_to_client_message::Payload;

/// The last things that arrived.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    downlinks: BTreeMap<SocketId, Downlink>,
    /// The last microphone word of each tab.
    words: BTreeMap<u8, u64>,
    pub(crate) uplink_bytes: u64,
}

#[derive(Debug, Default)]
struct Downlink {
    number: u64,
    /// Frames that gave way and are not missed yet.
    dropped: u64,
    heard: u32,
    stale: u32,
}

impl Arrivals {
    /// Frames with sound gave way on this connection.
    pub(crate) fn dropped(&mut self, socket: SocketId, frames: u64) {
        self.downlinks.entry(socket).or_default().dropped += frames;
    }

    /// A message arrives at a candidate.
    pub(crate) fn at_client(
        &mut self,
        socket: SocketId,
        message: &wire::ServerToClientMessage,
    ) -> Result<(), (Invariant, String)> {
        let downlink = self.downlinks.entry(socket).or_default();
        let number = message.sequence;
        if number == 1 && matches!(message.payload, Some(Payload::SessionReady(_))) {
            // A session that was woken counts anew; what gave way may be of either.
            downlink.number = 0;
        }
        if number > 0 {
            let missing = number.checked_sub(downlink.number + 1);
            let excused = missing.is_some_and(|missing| missing <= downlink.dropped);
            if !excused {
                let last = downlink.number;
                return Err((Invariant::DownlinkOrder, format!("number {number} arrives after {last}")));
            }
            downlink.dropped -= missing.unwrap_or(0);
            downlink.number = number;
        }
        match &message.payload {
            Some(Payload::Interrupted(_)) => downlink.stale = downlink.heard,
            Some(Payload::AudioResponse(audio)) => {
                let Some(generation) = generation(&audio.audio_content) else { return Ok(()) };
                if generation <= downlink.stale {
                    let what = format!("sound of generation {generation} is heard after its interruption");
                    return Err((Invariant::StaleSound, what));
                }
                downlink.heard = downlink.heard.max(generation);
            }
            _ => {}
        }
        Ok(())
    }

    /// A microphone word arrives at the model; returns the one before if it does not follow.
    pub(crate) fn word(&mut self, tab: u8, word: u64) -> Result<(), (Invariant, String)> {
        let last = self.words.entry(tab).or_default();
        let follows = word > *last;
        let what = || (Invariant::UplinkOrder, format!("word {word} of tab {tab} after {last}"));
        if !follows {
            return Err(what());
        }
        *last = word;
        Ok(())
    }
}
