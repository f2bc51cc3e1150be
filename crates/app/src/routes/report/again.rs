//! `report.again`: judges an interview anew.

use super::{not_over, own_status};
use crate::caller::SignedIn;
use crate::db::report_jobs;
use api::interview::Status;
use api::report::JudgeAgain;
use trpc::Error;

/// Queues it, unless it is queued already.
pub(in crate::routes) async fn handle(caller: SignedIn, input: JudgeAgain) -> Result<(), Error> {
    if own_status(&caller, &input.interview_id).await? != Status::Completed {
        return Err(not_over());
    }
    let now = caller.backend.config.clock.now();
    report_jobs::queue_again(caller.database(), &input.interview_id, now).await?;
    caller.backend.report_queued.notify_one();
    Ok(())
}
