//! How candidates spoke, as it was measured.

use super::{Database, Error};
use delivery::Record;
use sqlx::AnyConnection;

/// Stores what was measured; what is stored already stays.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    interview_id: &str,
    record: &Record,
) -> Result<(), Error> {
    let json = serde_json::to_string(record).expect("a value of plain fields always serialises");
    sqlx::query("INSERT INTO deliveries (interview_id, record) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(interview_id)
        .bind(json)
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns what was measured.
pub(crate) async fn find(database: &Database, interview_id: &str) -> Result<Option<Record>, Error> {
    let json: Option<String> = sqlx::query_scalar("SELECT record FROM deliveries WHERE interview_id = $1")
        .bind(interview_id)
        .fetch_optional(&database.reads)
        .await?;
    json.map(|json| serde_json::from_str(&json).map_err(|_| Error::corrupt("record"))).transpose()
}
