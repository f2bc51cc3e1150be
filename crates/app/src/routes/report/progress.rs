//! `report.progress`: the reports of one person over time.

use crate::caller::SignedIn;
use crate::db::{deliveries, interviews, judgements, transcript_entries};
use api::report::{About, GetProgress, Progress};
use trpc::Error;

/// Most interviews compared.
const LATEST: u32 = 100;

/// Returns them, oldest first.
pub(in crate::routes) async fn handle(
    caller: SignedIn,
    input: Option<GetProgress>,
) -> Result<Progress, Error> {
    let database = caller.database();
    let role = input.unwrap_or_default().role;
    let roles = interviews::list_roles(database, &caller.user_id).await?;
    let latest = interviews::list_ended(database, &caller.user_id, role.as_deref(), LATEST).await?;
    let mut points = Vec::with_capacity(latest.len());
    for interview in latest.into_iter().rev() {
        let outcome = judgements::find(database, &interview.id).await?.unwrap_or_default();
        let record = deliveries::find(database, &interview.id).await?;
        let transcript = transcript_entries::list(database, &interview.id).await?;
        let about = About {
            role: interview.role,
            language: interview.language,
            started_at: interview.started_at.unwrap_or(interview.created_at),
            ended_at: interview.ended_at,
        };
        let ended_at = interview.ended_at.unwrap_or(interview.created_at);
        let judgement = outcome.judgement.as_ref();
        points.push(report::progress_point(
            interview.id,
            about,
            ended_at,
            &transcript,
            record.as_ref(),
            judgement,
        ));
    }
    Ok(Progress { roles, points })
}
