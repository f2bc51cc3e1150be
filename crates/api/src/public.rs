//! What a candidate's client asks of the backend: inputs and outputs of the public router.

use crate::interview::{EndReason, Status, TranscriptEntry};
use crate::procedure::Procedure;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use trpc::Kind;

/// Longest role, persona and language tag, characters.
pub const MAX_LINE_CHARS: u32 = 500;

/// Longest name of a person, characters.
pub const MAX_NAME_CHARS: u32 = 100;

/// Longest job description and résumé, characters: about forty printed pages each.
pub const MAX_DOCUMENT_CHARS: u32 = 100_000;

/// Longest interview, minutes.
pub const MAX_DURATION_MINUTES: u32 = 120;

/// Most interviews on one page of a list.
pub const MAX_PAGE: u32 = 100;

/// Input of `auth.requestCode`: e-mails a sign-in code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCode {
    /// Where to.
    pub email: String,
}

/// Output of `auth.requestCode`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeRequested {
    /// Until when the code can be used.
    pub expires_at: Timestamp,
    /// The code itself, in development without a mail server only, to a caller on the same machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Input of `auth.verifyCode`: signs in with the code, in exchange for a session cookie.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyCode {
    /// The address that asked for a code.
    pub email: String,
    /// Six digits.
    pub code: String,
}

/// Input of `auth.signInLocal`: signs in the local user, on a developer's own machine only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLocal;

/// Input of `auth.signInGuest`: signs somebody in who has no account; whoever is signed in already stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInGuest;

/// Input of `auth.signOut`: forgets the session and its cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOut;

/// Input of `user.me`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me;

/// Who is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Opaque, URL-safe.
    pub id: String,
    /// In lower case. A guest's is made up.
    pub email: String,
    /// What they want to be called; may be empty.
    pub name: String,
    /// Whether they are who holds this session and nobody else: signing in by e-mail keeps what they have done.
    pub is_guest: bool,
    /// Since when.
    pub created_at: Timestamp,
}

/// Input of `user.setName`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetName {
    /// What they want to be called; may be empty.
    pub name: String,
}

/// Input of `config.get`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetConfig;

/// What a client must know before anybody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicConfig {
    /// What to connect to, `ws(s)://…`; a path prefix is allowed, a trailing slash is not sent.
    pub worker_url: String,
    /// Who asks the questions.
    pub interviewer: Interviewer,
    /// Whether `auth.signInLocal` would sign this caller in.
    pub local_sign_in: bool,
    /// Whether `auth.signInGuest` would sign a caller in.
    pub guest_sign_in: bool,
}

/// Who asks the questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Interviewer {
    /// The embedded one: no account, no network, no understanding of what is said.
    StandIn,
    /// Google's model.
    Gemini,
}

/// Input of `interview.create`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateInterview {
    /// Chosen by the client: repeating it returns the interview it made, whatever else is sent.
    pub idempotency_key: String,
    /// The position applied for.
    pub role: String,
    /// The job advertisement; may be empty.
    #[serde(default)]
    pub job_description: String,
    /// The candidate's résumé; may be empty.
    #[serde(default)]
    pub resume: String,
    /// How the interviewer behaves; empty for the default.
    #[serde(default)]
    pub persona: String,
    /// BCP 47; "en" if absent.
    #[serde(default = "english")]
    pub language: String,
    /// 1 to [`MAX_DURATION_MINUTES`].
    pub duration_minutes: u32,
}

fn english() -> String {
    "en".to_owned()
}

/// An interview as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterviewSummary {
    /// Opaque, URL-safe; the path of the session host's WebSocket.
    pub id: String,
    /// The position applied for.
    pub role: String,
    /// BCP 47.
    pub language: String,
    /// How long it may take.
    pub duration_minutes: u32,
    /// Where it stands.
    pub status: Status,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the conversation began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReason>,
}

/// Input of `interview.list`: newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListInterviews {
    /// [`InterviewPage::next_cursor`] of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// 1 to [`MAX_PAGE`], 20 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of interviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterviewPage {
    /// Newest first.
    pub items: Vec<InterviewSummary>,
    /// Opaque; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Input of `interview.get`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetInterview {
    /// Which.
    pub id: String,
}

/// An interview with everything said in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterviewDetails {
    /// What a list shows of it; its fields stand beside the others.
    #[serde(flatten)]
    pub summary: InterviewSummary,
    /// The job advertisement.
    pub job_description: String,
    /// The candidate's résumé.
    pub resume: String,
    /// How the interviewer behaves.
    pub persona: String,
    /// In the order of speaking; empty until the interview is over.
    pub transcript: Vec<TranscriptEntry>,
}

/// Input of `interview.delete`: removes it with everything that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteInterview {
    /// Which.
    pub id: String,
}

/// Output of `interview.delete`: what was removed beside the interview itself. Nothing of it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// Turns of the transcript.
    pub turns: u32,
    /// What was measured of the candidate's speech.
    pub deliveries: u32,
    /// Reports of a model.
    pub judgements: u32,
    /// Links that showed the report, those that were over included.
    pub share_links: u32,
}

/// Input of `interview.generateWorkerToken`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerateWorkerToken {
    /// Which interview to join.
    pub interview_id: String,
}

/// Output of `interview.generateWorkerToken`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerToken {
    /// For `?token=` of the session host's WebSocket; see [`crate::token`].
    pub token: String,
}

macro_rules! procedures {
    ($($path:literal, $kind:ident, $input:ty => $output:ty;)*) => {
        $(impl Procedure for $input {
            const PATH: &'static str = $path;
            const KIND: Kind = Kind::$kind;
            type Output = $output;
        })*
    };
}
pub(crate) use procedures;

procedures! {
    "auth.requestCode", Mutation, RequestCode => CodeRequested;
    "auth.verifyCode", Mutation, VerifyCode => User;
    "auth.signInLocal", Mutation, SignInLocal => User;
    "auth.signInGuest", Mutation, SignInGuest => User;
    "auth.signOut", Mutation, SignOut => ();
    "user.me", Query, Me => User;
    "user.setName", Mutation, SetName => User;
    "config.get", Query, GetConfig => PublicConfig;
    "interview.create", Mutation, CreateInterview => InterviewSummary;
    "interview.list", Query, ListInterviews => InterviewPage;
    "interview.get", Query, GetInterview => InterviewDetails;
    "interview.delete", Mutation, DeleteInterview => Deleted;
    "interview.generateWorkerToken", Mutation, GenerateWorkerToken => WorkerToken;
}
