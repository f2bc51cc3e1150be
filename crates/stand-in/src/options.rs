//! What a stand-in is told at its start.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;
use crate::tape::Tape;

/// Which model's habits are imitated where the models differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Profile {
    /// One whole transcript before the answer, one resumption update per connection.
    #[default]
    #[serde(rename = "3.8")]
    V3_8,
    /// Bundled messages; `clientContent` only before the first model turn.
    #[serde(rename = "3.1")]
    V3_1,
    /// Transcripts in small, late deltas; periodic resumption updates.
    #[serde(rename = "2.5")]
    V2_5,
}

/// Which API keys are good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyRule {
    /// Every key but the magic ones (`test-invalid`, `test-expired`, `test-leaked`, `test-quota`).
    #[default]
    Any,
    /// This key, the keys of [`Options::scenarios_by_key`] and nothing else.
    Exactly(String),
}

/// Settings of a stand-in. The defaults hold a realistic conversation.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whose habits to imitate.
    pub profile: Profile,
    /// Factor on every delay: 1.0 is realistic, 0.05 is for tests, 0 is at once with the order kept. What is measured
    /// on the audio received is never scaled.
    pub time_scale: f64,
    /// Which keys are good.
    pub key: KeyRule,
    /// Model ids without `models/` that a setup may name.
    pub models: Vec<String>,
    /// How long a connection may live. Scaled.
    pub connection_lifetime: Duration,
    /// How long before that `goAway` is sent. Scaled.
    pub go_away_lead: Duration,
    /// How long a session lives without `contextWindowCompression`. Scaled.
    pub session_lifetime: Duration,
    /// How long a handle is good after the session's last connection ended. Scaled.
    pub handle_lifetime: Duration,
    /// How long after an idle connection's end a resume is still refused. Scaled.
    pub unlock: Duration,
    /// How long after the end of speech the answer begins. Scaled.
    pub think: Duration,
    /// Connections served at a time; more are answered with HTTP 503.
    pub connections: usize,
    /// Misbehaviour for every connection without a scenario of its own.
    pub scenario: Scenario,
    /// Misbehaviour by API key.
    pub scenarios_by_key: BTreeMap<String, Scenario>,
    /// Seed of handles and of the choice of questions; `None` takes a random one.
    pub seed: Option<u64>,
    /// Records what is heard and said, for a test.
    pub tape: Option<Tape>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            time_scale: 1.0,
            key: KeyRule::default(),
            models: [
                "gemini-3.8-live",
                "gemini-3.1-flash-live-preview",
                "gemini-2.5-flash-native-audio-preview-12-2025",
            ]
            .map(String::from)
            .to_vec(),
            connection_lifetime: Duration::from_secs(600),
            go_away_lead: Duration::from_secs(50),
            session_lifetime: Duration::from_secs(900),
            handle_lifetime: Duration::from_secs(2 * 3600),
            unlock: Duration::from_millis(1000),
            think: Duration::from_millis(300),
            connections: 1024,
            scenario: Scenario::default(),
            scenarios_by_key: BTreeMap::new(),
            seed: None,
            tape: None,
        }
    }
}

impl Options {
    /// Returns a delay of the service as it passes here.
    pub(crate) fn scaled(&self, delay: Duration) -> Duration {
        delay.mul_f64(self.time_scale.clamp(0.0, 1000.0))
    }

    pub(crate) fn scaled_ms(&self, ms: u64) -> Duration {
        self.scaled(Duration::from_millis(ms))
    }

    /// Returns how long something lives here. A scale of 0 leaves lives alone: nothing could happen in none.
    pub(crate) fn scaled_life(&self, life: Duration) -> Duration {
        if self.time_scale > 0.0 { self.scaled(life) } else { life }
    }

    pub(crate) fn scaled_life_ms(&self, ms: u64) -> Duration {
        self.scaled_life(Duration::from_millis(ms))
    }

    /// Returns how long a connection lives, and how long before its end `goAway` is sent.
    pub(crate) fn lifetime(&self, scenario: &Scenario) -> (Duration, Duration) {
        let ms = |given: Option<u64>, usual: Duration| given.map_or(usual, Duration::from_millis);
        let lifetime = ms(scenario.connection_lifetime_ms, self.connection_lifetime);
        let lead = ms(scenario.go_away_lead_ms, self.go_away_lead);
        (self.scaled_life(lifetime), self.scaled_life(lead.min(lifetime)))
    }

    pub(crate) fn scenario_for(&self, key: &str) -> &Scenario {
        self.scenarios_by_key.get(key).unwrap_or(&self.scenario)
    }
}
