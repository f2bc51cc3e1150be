//! What goes back: one item, an array of them, or JSON lines.

use crate::superjson::Annotated;
use crate::{Code, Error};
use serde_json::{Map, Value, json};

/// How values are dressed on the way out. On the way in both forms are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transformer {
    /// Bare JSON.
    None,
    /// superjson's envelope, around every result and every error.
    Superjson,
}

/// What one call came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// It returned a value.
    Data(Annotated),
    /// It returned nothing, JavaScript's `undefined`.
    Undefined,
    /// It failed.
    Failed {
        /// Why; it decides the HTTP status.
        code: Code,
        /// The whole `error` object.
        shape: Value,
    },
}

/// Status and body of an answer. The body is JSON, and its content type `application/json`, also when it is lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON text.
    pub body: Vec<u8>,
}

impl Item {
    /// Makes the item of a failed call. `path` is the call's dotted name, `None` when the whole request failed.
    pub fn failed(error: &Error, path: Option<&str>) -> Self {
        Self::Failed { code: error.code(), shape: error.shape(path) }
    }

    /// Returns the HTTP status of an answer that is this item alone.
    pub fn status(&self) -> u16 {
        match self {
            Self::Data(_) | Self::Undefined => 200,
            Self::Failed { code, .. } => code.http_status(),
        }
    }

    /// Returns the item with an envelope of its own inside of `result.data` or `error`.
    fn dressed(self, transformer: Transformer) -> Value {
        match (transformer, self) {
            (Transformer::None, item) => item.bare().into_plain(),
            (Transformer::Superjson, Self::Data(data)) => {
                json!({ "result": { "data": data.into_envelope() } })
            }
            (Transformer::Superjson, Self::Undefined) => {
                json!({ "result": { "data": Annotated::undefined_envelope() } })
            }
            (Transformer::Superjson, Self::Failed { shape, .. }) => {
                json!({ "error": Annotated::plain(shape).into_envelope() })
            }
        }
    }

    /// Returns the item without an inner envelope: in JSON lines the whole line is in one.
    fn bare(self) -> Annotated {
        match self {
            Self::Data(data) => data.inside("result.data", |json| json!({ "result": { "data": json } })),
            Self::Undefined => Annotated::plain(json!({ "result": {} })),
            Self::Failed { shape, .. } => Annotated::plain(json!({ "error": shape })),
        }
    }
}

impl Answer {
    /// Answers a request that is no batch, or one that failed as a whole.
    pub fn single(item: Item, transformer: Transformer) -> Self {
        Self { status: item.status(), body: to_bytes(&item.dressed(transformer)) }
    }

    /// Answers a batch whose caller reads an array: in call order, 207 if the calls' statuses differ.
    pub fn batch(items: Vec<Item>, transformer: Transformer) -> Self {
        let mut statuses = items.iter().map(Item::status);
        let first = statuses.next().unwrap_or(200);
        let status = if statuses.all(|status| status == first) { first } else { 207 };
        let array = items.into_iter().map(|item| item.dressed(transformer)).collect::<Vec<Value>>();
        Self { status, body: to_bytes(&array.into()) }
    }
}

/// Returns the first of the JSON lines: it promises an item for each of `calls` calls.
///
/// The status of an answer in lines is always 200. Each line ends in a line feed, without which clients do not read it.
pub fn head_line(calls: usize, transformer: Transformer) -> Vec<u8> {
    let promise = |index: usize| (index.to_string(), json!([[0], [null, 0, index]]));
    line(Annotated::plain((0..calls).map(promise).collect::<Map<_, _>>().into()), transformer)
}

/// Returns the line that keeps the promise for the call at `index`. Lines may come in any order.
pub fn item_line(index: usize, item: Item, transformer: Transformer) -> Vec<u8> {
    line(item.bare().inside("2.0.0", |item| json!([index, 0, [[item]]])), transformer)
}

fn line(content: Annotated, transformer: Transformer) -> Vec<u8> {
    let mut bytes = to_bytes(&match transformer {
        Transformer::None => content.into_plain(),
        Transformer::Superjson => content.into_envelope(),
    });
    bytes.push(b'\n');
    bytes
}

fn to_bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::superjson::{self, DATE};
    use serde::{Serialize, Serializer};

    #[derive(Serialize)]
    struct Entry {
        at: Instant,
    }

    struct Instant;

    impl Serialize for Instant {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_newtype_struct(DATE, "2026-01-02T03:04:05.678Z")
        }
    }

    fn data(value: &impl Serialize) -> Item {
        Item::Data(superjson::encode(value).unwrap())
    }

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    fn single(item: Item, transformer: Transformer) -> String {
        text(Answer::single(item, transformer).body)
    }

    #[test]
    fn one_item_with_and_without_superjson() {
        use Transformer::{None, Superjson};
        assert_eq!(single(data(&"pong"), None), r#"{"result":{"data":"pong"}}"#);
        assert_eq!(single(data(&"pong"), Superjson), r#"{"result":{"data":{"json":"pong"}}}"#);
        assert_eq!(single(data(&()), Superjson), r#"{"result":{"data":{"json":null}}}"#);
        assert_eq!(single(Item::Undefined, None), r#"{"result":{}}"#);
        assert_eq!(
            single(Item::Undefined, Superjson),
            r#"{"result":{"data":{"json":null,"meta":{"values":["undefined"],"v":1}}}}"#
        );
        assert_eq!(
            single(data(&vec![Entry { at: Instant }]), Superjson),
            r#"{"result":{"data":{"json":[{"at":"2026-01-02T03:04:05.678Z"}],"meta":{"values":{"0.at":["Date"]},"v":1}}}}"#
        );
        assert_eq!(
            single(Item::failed(&Error::unauthorized(), Some("interview.list")), Superjson),
            r#"{"error":{"json":{"message":"UNAUTHORIZED","code":-32001,"data":{"code":"UNAUTHORIZED","httpStatus":401,"path":"interview.list","zodError":null}}}}"#
        );
    }

    #[test]
    fn a_batch_has_the_common_status_or_207() {
        let failed = |error: Error| Item::failed(&error, Some("a"));
        let status = |items: Vec<Item>| Answer::batch(items, Transformer::None).status;
        assert_eq!(status(vec![data(&1), data(&2)]), 200);
        assert_eq!(status(vec![data(&1), failed(Error::unauthorized())]), 207);
        assert_eq!(status(vec![failed(Error::unauthorized()), failed(Error::unauthorized())]), 401);
        assert_eq!(status(vec![failed(Error::unauthorized()), failed(Error::not_found("x"))]), 207);
        assert_eq!(text(Answer::batch(vec![data(&1)], Transformer::None).body), r#"[{"result":{"data":1}}]"#);
    }

    #[test]
    fn lines_are_flat_and_in_one_envelope_each() {
        use Transformer::{None, Superjson};
        assert_eq!(text(head_line(2, None)), "{\"0\":[[0],[null,0,0]],\"1\":[[0],[null,0,1]]}\n");
        assert_eq!(text(head_line(1, Superjson)), "{\"json\":{\"0\":[[0],[null,0,0]]}}\n");
        assert_eq!(text(item_line(1, data(&"pong"), None)), "[1,0,[[{\"result\":{\"data\":\"pong\"}}]]]\n");
        assert_eq!(text(item_line(0, Item::Undefined, Superjson)), "{\"json\":[0,0,[[{\"result\":{}}]]]}\n");
        assert_eq!(
            text(item_line(3, data(&Entry { at: Instant }), Superjson)),
            "{\"json\":[3,0,[[{\"result\":{\"data\":{\"at\":\"2026-01-02T03:04:05.678Z\"}}}]]],\"meta\":{\"values\":{\"2.0.0.result.data.at\":[\"Date\"]},\"v\":1}}\n"
        );
    }
}
