//! `report.shares`: the links that still work.

use super::own_status;
use crate::caller::SignedIn;
use crate::db::report_shares;
use api::report::{ListShares, Share};
use trpc::Error;

/// Returns them, newest first, without what opens them.
pub(in crate::routes) async fn handle(caller: SignedIn, input: ListShares) -> Result<Vec<Share>, Error> {
    own_status(&caller, &input.interview_id).await?;
    let now = caller.backend.config.clock.now();
    Ok(report_shares::list(caller.database(), &input.interview_id, now).await?)
}
