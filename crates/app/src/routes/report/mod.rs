//! What comes of an interview.

pub(super) mod again;
pub(super) mod get;
pub(super) mod markdown;
pub(super) mod progress;
pub(super) mod revoke_share;
pub(super) mod share;
pub(super) mod shared;
pub(super) mod shares;

use crate::caller::SignedIn;
use crate::db::interviews;
use crate::reports::{self, Found};
use crate::routes::interview_not_found;
use api::interview::Status;
use api::report::Report;
use base64_simd::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use trpc::Error;

/// Returns where the caller's interview stands. Somebody else's and none at all are answered alike.
async fn own_status(caller: &SignedIn, interview_id: &str) -> Result<Status, Error> {
    let status = interviews::find_status(caller.database(), interview_id, &caller.user_id).await?;
    status.ok_or_else(interview_not_found)
}

/// Returns the report of the caller's interview, which must be over.
async fn own_report(caller: &SignedIn, interview_id: &str) -> Result<Report, Error> {
    own_status(caller, interview_id).await?;
    match reports::find(caller.database(), interview_id).await? {
        Found::Report(report) => Ok(*report),
        Found::TooEarly => Err(not_over()),
        Found::None => Err(interview_not_found()),
    }
}

fn not_over() -> Error {
    Error::precondition_failed("The interview is not over")
}

/// What is stored of a share link's token: 128 random bits need no salt.
fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode_to_string(Sha256::digest(token))
}
