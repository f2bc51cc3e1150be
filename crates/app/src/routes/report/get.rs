//! `report.get`: everything there is to say about an interview that is over.

use super::own_report;
use crate::caller::SignedIn;
use api::report::{GetReport, Report};
use trpc::Error;

/// Returns it. Delivery, timeline and transcript are complete; the judgement may follow.
pub(in crate::routes) async fn handle(caller: SignedIn, input: GetReport) -> Result<Report, Error> {
    own_report(&caller, &input.interview_id).await
}
