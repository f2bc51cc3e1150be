//! Calling a public procedure without sending anything: a request out, an answer in.
//!
//! This is the tRPC wire without a transformer. The session cookie travels with the HTTP client.

use crate::call::Request;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a procedure is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `GET`, without effects.
    Query,
    /// `POST`.
    Mutation,
}

/// The input of a public procedure, which says what it is the input of.
pub trait Procedure: Serialize {
    /// The dotted name.
    const PATH: &'static str;
    /// Query or mutation.
    const KIND: Kind;
    /// What it answers.
    type Output: DeserializeOwned;
}

/// Why a procedure gave no output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcedureError {
    /// The backend said no.
    Refused {
        /// tRPC's name, for instance `NOT_FOUND`.
        code: String,
        /// For people; the list of issues as JSON when the input did not fit.
        message: String,
    },
    /// The answer was not one of this procedure: a proxy, another program, another version.
    Malformed,
}

impl fmt::Display for ProcedureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, message } => write!(f, "the backend refused with {code}: {message}"),
            Self::Malformed => f.write_str("the answer is not one of PrepPal's backend"),
        }
    }
}

impl std::error::Error for ProcedureError {}

/// Returns the request that calls the procedure, relative to the public base (`<APP_URL>/api/trpc`).
pub fn request<P: Procedure>(input: &P) -> Request {
    let json = serde_json::to_string(input).expect("an input of plain fields always serialises");
    // A unit struct serialises to null: the procedure has no input.
    let input = Some(json).filter(|json| json != "null");
    let path = P::PATH;
    match (P::KIND, input) {
        (Kind::Mutation, input) => {
            let body = Some(input.unwrap_or_default().into_bytes());
            Request { path_and_query: format!("/{path}"), body }
        }
        (Kind::Query, None) => Request { path_and_query: format!("/{path}"), body: None },
        (Kind::Query, Some(json)) => {
            let query: String =
                form_urlencoded::Serializer::new(String::new()).append_pair("input", &json).finish();
            Request { path_and_query: format!("/{path}?{query}"), body: None }
        }
    }
}

/// Reads the body of the answer; the HTTP status says nothing that it does not.
pub fn parse_answer<P: Procedure>(body: &[u8]) -> Result<P::Output, ProcedureError> {
    if let Ok(Success { result }) = serde_json::from_slice::<Success<P::Output>>(body) {
        return Ok(result.data);
    }
    // No data at all is how tRPC writes `undefined`, the output of a procedure without one.
    if serde_json::from_slice::<Success<Option<IgnoredAny>>>(body).is_ok_and(|it| it.result.data.is_none()) {
        return serde_json::from_str("null").map_err(|_| ProcedureError::Malformed);
    }
    match serde_json::from_slice::<Failure>(body) {
        Ok(Failure { error }) => {
            Err(ProcedureError::Refused { code: error.data.code, message: error.message })
        }
        Err(_) => Err(ProcedureError::Malformed),
    }
}

#[derive(Deserialize)]
struct Success<T> {
    result: Data<T>,
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct Failure {
    error: Shape,
}

#[derive(Deserialize)]
struct Shape {
    message: String,
    data: ShapeData,
}

#[derive(Deserialize)]
struct ShapeData {
    code: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::Status;
    use crate::public::{GetConfig, GetInterview, ListInterviews, SignOut, VerifyCode};

    #[test]
    fn a_query_carries_its_input_in_the_url() {
        let request = request(&GetInterview { id: "a b".into() });
        assert_eq!(request.path_and_query, "/interview.get?input=%7B%22id%22%3A%22a+b%22%7D");
        assert_eq!(request.body, None);
    }

    #[test]
    fn a_procedure_without_input_sends_none() {
        assert_eq!(request(&GetConfig), Request { path_and_query: "/config.get".into(), body: None });
        let mutation = request(&SignOut);
        assert_eq!(mutation, Request { path_and_query: "/auth.signOut".into(), body: Some(Vec::new()) });
    }

    #[test]
    fn a_mutation_carries_its_input_in_the_body() {
        let request = request(&VerifyCode { email: "a@b.example".into(), code: "123456".into() });
        assert_eq!(request.body.unwrap(), br#"{"email":"a@b.example","code":"123456"}"#);
    }

    #[test]
    fn a_page_is_read() {
        let body = br#"{"result":{"data":{"items":[{"id":"i","role":"Cook","language":"en",
            "durationMinutes":20,"status":"PENDING","createdAt":"2026-01-02T03:04:05.678Z"}]}}}"#;
        let page = parse_answer::<ListInterviews>(body).unwrap();
        assert_eq!((page.items[0].status, page.next_cursor), (Status::Pending, None));
        assert_eq!(page.items[0].created_at.0, 1_767_323_045_678);
    }

    #[test]
    fn no_output_is_an_output_of_procedures_without_one() {
        assert_eq!(parse_answer::<SignOut>(br#"{"result":{}}"#), Ok(()));
        assert_eq!(parse_answer::<SignOut>(br#"{"result":{"data":null}}"#), Ok(()));
        assert_eq!(parse_answer::<ListInterviews>(br#"{"result":{}}"#), Err(ProcedureError::Malformed));
    }

    #[test]
    fn a_refusal_names_its_code() {
        let body = br#"{"error":{"message":"Interview not found","code":-32004,
            "data":{"code":"NOT_FOUND","httpStatus":404,"path":"interview.get","zodError":null}}}"#;
        let refused =
            ProcedureError::Refused { code: "NOT_FOUND".into(), message: "Interview not found".into() };
        assert_eq!(parse_answer::<GetInterview>(body).err(), Some(refused));
        assert_eq!(parse_answer::<GetInterview>(b"<html>").err(), Some(ProcedureError::Malformed));
    }
}
