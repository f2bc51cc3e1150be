//! What outlives the object: its session's records, in its own SQLite.
//!
//! Writing needs no waiting: the runtime lets no message leave before what was written ahead of it is durable.

use worker::{Result, SqlStorage, SqlStorageValue};

/// Returns the records in order; none if nothing was ever written. Leaves nothing behind where nothing was.
pub(crate) fn read(sql: &SqlStorage) -> Result<Vec<Vec<u8>>> {
    let tables =
        sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'records'", None)?;
    if tables.raw().next().is_none() {
        return Ok(Vec::new());
    }
    let rows = sql.exec("SELECT record FROM records ORDER BY id", None)?;
    rows.raw().filter_map(|row| row.map(into_blob).transpose()).collect()
}

/// Makes the tables, before the first record. An object that its alarm starts is not told its name, so it is kept.
pub(crate) fn begin(sql: &SqlStorage, name: &str) -> Result<()> {
    sql.exec("CREATE TABLE IF NOT EXISTS interview (name TEXT NOT NULL)", None)?;
    sql.exec("CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, record BLOB NOT NULL)", None)?;
    let unless_there = "INSERT INTO interview (name) SELECT ? WHERE NOT EXISTS (SELECT * FROM interview)";
    sql.exec(unless_there, vec![name.into()]).map(|_| ())
}

/// Returns the name of the interview that was begun here, if one was.
pub(crate) fn name(sql: &SqlStorage) -> Option<String> {
    let row = sql.exec("SELECT name FROM interview", None).ok()?.raw().next()?.ok()?;
    row.into_iter().find_map(|value| match value {
        SqlStorageValue::String(name) => Some(name),
        _ => None,
    })
}

fn into_blob(mut row: Vec<SqlStorageValue>) -> Option<Vec<u8>> {
    match row.pop() {
        Some(SqlStorageValue::Blob(record)) => Some(record),
        _ => None,
    }
}

/// Appends a record.
pub(crate) fn append(sql: &SqlStorage, record: Vec<u8>) -> Result<()> {
    sql.exec("INSERT INTO records (record) VALUES (?)", vec![record.into()]).map(|_| ())
}

/// Deletes everything.
pub(crate) fn forget(sql: &SqlStorage) -> Result<()> {
    sql.exec("DROP TABLE IF EXISTS records", None)?;
    sql.exec("DROP TABLE IF EXISTS interview", None).map(|_| ())
}
