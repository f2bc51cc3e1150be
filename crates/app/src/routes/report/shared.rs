//! `report.shared`: the report behind a link, for anybody who has it, and nothing else.

use super::hash;
use crate::caller::Caller;
use crate::db::report_shares;
use crate::reports::{self, Found};
use api::report::{GetShared, Report};
use axum::http::{HeaderName, HeaderValue};
use trpc::Error;

/// Returns it. A link that is over, was revoked, or never was is answered alike. Search engines are asked to forget it.
pub(in crate::routes) async fn handle(caller: Caller, input: GetShared) -> Result<Report, Error> {
    caller.headers.append(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow, noarchive"),
    );
    let (database, now) = (&caller.backend.database, caller.backend.config.clock.now());
    let interview_id = report_shares::find_interview(database, &hash(&input.token), now).await?;
    let interview_id = interview_id.ok_or_else(link_not_found)?;
    match reports::find(database, &interview_id).await? {
        Found::Report(report) => Ok(*report),
        Found::TooEarly | Found::None => Err(link_not_found()),
    }
}

fn link_not_found() -> Error {
    Error::not_found("Link not found")
}
