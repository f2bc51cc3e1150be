//! superjson: JSON with a note beside it that says which texts are dates.
//!
//! Written: dates and `undefined`, each with its annotation. Read: every envelope a superjson client can send, and bare JSON
//! as well; the types that have no meaning in an input are refused.
//!
//! ```
//! use serde::{Serialize, Serializer};
//! use trpc::superjson;
//!
//! struct Instant(&'static str);
//!
//! impl Serialize for Instant {
//!     fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
//!         serializer.serialize_newtype_struct(superjson::DATE, self.0)
//!     }
//! }
//!
//! #[derive(Serialize)]
//! struct Entry {
//!     at: Instant,
//! }
//!
//! let entry = Entry { at: Instant("2026-01-02T03:04:05.678Z") };
//! assert_eq!(serde_json::to_string(&entry)?, r#"{"at":"2026-01-02T03:04:05.678Z"}"#);
//! assert_eq!(
//!     superjson::encode(&entry)?.into_envelope().to_string(),
//!     r#"{"json":{"at":"2026-01-02T03:04:05.678Z"},"meta":{"values":{"at":["Date"]},"v":1}}"#
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```

mod decode;
mod encode;
mod serializer;

pub use decode::{Refused, decode};
pub use encode::{Annotated, encode};

/// The newtype name that makes a text a date: `serializer.serialize_newtype_struct(superjson::DATE, &text)`.
///
/// Every ordinary serialiser writes the text alone; [`encode`] sees the name and annotates the place. The text is what
/// `Date.prototype.toISOString` gives: UTC, three decimals, `Z`.
pub const DATE: &str = "$trpc::date";
