//! Links that show a report to whoever has them.

use super::{Database, Error};
use api::report::Share;
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    created_at: i64,
    expires_at: i64,
}

/// Adds a link, and removes those of the interview that are over.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    interview_id: &str,
    share: &Share,
    token_hash: &str,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM report_shares WHERE interview_id = $1 AND expires_at <= $2")
        .bind(interview_id)
        .bind(share.created_at.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO report_shares (id, interview_id, token_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&share.id)
    .bind(interview_id)
    .bind(token_hash)
    .bind(share.created_at.0)
    .bind(share.expires_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns the interview's links that still work, newest first.
pub(crate) async fn list(
    database: &Database,
    interview_id: &str,
    now: Timestamp,
) -> Result<Vec<Share>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, created_at, expires_at FROM report_shares WHERE interview_id = $1 AND expires_at > $2
         ORDER BY created_at DESC, id",
    )
    .bind(interview_id)
    .bind(now.0)
    .fetch_all(&database.reads)
    .await?;
    let share = |row: Row| Share {
        id: row.id,
        created_at: Timestamp(row.created_at),
        expires_at: Timestamp(row.expires_at),
    };
    Ok(rows.into_iter().map(share).collect())
}

/// Returns the interview that a link leads to, if it still works.
pub(crate) async fn find_interview(
    database: &Database,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let id = sqlx::query_scalar(
        "SELECT interview_id FROM report_shares WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(token_hash)
    .bind(now.0)
    .fetch_optional(&database.reads)
    .await?;
    Ok(id)
}

/// Ends a link; `false` if the interview has no such one.
pub(crate) async fn delete(database: &Database, interview_id: &str, id: &str) -> Result<bool, Error> {
    let done = sqlx::query("DELETE FROM report_shares WHERE interview_id = $1 AND id = $2")
        .bind(interview_id)
        .bind(id)
        .execute(&database.writes)
        .await?;
    Ok(done.rows_affected() == 1)
}
