//! The inputs of a request's calls, read when a call asks for its own.

use crate::request::Form;
use crate::{Code, Error, Transformer, superjson};
use serde_json::{Map, Value};

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is over the limit.
    TooLarge,
    /// It broke off.
    Interrupted,
}

/// The inputs of all calls of a request.
///
/// What is wrong with them is not an error of the request but of each call that asks: a procedure without input succeeds
/// under an unreadable body, and one that refuses the caller refuses first.
#[derive(Clone, Debug)]
pub struct Inputs {
    source: Source,
    transformer: Transformer,
}

#[derive(Clone, Debug)]
enum Source {
    None,
    One(Value),
    ByIndex(Map<String, Value>),
    Bad(Bad),
}

#[derive(Clone, Copy, Debug)]
enum Bad {
    Unread(Unread),
    NotJson,
    NotByIndex,
}

impl Inputs {
    /// Takes the JSON text of the request's input, empty for none: of `?input=`, or a body.
    pub fn new(text: Result<&[u8], Unread>, form: Form, transformer: Transformer) -> Self {
        let source = match text.map(|text| (text, serde_json::from_slice(text))) {
            Err(unread) => Source::Bad(Bad::Unread(unread)),
            Ok(([], _)) => Source::None,
            Ok((_, Err(_))) => Source::Bad(Bad::NotJson),
            Ok((_, Ok(value))) if form == Form::Single => Source::One(value),
            Ok((_, Ok(Value::Object(by_index)))) => Source::ByIndex(by_index),
            Ok((_, Ok(_))) => Source::Bad(Bad::NotByIndex),
        };
        Self { source, transformer }
    }

    /// Returns the input of the call at `index`, out of its envelope if it is in one; `None` is no input.
    pub fn take(&mut self, index: usize) -> Result<Option<Value>, Error> {
        let value = match &mut self.source {
            Source::None => None,
            Source::One(value) => Some(value.take()),
            Source::ByIndex(by_index) => by_index.get_mut(&index.to_string()).map(Value::take),
            Source::Bad(bad) => return Err(bad.error()),
        };
        value.map_or(Ok(None), |value| self.unwrap(value))
    }

    fn unwrap(&self, value: Value) -> Result<Option<Value>, Error> {
        // superjson itself throws on `null`, and takes a scalar for no input at all.
        if self.transformer == Transformer::Superjson && !(value.is_object() || value.is_array()) {
            return Err(Error::bad_request("Input is not superjson"));
        }
        superjson::decode(value)
            .map_err(|refused| Error::bad_request("Input is not superjson").caused_by(refused))
    }
}

impl Bad {
    fn error(self) -> Error {
        match self {
            Self::Unread(Unread::TooLarge) => Error::new(Code::PayloadTooLarge, "Request body is too large"),
            Self::Unread(Unread::Interrupted) => Error::bad_request("Request body broke off"),
            Self::NotJson => Error::bad_request("Input is not valid JSON"),
            Self::NotByIndex => Error::bad_request("\"input\" needs to be an object when doing a batch call"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NO_TRANSFORMER: Transformer = Transformer::None;

    fn inputs(text: &str, form: Form, transformer: Transformer) -> Inputs {
        Inputs::new(Ok(text.as_bytes()), form, transformer)
    }

    #[test]
    fn one_input_in_any_dress() {
        for transformer in [Transformer::None, Transformer::Superjson] {
            let taken =
                |text: &str| inputs(text, Form::Single, transformer).take(0).map_err(|error| error.code());
            assert_eq!(taken(""), Ok(None));
            assert_eq!(taken(r#"{"a":1}"#), Ok(Some(json!({ "a": 1 }))));
            assert_eq!(taken(r#"{"json":{"a":1}}"#), Ok(Some(json!({ "a": 1 }))));
            assert_eq!(taken(r#"{"json":null}"#), Ok(Some(json!(null))));
            assert_eq!(taken(r#"{"json":null,"meta":{"values":["undefined"]}}"#), Ok(None));
            assert_eq!(taken(r#"{"json":1,"meta":{"values":["Decimal"]}}"#), Err(Code::BadRequest));
            assert_eq!(taken("{nope"), Err(Code::BadRequest));
        }
    }

    #[test]
    fn a_bare_scalar_is_an_input_only_without_a_transformer() {
        for text in ["null", "5", "\"x\"", "true"] {
            assert!(inputs(text, Form::Single, Transformer::None).take(0).unwrap().is_some());
            assert!(inputs(text, Form::Single, Transformer::Superjson).take(0).is_err());
        }
    }

    #[test]
    fn a_batch_is_read_by_index() {
        let mut batch =
            inputs(r#"{"1":{"json":5},"0":[1],"7":2,"x":3}"#, Form::Array, Transformer::Superjson);
        assert_eq!(batch.take(1).unwrap(), Some(json!(5)));
        assert_eq!(batch.take(0).unwrap(), Some(json!([1])));
        assert_eq!(batch.take(2).unwrap(), None);
        let error = inputs("[1]", Form::Lines, NO_TRANSFORMER).take(0).unwrap_err();
        assert_eq!(error.message(), "\"input\" needs to be an object when doing a batch call");
    }

    #[test]
    fn what_is_wrong_is_told_to_each_call() {
        let mut large = Inputs::new(Err(Unread::TooLarge), Form::Array, NO_TRANSFORMER);
        for index in 0..2 {
            assert_eq!(large.take(index).unwrap_err().code(), Code::PayloadTooLarge);
        }
        let mut bad = inputs("{nope", Form::Lines, NO_TRANSFORMER);
        assert_eq!(bad.take(1).unwrap_err().code(), Code::BadRequest);
    }
}
