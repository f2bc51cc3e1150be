//! `report.markdown`: the report as a text to keep.

use super::own_report;
use crate::caller::SignedIn;
use api::report::{GetMarkdown, Markdown};
use trpc::Error;

/// Returns it.
pub(in crate::routes) async fn handle(caller: SignedIn, input: GetMarkdown) -> Result<Markdown, Error> {
    let report = own_report(&caller, &input.interview_id).await?;
    Ok(Markdown { markdown: report::markdown(&report) })
}
