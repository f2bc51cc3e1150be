//! `report.revokeShare`: a link ends at once.

use super::own_status;
use crate::caller::SignedIn;
use crate::db::report_shares;
use api::report::RevokeShare;
use trpc::Error;

/// Ends it.
pub(in crate::routes) async fn handle(caller: SignedIn, input: RevokeShare) -> Result<(), Error> {
    own_status(&caller, &input.interview_id).await?;
    let is_ended = report_shares::delete(caller.database(), &input.interview_id, &input.share_id).await?;
    if is_ended { Ok(()) } else { Err(Error::not_found("Link not found")) }
}
