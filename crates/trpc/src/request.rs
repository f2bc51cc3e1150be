//! What comes in: which procedures are called, and how the caller reads the answer.

use crate::{Code, Error};
use percent_encoding::percent_decode_str;

/// Most calls of one request that are each told why it was rejected: a URL of commas must not make a huge answer.
const MAX_REJECTED_LINES: usize = 1_000;

/// The parts of an HTTP request that say what is called.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// As in the request line: `GET`, `POST`.
    pub method: &'a str,
    /// The path after the mount, as sent, without the slash that separates them.
    pub path: &'a str,
    /// The query string, as sent.
    pub query: &'a str,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `trpc-accept`.
    pub trpc_accept: Option<&'a str>,
    /// `Accept`.
    pub accept: Option<&'a str>,
}

/// How a call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`: the input is in the URL.
    Get,
    /// `POST`: the input is the body.
    Post,
    /// Any other, which no procedure answers.
    Other,
}

/// Whether a procedure changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only reads, and is called with `GET`.
    Query,
    /// It may change something, and is called with `POST`.
    Mutation,
}

/// What form the caller wants its answer in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One object.
    Single,
    /// An array, one object per call.
    Array,
    /// JSON lines, which only a batch can have.
    Lines,
}

/// A request, read as far as it can be without looking the procedures up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How it came.
    pub method: Method,
    /// The names of the procedures, in call order; never empty.
    pub paths: Vec<String>,
    /// What the answer looks like.
    pub form: Form,
    /// The text of `?input=`, if there is any.
    pub input: Option<String>,
}

/// A request that fails before any procedure is looked up.
#[derive(Debug)]
pub struct Rejected {
    /// Why.
    pub error: Error,
    /// How many calls of a batch wait for JSON lines; `None` for any other caller, who reads the error alone.
    pub lines: Option<usize>,
}

impl Kind {
    /// Returns the error for a call of this kind that came by the wrong method.
    pub fn check(self, method: Method, path: &str) -> Result<(), Error> {
        let sent = match (self, method) {
            (Self::Query, Method::Get) | (Self::Mutation, Method::Post) => return Ok(()),
            (_, Method::Get) => "GET-request",
            (_, Method::Post) => "POST-request",
            (_, Method::Other) => "request method",
        };
        let message = format!("Unsupported {sent} to {} procedure at path \"{path}\"", self.name());
        Err(Error::new(Code::MethodNotSupported, message))
    }

    /// Returns the one method it is called with, for the `Allow` header.
    pub fn allowed_method(self) -> &'static str {
        match self {
            Self::Query => "GET",
            Self::Mutation => "POST",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
        }
    }
}

impl Request {
    /// Reads a request's head. A batch of more than `max_batch` calls is rejected as a whole.
    pub fn parse(head: Head<'_>, max_batch: usize) -> Result<Self, Rejected> {
        let query = Query::parse(head.query);
        let wants_lines = [head.trpc_accept, head.accept].into_iter().flatten().any(accepts_lines);
        let decoded = decode_path(head.path);
        let commas = decoded.as_deref().unwrap_or(head.path).matches(',').count();
        let lines = (query.batch && wants_lines).then_some((commas + 1).min(MAX_REJECTED_LINES));
        let rejected = |error| Rejected { error, lines };

        let path =
            decoded.ok_or_else(|| rejected(Error::bad_request("Malformed percent-encoding in the path")))?;
        let method = Method::parse(head.method);
        if method != Method::Get {
            require_json(head.content_type).map_err(rejected)?;
        }
        if query.batch && commas >= max_batch {
            return Err(rejected(Error::bad_request("Batch call exceeds maximum size")));
        }
        let form = match (query.batch, wants_lines) {
            (true, true) => Form::Lines,
            (true, false) => Form::Array,
            (false, false) => Form::Single,
            (false, true) => {
                let message = "Streaming requests must be batched (you can do a batch of 1)";
                return Err(rejected(Error::bad_request(message)));
            }
        };
        let paths = match form {
            Form::Single => vec![path],
            Form::Array | Form::Lines => path.split(',').map(str::to_owned).collect(),
        };
        Ok(Self { method, paths, form, input: query.input })
    }

    /// Fails if the procedures that exist, `kinds`, are not all of one kind.
    pub fn check_kinds(&self, kinds: impl IntoIterator<Item = Kind>) -> Result<(), Rejected> {
        let mut kinds = kinds.into_iter();
        let first = kinds.next();
        if kinds.all(|kind| Some(kind) == first) {
            return Ok(());
        }
        let error = Error::bad_request("Cannot mix procedure types in call: query, mutation");
        Err(self.reject(error))
    }

    /// Makes `error` the failure of the whole request.
    pub fn reject(&self, error: Error) -> Rejected {
        Rejected { error, lines: (self.form == Form::Lines).then_some(self.paths.len()) }
    }
}

impl Method {
    fn parse(method: &str) -> Self {
        match method {
            "GET" => Self::Get,
            "POST" => Self::Post,
            _ => Self::Other,
        }
    }
}

/// Trims one slash at each end, then decodes; `None` if `decodeURIComponent` would throw.
fn decode_path(path: &str) -> Option<String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_whole = |escape: &str| escape.len() >= 2 && escape.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    if !path.split('%').skip(1).all(is_whole) {
        return None;
    }
    percent_decode_str(path).decode_utf8().ok().map(String::from)
}

fn require_json(content_type: Option<&str>) -> Result<(), Error> {
    let message = match content_type {
        None => "Missing content-type header".to_owned(),
        Some(content_type) if media_type(content_type).eq_ignore_ascii_case("application/json") => {
            return Ok(());
        }
        Some(content_type) => format!("Unsupported content-type \"{content_type}\""),
    };
    Err(Error::new(Code::UnsupportedMediaType, message))
}

fn media_type(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

fn accepts_lines(accept: &str) -> bool {
    accept.split(',').any(|option| media_type(option).eq_ignore_ascii_case("application/jsonl"))
}

/// What of a query string concerns us. Of a repeated key the first counts.
#[derive(Default)]
struct Query {
    batch: bool,
    input: Option<String>,
}

impl Query {
    fn parse(query: &str) -> Self {
        let first = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == wanted).map(|(_, value)| value.into_owned())
        };
        Self {
            batch: first("batch").is_some_and(|batch| batch == "1"),
            input: first("input").filter(|input| !input.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: Head<'_> =
        Head { method: "GET", path: "a.b", query: "", content_type: None, trpc_accept: None, accept: None };
    const POST: Head<'_> = Head { method: "POST", content_type: Some("application/json"), ..GET };

    fn parse(head: Head<'_>) -> Request {
        Request::parse(head, 3).unwrap()
    }

    fn rejected(head: Head<'_>) -> (Code, Option<usize>) {
        let rejected = Request::parse(head, 3).unwrap_err();
        (rejected.error.code(), rejected.lines)
    }

    #[test]
    fn paths_are_decoded_and_split_in_a_batch_only() {
        for (path, query, paths) in [
            ("a.b", "", vec!["a.b"]),
            ("/a.b/", "", vec!["a.b"]),
            ("//a.b", "", vec!["/a.b"]),
            ("a%2Eb", "", vec!["a.b"]),
            ("a,b", "", vec!["a,b"]),
            ("a,b", "batch=1", vec!["a", "b"]),
            ("a%2Cb", "x=y&batch=1", vec!["a", "b"]),
            ("a", "batch=1", vec!["a"]),
            ("a,b", "batch=true", vec!["a,b"]),
            ("", "batch=1", vec![""]),
        ] {
            assert_eq!(parse(Head { path, query, ..GET }).paths, paths, "{path}?{query}");
        }
        assert_eq!(rejected(Head { path: "%zz", ..GET }), (Code::BadRequest, None));
        assert_eq!(rejected(Head { path: "%ff", ..GET }), (Code::BadRequest, None));
        assert_eq!(rejected(Head { path: "a%2", ..GET }), (Code::BadRequest, None));
    }

    #[test]
    fn the_input_is_form_decoded() {
        let input = |query| parse(Head { query, ..GET }).input;
        assert_eq!(input("input=%7B%22a%22:%22x+y%22%7D").as_deref(), Some(r#"{"a":"x y"}"#));
        assert_eq!(input("input=1&input=2").as_deref(), Some("1"));
        assert_eq!(input("input="), None);
        assert_eq!(input(""), None);
    }

    #[test]
    fn only_json_is_posted() {
        for content_type in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
            assert_eq!(parse(Head { content_type: Some(content_type), ..POST }).method, Method::Post);
        }
        for content_type in [
            None,
            Some("text/plain"),
            Some("application/jsonfoo"),
            Some("application/json-patch+json"),
            Some("multipart/form-data; boundary=x"),
            Some("application/octet-stream"),
        ] {
            assert_eq!(rejected(Head { content_type, ..POST }), (Code::UnsupportedMediaType, None));
        }
        assert_eq!(parse(Head { content_type: Some("text/plain"), ..GET }).method, Method::Get);
        assert_eq!(parse(Head { method: "PUT", ..POST }).method, Method::Other);
    }

    #[test]
    fn the_form_follows_batch_and_accept() {
        let form = |query, trpc_accept, accept| parse(Head { query, trpc_accept, accept, ..GET }).form;
        assert_eq!(form("", None, Some("*/*")), Form::Single);
        assert_eq!(form("batch=1", None, Some("*/*")), Form::Array);
        assert_eq!(form("batch=1", Some("application/jsonl"), None), Form::Lines);
        assert_eq!(form("batch=1", None, Some("application/jsonl, */*;q=0.5")), Form::Lines);
        assert_eq!(
            rejected(Head { trpc_accept: Some("application/jsonl"), ..GET }),
            (Code::BadRequest, None)
        );
    }

    #[test]
    fn a_large_batch_is_rejected_for_every_call_it_may_have() {
        let head = Head { path: "a,b,c,d", query: "batch=1", ..GET };
        assert_eq!(rejected(head), (Code::BadRequest, None));
        let lines = Head { trpc_accept: Some("application/jsonl"), ..head };
        assert_eq!(rejected(lines), (Code::BadRequest, Some(4)));
        let commas = ",".repeat(5_000);
        assert_eq!(rejected(Head { path: &commas, ..lines }), (Code::BadRequest, Some(MAX_REJECTED_LINES)));
    }

    #[test]
    fn a_batch_does_not_mix_kinds() {
        let request = parse(Head { path: "a,b", query: "batch=1", ..GET });
        assert!(request.check_kinds([]).is_ok());
        assert!(request.check_kinds([Kind::Query, Kind::Query]).is_ok());
        assert_eq!(
            request.check_kinds([Kind::Query, Kind::Mutation]).unwrap_err().error.code(),
            Code::BadRequest
        );
    }

    #[test]
    fn each_kind_has_one_method() {
        assert!(Kind::Query.check(Method::Get, "a").is_ok());
        assert!(Kind::Mutation.check(Method::Post, "a").is_ok());
        let error = Kind::Query.check(Method::Post, "interview.get").unwrap_err();
        assert_eq!(error.message(), "Unsupported POST-request to query procedure at path \"interview.get\"");
        assert_eq!(Kind::Mutation.check(Method::Get, "a").unwrap_err().code(), Code::MethodNotSupported);
        assert_eq!(Kind::Mutation.check(Method::Other, "a").unwrap_err().code(), Code::MethodNotSupported);
    }
}
