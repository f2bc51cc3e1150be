//! Who signs in.

use super::{Database, Error};
use api::public::User;
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    created_at: i64,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self { id: row.id, email: row.email, created_at: Timestamp(row.created_at) }
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
    let row: Row = sqlx::query_as("SELECT id, email, created_at FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(connection)
        .await?;
    Ok(row.into())
}

/// Returns the user with that id.
pub(crate) async fn find(database: &Database, id: &str) -> Result<Option<User>, Error> {
    let row: Option<Row> = sqlx::query_as("SELECT id, email, created_at FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(&database.reads)
        .await?;
    Ok(row.map(User::from))
}
