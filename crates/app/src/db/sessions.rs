//! Signed-in browsers. The table holds hashes: whoever reads it cannot sign in with what they find.

use super::{Database, Error};
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

/// A live session.
#[derive(sqlx::FromRow)]
pub(crate) struct Session {
    pub(crate) user_id: String,
    pub(crate) expires_at: i64,
}

/// Adds a session, and removes those that are over.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    token_hash: &str,
    user_id: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now.0).execute(&mut *connection).await?;
    sqlx::query("INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(token_hash)
        .bind(user_id)
        .bind(now.0)
        .bind(expires_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns the session, unless it is over.
pub(crate) async fn find(
    database: &Database,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let session =
        sqlx::query_as("SELECT user_id, expires_at FROM sessions WHERE token_hash = $1 AND expires_at > $2")
            .bind(token_hash)
            .bind(now.0)
            .fetch_optional(&database.reads)
            .await?;
    Ok(session)
}

/// Moves the end of a session, which may have been signed out meanwhile.
pub(crate) async fn extend(
    database: &Database,
    token_hash: &str,
    expires_at: Timestamp,
) -> Result<(), Error> {
    sqlx::query("UPDATE sessions SET expires_at = $2 WHERE token_hash = $1")
        .bind(token_hash)
        .bind(expires_at.0)
        .execute(&database.writes)
        .await?;
    Ok(())
}

/// Ends a session.
pub(crate) async fn delete(database: &Database, token_hash: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .execute(&database.writes)
        .await?;
    Ok(())
}
