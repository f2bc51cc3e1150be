//! Instants on the wire.

use serde::{Deserialize, Serialize};

/// An instant as Unix milliseconds, written as ISO 8601 in UTC with three decimals, as `Date.toISOString` does.
///
/// Read from ISO 8601 text with an offset, or from epoch milliseconds. Text without an offset is refused: JavaScript
/// would read it as local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);
