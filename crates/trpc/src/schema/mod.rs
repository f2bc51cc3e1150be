//! Reads a call's input, and answers what does not fit the way zod 4 does: every issue at once, each with code, path and
//! message. Forms read that from `error.data.zodError.fieldErrors`.
//!
//! An input is a struct that implements [`Input`]. Each field is a chain: what it is, its checks, and last whether it must
//! be there. Every chain is finished before the first `?`, so that all the issues are found. Unknown keys are ignored.
//!
//! ```
//! use trpc::schema::{self, Input, Object};
//!
//! #[derive(Debug, PartialEq)]
//! struct CreateInterview {
//!     role: String,
//!     level: Level,
//!     persona: Option<String>,
//!     duration_minutes: i64,
//!     questions: Vec<Question>,
//! }
//!
//! #[derive(Clone, Debug, PartialEq)]
//! enum Level {
//!     Junior,
//!     Senior,
//! }
//!
//! #[derive(Debug, PartialEq)]
//! struct Question {
//!     text: String,
//! }
//!
//! impl Input for Question {
//!     fn read(fields: &Object<'_>) -> Option<Self> {
//!         Some(Self { text: fields.string("text").trim().min(1).required()? })
//!     }
//! }
//!
//! impl Input for CreateInterview {
//!     fn read(fields: &Object<'_>) -> Option<Self> {
//!         let role = fields.string("role").trim().min(1).max(200).required();
//!         let level = fields.one_of("level", &[("JUNIOR", Level::Junior), ("SENIOR", Level::Senior)]).required();
//!         let persona = fields.string("persona").max(2_000).optional();
//!         let duration_minutes = fields.int("durationMinutes").min(1).max(120).or(30);
//!         let questions = fields.array("questions").max(50).of::<Question>().or(Vec::new());
//!         Some(Self {
//!             role: role?,
//!             level: level?,
//!             persona: persona?,
//!             duration_minutes: duration_minutes?,
//!             questions: questions?,
//!         })
//!     }
//! }
//!
//! let input = serde_json::json!({ "role": "  ", "level": "SENIOR", "questions": [{ "text": "Why?" }, { "text": 5 }] });
//! let error = schema::parse::<CreateInterview>(Some(&input)).unwrap_err();
//! let issues: Vec<_> = error.issues().iter().map(|issue| issue.message()).collect();
//! assert_eq!(issues, [
//!     "Too small: expected string to have >=1 characters",
//!     "Invalid input: expected string, received number",
//! ]);
//! assert_eq!(error.shape(None)["data"]["zodError"]["fieldErrors"]["role"][0], issues[0]);
//! ```
//!
//! A procedure without an input takes `()`, one that may be called with nothing takes `Option<I>`, one that takes any JSON
//! takes `serde_json::Value`; they, and every [`Input`], are [`Parse`].

mod email;
mod field;
mod issue;
mod slot;

pub use field::{Field, Items};
pub use issue::{Issue, Step, flatten};
pub use slot::{Object, Slot};

use crate::Error;
use serde_json::Value;
use std::cell::RefCell;

/// An input that is an object: what nearly every procedure takes.
pub trait Input: Sized {
    /// Reads the fields. `None` exactly if one of them had an issue, which is noted by then.
    fn read(fields: &Object<'_>) -> Option<Self>;
}

/// Anything a call's input can be read as.
pub trait Parse: Sized {
    /// Whether the input is looked at; if not, it may be anything, even unreadable.
    const READS_INPUT: bool = true;

    /// Reads the value that stands in `slot`. `None` exactly if it had an issue, which is noted by then.
    fn parse(slot: Slot<'_>) -> Option<Self>;
}

impl<I: Input> Parse for I {
    fn parse(slot: Slot<'_>) -> Option<Self> {
        slot.object(I::read).required()
    }
}

/// No input: whatever is sent is ignored.
impl Parse for () {
    const READS_INPUT: bool = false;

    fn parse(_: Slot<'_>) -> Option<Self> {
        Some(())
    }
}

/// Any JSON; a missing input reads as `null`.
impl Parse for Value {
    fn parse(slot: Slot<'_>) -> Option<Self> {
        Some(slot.value().cloned().unwrap_or_default())
    }
}

/// An input that may be left out.
impl<I: Input> Parse for Option<I> {
    fn parse(slot: Slot<'_>) -> Option<Self> {
        slot.object(I::read).optional()
    }
}

/// Reads a call's input, `None` being no input at all.
///
/// Fails with `BAD_REQUEST` and the list of issues.
pub fn parse<I: Parse>(input: Option<&Value>) -> Result<I, Error> {
    let issues = RefCell::new(Vec::new());
    let read = I::parse(Slot::root(input, &issues));
    match (read, issues.into_inner()) {
        (Some(read), issues) if issues.is_empty() => Ok(read),
        (_, issues) => Err(Error::invalid_input(issues)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Name(String);

    impl Input for Name {
        fn read(fields: &Object<'_>) -> Option<Self> {
            fields.string("name").min(1).required().map(Self)
        }
    }

    #[test]
    fn a_missing_input_is_one_issue_at_the_root() {
        let error = parse::<Name>(None).err().unwrap();
        assert_eq!(error.issues().len(), 1);
        assert_eq!(
            error.message(),
            "[\n  {\n    \"expected\": \"object\",\n    \"code\": \"invalid_type\",\n    \"path\": [],\n    \"message\": \"Invalid input: expected object, received undefined\"\n  }\n]"
        );
        let flat = &error.shape(Some("a"))["data"]["zodError"];
        assert_eq!(flat["formErrors"], json!(["Invalid input: expected object, received undefined"]));
        assert_eq!(flat["fieldErrors"], json!({}));
    }

    #[test]
    fn what_stands_for_no_input() {
        assert!(parse::<()>(Some(&json!({ "a": 1 }))).is_ok());
        assert!(parse::<Option<Name>>(None).unwrap().is_none());
        assert!(parse::<Option<Name>>(Some(&json!({ "name": 5 }))).is_err());
        assert_eq!(parse::<Value>(None).unwrap(), Value::Null);
        assert_eq!(parse::<Name>(Some(&json!({ "name": "Ada", "more": 1 }))).unwrap().0, "Ada");
    }
}
