//! The database: SQLite or PostgreSQL behind one set of queries.
//!
//! A file per table holds its SQL as typed functions. Both dialects understand `$1`, `ON CONFLICT` and `RETURNING`, and
//! the tables hold text and 64-bit integers only, so sqlx's `Any` driver carries the same text to either.
//!
//! SQLite lets one connection write at a time. All writes go through a pool of one, so that they queue in this process,
//! in order and with a deadline, instead of failing with `SQLITE_BUSY`; reads have connections of their own, which the
//! write-ahead log never blocks. On PostgreSQL both are the same pool.

pub(crate) mod deliveries;
mod error;
pub(crate) mod interviews;
pub(crate) mod judgements;
pub(crate) mod report_jobs;
pub(crate) mod report_shares;
pub(crate) mod sessions;
pub(crate) mod sign_in_codes;
pub(crate) mod transcript_entries;
pub(crate) mod users;

pub(crate) use error::Error;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction};
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How long a call waits for a free connection before it is answered with `SERVICE_UNAVAILABLE`: shorter than a session
/// host waits for its answer.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(api::call::CALL_TIMEOUT_MS * 4 / 5);

/// What another process may hold SQLite's write lock for: a backup, a `sqlite3` shell.
const SQLITE_SETTINGS: &str =
    "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL;";

/// A session host forgets a transcript once it is acknowledged, so an acknowledged commit must survive a power cut. In
/// WAL mode `NORMAL` would not sync it.
const SQLITE_DURABILITY: &str = "PRAGMA synchronous = FULL;";

const SQLITE_READERS: u32 = 8;
const POSTGRES_CONNECTIONS: u32 = 16;

/// Connections to the database, migrated.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub(crate) reads: AnyPool,
    pub(crate) writes: AnyPool,
    begin: &'static str,
}

/// Why there is no database to work with.
#[derive(Debug)]
pub(crate) enum OpenError {
    Unreachable(sqlx::Error),
    Migration(MigrateError),
}

impl Database {
    /// Connects and migrates.
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let database = Self::connect(url).await.map_err(OpenError::Unreachable)?;
        MIGRATIONS.run(&database.writes).await.map_err(OpenError::Migration)?;
        Ok(database)
    }

    /// Connects to what may be another version's database.
    async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        sqlx::any::install_default_drivers();
        if url.starts_with("sqlite:") { Self::open_sqlite(url).await } else { Self::open_postgres(url).await }
    }

    /// Connects and begins a transaction that could write; changes nothing.
    pub(crate) async fn try_out(url: &str) -> Result<(), sqlx::Error> {
        let database = Self::connect(url).await?;
        database.writes.begin_with(database.begin).await?.rollback().await?;
        database.close().await;
        Ok(())
    }

    async fn open_postgres(url: &str) -> Result<Self, sqlx::Error> {
        let options = AnyConnectOptions::from_str(url)?.disable_statement_logging();
        // A pool would try again until it runs out of time; whoever starts a backend wants to know at once.
        AnyConnection::connect_with(&options).await?.close().await?;
        let pool = pool(POSTGRES_CONNECTIONS).connect_with(options).await?;
        Ok(Self { reads: pool.clone(), writes: pool, begin: "BEGIN" })
    }

    async fn open_sqlite(url: &str) -> Result<Self, sqlx::Error> {
        let url = match (url.contains("mode="), url.contains('?')) {
            (true, _) => url.to_owned(),
            (false, true) => format!("{url}&mode=rwc"),
            (false, false) => format!("{url}?mode=rwc"),
        };
        let options = AnyConnectOptions::from_str(&url)?.disable_statement_logging();
        if url.contains("mode=rwc") {
            make_private(SqliteConnectOptions::from_str(&url)?.get_filename())?;
        }
        // The writer first: it creates the file and makes it a write-ahead log, which needs the file to itself.
        let writes = sqlite_pool(1).connect_with(options.clone()).await?;
        let reads = sqlite_pool(SQLITE_READERS).connect_with(options).await?;
        Ok(Self { reads, writes, begin: "BEGIN IMMEDIATE" })
    }

    /// Begins a transaction that can write. On SQLite it holds the write lock from the start, so it never has to give
    /// up half-way.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, Error> {
        Ok(self.writes.begin_with(self.begin).await?)
    }

    /// Asks for a sign of life.
    pub(crate) async fn ping(&self) -> Result<(), Error> {
        Ok(self.reads.acquire().await?.ping().await?)
    }

    /// Waits for running statements and closes every connection.
    pub(crate) async fn close(&self) {
        self.reads.close().await;
        self.writes.close().await;
    }
}

/// Makes the file for its owner only, if there is none: it holds what people said of themselves. What SQLite puts beside it
/// has the same permissions.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT)
}

fn sqlite_pool(connections: u32) -> AnyPoolOptions {
    pool(connections).after_connect(|connection, _| {
        Box::pin(async move {
            connection.execute(SQLITE_SETTINGS).await?;
            connection.execute(SQLITE_DURABILITY).await?;
            Ok(())
        })
    })
}

/// PostgreSQL's text has no U+0000; speech and documents lose nothing with it.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
