//! What the session host asks of the backend, as values: the host only sends bytes and hands the answer back.

use crate::interview::{Context, EndReason, Status, TranscriptEntry};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a host waits for one answer, milliseconds.
pub const CALL_TIMEOUT_MS: u64 = 10_000;

/// Largest answer a host reads, bytes: a context holds a job description and a résumé.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

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
}

/// One HTTP request, relative to the backend's internal base (`<APP_URL>/api/internal`).
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
