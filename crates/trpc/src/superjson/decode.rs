//! JSON with annotations to JSON.

use serde_json::{Map, Value};
use std::fmt;

/// Why an envelope is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// An annotation names a type that has no meaning in an input: a class, a symbol, a typed array, or none we know.
    UnknownType,
    /// A path goes through `__proto__`, `prototype` or `constructor`.
    ForbiddenPath,
    /// `meta` is not what superjson writes.
    Malformed,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownType => "unknown superjson type",
            Self::ForbiddenPath => "forbidden superjson path",
            Self::Malformed => "malformed superjson",
        })
    }
}

impl std::error::Error for Refused {}

/// Returns what an envelope holds, `None` for `undefined`; any other JSON is returned as it is.
///
/// An envelope is an object with a key `json` and none besides `json` and `meta`. Dates stay the text or number they are,
/// for the typed field to read. Keys that are `undefined` are removed, in an array they are `null`. A set is an array, a map
/// an array of pairs. A path that leads nowhere is ignored, as superjson does.
pub fn decode(value: Value) -> Result<Option<Value>, Refused> {
    let mut object = match value {
        Value::Object(object) if is_envelope(&object) => object,
        bare => return Ok(Some(bare)),
    };
    let mut json = object.remove("json").unwrap_or_default();
    let meta = match object.remove("meta") {
        None | Some(Value::Null) => return Ok(Some(json)),
        Some(Value::Object(meta)) => meta,
        Some(_) => return Err(Refused::Malformed),
    };
    let escapes = if meta.contains_key("v") { Escapes::All } else { Escapes::DotsOnly };
    match meta.get("values") {
        None | Some(Value::Null) => Ok(Some(json)),
        Some(values) => match annotate(&mut json, values, escapes)? {
            Fate::Keep => Ok(Some(json)),
            Fate::Undefined => Ok(None),
        },
    }
}

/// What superjson's writer escapes in paths: 2.2.3 and later also the backslash, and they say `"v":1`.
#[derive(Clone, Copy)]
enum Escapes {
    All,
    DotsOnly,
}

/// What becomes of an annotated value.
#[must_use]
enum Fate {
    Keep,
    Undefined,
}

fn is_envelope(object: &Map<String, Value>) -> bool {
    object.contains_key("json") && object.keys().all(|key| key == "json" || key == "meta")
}

/// Applies a tree of annotations: an object maps paths to trees, an array is a type and perhaps the tree below it.
fn annotate(value: &mut Value, tree: &Value, escapes: Escapes) -> Result<Fate, Refused> {
    match tree {
        Value::Object(children) => {
            for (path, subtree) in children {
                annotate_at(value, &segments(path, escapes)?, subtree, escapes)?;
            }
            Ok(Fate::Keep)
        }
        Value::Array(node) => {
            if let Some(subtree) = node.get(1) {
                let _kept: Fate = annotate(value, subtree, escapes)?;
            }
            retype(value, node.first().ok_or(Refused::Malformed)?)
        }
        _ => Err(Refused::Malformed),
    }
}

fn annotate_at(value: &mut Value, path: &[String], tree: &Value, escapes: Escapes) -> Result<(), Refused> {
    let Some((last, parents)) = path.split_last() else { return Err(Refused::Malformed) };
    let mut parent = value;
    for segment in parents {
        let Some(next) = child(parent, segment) else { return Ok(()) };
        parent = next;
    }
    let Some(target) = child(parent, last) else { return Ok(()) };
    if let Fate::Undefined = annotate(target, tree, escapes)? {
        match parent {
            // Keeping the order would move every entry behind it: minutes for a body full of them, before anybody is asked.
            Value::Object(object) => drop(object.swap_remove(last)),
            other => {
                if let Some(item) = child(other, last) {
                    *item = Value::Null;
                }
            }
        }
    }
    Ok(())
}

fn child<'a>(value: &'a mut Value, segment: &str) -> Option<&'a mut Value> {
    match value {
        Value::Object(object) => object.get_mut(segment),
        Value::Array(items) => items.get_mut(segment.parse::<usize>().ok()?),
        _ => None,
    }
}

fn retype(value: &mut Value, kind: &Value) -> Result<Fate, Refused> {
    match kind.as_str() {
        Some("undefined") => return Ok(Fate::Undefined),
        Some("Date" | "number" | "set" | "map") => {}
        Some("bigint") => {
            let integer = value.as_str().and_then(|digits| {
                let signed = digits.parse::<i64>().map(Value::from);
                signed.or_else(|_| digits.parse::<u64>().map(Value::from)).ok()
            });
            if let Some(integer) = integer {
                *value = integer;
            }
        }
        _ => return Err(Refused::UnknownType),
    }
    Ok(Fate::Keep)
}

fn segments(path: &str, escapes: Escapes) -> Result<Vec<String>, Refused> {
    let mut segments = vec![String::new()];
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = c == '\\'
            && match chars.peek() {
                Some('.') => true,
                Some('\\') => matches!(escapes, Escapes::All),
                _ => false,
            };
        match (c, segments.last_mut()) {
            ('.', _) => segments.push(String::new()),
            (_, Some(segment)) => segment.push(if escaped { chars.next().unwrap_or(c) } else { c }),
            (_, None) => unreachable!("there is always a last segment"),
        }
    }
    if segments.iter().any(|segment| matches!(segment.as_str(), "__proto__" | "prototype" | "constructor")) {
        return Err(Refused::ForbiddenPath);
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decoded(text: &str) -> Result<Option<Value>, Refused> {
        decode(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn bare_json_and_envelopes_are_told_apart() {
        for (text, value) in [
            (r#"{"a":1}"#, json!({ "a": 1 })),
            (r#"{"json":{"a":1}}"#, json!({ "a": 1 })),
            (r#"{"json":{"a":1},"meta":null}"#, json!({ "a": 1 })),
            (r#"{"json":1,"meta":{},"more":1}"#, json!({ "json": 1, "meta": {}, "more": 1 })),
            (r#"{"meta":{}}"#, json!({ "meta": {} })),
            ("[1]", json!([1])),
            (r#"{"json":null}"#, json!(null)),
        ] {
            assert_eq!(decoded(text), Ok(Some(value)), "{text}");
        }
        assert_eq!(decoded(r#"{"json":null,"meta":{"values":["undefined"],"v":1}}"#), Ok(None));
        assert_eq!(decoded(r#"{"json":null,"meta":{"values":["undefined"]}}"#), Ok(None));
    }

    #[test]
    fn annotated_values_become_json() {
        let text = r#"{"json":{"a":null,"list":[null,1],"big":"9007199254740993","d":"2026-01-02T03:04:05.678Z","m":[["k","x"]],"n":"NaN"},
            "meta":{"values":{"a":["undefined"],"list.0":["undefined"],"big":["bigint"],"d":["Date"],"m":["map",{"0.1":["Date"]}],
            "n":["number"],"gone.away":["Date"]},"referentialEqualities":{"d":["e"]},"v":1}}"#;
        let value = json!({ "list": [null, 1], "big": 9_007_199_254_740_993_u64, "d": "2026-01-02T03:04:05.678Z", "m": [["k", "x"]], "n": "NaN" });
        assert_eq!(decoded(text), Ok(Some(value)));
    }

    #[test]
    fn a_tree_below_a_path_is_followed() {
        let text = r#"{"json":{"a":{"b":[null]},"c.d":null,"e\\f":null},"meta":{"values":{"a":{"b":{"0":["undefined"]}},"c\\.d":["undefined"],"e\\\\f":["undefined"]},"v":1}}"#;
        assert_eq!(decoded(text), Ok(Some(json!({ "a": { "b": [null] } }))));
        let old = r#"{"json":{"e\\f":null,"c.d":null},"meta":{"values":{"e\\f":["undefined"],"c\\.d":["undefined"]}}}"#;
        assert_eq!(decoded(old), Ok(Some(json!({}))));
    }

    #[test]
    fn a_body_full_of_undefined_keys_costs_no_more_than_its_length() {
        let keys = || (0..50_000).map(|number| format!("key {number}"));
        let json: Map<String, Value> = keys().map(|key| (key, json!(null))).collect();
        let values: Map<String, Value> = keys().map(|key| (key, json!(["undefined"]))).collect();
        let envelope = json!({ "json": json, "meta": { "values": values, "v": 1 } });
        // Removing the keys one by one would take minutes.
        assert_eq!(decode(envelope), Ok(Some(json!({}))));
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        for (meta, refused) in [
            (r#"{"values":["Decimal"]}"#, Refused::UnknownType),
            (r#"{"values":{"a":[["class","User"]]}}"#, Refused::UnknownType),
            (r#"{"values":{"__proto__.a":["Date"]}}"#, Refused::ForbiddenPath),
            (r#"{"values":{"a.constructor":["undefined"]}}"#, Refused::ForbiddenPath),
            (r#"{"values":[]}"#, Refused::Malformed),
            (r#"{"values":"Date"}"#, Refused::Malformed),
            ("[]", Refused::Malformed),
        ] {
            assert_eq!(decoded(&format!(r#"{{"json":{{"a":1}},"meta":{meta}}}"#)), Err(refused), "{meta}");
        }
    }
}
