//! What outlives the object: its session's records, in its own SQLite.
//!
//! Writing needs no waiting: the runtime lets no message leave before what was written ahead of it is durable.

use worker::{Result, SqlStorage, SqlStorageValue};

/// Returns the records in order; none if nothing was ever written.
pub(crate) fn read(sql: &SqlStorage) -> Result<Vec<Vec<u8>>> {
    sql.exec("CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, record BLOB NOT NULL)", None)?;
    let rows = sql.exec("SELECT record FROM records ORDER BY id", None)?;
    rows.raw().filter_map(|row| row.map(into_blob).transpose()).collect()
}

fn into_blob(mut row: Vec<SqlStorageValue>) -> Option<Vec<u8>> {
    match row.pop() {
        Some(SqlStorageValue::Blob(record)) => Some(record),
        _ => None,
    }
}

/// Appends a record; [`read`] has made the table.
pub(crate) fn append(sql: &SqlStorage, record: Vec<u8>) -> Result<()> {
    sql.exec("INSERT INTO records (record) VALUES (?)", vec![record.into()]).map(|_| ())
}

/// Deletes every record.
pub(crate) fn forget(sql: &SqlStorage) -> Result<()> {
    sql.exec("DELETE FROM records", None).map(|_| ())
}
