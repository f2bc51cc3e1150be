//! The report of an interview: its shape, and what is asked about it.
//!
//! `docs/report.schema.json` describes [`Report`] for other programs.

use crate::interview::{Speaker, TranscriptEntry};
use crate::procedure::Procedure;
use crate::public::procedures;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use trpc::Kind;

/// The version of [`Report`]: greater when a reader of an earlier one would misunderstand it.
pub const REPORT_VERSION: u32 = 1;

/// Longest life of a share link, days.
pub const MAX_SHARE_DAYS: u32 = 90;

/// Input of `report.get`: the report of an interview that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetReport {
    /// Of which interview.
    pub interview_id: String,
}

/// Everything there is to say about an interview. Delivery, transcript and timeline are there from its end on; the
/// judgement follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`REPORT_VERSION`].
    pub version: u32,
    /// What the interview was.
    pub about: About,
    /// How far the judgement is.
    pub state: State,
    /// Why there is no judgement and none will come; beside a judgement, why the last try to make a new one failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// What the content is worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// How the candidate spoke.
    pub delivery: Delivery,
    /// Who spoke when, turn by turn.
    pub timeline: Vec<Span>,
    /// What was said; turn 1 is the first.
    pub transcript: Vec<TranscriptEntry>,
}

/// What the interview was. No id: whoever is shown a report learns nothing that leads further.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The position applied for.
    pub role: String,
    /// BCP 47.
    pub language: String,
    /// When the conversation began; when the interview was made, if it never did.
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// How far a judgement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It is being made, or waits for its turn.
    Queued,
    /// It is there.
    Ready,
    /// There is none, for the reason given, until it is asked for again.
    WithoutJudgement,
}

/// Why there is no judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Missing {
    /// No model is set up: `GEMINI_API_KEY` is not set.
    NoModel,
    /// The candidate said no word that is known.
    NothingSaid,
    /// The model will not speak about this conversation.
    Refused,
    /// The model's answer was cut, again and again.
    Cut,
    /// The model's answer was not what it was asked for, again and again.
    Invalid,
    /// Nothing the model said was supported by what was said.
    Unsupported,
    /// The model does not take the request: its key, its name or the account is wrong.
    Rejected,
    /// The model could not be reached within the budget of calls.
    Unavailable,
}

impl Missing {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::NoModel,
        Self::NothingSaid,
        Self::Refused,
        Self::Cut,
        Self::Invalid,
        Self::Unsupported,
        Self::Rejected,
        Self::Unavailable,
    ];

    /// Returns the name it has on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoModel => "NO_MODEL",
            Self::NothingSaid => "NOTHING_SAID",
            Self::Refused => "REFUSED",
            Self::Cut => "CUT",
            Self::Invalid => "INVALID",
            Self::Unsupported => "UNSUPPORTED",
            Self::Rejected => "REJECTED",
            Self::Unavailable => "UNAVAILABLE",
        }
    }

    /// Returns the reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// What a model says about the content, as far as the transcript supports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    /// Who judged.
    pub judge: Judge,
    /// The mean of the scores, to one decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<f64>,
    /// The overall picture.
    pub summary: Vec<Claim>,
    /// One for each dimension of the rubric that could be judged.
    pub scores: Vec<Score>,
    /// What was good.
    pub strengths: Vec<Claim>,
    /// What would help most, at most three.
    pub changes: Vec<Claim>,
    /// What job description or résumé say and the interview did not show.
    pub gaps: Vec<Gap>,
    /// Question by question.
    pub questions: Vec<Question>,
    /// Statements left out because they cited turns that do not exist or words that nobody said.
    pub dropped: u32,
}

/// Who judged, when, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judge {
    /// The model's own name for itself.
    pub model: String,
    /// Whether it only stands in for a model: its statements are made up, to show what a report looks like.
    pub is_stand_in: bool,
    /// Which rubric.
    pub rubric: String,
    /// Version of the prompt, the rubric included.
    pub prompt_version: u32,
    /// Version of what it was asked to answer.
    pub schema_version: u32,
    /// When.
    pub judged_at: Timestamp,
}

/// A statement and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The statement.
    pub text: String,
    /// At least one.
    pub citations: Vec<Citation>,
}

/// Words of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// Which turn of the transcript, from 1.
    pub turn: u32,
    /// What was said there.
    pub quote: String,
}

/// A mark of one dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The dimension's id in the rubric.
    pub dimension: String,
    /// What people call it.
    pub name: String,
    /// 1 to 5.
    pub score: u32,
    /// Why.
    pub reason: Claim,
}

/// Something asked for or promised that did not come up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// What.
    pub text: String,
    /// Where it stands.
    pub document: Document,
    /// The words there.
    pub quote: String,
}

/// What a candidate hands in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Document {
    /// The job advertisement.
    JobDescription,
    /// The résumé.
    Resume,
}

/// One question of the interviewer and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// The turn in which it was asked.
    pub turn: u32,
    /// What was asked, in a sentence.
    pub asked: String,
    /// What the answer was, in short.
    pub gist: Claim,
    /// What was good about it.
    pub good: Vec<Claim>,
    /// What was missing.
    pub missing: Vec<Claim>,
    /// What could have been said.
    pub stronger: String,
}

/// How the candidate spoke.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// What is known; nothing is there that is not.
    pub figures: Vec<Figure>,
    /// Fillers that were said.
    pub fillers: Vec<delivery::Filler>,
    /// Phrases that were repeated.
    pub repeated: Vec<delivery::Phrase>,
    /// Each answer as it was heard.
    pub answers: Vec<delivery::Answer>,
}

/// A figure with everything that is needed to read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Which.
    pub key: delivery::Key,
    /// What people call it.
    pub name: String,
    /// How it is measured.
    pub meaning: String,
    /// To one decimal.
    pub value: f64,
    /// Of the value.
    pub unit: delivery::Unit,
    /// What is normal, where somebody has measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normal: Option<Normal>,
}

/// The middle of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normal {
    /// From.
    pub low: f64,
    /// To.
    pub high: f64,
    /// Who has measured it.
    pub source: String,
}

/// A turn on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// Which, from 1.
    pub turn: u32,
    /// Whose.
    pub speaker: Speaker,
    /// When it began, milliseconds since the conversation did.
    pub from_ms: i64,
    /// When the next one did, or the conversation ended.
    pub until_ms: i64,
}

/// Input of `report.markdown`: the same report as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetMarkdown {
    /// Of which interview.
    pub interview_id: String,
}

/// Output of `report.markdown`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Markdown {
    /// CommonMark with tables.
    pub markdown: String,
}

/// Input of `report.again`: judges anew. The judgement that is there stays until the new one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JudgeAgain {
    /// Which interview.
    pub interview_id: String,
}

/// Input of `report.progress`: the reports of one person over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetProgress {
    /// Of this role only; of all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// Output of `report.progress`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The roles there are interviews for, in alphabetical order.
    pub roles: Vec<String>,
    /// The latest hundred interviews, oldest first.
    pub points: Vec<ProgressPoint>,
}

/// One interview among others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgressPoint {
    /// Which interview.
    pub interview_id: String,
    /// The position applied for.
    pub role: String,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The mean of the scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<f64>,
    /// The scores, by the dimension's id.
    pub scores: Vec<DimensionScore>,
    /// What was measured.
    pub figures: Vec<FigureValue>,
}

/// A score without its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DimensionScore {
    /// The dimension's id in the rubric.
    pub dimension: String,
    /// 1 to 5.
    pub score: u32,
}

/// A figure without its explanation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureValue {
    /// Which.
    pub key: delivery::Key,
    /// To one decimal.
    pub value: f64,
    /// Of the value.
    pub unit: delivery::Unit,
}

/// Input of `report.share`: makes a link that shows the report to whoever has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareReport {
    /// Of which interview.
    pub interview_id: String,
    /// For how long, 1 to [`MAX_SHARE_DAYS`].
    pub days: u32,
}

/// Output of `report.share`: the only time that the token is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewShare {
    /// For `report.shared`: 128 random bits.
    pub token: String,
    /// The link, as lists show it.
    pub share: Share,
}

/// A share link, without what opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// For `report.revokeShare`.
    pub id: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Input of `report.shares`: the links that still work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListShares {
    /// Of which interview.
    pub interview_id: String,
}

/// Input of `report.revokeShare`: ends a link at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeShare {
    /// Of which interview.
    pub interview_id: String,
    /// [`Share::id`].
    pub share_id: String,
}

/// Input of `report.shared`: the report behind a link, for anybody who has it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetShared {
    /// [`NewShare::token`].
    pub token: String,
}

procedures! {
    "report.get", Query, GetReport => Report;
    "report.markdown", Query, GetMarkdown => Markdown;
    "report.again", Mutation, JudgeAgain => ();
    "report.progress", Query, GetProgress => Progress;
    "report.share", Mutation, ShareReport => NewShare;
    "report.shares", Query, ListShares => Vec<Share>;
    "report.revokeShare", Mutation, RevokeShare => ();
    "report.shared", Query, GetShared => Report;
}
