//! What a host decides before an interview begins, and a limit for every queue, buffer and retry.

use alloc::string::String;

/// How long a host waits for the model's answer to a dial, milliseconds: TCP, TLS and the upgrade together.
pub const DIAL_TIMEOUT_MS: u64 = 10_000;

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
    /// How fast microphone audio may arrive, in multiples of real time, after a burst of ten seconds.
    pub uplink_rate_limit: u32,
    /// Whether what is persisted outlives the process, so that the journal is submitted by the next one.
    pub keeps_journal: bool,
    /// Everything else that has a bound.
    pub limits: Limits,
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
            keeps_journal: false,
            limits: Limits::default(),
        }
    }
}

/// Bounds and time-outs. Milliseconds where the name says so.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long the backend may take to say what an interview is about, retries included.
    pub context_ms: u64,
    /// From the dial to the model's `setupComplete`. [`DIAL_TIMEOUT_MS`] of it are the host's.
    pub model_setup_ms: u64,
    /// For the model's echo of our close; a resume is refused while it believes the old connection open.
    pub model_close_ms: u64,
    /// Age at which the model's connection is replaced at the next quiet point; it is cut at about ten minutes.
    pub model_age_ms: u64,
    /// How long before the announced cut the connection is replaced even in mid-sentence.
    pub rotate_ahead_ms: u64,
    /// Assumed when `goAway` does not say how much time is left.
    pub go_away_default_ms: u64,
    /// Openings of the model in a row before the interview is given up; a connection that lived a minute resets it.
    pub model_opens: u32,
    /// Waits after refused resumes in a row; after as many the conversation is rebuilt in a new session. Measured on the
    /// vendor: the first resume of an idle session is refused, one a second later works.
    pub resume_waits_ms: [u64; 4],
    /// A resumption handle is not used when older; the vendor keeps it for two hours.
    pub handle_ms: u64,
    /// How long after the end of the candidate's turn the interviewer must have begun to answer.
    pub reply_ms: u64,
    /// Reminders to a silent interviewer before the connection is replaced.
    pub nudges: u32,
    /// Microphone audio that waits while there is no model.
    pub uplink_held_ms: u64,
    /// Typed answers that wait while there is no model.
    pub typed_held: usize,
    /// Longest typed answer, bytes of UTF-8.
    pub typed_bytes: usize,
    /// Malformed messages before the client is closed.
    pub malformed: u32,
    /// How long the model is kept after the candidate's connection is gone.
    pub let_go_ms: u64,
    /// Longest pause.
    pub pause_ms: u64,
    /// How long a client waits for its transcript to be acknowledged, if a journal keeps it meanwhile.
    pub acknowledgement_ms: u64,
    /// How long a farewell may take.
    pub farewell_ms: u64,
    /// Longest wait between two tries to hand over a transcript that the backend refuses.
    pub refused_retry_ms: u64,
    /// For how long it is tried: an operator may have to look at it.
    pub refused_for_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            context_ms: 30_000,
            model_setup_ms: 15_000,
            model_close_ms: 1_000,
            model_age_ms: 510_000,
            rotate_ahead_ms: 8_000,
            go_away_default_ms: 48_000,
            model_opens: 8,
            resume_waits_ms: [1_000, 1_000, 2_000, 4_000],
            handle_ms: 7_200_000,
            reply_ms: 10_000,
            nudges: 1,
            uplink_held_ms: 10_000,
            typed_held: 16,
            typed_bytes: 16 * 1024,
            malformed: 10,
            let_go_ms: 5_000,
            pause_ms: 1_800_000,
            acknowledgement_ms: 15_000,
            farewell_ms: 20_000,
            refused_retry_ms: 3_600_000,
            refused_for_ms: 7 * 24 * 3_600_000,
        }
    }
}
