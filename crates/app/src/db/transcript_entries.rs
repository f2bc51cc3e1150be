//! What was said.

use super::{Database, Error, storable};
use api::interview::{Speaker, TranscriptEntry};
use api::timestamp::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::fmt::Write;

/// Entries of one statement: four values each, far below either dialect's limit of parameters.
const ENTRIES_PER_STATEMENT: usize = 100;

#[derive(sqlx::FromRow)]
struct Row {
    speaker: String,
    content: String,
    spoken_at: i64,
}

/// Adds the entries. One whose instant the interview already has is left as it is.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    interview_id: &str,
    entries: &[TranscriptEntry],
) -> Result<(), Error> {
    for entries in entries.chunks(ENTRIES_PER_STATEMENT) {
        let mut query = sqlx::query(AssertSqlSafe(insertion(entries.len()))).bind(interview_id);
        for entry in entries {
            query = query.bind(entry.timestamp.0).bind(entry.speaker.name()).bind(storable(&entry.content));
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

fn insertion(entries: usize) -> String {
    let mut sql =
        "INSERT INTO transcript_entries (interview_id, spoken_at, speaker, content) VALUES ".to_owned();
    for entry in 0..entries {
        let separator = if entry == 0 { "" } else { ", " };
        let first = entry * 3 + 2;
        write!(sql, "{separator}($1, ${first}, ${}, ${})", first + 1, first + 2)
            .expect("a string takes any text");
    }
    sql.push_str(" ON CONFLICT (interview_id, spoken_at) DO NOTHING");
    sql
}

/// Returns everything said in the interview, in order.
pub(crate) async fn list(database: &Database, interview_id: &str) -> Result<Vec<TranscriptEntry>, Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT speaker, content, spoken_at FROM transcript_entries WHERE interview_id = $1 ORDER BY spoken_at",
    )
    .bind(interview_id)
    .fetch_all(&database.reads)
    .await?;
    rows.into_iter()
        .map(|row| {
            let speaker = Speaker::from_name(&row.speaker).ok_or(Error::corrupt("speaker"))?;
            Ok(TranscriptEntry { speaker, content: row.content, timestamp: Timestamp(row.spoken_at) })
        })
        .collect()
}
