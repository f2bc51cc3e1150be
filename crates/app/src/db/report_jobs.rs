//! Reports to be written.

use super::Error;
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

/// Queues the report of an interview, unless it is queued already.
pub(crate) async fn queue(
    connection: &mut AnyConnection,
    interview_id: &str,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO report_jobs (interview_id, queued_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(interview_id)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}
