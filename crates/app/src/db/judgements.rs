//! What was judged.

use super::{Database, Error, storable};
use api::report::{Judgement, Missing};
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

/// How the tries to judge an interview ended.
#[derive(Default)]
pub(crate) struct Outcome {
    /// The last judgement.
    pub(crate) judgement: Option<Judgement>,
    /// Why the last try made none.
    pub(crate) missing: Option<Missing>,
}

#[derive(sqlx::FromRow)]
struct Row {
    judgement: Option<String>,
    missing: Option<String>,
}

impl TryFrom<Row> for Outcome {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let judgement = row.judgement.map(|json| serde_json::from_str(&json));
        let missing = |name: String| Missing::from_name(&name).ok_or(Error::corrupt("missing"));
        Ok(Self {
            judgement: judgement.transpose().map_err(|_| Error::corrupt("judgement"))?,
            missing: row.missing.map(missing).transpose()?,
        })
    }
}

/// Returns how it ended; `None` if no try has.
pub(crate) async fn find(database: &Database, interview_id: &str) -> Result<Option<Outcome>, Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT judgement, missing FROM judgements WHERE interview_id = $1")
            .bind(interview_id)
            .fetch_optional(&database.reads)
            .await?;
    row.map(Outcome::try_from).transpose()
}

/// Stores how a try ended. A judgement replaces the one before; a try without one leaves it.
pub(crate) async fn put(
    connection: &mut AnyConnection,
    interview_id: &str,
    outcome: &Outcome,
    calls: u32,
    now: Timestamp,
) -> Result<(), Error> {
    let json = outcome.judgement.as_ref().map(|judgement| {
        storable(&serde_json::to_string(judgement).expect("a value of plain fields always serialises"))
    });
    sqlx::query(
        "INSERT INTO judgements (interview_id, judgement, missing, calls, finished_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (interview_id) DO UPDATE
         SET judgement = COALESCE(excluded.judgement, judgements.judgement), missing = excluded.missing,
             calls = excluded.calls, finished_at = excluded.finished_at",
    )
    .bind(interview_id)
    .bind(json)
    .bind(outcome.missing.map(Missing::name))
    .bind(i64::from(calls))
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}
