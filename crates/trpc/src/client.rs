//! The caller's side: a call to a request, a body to a result.

use crate::superjson::{self, Annotated};
use crate::{Code, Transformer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Why a call has no result.
#[derive(Debug)]
pub enum Failure {
    /// The procedure answered with an error.
    Refused(Refusal),
    /// The body is no answer to this call: from something else than the server, or from another version of it.
    Malformed(serde_json::Error),
}

/// An error that a procedure answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why; `None` if it has a name we do not know.
    pub code: Option<Code>,
    /// What a person reads. For input that did not fit it is a list of issues as JSON.
    pub message: String,
    /// What did not fit, by the input's fields; empty for any other reason.
    pub fields: BTreeMap<String, Vec<String>>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Malformed(_) => f.write_str("not an answer of a tRPC server"),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Malformed(cause) => Some(cause),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("unknown code", Code::name);
        if self.fields.is_empty() {
            return write!(f, "{code}: {}", self.message);
        }
        write!(f, "{code}")?;
        for (field, messages) in &self.fields {
            write!(f, "; {field}: {}", messages.join(", "))?;
        }
        Ok(())
    }
}

/// Returns path and query of the `GET` that calls a query, relative to the router's base. `&()` is no input.
pub fn query(path: &str, input: &impl Serialize, transformer: Transformer) -> serde_json::Result<String> {
    let Some(input) = dress(input, transformer)? else { return Ok(format!("/{path}")) };
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("input", &input).finish();
    Ok(format!("/{path}?{query}"))
}

/// Returns the JSON body of the `POST` to `/{path}` that calls a mutation. `&()` is no input.
pub fn mutation(input: &impl Serialize, transformer: Transformer) -> serde_json::Result<Vec<u8>> {
    Ok(dress(input, transformer)?.unwrap_or_default().into_bytes())
}

fn dress(input: &impl Serialize, transformer: Transformer) -> serde_json::Result<Option<String>> {
    let input = superjson::encode(input)?;
    Ok(match (transformer, input.is_null()) {
        (Transformer::None, true) => None,
        (Transformer::None, false) => Some(input.into_plain().to_string()),
        (Transformer::Superjson, true) => Some(Annotated::undefined_envelope().to_string()),
        (Transformer::Superjson, false) => Some(input.into_envelope().to_string()),
    })
}

/// Reads the body that answers a single call, whatever its HTTP status. An undefined result reads as `null`.
pub fn read_answer<T: DeserializeOwned>(body: &[u8], transformer: Transformer) -> Result<T, Failure> {
    let mut answer: Value = serde_json::from_slice(body).map_err(Failure::Malformed)?;
    if let Some(error) = answer.get_mut("error") {
        let shape = undress(error.take(), transformer).map_err(Failure::Malformed)?;
        return Err(
            Refusal::read(&shape).map_or_else(|| Failure::Malformed(missing("error")), Failure::Refused)
        );
    }
    let result = answer.get_mut("result").ok_or_else(|| Failure::Malformed(missing("result")))?;
    let data = result.get_mut("data").map(Value::take);
    let data = data.map_or(Ok(Value::Null), |data| undress(data, transformer)).map_err(Failure::Malformed)?;
    serde_json::from_value(data).map_err(Failure::Malformed)
}

fn undress(value: Value, transformer: Transformer) -> serde_json::Result<Value> {
    match transformer {
        Transformer::None => Ok(value),
        Transformer::Superjson => match superjson::decode(value) {
            Ok(value) => Ok(value.unwrap_or_default()),
            Err(refused) => Err(serde::de::Error::custom(refused)),
        },
    }
}

fn missing(field: &'static str) -> serde_json::Error {
    serde::de::Error::missing_field(field)
}

impl Refusal {
    fn read(shape: &Value) -> Option<Self> {
        let message = shape.get("message")?.as_str()?.to_owned();
        let data = shape.get("data");
        let code = data.and_then(|data| data.get("code")).and_then(Value::as_str).and_then(Code::from_name);
        let fields = data.and_then(|data| data.pointer("/zodError/fieldErrors"));
        let fields =
            fields.and_then(|fields| serde::Deserialize::deserialize(fields).ok()).unwrap_or_default();
        Some(Self { code, message, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{self, Input, Object};
    use crate::{Answer, Item};
    use serde_json::json;

    struct Named;

    impl Input for Named {
        fn read(fields: &Object<'_>) -> Option<Self> {
            fields.string("name").required().map(|_| Self)
        }
    }

    #[test]
    fn requests_are_what_trpcs_client_sends() {
        let input = json!({ "id": "x y" });
        assert_eq!(query("a.b", &input, Transformer::None).unwrap(), "/a.b?input=%7B%22id%22%3A%22x+y%22%7D");
        assert_eq!(query("a.b", &(), Transformer::None).unwrap(), "/a.b");
        assert_eq!(mutation(&(), Transformer::None).unwrap(), b"");
        assert_eq!(mutation(&input, Transformer::Superjson).unwrap(), br#"{"json":{"id":"x y"}}"#);
        assert_eq!(
            mutation(&(), Transformer::Superjson).unwrap(),
            br#"{"json":null,"meta":{"values":["undefined"],"v":1}}"#
        );
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        for transformer in [Transformer::None, Transformer::Superjson] {
            let body = |item| Answer::single(item, transformer).body;
            let data = Item::Data(superjson::encode(&["pong"]).unwrap());
            assert_eq!(read_answer::<Vec<String>>(&body(data.clone()), transformer).unwrap(), ["pong"]);
            assert_eq!(read_answer::<Option<u8>>(&body(Item::Undefined), transformer).unwrap(), None);
            assert!(matches!(read_answer::<u8>(&body(data), transformer), Err(Failure::Malformed(_))));

            let error = schema::parse::<Named>(Some(&json!({ "name": 5 }))).err().unwrap();
            let failure = read_answer::<u8>(&body(Item::failed(&error, Some("a"))), transformer).unwrap_err();
            assert_eq!(
                failure.to_string(),
                "BAD_REQUEST; name: Invalid input: expected string, received number"
            );
        }
    }

    #[test]
    fn what_is_no_answer_is_told_apart() {
        for body in ["<html>", "{}", r#"{"message":"not found"}"#, r#"{"error":"x"}"#, ""] {
            let failure = read_answer::<u8>(body.as_bytes(), Transformer::None).unwrap_err();
            assert!(matches!(failure, Failure::Malformed(_)), "{body}");
        }
    }
}
