//! A failed call, and its shape on the wire.

use crate::code::Code;
use crate::schema::{self, Issue};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a procedure gives no result.
///
/// The message is sent to the caller, so it holds nothing internal; the cause is for the server's log only.
#[derive(Debug)]
pub struct Error {
    code: Code,
    message: Cow<'static, str>,
    issues: Vec<Issue>,
    cause: Option<Cause>,
}

/// A constructor per code that procedures answer with.
macro_rules! constructors {
    ($($(#[$doc:meta])* $function:ident, $code:ident;)*) => {
        impl Error {
            $($(#[$doc])*
            pub fn $function(message: impl Into<Cow<'static, str>>) -> Self {
                Self::new(Code::$code, message)
            })*
        }
    };
}

constructors! {
    /// The input fits its schema, and is wrong all the same.
    bad_request, BadRequest;
    /// The caller is known, and may not.
    forbidden, Forbidden;
    /// There is no such record, or none the caller may know of.
    not_found, NotFound;
    /// Collides with the present state.
    conflict, Conflict;
    /// The record's state does not allow it.
    precondition_failed, PreconditionFailed;
    /// Over a rate limit.
    too_many_requests, TooManyRequests;
}

impl Error {
    /// Fails with `message`, which the caller will read.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), issues: Vec::new(), cause: None }
    }

    /// There is no valid session or secret.
    pub fn unauthorized() -> Self {
        Self::from(Code::Unauthorized)
    }

    /// Our fault: the caller reads a fixed text, the log reads `cause`.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(Code::InternalServerError, "Internal server error").caused_by(cause)
    }

    /// The input does not fit its schema. The message is the list of issues as indented JSON, as zod prints it.
    pub fn invalid_input(issues: Vec<Issue>) -> Self {
        let message = serde_json::to_string_pretty(&issues).expect("issues hold only text and numbers");
        Self { issues, ..Self::new(Code::BadRequest, message) }
    }

    /// Keeps what led to this, for the log.
    #[must_use]
    pub fn caused_by(self, cause: impl Into<Cause>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// Returns the code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns what the caller reads.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns what does not fit the schema; empty unless that is the reason.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Returns `error` as it goes over the wire. `path` is the call's dotted name, `None` when the whole request failed.
    ///
    /// `data.zodError` is `null` unless the schema refused the input, as create-t3-app's formatter has it. The cause
    /// never appears.
    pub fn shape(&self, path: Option<&str>) -> Value {
        let mut data = json!({ "code": self.code.name(), "httpStatus": self.code.http_status() });
        if let Some(path) = path {
            data["path"] = path.into();
        }
        data["zodError"] = if self.issues.is_empty() { Value::Null } else { schema::flatten(&self.issues) };
        json!({ "message": self.message, "code": self.code.number(), "data": data })
    }
}

/// The message is the code's own name, tRPC's default.
impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code, code.name())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.issues.is_empty() {
            write!(f, "{}: {}", self.code, self.message)
        } else {
            write!(f, "{}: {} issues", self.code, self.issues.len())
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_trpcs() {
        let error = Error::not_found("Interview not found");
        assert_eq!(
            error.shape(Some("interview.get")).to_string(),
            r#"{"message":"Interview not found","code":-32004,"data":{"code":"NOT_FOUND","httpStatus":404,"path":"interview.get","zodError":null}}"#
        );
        assert_eq!(error.shape(None)["data"].get("path"), None);
    }

    #[test]
    fn the_cause_stays_at_home() {
        let error = Error::internal("db exploded at host=secret");
        assert!(!error.shape(Some("a")).to_string().contains("secret"));
        assert!(!error.to_string().contains("secret"));
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "db exploded at host=secret");
    }

    #[test]
    fn without_a_message_the_code_is_the_message() {
        assert_eq!(Error::unauthorized().message(), "UNAUTHORIZED");
    }
}
