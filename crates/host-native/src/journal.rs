//! What is said, durable as it is said: one SQLite file for every interview of the host.
//!
//! # Theory of operation
//!
//! A record is durable when its transaction is on the disk, and that takes an fsync, some milliseconds. One task owns the
//! only connection; while it syncs, records of all interviews gather, and the next transaction takes them all. So
//! hundreds of interviews cost as many fsyncs a second as the disk gives, not as many as there are records.
//!
//! SQLite rather than a file of our own: torn writes, checksums of the log, full disks and half-made directories are its
//! daily business, and a Durable Object keeps the same table.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Changes that wait for the disk. An interview has at most one waiting; more only wait a little longer.
const WAITING: usize = 1024;

const TABLES: &str = "CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY,
    interview TEXT NOT NULL,
    record BLOB NOT NULL
); CREATE INDEX IF NOT EXISTS records_of_interview ON records (interview);
CREATE TABLE IF NOT EXISTS undeliverable (
    id INTEGER PRIMARY KEY,
    interview TEXT NOT NULL,
    record BLOB NOT NULL
);";

/// The way to the task that writes. Clones lead to the same one.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    changes: mpsc::Sender<Change>,
}

/// What an earlier process left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) unfinished: Vec<Unfinished>,
    /// Interviews that were put aside.
    pub(crate) undeliverable: u64,
}

/// An interview that was under way when the process ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfinished {
    pub(crate) interview_id: String,
    /// In the order in which they were appended.
    pub(crate) records: Vec<Vec<u8>>,
}

/// The disk did not take a record. What was durable before still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotDurable;

impl fmt::Display for NotDurable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the journal cannot be written")
    }
}

impl std::error::Error for NotDurable {}

#[derive(Debug)]
struct Change {
    interview_id: Arc<str>,
    kind: Kind,
    done: oneshot::Sender<Result<(), NotDurable>>,
}

#[derive(Debug)]
enum Kind {
    Append(Vec<Vec<u8>>),
    Forget,
    PutAside,
}

impl Journal {
    /// Opens the file, makes it if it is missing, and returns what an earlier process left in it.
    pub(crate) async fn open(path: &Path) -> Result<(Self, Left), sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql(TABLES).execute(&mut connection).await?;
        let unfinished = read(&mut connection).await?;
        let aside: i64 = sqlx::query_scalar("SELECT count(DISTINCT interview) FROM undeliverable")
            .fetch_one(&mut connection)
            .await?;
        let left = Left { unfinished, undeliverable: u64::try_from(aside).unwrap_or_default() };
        let (changes, waiting) = mpsc::channel(WAITING);
        tokio::spawn(write(connection, waiting));
        Ok((Self { changes }, left))
    }

    /// Returns once the records are on the disk, after all earlier ones of the interview.
    pub(crate) async fn append(
        &self,
        interview_id: &Arc<str>,
        records: Vec<Vec<u8>>,
    ) -> Result<(), NotDurable> {
        self.change(interview_id, Kind::Append(records)).await
    }

    /// Deletes what is kept of an interview.
    pub(crate) async fn forget(&self, interview_id: &Arc<str>) -> Result<(), NotDurable> {
        self.change(interview_id, Kind::Forget).await
    }

    /// Keeps what there is of an interview where no process goes on with it.
    pub(crate) async fn put_aside(&self, interview_id: &Arc<str>) -> Result<(), NotDurable> {
        self.change(interview_id, Kind::PutAside).await
    }

    async fn change(&self, interview_id: &Arc<str>, kind: Kind) -> Result<(), NotDurable> {
        let (done, made) = oneshot::channel();
        let change = Change { interview_id: interview_id.clone(), kind, done };
        self.changes.send(change).await.map_err(|_| NotDurable)?;
        made.await.unwrap_or(Err(NotDurable))
    }
}

async fn read(connection: &mut SqliteConnection) -> Result<Vec<Unfinished>, sqlx::Error> {
    let rows = sqlx::query("SELECT interview, record FROM records ORDER BY interview, id")
        .fetch_all(connection)
        .await?;
    let mut unfinished: Vec<Unfinished> = Vec::new();
    for row in rows {
        let (interview_id, record): (String, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        match unfinished.last_mut() {
            Some(last) if last.interview_id == interview_id => last.records.push(record),
            _ => unfinished.push(Unfinished { interview_id, records: vec![record] }),
        }
    }
    Ok(unfinished)
}

/// Writes until nobody is left who could ask.
async fn write(mut connection: SqliteConnection, mut waiting: mpsc::Receiver<Change>) {
    let mut changes = Vec::new();
    while waiting.recv_many(&mut changes, WAITING).await > 0 {
        let made = commit(&mut connection, &changes).await;
        if let Err(error) = &made {
            tracing::error!(changes = changes.len(), "the journal cannot be written: {error}");
        }
        let made = made.map_err(|_| NotDurable);
        for change in changes.drain(..) {
            // The interview may be gone; what it asked for is done all the same.
            let _ = change.done.send(made);
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!("closing the journal failed: {error}");
    }
}

async fn commit(connection: &mut SqliteConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    for change in changes {
        match &change.kind {
            Kind::Append(records) => {
                for record in records {
                    let insert = sqlx::query("INSERT INTO records (interview, record) VALUES (?, ?)");
                    insert.bind(&*change.interview_id).bind(record).execute(&mut *transaction).await?;
                }
            }
            Kind::Forget => forget(&mut transaction, &change.interview_id).await?,
            Kind::PutAside => {
                let copy = sqlx::query(
                    "INSERT INTO undeliverable (interview, record)
                     SELECT interview, record FROM records WHERE interview = ? ORDER BY id",
                );
                copy.bind(&*change.interview_id).execute(&mut *transaction).await?;
                forget(&mut transaction, &change.interview_id).await?;
            }
        }
    }
    transaction.commit().await
}

async fn forget(connection: &mut SqliteConnection, interview_id: &str) -> Result<(), sqlx::Error> {
    let delete = sqlx::query("DELETE FROM records WHERE interview = ?");
    delete.bind(interview_id).execute(connection).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;

    fn id(name: &str) -> Arc<str> {
        Arc::from(name)
    }

    #[tokio::test]
    async fn another_process_finds_every_record_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let (journal, left) = Journal::open(&path).await.unwrap();
        assert_eq!(left, Left { unfinished: vec![], undeliverable: 0 });
        journal.append(&id("b"), vec![b"1".to_vec(), b"2".to_vec()]).await.unwrap();
        journal.append(&id("a"), vec![b"x".to_vec()]).await.unwrap();
        journal.append(&id("b"), vec![b"3".to_vec()]).await.unwrap();
        // Nothing is closed: the file is read as after a kill.
        let unfinished = Journal::open(&path).await.unwrap().1.unfinished;
        let found: Vec<(&str, Vec<&[u8]>)> = unfinished
            .iter()
            .map(|one| (one.interview_id.as_str(), one.records.iter().map(Vec::as_slice).collect()))
            .collect();
        assert_eq!(found, [("a", vec![&b"x"[..]]), ("b", vec![&b"1"[..], b"2", b"3"])]);
    }

    #[tokio::test]
    async fn what_is_forgotten_is_not_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let (journal, _) = Journal::open(&path).await.unwrap();
        journal.append(&id("a"), vec![b"x".to_vec()]).await.unwrap();
        journal.append(&id("b"), vec![b"y".to_vec()]).await.unwrap();
        journal.forget(&id("a")).await.unwrap();
        let unfinished = Journal::open(&path).await.unwrap().1.unfinished;
        assert_eq!(unfinished, [Unfinished { interview_id: "b".into(), records: vec![b"y".to_vec()] }]);
    }

    #[tokio::test]
    async fn what_is_put_aside_is_kept_and_counted_and_not_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let (journal, _) = Journal::open(&path).await.unwrap();
        journal.append(&id("a"), vec![b"x".to_vec(), b"y".to_vec()]).await.unwrap();
        journal.append(&id("b"), vec![b"z".to_vec()]).await.unwrap();
        journal.put_aside(&id("a")).await.unwrap();
        let (_, left) = Journal::open(&path).await.unwrap();
        assert_eq!((left.unfinished.len(), left.undeliverable), (1, 1));
        let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        let kept: Vec<Vec<u8>> = sqlx::query_scalar("SELECT record FROM undeliverable ORDER BY id")
            .fetch_all(&mut other)
            .await
            .unwrap();
        assert_eq!(kept, [b"x", b"y"]);
    }

    #[tokio::test]
    async fn many_interviews_at_once_are_all_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let (journal, _) = Journal::open(&path).await.unwrap();
        let interviews: Vec<Arc<str>> = (0..300).map(|n| id(&n.to_string())).collect();
        let appended = interviews.iter().map(|interview| journal.append(interview, vec![b"x".to_vec()]));
        assert!(join_all(appended).await.into_iter().all(|made| made.is_ok()));
        let unfinished = Journal::open(&path).await.unwrap().1.unfinished;
        assert_eq!(unfinished.len(), 300);
    }

    #[tokio::test]
    async fn a_disk_that_takes_nothing_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let (journal, _) = Journal::open(&path).await.unwrap();
        let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        sqlx::raw_sql("DROP TABLE records").execute(&mut other).await.unwrap();
        assert_eq!(journal.append(&id("a"), vec![b"x".to_vec()]).await, Err(NotDurable));
    }
}
