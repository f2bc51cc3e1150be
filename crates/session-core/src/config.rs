//! What a host decides before an interview begins, and a limit for every queue, buffer and retry.

use alloc::string::String;

/// Settings of one interview's session.
#[derive(Clone, Debug)]
pub struct Config {
    /// The interview, as named in the path and the token.
    pub interview_id: String,
    /// Model id without the prefix, for instance `gemini-3.8-live`.
    pub model: String,
    /// Prebuilt voice, for instance `Kore`; `None` for the model's default.
    pub voice: Option<String>,
    /// How long a lost client may take to come back. 0 ends the interview at once.
    pub grace_ms: u64,
    /// How fast microphone audio may arrive, in multiples of real time, after a burst allowance.
    pub uplink_rate_limit: u32,
}

impl Config {
    /// Returns the defaults for an interview.
    pub fn new(interview_id: impl Into<String>) -> Self {
        Self {
            interview_id: interview_id.into(),
            model: String::from("gemini-3.8-live"),
            voice: None,
            grace_ms: 60_000,
            uplink_rate_limit: 2,
        }
    }
}
