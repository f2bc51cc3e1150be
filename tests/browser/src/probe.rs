//! What the probe has noted.

use serde::Deserialize;

/// One WebSocket of the page.
#[derive(Clone, Debug, Deserialize)]
pub struct Socket {
    /// Where it was opened.
    pub url: String,
    /// Whether it was open, ever.
    pub open: bool,
    /// The peer's close code; `None` while it is open.
    pub closed: Option<u16>,
    /// What went out.
    pub sent: Vec<Message>,
    /// What came.
    pub received: Vec<Message>,
}

/// One message of a WebSocket.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub struct Message {
    /// Since the page was loaded, milliseconds.
    pub at_ms: f64,
    /// The field of the payload; -1 for a text frame.
    pub field: i32,
    /// Bytes.
    pub size: usize,
    /// The loudspeaker's clock at that moment, seconds; 0 without one.
    pub heard_at_s: f64,
}

impl Message {
    /// Microphone sound, on the way out.
    pub const AUDIO_CHUNK: i32 = 1;
    /// The interviewer's sound, on the way in.
    pub const AUDIO_RESPONSE: i32 = 2;
    /// The candidate talked over the interviewer.
    pub const INTERRUPTED: i32 = 11;
}

impl Socket {
    /// Returns the sent messages with this field.
    pub fn sent_of(&self, field: i32) -> impl Iterator<Item = &Message> {
        self.sent.iter().filter(move |message| message.field == field)
    }

    /// Returns the received messages with this field.
    pub fn received_of(&self, field: i32) -> impl Iterator<Item = &Message> {
        self.received.iter().filter(move |message| message.field == field)
    }

    /// Returns how many messages went out in the busiest second.
    pub fn most_in_a_second(&self) -> usize {
        let times: Vec<f64> = self.sent.iter().map(|message| message.at_ms).collect();
        let within =
            |first: usize| times[first..].iter().take_while(|at| **at < times[first] + 1_000.0).count();
        (0..times.len()).map(within).max().unwrap_or_default()
    }
}

/// What was played, 24 kHz.
#[derive(Clone, Debug)]
pub struct Tapped {
    /// The loudspeaker's clock at the first sample, samples.
    pub first: usize,
    /// Sample by sample.
    pub samples: Vec<i16>,
}

impl Tapped {
    /// The rate, and that of the loudspeaker's clock.
    pub const HZ: usize = 24_000;

    /// Returns what was played from and until these times of the loudspeaker's clock, seconds.
    pub fn between(&self, from_s: f64, until_s: f64) -> &[i16] {
        let place = |at_s: f64| {
            let at = (at_s * Self::HZ as f64) as usize;
            at.saturating_sub(self.first).min(self.samples.len())
        };
        &self.samples[place(from_s)..place(until_s).max(place(from_s))]
    }
}
