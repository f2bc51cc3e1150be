//! `report.share`: a link that shows the report to whoever has it.

use super::{hash, not_over, own_status};
use crate::caller::SignedIn;
use crate::db::{Error as DatabaseError, report_shares};
use api::interview::Status;
use api::report::{NewShare, Share, ShareReport};
use api::timestamp::Timestamp;
use trpc::Error;

const DAY_MS: i64 = 86_400_000;

/// Makes it. The token is told once: only its hash is kept.
pub(in crate::routes) async fn handle(caller: SignedIn, input: ShareReport) -> Result<NewShare, Error> {
    let status = own_status(&caller, &input.interview_id).await?;
    if !matches!(status, Status::Completed | Status::Error) {
        return Err(not_over());
    }
    let (random, now) = (&caller.backend.config.random, caller.backend.config.clock.now());
    let expires_at = Timestamp(now.0.saturating_add(i64::from(input.days) * DAY_MS));
    let share = Share { id: random.id(), created_at: now, expires_at };
    let token = random.share_token();
    let mut transaction = caller.database().begin().await?;
    report_shares::insert(&mut transaction, &input.interview_id, &share, &hash(&token)).await?;
    transaction.commit().await.map_err(DatabaseError::from)?;
    Ok(NewShare { token, share })
}
