//! What came back, before anything of it is believed.
//!
//! What an operator has to mend (400 to 403, no credit) is not tried again; what the vendor has to mend (408, 429, 5xx) is.
//! Statuses and finish reasons are those of the vendor's page "Troubleshooting" and of its SDKs' retries, November 2026.

use serde::Deserialize;

/// What a call of `generateContent` ended with.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// An HTTP response.
    Response {
        /// Its status.
        status: u16,
        /// Its body.
        body: &'a [u8],
    },
    /// No connection, a broken one, or no answer in time.
    None,
}

/// Why an answer holds no judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Overloaded, limited, broken or away: the same call may succeed, not before the time given.
    Passing {
        /// What the vendor asked for, milliseconds.
        not_before_ms: Option<u64>,
    },
    /// Key, account or request are not accepted.
    Rejected,
    /// There is no such model, or it cannot do this.
    NoSuchModel,
    /// The model will not answer.
    Refused,
    /// The answer ended before its end.
    Cut,
    /// The answer is not what was asked for; in our words, of which none is the model's.
    Invalid(&'static str),
    /// Nothing of the answer is supported by the transcript.
    Unsupported,
}

/// Text that a model has written to its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) text: String,
    /// What the model calls itself.
    pub(crate) model: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(default)]
    candidates: Vec<Candidate>,
    #[serde(default)]
    prompt_feedback: Option<Feedback>,
    #[serde(default)]
    model_version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    #[serde(default)]
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
    #[serde(default)]
    thought: bool,
}

impl Answer<'_> {
    pub(crate) fn read(self) -> Result<Written, Failure> {
        match self {
            Self::None => Err(Failure::Passing { not_before_ms: None }),
            Self::Response { status: 200..=299, body } => written(body),
            Self::Response { status, body } => Err(refusal(status, body)),
        }
    }
}

fn written(body: &[u8]) -> Result<Written, Failure> {
    // What is no response of this service comes from something between us: a proxy, a captive portal.
    let passing = |_| Failure::Passing { not_before_ms: None };
    let response: Response = serde_json::from_slice(body).map_err(passing)?;
    let Some(candidate) = response.candidates.into_iter().next() else {
        let is_blocked = response.prompt_feedback.and_then(|feedback| feedback.block_reason).is_some();
        return Err(if is_blocked { Failure::Refused } else { Failure::Invalid("it is empty") });
    };
    match candidate.finish_reason.as_deref() {
        Some("STOP") | None => {}
        Some("MAX_TOKENS" | "CONTINUATION") => return Err(Failure::Cut),
        Some(_) => return Err(Failure::Refused),
    }
    let parts = candidate.content.map(|content| content.parts).unwrap_or_default();
    let text: String = parts.into_iter().filter(|part| !part.thought).map(|part| part.text).collect();
    if text.trim().is_empty() {
        return Err(Failure::Cut);
    }
    Ok(Written { text: unfenced(&text).to_owned(), model: response.model_version })
}

/// Models wrap JSON in a Markdown fence although they are told the media type.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    inner.map_or(text, |inner| inner.strip_prefix("json").unwrap_or(inner).trim())
}

#[derive(Deserialize)]
struct Refusal {
    error: Status,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    message: String,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(default)]
    retry_delay: Option<String>,
}

fn refusal(status: u16, body: &[u8]) -> Failure {
    let error = serde_json::from_slice::<Refusal>(body).ok().map(|refusal| refusal.error);
    match status {
        // Prepaid credits that are used up come as a limit that no waiting lifts.
        429 if error.as_ref().is_some_and(|error| error.message.contains("credit")) => Failure::Rejected,
        408 | 429 | 500..=599 => {
            let delays =
                error.into_iter().flat_map(|error| error.details).filter_map(|detail| detail.retry_delay);
            Failure::Passing { not_before_ms: delays.filter_map(|delay| duration_ms(&delay)).max() }
        }
        404 => Failure::NoSuchModel,
        _ => Failure::Rejected,
    }
}

/// Reads a duration of protobuf's JSON, such as `17s` or `0.5s`.
fn duration_ms(text: &str) -> Option<u64> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then_some((seconds * 1_000.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(status: u16, body: &Value) -> Result<String, Failure> {
        let body = body.to_string();
        Answer::Response { status, body: body.as_bytes() }.read().map(|written| written.text)
    }

    fn answer(parts: &Value, reason: &str) -> Value {
        json!({ "candidates": [{ "content": { "parts": parts }, "finishReason": reason }], "modelVersion": "m" })
    }

    #[test]
    fn thoughts_and_fences_are_left_out() {
        let parts =
            json!([{ "text": "hm", "thought": true }, { "text": "```json\n{\"a\"" }, { "text": ":1}\n```" }]);
        assert_eq!(read(200, &answer(&parts, "STOP")).unwrap(), "{\"a\":1}");
    }

    #[test]
    fn an_answer_that_did_not_end_is_told_from_one_that_was_refused() {
        let parts = json!([{ "text": "{\"a" }]);
        assert_eq!(read(200, &answer(&parts, "MAX_TOKENS")), Err(Failure::Cut));
        assert_eq!(read(200, &json!({ "candidates": [{ "finishReason": "STOP" }] })), Err(Failure::Cut));
        for reason in ["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "SOMETHING_NEW"] {
            assert_eq!(read(200, &answer(&parts, reason)), Err(Failure::Refused), "{reason}");
        }
        assert_eq!(
            read(200, &json!({ "promptFeedback": { "blockReason": "OTHER" } })),
            Err(Failure::Refused)
        );
        assert_eq!(read(200, &json!({})), Err(Failure::Invalid("it is empty")));
    }

    #[test]
    fn the_vendors_mends_are_waited_for_and_the_operators_are_not() {
        let waiting = json!({ "error": { "message": "slow down", "details": [
            { "@type": "type.googleapis.com/google.rpc.QuotaFailure" },
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s" }] } });
        assert_eq!(read(429, &waiting), Err(Failure::Passing { not_before_ms: Some(17_500) }));
        for status in [408, 429, 500, 502, 503, 504] {
            assert_eq!(read(status, &json!("?")), Err(Failure::Passing { not_before_ms: None }), "{status}");
        }
        for status in [400, 401, 402, 403, 413] {
            assert_eq!(read(status, &json!({})), Err(Failure::Rejected), "{status}");
        }
        let credits = json!({ "error": { "message": "Your prepayment credits are depleted." } });
        assert_eq!(read(429, &credits), Err(Failure::Rejected));
        assert_eq!(read(404, &json!({})), Err(Failure::NoSuchModel));
        assert_eq!(Answer::None.read(), Err(Failure::Passing { not_before_ms: None }));
        let portal = Answer::Response { status: 200, body: b"<html>" };
        assert_eq!(portal.read(), Err(Failure::Passing { not_before_ms: None }));
    }
}
