//! Values to JSON with annotations.

use super::serializer::Encoder;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A value as JSON, and where in it the dates are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotated {
    pub(super) json: Value,
    /// Escaped, dotted paths; the empty one is the value itself.
    pub(super) dates: Vec<String>,
}

/// Serialises `value`, noting every date.
///
/// Fails as `serde_json` does: on a map whose keys are not text.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Annotated, serde_json::Error> {
    let mut dates = Vec::new();
    let json = value.serialize(Encoder::new(&mut Vec::new(), &mut dates))?;
    Ok(Annotated { json, dates })
}

impl Annotated {
    /// Takes JSON without any dates.
    pub fn plain(json: Value) -> Self {
        Self { json, dates: Vec::new() }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.json.is_null()
    }

    /// Returns the JSON alone, for an answer without a transformer.
    pub fn into_plain(self) -> Value {
        self.json
    }

    /// Returns superjson's `{"json":…,"meta":…}`; `meta` only when there is something to say.
    pub fn into_envelope(self) -> Value {
        let values = match self.dates.as_slice() {
            [] => return json!({ "json": self.json }),
            [root] if root.is_empty() => json!(["Date"]),
            paths => paths.iter().map(|path| (path.clone(), json!(["Date"]))).collect::<Map<_, _>>().into(),
        };
        json!({ "json": self.json, "meta": { "values": values, "v": 1 } })
    }

    /// Returns superjson's `undefined`.
    pub fn undefined_envelope() -> Value {
        json!({ "json": null, "meta": { "values": ["undefined"], "v": 1 } })
    }

    /// Puts the value into a larger one: `wrap` builds it, `prefix` is the dotted path to where the value then is.
    pub(crate) fn inside(self, prefix: &str, wrap: impl FnOnce(Value) -> Value) -> Self {
        let move_down =
            |path: String| if path.is_empty() { prefix.to_owned() } else { format!("{prefix}.{path}") };
        Self { json: wrap(self.json), dates: self.dates.into_iter().map(move_down).collect() }
    }
}

/// Returns one segment of a path as superjson 2.2.3 and later write it.
pub(super) fn escape(segment: &str) -> String {
    segment.replace('\\', r"\\").replace('.', r"\.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serializer;
    use std::collections::BTreeMap;

    struct Instant;

    impl Serialize for Instant {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_newtype_struct(super::super::DATE, "2026-01-02T03:04:05.678Z")
        }
    }

    fn envelope(value: &impl Serialize) -> String {
        encode(value).unwrap().into_envelope().to_string()
    }

    #[test]
    fn every_shape_serialises_as_serde_json_does() {
        #[derive(Serialize)]
        enum Shape {
            Unit,
            Newtype(u8),
            Tuple(i8, f64),
            Struct { a: bool },
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Everything {
            shapes: Vec<Shape>,
            pair: (char, Option<u64>),
            #[serde(skip_serializing_if = "Option::is_none")]
            left_out: Option<u8>,
            by_number: BTreeMap<u32, &'static str>,
            any: Value,
            big: i128,
            #[serde(flatten)]
            more: BTreeMap<String, f32>,
        }
        let value = Everything {
            shapes: vec![Shape::Unit, Shape::Newtype(1), Shape::Tuple(-1, 0.5), Shape::Struct { a: true }],
            pair: ('ö', None),
            left_out: None,
            by_number: BTreeMap::from([(7, "seven")]),
            any: json!({ "n": 1, "deep": [null, { "x": "2026-01-02T03:04:05.678Z" }] }),
            big: 5,
            more: BTreeMap::from([("rest".to_owned(), 1.5)]),
        };
        let encoded = encode(&value).unwrap();
        assert_eq!(encoded.json.to_string(), serde_json::to_string(&value).unwrap());
        assert!(encoded.dates.is_empty(), "text that looks like a date is none");
        assert!(encode(&BTreeMap::from([((1, 2), 3)])).is_err());
    }

    #[test]
    fn dates_are_annotated_by_escaped_path() {
        assert_eq!(envelope(&1), r#"{"json":1}"#);
        assert_eq!(
            envelope(&Instant),
            r#"{"json":"2026-01-02T03:04:05.678Z","meta":{"values":["Date"],"v":1}}"#
        );
        let map = BTreeMap::from([("a.b", BTreeMap::from([(r"c\d", vec![Some(Instant), None])]))]);
        assert_eq!(
            envelope(&map),
            r#"{"json":{"a.b":{"c\\d":["2026-01-02T03:04:05.678Z",null]}},"meta":{"values":{"a\\.b.c\\\\d.0":["Date"]},"v":1}}"#
        );
    }

    #[test]
    fn a_value_moves_with_its_dates() {
        let moved = encode(&Instant).unwrap().inside("0.data", |json| json!([{ "data": json }]));
        assert_eq!(
            moved.into_envelope().to_string(),
            r#"{"json":[{"data":"2026-01-02T03:04:05.678Z"}],"meta":{"values":{"0.data":["Date"]},"v":1}}"#
        );
    }
}
