//! Judgements to be made.
//!
//! A job belongs to whoever has taken it until `held_until`, which the holder moves while it works. A holder that dies stops
//! moving it, and somebody else goes on; one that comes back from the dead finds the job gone, and changes nothing.

use super::{Database, Error};
use api::timestamp::Timestamp;
use report::Job;
use sqlx::AnyConnection;

/// A job that is ours for a while.
pub(crate) struct Taken {
    pub(crate) interview_id: String,
    pub(crate) job: Job,
}

/// Queues the judgement of an interview, unless it is queued or was made already.
pub(crate) async fn queue(
    connection: &mut AnyConnection,
    interview_id: &str,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO report_jobs (interview_id, queued_at)
         SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM judgements WHERE interview_id = $1)
         ON CONFLICT DO NOTHING",
    )
    .bind(interview_id)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Queues another judgement of an interview, unless one is queued.
pub(crate) async fn queue_again(
    database: &Database,
    interview_id: &str,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO report_jobs (interview_id, queued_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(interview_id)
        .bind(now.0)
        .execute(&database.writes)
        .await?;
    Ok(())
}

/// Whether a judgement is being made, or waits for its turn.
pub(crate) async fn is_queued(database: &Database, interview_id: &str) -> Result<bool, Error> {
    let row: Option<i64> = sqlx::query_scalar("SELECT queued_at FROM report_jobs WHERE interview_id = $1")
        .bind(interview_id)
        .fetch_optional(&database.reads)
        .await?;
    Ok(row.is_some())
}

/// Takes the job that has been due for longest, if one is that nobody holds.
pub(crate) async fn take(
    database: &Database,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Taken>, Error> {
    let row: Option<(String, String)> = sqlx::query_as(
        "UPDATE report_jobs SET holder = $1, held_until = $2
         WHERE held_until <= $3 AND interview_id =
             (SELECT interview_id FROM report_jobs WHERE due_at <= $3 AND held_until <= $3
              ORDER BY due_at, queued_at, interview_id LIMIT 1)
         RETURNING interview_id, job",
    )
    .bind(holder)
    .bind(until.0)
    .bind(now.0)
    .fetch_optional(&database.writes)
    .await?;
    row.map(|(interview_id, job)| {
        let job = serde_json::from_str(&job).map_err(|_| Error::corrupt("job"))?;
        Ok(Taken { interview_id, job })
    })
    .transpose()
}

/// Stores how far the job is and holds it for longer; `false` if it is no longer ours.
pub(crate) async fn hold(
    database: &Database,
    taken: &Taken,
    holder: &str,
    until: Timestamp,
) -> Result<bool, Error> {
    let done = sqlx::query(
        "UPDATE report_jobs SET job = $3, held_until = $4 WHERE interview_id = $1 AND holder = $2",
    )
    .bind(&taken.interview_id)
    .bind(holder)
    .bind(json(&taken.job))
    .bind(until.0)
    .execute(&database.writes)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores how far the job is and gives it back until it is due.
pub(crate) async fn put_off(
    database: &Database,
    taken: &Taken,
    holder: &str,
    due: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE report_jobs SET job = $3, due_at = $4, holder = '', held_until = 0
         WHERE interview_id = $1 AND holder = $2",
    )
    .bind(&taken.interview_id)
    .bind(holder)
    .bind(json(&taken.job))
    .bind(due.0)
    .execute(&database.writes)
    .await?;
    Ok(())
}

/// Gives back everything that is held, so that the next process need not wait.
pub(crate) async fn give_back(database: &Database, holder: &str) -> Result<(), Error> {
    sqlx::query("UPDATE report_jobs SET holder = '', held_until = 0 WHERE holder = $1")
        .bind(holder)
        .execute(&database.writes)
        .await?;
    Ok(())
}

/// Removes the job; `false` if it is no longer ours, and then nothing may follow from it.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    interview_id: &str,
    holder: &str,
) -> Result<bool, Error> {
    let done = sqlx::query("DELETE FROM report_jobs WHERE interview_id = $1 AND holder = $2")
        .bind(interview_id)
        .bind(holder)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns when the next job can be taken.
pub(crate) async fn next_due(database: &Database) -> Result<Option<Timestamp>, Error> {
    let due: Option<i64> = sqlx::query_scalar(
        "SELECT MIN(CASE WHEN held_until > due_at THEN held_until ELSE due_at END) FROM report_jobs",
    )
    .fetch_one(&database.reads)
    .await?;
    Ok(due.map(Timestamp))
}

fn json(job: &Job) -> String {
    serde_json::to_string(job).expect("a value of plain fields always serialises")
}
