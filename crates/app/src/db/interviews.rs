//! Interviews: what was asked for, and how far it came.

use super::{Database, Error, storable};
use api::interview::{Context, EndReason, Status};
use api::public::{CreateInterview, Deleted, InterviewDetails, InterviewSummary};
use api::report::About;
use api::timestamp::Timestamp;
use sqlx::AnyConnection;

#[derive(sqlx::FromRow)]
struct SummaryRow {
    id: String,
    role: String,
    language: String,
    duration_minutes: i64,
    status: String,
    end_reason: Option<String>,
    created_at: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct DetailsRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    job_description: String,
    resume: String,
    persona: String,
}

impl TryFrom<SummaryRow> for InterviewSummary {
    type Error = Error;

    fn try_from(row: SummaryRow) -> Result<Self, Error> {
        let end_reason = |name: String| EndReason::from_name(&name).ok_or(Error::corrupt("end_reason"));
        Ok(Self {
            id: row.id,
            role: row.role,
            language: row.language,
            duration_minutes: minutes(row.duration_minutes)?,
            status: status(&row.status)?,
            created_at: Timestamp(row.created_at),
            started_at: row.started_at.map(Timestamp),
            ended_at: row.ended_at.map(Timestamp),
            end_reason: row.end_reason.map(end_reason).transpose()?,
        })
    }
}

fn status(name: &str) -> Result<Status, Error> {
    Status::from_name(name).ok_or(Error::corrupt("status"))
}

fn minutes(number: i64) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| Error::corrupt("duration_minutes"))
}

/// Returns the interview that `input`'s idempotency key has made for the user; with `id` if this call makes it.
pub(crate) async fn create(
    database: &Database,
    id: &str,
    user_id: &str,
    input: &CreateInterview,
    now: Timestamp,
) -> Result<InterviewSummary, Error> {
    let mut transaction = database.begin().await?;
    sqlx::query(
        "INSERT INTO interviews (id, user_id, idempotency_key, role, job_description, resume, persona, language,
                                 duration_minutes, status, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'PENDING', $10)
         ON CONFLICT (user_id, idempotency_key) DO NOTHING",
    )
    .bind(id)
    .bind(user_id)
    .bind(storable(&input.idempotency_key))
    .bind(storable(&input.role))
    .bind(storable(&input.job_description))
    .bind(storable(&input.resume))
    .bind(storable(&input.persona))
    .bind(&input.language)
    .bind(i64::from(input.duration_minutes))
    .bind(now.0)
    .execute(&mut *transaction)
    .await?;
    let row: SummaryRow = sqlx::query_as(
        "SELECT id, role, language, duration_minutes, status, end_reason, created_at, started_at, ended_at
         FROM interviews WHERE user_id = $1 AND idempotency_key = $2",
    )
    .bind(user_id)
    .bind(storable(&input.idempotency_key))
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    row.try_into()
}

/// Returns up to `limit` interviews of the user, newest first, that come after the one created at `before.0` with the id
/// `before.1`.
pub(crate) async fn list(
    database: &Database,
    user_id: &str,
    before: (Timestamp, &str),
    limit: u32,
) -> Result<Vec<InterviewSummary>, Error> {
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT id, role, language, duration_minutes, status, end_reason, created_at, started_at, ended_at
         FROM interviews
         WHERE user_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT $4",
    )
    .bind(user_id)
    .bind(before.0.0)
    .bind(before.1)
    .bind(i64::from(limit))
    .fetch_all(&database.reads)
    .await?;
    rows.into_iter().map(InterviewSummary::try_from).collect()
}

/// Returns the user's interview, its transcript left empty.
pub(crate) async fn find(
    database: &Database,
    id: &str,
    user_id: &str,
) -> Result<Option<InterviewDetails>, Error> {
    let row: Option<DetailsRow> = sqlx::query_as(
        "SELECT id, role, language, duration_minutes, status, end_reason, created_at, started_at, ended_at,
                job_description, resume, persona
         FROM interviews WHERE id = $1 AND user_id = $2",
    )
    .bind(id)
    .bind(user_id)
    .fetch_optional(&database.reads)
    .await?;
    row.map(|row| {
        Ok(InterviewDetails {
            summary: row.summary.try_into()?,
            job_description: row.job_description,
            resume: row.resume,
            persona: row.persona,
            transcript: Vec::new(),
        })
    })
    .transpose()
}

/// Returns where the user's interview stands.
pub(crate) async fn find_status(
    database: &Database,
    id: &str,
    user_id: &str,
) -> Result<Option<Status>, Error> {
    let name: Option<String> =
        sqlx::query_scalar("SELECT status FROM interviews WHERE id = $1 AND user_id = $2")
            .bind(id)
            .bind(user_id)
            .fetch_optional(&database.reads)
            .await?;
    name.map(|name| status(&name)).transpose()
}

/// Removes the user's interview with everything that belongs to it, and says what that was; `None` if there is none.
pub(crate) async fn delete(
    connection: &mut AnyConnection,
    id: &str,
    user_id: &str,
) -> Result<Option<Deleted>, Error> {
    let mut counts = [0; 4];
    for (count, sql) in counts.iter_mut().zip([
        "SELECT COUNT(*) FROM transcript_entries WHERE interview_id = $1",
        "SELECT COUNT(*) FROM deliveries WHERE interview_id = $1",
        "SELECT COUNT(*) FROM judgements WHERE interview_id = $1 AND judgement IS NOT NULL",
        "SELECT COUNT(*) FROM report_shares WHERE interview_id = $1",
    ]) {
        let number: i64 = sqlx::query_scalar(sql).bind(id).fetch_one(&mut *connection).await?;
        *count = u32::try_from(number).unwrap_or(u32::MAX);
    }
    let done = sqlx::query("DELETE FROM interviews WHERE id = $1 AND user_id = $2")
        .bind(id)
        .bind(user_id)
        .execute(connection)
        .await?;
    let [turns, deliveries, judgements, share_links] = counts;
    Ok((done.rows_affected() == 1).then_some(Deleted { turns, deliveries, judgements, share_links }))
}

#[derive(sqlx::FromRow)]
struct ContextRow {
    role: String,
    job_description: String,
    resume: String,
    persona: String,
    language: String,
    duration_minutes: i64,
    status: String,
}

/// Returns what the interviewer is told, whoever's interview it is.
pub(crate) async fn find_context(database: &Database, id: &str) -> Result<Option<Context>, Error> {
    let row: Option<ContextRow> = sqlx::query_as(
        "SELECT role, job_description, resume, persona, language, duration_minutes, status
         FROM interviews WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(&database.reads)
    .await?;
    row.map(|row| {
        Ok(Context {
            role: row.role,
            job_description: row.job_description,
            resume: row.resume,
            persona: row.persona,
            language: row.language,
            duration_minutes: minutes(row.duration_minutes)?,
            status: status(&row.status)?,
        })
    })
    .transpose()
}

/// What a session host reports about an interview.
pub(crate) struct Progress {
    pub(crate) status: Status,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) end_reason: Option<EndReason>,
}

/// Moves the interview to the status, if that is forward of where it stands, and fills in what is not yet known of its
/// times and end. `false` if there is no such interview.
///
/// `ERROR` counts as before `COMPLETED`: a transcript that arrives after all is a conversation after all. The statement
/// takes the row's lock, so whatever follows in the transaction happens once at a time for each interview.
pub(crate) async fn advance(
    connection: &mut AnyConnection,
    id: &str,
    progress: &Progress,
) -> Result<bool, Error> {
    let earlier: &[Status] = match progress.status {
        Status::Pending => &[],
        Status::InProgress => &[Status::Pending],
        Status::Error => &[Status::Pending, Status::InProgress],
        Status::Completed => &[Status::Pending, Status::InProgress, Status::Error],
    };
    let earlier = |index: usize| earlier.get(index).map(|status| status.name());
    let done = sqlx::query(
        "UPDATE interviews
         SET status = CASE WHEN status IN ($2, $3, $4) THEN $5 ELSE status END,
             started_at = COALESCE(started_at, $6),
             ended_at = COALESCE(ended_at, $7),
             end_reason = COALESCE(end_reason, $8)
         WHERE id = $1",
    )
    .bind(id)
    .bind(earlier(0))
    .bind(earlier(1))
    .bind(earlier(2))
    .bind(progress.status.name())
    .bind(progress.started_at.map(|at| at.0))
    .bind(progress.ended_at.map(|at| at.0))
    .bind(progress.end_reason.map(EndReason::name))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An interview as its report shows it.
pub(crate) struct Ended {
    pub(crate) status: Status,
    pub(crate) about: About,
}

#[derive(sqlx::FromRow)]
struct EndedRow {
    role: String,
    language: String,
    status: String,
    created_at: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
}

/// Returns what a report says of the interview, whoever's it is.
pub(crate) async fn find_ended(database: &Database, id: &str) -> Result<Option<Ended>, Error> {
    let row: Option<EndedRow> = sqlx::query_as(
        "SELECT role, language, status, created_at, started_at, ended_at FROM interviews WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(&database.reads)
    .await?;
    row.map(|row| {
        let about = About {
            role: row.role,
            language: row.language,
            started_at: Timestamp(row.started_at.unwrap_or(row.created_at)),
            ended_at: row.ended_at.map(Timestamp),
        };
        Ok(Ended { status: status(&row.status)?, about })
    })
    .transpose()
}

/// The roles of the user's interviews that are over, in alphabetical order.
pub(crate) async fn list_roles(database: &Database, user_id: &str) -> Result<Vec<String>, Error> {
    let roles = sqlx::query_scalar(
        "SELECT DISTINCT role FROM interviews WHERE user_id = $1 AND status = 'COMPLETED' ORDER BY role",
    )
    .bind(user_id)
    .fetch_all(&database.reads)
    .await?;
    Ok(roles)
}

/// Returns the latest of the user's interviews that are over, of one role or of all, newest first.
pub(crate) async fn list_ended(
    database: &Database,
    user_id: &str,
    role: Option<&str>,
    limit: u32,
) -> Result<Vec<InterviewSummary>, Error> {
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT id, role, language, duration_minutes, status, end_reason, created_at, started_at, ended_at
         FROM interviews
         WHERE user_id = $1 AND status = 'COMPLETED' AND ($2 = '' OR role = $2)
         ORDER BY COALESCE(ended_at, created_at) DESC, id DESC LIMIT $3",
    )
    .bind(user_id)
    .bind(role.unwrap_or_default())
    .bind(i64::from(limit))
    .fetch_all(&database.reads)
    .await?;
    rows.into_iter().map(InterviewSummary::try_from).collect()
}
