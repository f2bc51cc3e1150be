//! What a statement can fail with.

use std::fmt;

/// A statement failed. Nothing a caller sent can cause it.
///
/// Its `Debug` is its `Display`: sqlx's own would print the row that PostgreSQL names in a violation.
pub(crate) struct Error(sqlx::Error);

impl Error {
    /// A column holds what this program never wrote.
    pub(crate) fn corrupt(column: &'static str) -> Self {
        Self(sqlx::Error::ColumnDecode { index: column.to_owned(), source: "unknown value".into() })
    }

    /// Whether the same statement may succeed in a moment.
    fn is_passing(&self) -> bool {
        matches!(self.0, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl From<Error> for trpc::Error {
    fn from(error: Error) -> Self {
        if error.is_passing() {
            Self::new(trpc::Code::ServiceUnavailable, "The database is not available").caused_by(error)
        } else {
            Self::internal(error)
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database: {}", self.0)
    }
}

impl std::error::Error for Error {}
