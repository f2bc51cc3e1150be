//! What the driver decides beforehand, and a limit for every wait, buffer and retry.

use alloc::string::String;

/// Settings of a client.
#[derive(Clone, Debug)]
pub struct Config {
    /// For the session host's logs, for instance `preppal-call/0.1`.
    pub client_name: String,
    /// The pause before the first redial; it doubles up to [`Config::backoff_max_ms`].
    pub backoff_first_ms: u64,
    /// The longest pause between redials.
    pub backoff_max_ms: u64,
    /// How long one attempt may take, from asking for the token to `session_ready`.
    pub attempt_timeout_ms: u64,
    /// How long to try before the first `session_ready`.
    pub first_patience_ms: u64,
    /// How long to try after a loss. The session host ends an interview whose candidate stays away for a minute
    /// (its default), and says so to who comes later.
    pub rejoin_patience_ms: u64,
    /// Pause between pings.
    pub ping_interval_ms: u64,
    /// How long nothing at all may arrive, not even a pong, before the connection counts as dead.
    pub silence_timeout_ms: u64,
    /// How long the session host may take from `end_request` to `session_ended`: it stores the transcript first.
    pub ending_timeout_ms: u64,
    /// How long it may take from `session_ended` to its close.
    pub close_timeout_ms: u64,
    /// Microphone audio kept while there is no connection, bytes of PCM; the oldest is dropped beyond.
    pub uplink_buffer_bytes: usize,
    /// How much of that is sent at once after a rejoin, bytes of PCM. The rest follows at twice the live rate, since
    /// the session host counts anything faster as a flood.
    pub catch_up_burst_bytes: usize,
    /// The interviewer's sound kept for play-out, bytes of PCM; the newest is dropped beyond. The model sends a whole
    /// turn in a fraction of its length.
    pub play_out_buffer_bytes: usize,
}

impl Config {
    /// Returns the defaults.
    pub fn new(client_name: impl Into<String>) -> Self {
        Self {
            client_name: client_name.into(),
            backoff_first_ms: 250,
            backoff_max_ms: 5_000,
            attempt_timeout_ms: 15_000,
            first_patience_ms: 20_000,
            rejoin_patience_ms: 180_000,
            ping_interval_ms: 15_000,
            silence_timeout_ms: 40_000,
            ending_timeout_ms: 60_000,
            close_timeout_ms: 5_000,
            uplink_buffer_bytes: 10 * 32_000,
            catch_up_burst_bytes: 32_000,
            play_out_buffer_bytes: 180 * 48_000,
        }
    }
}
