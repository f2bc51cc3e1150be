//! A report from what is stored.

use crate::db::interviews::{self, Ended};
use crate::db::{Database, Error, deliveries, judgements, report_jobs, transcript_entries};
use api::interview::Status;
use api::report::{Report, State};
use report::Judged;

/// What is known of an interview's report.
pub(crate) enum Found {
    /// There is no such interview.
    None,
    /// It is not over.
    TooEarly,
    /// It is.
    Report(Box<Report>),
}

/// Puts the report of an interview together, whoever's it is.
pub(crate) async fn find(database: &Database, interview_id: &str) -> Result<Found, Error> {
    let Some(Ended { status, about }) = interviews::find_ended(database, interview_id).await? else {
        return Ok(Found::None);
    };
    if matches!(status, Status::Pending | Status::InProgress) {
        return Ok(Found::TooEarly);
    }
    // In this order: a judgement that is finished in between is read, or else seen as queued.
    let is_queued = report_jobs::is_queued(database, interview_id).await?;
    let outcome = judgements::find(database, interview_id).await?.unwrap_or_default();
    let state = match (is_queued, &outcome.judgement) {
        (true, _) => State::Queued,
        (false, Some(_)) => State::Ready,
        (false, None) => State::WithoutJudgement,
    };
    let judged = Judged { state, missing: outcome.missing, judgement: outcome.judgement };
    let record = deliveries::find(database, interview_id).await?;
    let transcript = transcript_entries::list(database, interview_id).await?;
    Ok(Found::Report(Box::new(report::compose(about, transcript, record.as_ref(), judged))))
}
