//! Close codes and reasons: the only error messages of this protocol.

use serde::{Deserialize, Serialize};

/// Bytes a close reason may have by RFC 6455.
const REASON_LIMIT: usize = 123;

/// How a connection is ended. The reason is cut to 123 bytes when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The WebSocket close code.
    pub code: u16,
    /// The reason as the service words it.
    #[serde(default)]
    pub reason: String,
}

impl Close {
    /// Returns a close with its reason cut to what a close frame can carry.
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        let end = (0..=REASON_LIMIT.min(reason.len())).rev().find(|&end| reason.is_char_boundary(end));
        reason.truncate(end.unwrap_or(0));
        Self { code, reason }
    }

    pub(crate) fn invalid_argument() -> Self {
        Self::new(1007, "Request contains an invalid argument.")
    }

    pub(crate) fn internal() -> Self {
        Self::new(1011, "Internal error encountered.")
    }

    pub(crate) fn setup_order() -> Self {
        Self::new(1007, "setup must be the first message and only the first")
    }

    pub(crate) fn bad_key() -> Self {
        Self::new(1007, "API key not valid. Please pass a valid API key.")
    }

    pub(crate) fn expired_key() -> Self {
        Self::new(1007, "API key expired. Please renew the API key.")
    }

    pub(crate) fn leaked_key() -> Self {
        Self::new(1008, "Your API key was reported as leaked. Please use another API key.")
    }

    pub(crate) fn quota() -> Self {
        Self::new(
            1011,
            "You exceeded your current quota, please check your plan and billing details. For more information on this \
             error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.",
        )
    }

    pub(crate) fn unregistered() -> Self {
        Self::new(
            1008,
            "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or \
             other form of API consumer identity to call this API.",
        )
    }

    pub(crate) fn unknown_model(model: &str, version: &str) -> Self {
        Self::new(
            1008,
            format!(
                "{model} is not found for API version {version}, or is not supported for bidiGenerateContent. Call \
                 ListModels to see the list of available models and their supported methods."
            ),
        )
    }

    pub(crate) fn unknown_name(name: &str, path: &str) -> Self {
        let place = if path.is_empty() { String::new() } else { format!(" at '{path}'") };
        Self::new(
            1007,
            format!("Invalid JSON payload received. Unknown name \"{name}\"{place}: Cannot find field."),
        )
    }

    pub(crate) fn invalid_value(path: &str) -> Self {
        Self::new(1007, format!("Invalid value at '{path}'"))
    }

    pub(crate) fn not_an_object() -> Self {
        Self::new(1007, "Invalid JSON payload received. Expected an object.")
    }

    pub(crate) fn lifetime_over() -> Self {
        Self::new(
            1008,
            "Connection aborted because the client failed to close the connection after receiving a GoAway signal once \
             the session duration expired.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Close;

    #[test]
    fn si_10_reasons_are_cut_at_a_character() {
        let close = Close::new(1007, "é".repeat(100));
        assert_eq!(close.reason.len(), 122);
        assert_eq!(Close::unregistered().reason.len(), 123);
        assert!(Close::unregistered().reason.ends_with("other form of API c"));
        assert!(
            Close::unknown_model("models/gemini-4-live", "v1beta")
                .reason
                .contains("is not found for API version v1beta")
        );
    }
}
