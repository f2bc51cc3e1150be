//! What to do when the vendor closes, told from code and reason.
//!
//! One code means many things here: 1007, 1008 and 1011 each cover what can be cured and what cannot. So the reason's
//! text decides first, by substrings (reasons are cut at 123 bytes), and the code only where the text is silent.

use std::borrow::Cow;
use std::fmt;

/// How far a connection was when it was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A session was to begin, `setupComplete` had not come.
    BeforeSetup,
    /// A session was to be resumed with a handle, `setupComplete` had not come.
    Resuming,
    /// The conversation was under way.
    Running,
}

/// What to do next. The caller counts: none of these may go on for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Trying again cannot help.
    Fatal(Blame),
    /// The session is gone or poisoned: forget its handle and begin a new one. At most twice in a row.
    DropHandle,
    /// Connect again at once, with the handle if there is one.
    Resume,
    /// Connect again with back-off from about a second, with the handle if there is one. If resuming is refused for
    /// some 4 seconds, begin a new session.
    Retry,
}

/// Why trying again cannot help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The vendor does not know the key.
    KeyInvalid,
    /// The key is too old.
    KeyExpired,
    /// The key was found in public and blocked.
    KeyLeaked,
    /// No key was sent.
    KeyMissing,
    /// There is no such model, or not for conversations.
    ModelNotFound,
    /// The project's quota is used up, for minutes at least.
    Quota,
    /// The project's credit is used up, or there is none.
    Billing,
    /// The vendor does not serve this place.
    Region,
    /// The vendor refuses the project for a reason it does not name.
    Account,
    /// We sent what the vendor does not take: a configuration that does not fit the model, or our bug.
    Rejected,
    /// This is not the vendor's endpoint.
    Endpoint,
}

impl Blame {
    /// Returns what a candidate is told.
    #[must_use]
    pub const fn user_text(self) -> &'static str {
        match self {
            Self::KeyInvalid | Self::KeyExpired | Self::KeyLeaked | Self::KeyMissing => {
                "The interviewer cannot be reached: this site's access to it is not set up correctly."
            }
            Self::ModelNotFound | Self::Rejected | Self::Endpoint => {
                "The interviewer cannot be reached: this site's configuration does not fit it."
            }
            Self::Quota => {
                "The interviewer is busy: too many conversations for now. Please try again in some minutes."
            }
            Self::Billing | Self::Account => {
                "The interviewer cannot be reached: this site's account with it needs attention."
            }
            Self::Region => "The interviewer is not available where this site runs.",
        }
    }

    /// Returns what an operator can do.
    #[must_use]
    pub const fn mend(self) -> &'static str {
        match self {
            Self::KeyInvalid => "the API key is not valid: check GEMINI_API_KEY",
            Self::KeyExpired => "the API key has expired: make a new one and set GEMINI_API_KEY",
            Self::KeyLeaked => {
                "the API key was reported as leaked and is blocked: make a new one and set GEMINI_API_KEY"
            }
            Self::KeyMissing => "no API key was sent: set GEMINI_API_KEY",
            Self::ModelNotFound => {
                "the model does not exist or holds no conversations: check GEMINI_LIVE_MODEL"
            }
            Self::Quota => "the project's quota is used up: wait some minutes, or raise its limits",
            Self::Billing => "the project's credit is used up: check its billing",
            Self::Region => "the vendor does not serve the region of this machine",
            Self::Account => "the vendor refuses the project: check its region, terms and billing",
            Self::Rejected => "the vendor does not take the set-up: check GEMINI_LIVE_MODEL and GEMINI_VOICE",
            Self::Endpoint => "the address does not answer like the vendor: check GEMINI_BASE_URL",
        }
    }
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.mend())
    }
}

/// Returns what to do about a close. `code` is `None` if the connection just vanished.
#[must_use]
pub fn classify(code: Option<u16>, reason: &str, phase: Phase) -> Verdict {
    by_text(reason, phase).unwrap_or_else(|| by_code(code, phase))
}

/// What is kept of the text that explains a refused upgrade, bytes. The rest need not be read.
pub const MAX_REFUSAL_BYTES: usize = 512;

/// Returns the text of an upgrade that was answered with an HTTP status: with the status for its code, it is the reason
/// of a connection that never opened.
#[must_use]
pub fn refusal(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&body[..body.len().min(MAX_REFUSAL_BYTES)])
}

/// Returns what to do about an upgrade that was answered with this status. The vendor usually accepts it and closes later.
#[must_use]
pub fn classify_http(status: u16, body: &str, phase: Phase) -> Verdict {
    match status {
        408 | 425 | 429 | 500.. => Verdict::Retry,
        _ => by_text(body, phase).unwrap_or(Verdict::Fatal(match status {
            401 | 403 => Blame::KeyInvalid,
            402 => Blame::Billing,
            400 => Blame::Rejected,
            _ => Blame::Endpoint,
        })),
    }
}

fn by_text(reason: &str, phase: Phase) -> Option<Verdict> {
    let reason = reason.to_ascii_lowercase();
    let says = |fragments: &[&str]| fragments.iter().any(|fragment| reason.contains(fragment));

    if let Some(&(_, blame)) = FATAL.iter().find(|(fragments, _)| says(fragments)) {
        return Some(Verdict::Fatal(blame));
    }
    if says(DEAD_SESSION) || phase == Phase::Resuming && says(&["handle"]) {
        return Some(Verdict::DropHandle);
    }
    if says(REJECTED) {
        return Some(Verdict::Fatal(Blame::Rejected));
    }
    if says(&["invalid argument"]) {
        return Some(match phase {
            Phase::BeforeSetup => Verdict::Fatal(Blame::Rejected),
            Phase::Resuming | Phase::Running => Verdict::DropHandle,
        });
    }
    if says(&["unavailable"]) {
        return Some(Verdict::Retry);
    }
    says(TRANSIENT).then_some(again(phase))
}

fn by_code(code: Option<u16>, phase: Phase) -> Verdict {
    match code {
        Some(1007 | 1009) => Verdict::Fatal(Blame::Rejected),
        Some(1008) => Verdict::DropHandle,
        Some(1001 | 1012 | 1013) => Verdict::Retry,
        _ => again(phase),
    }
}

/// A connection that worked can be followed by the next at once; one that did not would only fail again.
fn again(phase: Phase) -> Verdict {
    match phase {
        Phase::Running => Verdict::Resume,
        Phase::BeforeSetup | Phase::Resuming => Verdict::Retry,
    }
}

/// Fragments that settle it, lower-case; the first row that matches decides.
const FATAL: &[(&[&str], Blame)] = &[
    (&["reported as leaked"], Blame::KeyLeaked),
    (&["api key expired"], Blame::KeyExpired),
    (&["unregistered callers"], Blame::KeyMissing),
    (&["api key", "api_key_invalid"], Blame::KeyInvalid),
    (&["not found for api version"], Blame::ModelNotFound),
    (&["prepay", "credit"], Blame::Billing),
    (&["quota"], Blame::Quota),
    (&["billing"], Blame::Billing),
    (&["user location"], Blame::Region),
    (&["precondition check failed"], Blame::Account),
];

const DEAD_SESSION: &[&str] = &[
    "session not found",
    "session expired",
    "entity was not found",
    "session handle",
    // Older models, when they are spoken to during a call: the session is poisoned, not the set-up wrong.
    "operation is not implemented",
];

const REJECTED: &[&str] = &[
    "unknown name",
    "not supported",
    "unsupported",
    "deprecated",
    "must be specified",
    "must be the first message",
    "invalid json payload",
];

const TRANSIENT: &[&str] = &["internal error", "deadline expired", "aborted", "goaway"];

#[cfg(test)]
mod tests {
    use super::Blame::*;
    use super::Phase::{self, *};
    use super::Verdict::{self, *};
    use super::{classify, classify_http};

    #[test]
    fn every_reason_of_the_reference() {
        let cases: &[(u16, &str, Phase, Verdict)] = &[
            (1007, "API key not valid. Please pass a valid API key.", BeforeSetup, Fatal(KeyInvalid)),
            (1007, "API key expired. Please renew the API key.", BeforeSetup, Fatal(KeyExpired)),
            (
                1008,
                "Your API key was reported as leaked. Please use another API key.",
                BeforeSetup,
                Fatal(KeyLeaked),
            ),
            (
                1008,
                "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API c",
                BeforeSetup,
                Fatal(KeyMissing),
            ),
            (
                1008,
                "models/nope is not found for API version v1beta, or is not supported for bidiGenerateContent. Call ListModels to see the l",
                BeforeSetup,
                Fatal(ModelNotFound),
            ),
            (
                1007,
                "Invalid JSON payload received. Unknown name \"x\" at 'setup.y': Cannot find field.",
                BeforeSetup,
                Fatal(Rejected),
            ),
            (1007, "setup must be the first message and only the first", Running, Fatal(Rejected)),
            (
                1007,
                "Explicit activity control is not supported when automatic activity detection is enabled.",
                Running,
                Fatal(Rejected),
            ),
            (
                1007,
                "realtime_input.media_chunks is deprecated. Use audio, video, or text instead.",
                Running,
                Fatal(Rejected),
            ),
            (1007, "Thinking level is not supported for this model", BeforeSetup, Fatal(Rejected)),
            (1007, "Thinking level must be specified for this model", BeforeSetup, Fatal(Rejected)),
            (1007, "Unsupported language code 'es'", BeforeSetup, Fatal(Rejected)),
            (1007, "User location is not supported for the API use.", BeforeSetup, Fatal(Region)),
            (1007, "Precondition check failed.", BeforeSetup, Fatal(Account)),
            (1007, "Request contains an invalid argument.", BeforeSetup, Fatal(Rejected)),
            (1007, "Request contains an invalid argument.", Resuming, DropHandle),
            (1007, "Request contains an invalid argument.", Running, DropHandle),
            (
                1011,
                "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: ",
                BeforeSetup,
                Fatal(Quota),
            ),
            (1011, "Your prepayment credits are depleted.", Running, Fatal(Billing)),
            (1008, "BidiGenerateContent session not found", Resuming, DropHandle),
            (1008, "BidiGenerateContent session expired", Resuming, DropHandle),
            (1008, "Requested entity was not found.", Resuming, DropHandle),
            (1007, "Invalid session handle", Resuming, DropHandle),
            (1007, "The handle is malformed", Resuming, DropHandle),
            (1011, "Internal error encountered.", Resuming, Retry),
            (1011, "Internal error encountered.", BeforeSetup, Retry),
            (1011, "Internal error occurred.", Running, Resume),
            (1011, "The service is currently unavailable.", Running, Retry),
            (1011, "Deadline expired before operation could complete.", Running, Resume),
            (
                1008,
                "Connection aborted because the client failed to close the connection after receiving a GoAway signal once the session durat",
                Running,
                Resume,
            ),
            (1008, "The operation was aborted.", Running, Resume),
            (1008, "Operation is not implemented, or supported, or enabled.", Running, DropHandle),
            (1000, "", Running, Resume),
            (1001, "", Running, Retry),
            (1012, "", Running, Retry),
            (1013, "", BeforeSetup, Retry),
            (1005, "", Running, Resume),
            (1006, "", Resuming, Retry),
            (1007, "", Running, Fatal(Rejected)),
            (1008, "", Running, DropHandle),
            (1009, "", Running, Fatal(Rejected)),
            (4321, "", Running, Resume),
        ];
        for &(code, reason, phase, verdict) in cases {
            assert_eq!(classify(Some(code), reason, phase), verdict, "{code} {reason:?} {phase:?}");
        }
        assert_eq!(classify(None, "", Running), Resume);
        assert_eq!(classify(None, "", BeforeSetup), Retry);
    }

    #[test]
    fn a_refused_upgrade_is_classified_too() {
        assert_eq!(classify_http(403, "", BeforeSetup), Fatal(KeyInvalid));
        assert_eq!(classify_http(404, "<html>", BeforeSetup), Fatal(Endpoint));
        assert_eq!(
            classify_http(400, r#"{"error":{"message":"API key not valid."}}"#, BeforeSetup),
            Fatal(KeyInvalid)
        );
        assert_eq!(classify_http(429, "quota", BeforeSetup), Retry);
        assert_eq!(classify_http(503, "", Resuming), Retry);
        assert_eq!(classify_http(200, "hello", BeforeSetup), Fatal(Endpoint));
    }

    #[test]
    fn people_and_operators_get_different_texts() {
        for blame in [KeyInvalid, Quota, Region, ModelNotFound] {
            assert!(!blame.user_text().contains("GEMINI_"), "{blame:?}");
            assert_ne!(blame.user_text(), blame.mend());
        }
    }
}
