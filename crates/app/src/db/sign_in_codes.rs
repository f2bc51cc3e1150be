//! Codes on their way through somebody's mailbox.

use super::{Database, Error};
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

/// Wrong tries after which a code is worth nothing.
pub(crate) const MAX_ATTEMPTS: i64 = 5;

/// Replaces the address's code.
pub(crate) async fn put(
    database: &Database,
    email: &str,
    code_hash: &str,
    expires_at: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO sign_in_codes (email, code_hash, attempts, expires_at) VALUES ($1, $2, 0, $3)
         ON CONFLICT (email) DO UPDATE
         SET code_hash = excluded.code_hash, attempts = 0, expires_at = excluded.expires_at",
    )
    .bind(email)
    .bind(code_hash)
    .bind(expires_at.0)
    .execute(&database.writes)
    .await?;
    Ok(())
}

/// Counts a try and returns the hash to compare with, if the code is alive and has a try left.
///
/// Counting before comparing is one statement, so that concurrent guesses cannot share a try.
pub(crate) async fn take_attempt(
    database: &Database,
    email: &str,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let hash = sqlx::query_scalar(
        "UPDATE sign_in_codes SET attempts = attempts + 1
         WHERE email = $1 AND attempts < $2 AND expires_at > $3 RETURNING code_hash",
    )
    .bind(email)
    .bind(MAX_ATTEMPTS)
    .bind(now.0)
    .fetch_optional(&database.writes)
    .await?;
    Ok(hash)
}

/// Removes the code if it still is this one; `false` if somebody else has used or replaced it.
pub(crate) async fn consume(
    connection: &mut AnyConnection,
    email: &str,
    code_hash: &str,
) -> Result<bool, Error> {
    let done = sqlx::query("DELETE FROM sign_in_codes WHERE email = $1 AND code_hash = $2")
        .bind(email)
        .bind(code_hash)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes codes nobody can use.
pub(crate) async fn sweep(database: &Database, now: Timestamp) -> Result<(), Error> {
    sqlx::query("DELETE FROM sign_in_codes WHERE expires_at <= $1")
        .bind(now.0)
        .execute(&database.writes)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db;
    use crate::rig::{Database, on_both_databases};
    use futures::future::join_all;

    on_both_databases!(each_of_many_at_once_takes_a_try_of_its_own);

    async fn each_of_many_at_once_takes_a_try_of_its_own(database: Database) {
        let opened = db::Database::open(&database.url()).await.unwrap();
        put(&opened, "ada@example.org", "hash", Timestamp(10)).await.unwrap();
        let takes = (0..20).map(|_| take_attempt(&opened, "ada@example.org", Timestamp(0)));
        let taken = join_all(takes).await.into_iter().filter_map(Result::unwrap).count();
        assert_eq!(taken, 5);
        opened.close().await;
    }
}
