//! What the session host asks of the backend, as values: the host only sends bytes and hands the answer back.

use crate::interview::{Context, EndReason, Status, TranscriptEntry};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a host waits for one answer, milliseconds.
pub const CALL_TIMEOUT_MS: u64 = 10_000;

/// Largest answer a host reads, bytes: a context holds a job description and a résumé.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// Returns where [`Request::path_and_query`] is relative to.
pub fn internal_base(app_url: &str) -> String {
    format!("{}/api/internal", app_url.trim_end_matches('/'))
}

/// A procedure of the internal router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Reads an interview's context.
    GetContext(GetContext),
    /// Moves an interview's status forward.
    UpdateStatus(UpdateStatus),
    /// Stores the transcript and completes the interview.
    SubmitTranscript(SubmitTranscript),
}

/// Input of `getContext`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetContext {
    /// Which interview.
    pub interview_id: String,
}

/// Input of `updateStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateStatus {
    /// Which interview.
    pub interview_id: String,
    /// The new status.
    pub status: Status,
    /// When the conversation began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// Input of `submitTranscript`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmitTranscript {
    /// Which interview.
    pub interview_id: String,
    /// Every turn, timestamps strictly increasing.
    pub transcript: Vec<TranscriptEntry>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
    /// When the conversation began; absent if it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// How the candidate spoke, as far as it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<delivery::Record>,
}

/// One HTTP request, relative to the backend's [`internal_base`].
///
/// The host adds `Authorization: Bearer <WORKER_SHARED_SECRET>`, and `Content-Type: application/json` with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Path and query after the base, with the leading slash.
    pub path_and_query: String,
    /// `None` is a `GET`, `Some` a `POST` with this JSON body.
    pub body: Option<Vec<u8>>,
}

/// Why a call has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallError {
    /// No connection, a broken one, or no answer within [`CALL_TIMEOUT_MS`].
    Unreachable,
    /// The backend answered with this HTTP status, which is not 2xx.
    Status(u16),
    /// The answer was not one of this procedure.
    Malformed,
}

impl CallError {
    /// Whether the same call may succeed later: the backend is away, overloaded, or restarting.
    ///
    /// A wrong secret (401) is retryable too: an operator can mend it, and a transcript must not be lost to a typo.
    pub fn is_retryable(self) -> bool {
        match self {
            Self::Unreachable | Self::Malformed => true,
            Self::Status(status) => matches!(status, 401 | 403 | 408 | 425 | 429 | 500..=599),
        }
    }
}

impl Call {
    /// Returns the request that makes this call: the tRPC wire without a transformer.
    pub fn request(&self) -> Request {
        match self {
            Self::GetContext(input) => query("getContext", input),
            Self::UpdateStatus(input) => mutation("updateStatus", input),
            Self::SubmitTranscript(input) => mutation("submitTranscript", input),
        }
    }
}

fn query(path: &str, input: &impl Serialize) -> Request {
    let json = serde_json::to_string(input).expect("an input of plain fields always serialises");
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("input", &json).finish();
    Request { path_and_query: format!("/{path}?{query}"), body: None }
}

fn mutation(path: &str, input: &impl Serialize) -> Request {
    let body = serde_json::to_vec(input).expect("an input of plain fields always serialises");
    Request { path_and_query: format!("/{path}"), body: Some(body) }
}

/// Reads the answer of `getContext` from the body of a 2xx response.
pub fn parse_context(body: &[u8]) -> Result<Context, CallError> {
    #[derive(Deserialize)]
    struct Answer {
        result: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        data: Context,
    }
    serde_json::from_slice::<Answer>(body).map(|answer| answer.result.data).map_err(|_| CallError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::Speaker;

    #[test]
    fn a_context_is_asked_for_by_url() {
        let call = Call::GetContext(GetContext { interview_id: "i&1".into() });
        let request = call.request();
        assert_eq!(request.path_and_query, "/getContext?input=%7B%22interviewId%22%3A%22i%261%22%7D");
        assert_eq!(request.body, None);
    }

    #[test]
    fn a_transcript_is_submitted_as_the_backend_reads_it() {
        let entry = TranscriptEntry { speaker: Speaker::Ai, content: "Hi".into(), timestamp: Timestamp(0) };
        let call = Call::SubmitTranscript(SubmitTranscript {
            interview_id: "i".into(),
            transcript: vec![entry],
            end_reason: Some(EndReason::TimeLimit),
            started_at: None,
            ended_at: Some(Timestamp(1)),
            delivery: None,
        });
        let request = call.request();
        assert_eq!(request.path_and_query, "/submitTranscript");
        assert_eq!(
            String::from_utf8(request.body.unwrap()).unwrap(),
            concat!(
                r#"{"interviewId":"i","transcript":[{"speaker":"AI","content":"Hi","#,
                r#""timestamp":"1970-01-01T00:00:00.000Z"}],"endReason":"TIME_LIMIT","#,
                r#""endedAt":"1970-01-01T00:00:00.001Z"}"#
            )
        );
    }

    #[test]
    fn a_context_is_read_from_its_answer_only() {
        let body = br#"{"result":{"data":{"role":"Cook","jobDescription":"","resume":"","persona":"",
            "language":"en","durationMinutes":20,"status":"IN_PROGRESS"}}}"#;
        assert_eq!(parse_context(body).unwrap().status, Status::InProgress);
        assert_eq!(parse_context(b"{}"), Err(CallError::Malformed));
        assert_eq!(parse_context(b"<html>"), Err(CallError::Malformed));
    }

    #[test]
    fn what_an_operator_can_mend_is_retried() {
        let retryable = |status| CallError::Status(status).is_retryable();
        assert!(CallError::Unreachable.is_retryable() && CallError::Malformed.is_retryable());
        assert!([401, 403, 408, 429, 500, 503].into_iter().all(retryable));
        assert!(![400, 404, 409, 412, 413].into_iter().any(retryable));
    }
}
