//! Calling a public procedure without sending anything: a request out, an answer in.
//!
//! This is the tRPC wire without a transformer. The session cookie travels with the HTTP client.

use crate::call::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use trpc::client::{self, Failure};
use trpc::{Kind, Transformer};

/// The input of a public procedure, which says what it is the input of.
pub trait Procedure: Serialize {
    /// The dotted name.
    const PATH: &'static str;
    /// Query or mutation.
    const KIND: Kind;
    /// What it answers.
    type Output: DeserializeOwned;
}

/// Returns the request that calls the procedure, relative to the public base (`<APP_URL>/api/trpc`).
pub fn request<P: Procedure>(input: &P) -> Request {
    const SERIALISES: &str = "an input of plain fields always serialises";
    match P::KIND {
        Kind::Query => {
            let path_and_query = client::query(P::PATH, input, Transformer::None).expect(SERIALISES);
            Request { path_and_query, body: None }
        }
        Kind::Mutation => {
            let body = client::mutation(input, Transformer::None).expect(SERIALISES);
            Request { path_and_query: format!("/{}", P::PATH), body: Some(body) }
        }
    }
}

/// Reads the body of the answer; the HTTP status says nothing that it does not.
pub fn parse_answer<P: Procedure>(body: &[u8]) -> Result<P::Output, Failure> {
    client::read_answer(body, Transformer::None)
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
        assert!(parse_answer::<SignOut>(br#"{"result":{}}"#).is_ok());
        assert!(parse_answer::<SignOut>(br#"{"result":{"data":null}}"#).is_ok());
        assert!(matches!(parse_answer::<ListInterviews>(br#"{"result":{}}"#), Err(Failure::Malformed(_))));
    }

    #[test]
    fn a_refusal_names_its_code() {
        let body = br#"{"error":{"message":"Interview not found","code":-32004,
            "data":{"code":"NOT_FOUND","httpStatus":404,"path":"interview.get","zodError":null}}}"#;
        let Err(Failure::Refused(refusal)) = parse_answer::<GetInterview>(body) else { panic!("a refusal") };
        assert_eq!(refusal.code, Some(trpc::Code::NotFound));
        assert_eq!(refusal.message, "Interview not found");
    }
}
