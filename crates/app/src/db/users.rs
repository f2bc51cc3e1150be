//! Who signs in.

use super::{Database, Error, storable};
use api::public::User;
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    name: String,
    is_guest: i64,
    created_at: i64,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            is_guest: row.is_guest != 0,
            created_at: Timestamp(row.created_at),
        }
    }
}

/// Returns the user with that address, who is created with `id` if there is none.
pub(crate) async fn find_or_create(
    connection: &mut AnyConnection,
    id: &str,
    email: &str,
    now: Timestamp,
) -> Result<User, Error> {
    sqlx::query(
        "INSERT INTO users (id, email, created_at) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING",
    )
    .bind(id)
    .bind(email)
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    let row: Row = sqlx::query_as("SELECT id, email, name, is_guest, created_at FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(connection)
        .await?;
    Ok(row.into())
}

/// Returns the user with that id.
pub(crate) async fn find(database: &Database, id: &str) -> Result<Option<User>, Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT id, email, name, is_guest, created_at FROM users WHERE id = $1")
            .bind(id)
            .fetch_optional(&database.reads)
            .await?;
    Ok(row.map(User::from))
}

/// Sets what the user is called, and returns them.
pub(crate) async fn set_name(database: &Database, id: &str, name: &str) -> Result<Option<User>, Error> {
    let row: Option<Row> = sqlx::query_as(
        "UPDATE users SET name = $2 WHERE id = $1 RETURNING id, email, name, is_guest, created_at",
    )
    .bind(id)
    .bind(storable(name))
    .fetch_optional(&database.writes)
    .await?;
    Ok(row.map(User::from))
}

/// Creates a user without a mailbox. The address has no top-level domain, so no code is ever sent to it.
pub(crate) async fn create_guest(
    connection: &mut AnyConnection,
    id: &str,
    now: Timestamp,
) -> Result<User, Error> {
    let row: Row = sqlx::query_as(
        "INSERT INTO users (id, email, is_guest, created_at) VALUES ($1, $2, 1, $3)
         RETURNING id, email, name, is_guest, created_at",
    )
    .bind(id)
    .bind(format!("guest-{id}@localhost"))
    .bind(now.0)
    .fetch_one(connection)
    .await?;
    Ok(row.into())
}

/// Gives what a guest has done to the user that they turned out to be. Does nothing if the first is no guest.
///
/// An interview whose key the user has used already stays the guest's, who then stays too.
pub(crate) async fn merge_guest(
    connection: &mut AnyConnection,
    guest_id: &str,
    user_id: &str,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE interviews SET user_id = $2
         WHERE user_id = $1 AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND is_guest = 1) AND NOT EXISTS
             (SELECT 1 FROM interviews own WHERE own.user_id = $2 AND own.idempotency_key = interviews.idempotency_key)",
    )
    .bind(guest_id)
    .bind(user_id)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM users WHERE id = $1 AND id <> $2 AND is_guest = 1
         AND NOT EXISTS (SELECT 1 FROM interviews WHERE user_id = $1)",
    )
    .bind(guest_id)
    .bind(user_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes guests of before `created_before` whom no session leads to any more, with all they have said: nobody can read it.
pub(crate) async fn sweep_guests(
    connection: &mut AnyConnection,
    created_before: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM users WHERE is_guest = 1 AND created_at < $1
         AND NOT EXISTS (SELECT 1 FROM sessions WHERE user_id = users.id AND expires_at > $2)",
    )
    .bind(created_before.0)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}
