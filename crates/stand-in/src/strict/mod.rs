//! Strict reading of client messages: the service refuses what it does not know, so the stand-in does too.
//!
//! Proto3 JSON accepts both `camelCase` and `snake_case` at every level, 64-bit integers as strings, and treats `null`
//! as absent. [`normalise`] checks a message against its shape and returns it in one spelling, so that what reads it
//! afterwards needs to know only that.

mod shape;

use serde_json::{Map, Value};

use crate::close::Close;
use shape::{CLIENT_MESSAGE, Field, Kind};

/// Returns a client message with `camelCase` names and plain numbers.
///
/// # Errors
/// The close that answers it: not an object, more than one member, an unknown name (SI-19), a value of the wrong type.
pub(crate) fn normalise(text: &str) -> Result<Map<String, Value>, Close> {
    let Ok(Value::Object(message)) = serde_json::from_str(text) else {
        return Err(Close::not_an_object());
    };
    let members = object(message, &CLIENT_MESSAGE, "")?;
    if let Some(second) = members.keys().nth(1) {
        let reason =
            format!("Invalid value, oneof field 'message_type' is already set. Cannot set '{second}'");
        return Err(Close::new(1007, reason));
    }
    Ok(members)
}

fn object(
    given: Map<String, Value>,
    fields: &'static [Field],
    path: &str,
) -> Result<Map<String, Value>, Close> {
    let mut out = Map::with_capacity(given.len());
    for (name, value) in given {
        let Some(field) = fields.iter().find(|field| field.is_called(&name)) else {
            return Err(Close::unknown_name(&name, path));
        };
        if value.is_null() {
            continue;
        }
        let place = if path.is_empty() { snake(field.name) } else { format!("{path}.{}", snake(field.name)) };
        out.insert(field.name.to_owned(), checked(value, &field.kind, &place)?);
    }
    Ok(out)
}

fn checked(value: Value, kind: &'static Kind, path: &str) -> Result<Value, Close> {
    let refused = || Close::invalid_value(path);
    match (kind, value) {
        (Kind::Message(fields), Value::Object(members)) => Ok(Value::Object(object(members, fields, path)?)),
        (Kind::List(item), Value::Array(items)) => {
            let items = items.into_iter().enumerate();
            items.map(|(place, value)| checked(value, item, &format!("{path}[{place}]"))).collect()
        }
        (Kind::Integer, Value::String(digits)) => Ok(digits.parse::<i64>().map_err(|_| refused())?.into()),
        (Kind::Choice(names), Value::String(name)) if names.contains(&name.as_str()) => Ok(name.into()),
        (Kind::Text, value @ Value::String(_))
        | (Kind::Flag, value @ Value::Bool(_))
        | (Kind::Number, value @ Value::Number(_))
        | (Kind::Map, value @ Value::Object(_)) => Ok(value),
        (Kind::Integer, value) if value.is_i64() || value.is_u64() => Ok(value),
        (Kind::Anything, value) => Ok(value),
        _ => Err(refused()),
    }
}

fn snake(camel: &str) -> String {
    let mut out = String::with_capacity(camel.len() + 4);
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Compares a name with the `snake_case` spelling of a `camelCase` one.
fn is_snake_of(name: &str, camel: &str) -> bool {
    name.len() >= camel.len() && name == snake(camel)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::normalise;
    use crate::close::Close;

    fn read(message: &Value) -> Result<Value, Close> {
        normalise(&message.to_string()).map(Value::Object)
    }

    #[test]
    fn si_18_both_spellings_mixed_and_integers_as_text() {
        let python = json!({"setup": {"model": "models/m", "generationConfig": {"speechConfig": {"voice_config":
            {"prebuilt_voice_config": {"voice_name": "Kore"}}}}, "context_window_compression": {"triggerTokens": "25000",
            "sliding_window": {"target_tokens": 8000}}, "proactivity": null}});
        let expected = json!({"setup": {"model": "models/m", "generationConfig": {"speechConfig": {"voiceConfig":
            {"prebuiltVoiceConfig": {"voiceName": "Kore"}}}}, "contextWindowCompression": {"triggerTokens": 25000,
            "slidingWindow": {"targetTokens": 8000}}}});
        assert_eq!(read(&python), Ok(expected));
        let unknown = json!({"setup": {"realtimeInputConfig": {"activityHandling": "SOMETIMES"}}});
        let close = read(&unknown).unwrap_err();
        assert_eq!(close.reason, "Invalid value at 'setup.realtime_input_config.activity_handling'");
    }

    #[test]
    fn si_19_unknown_names_are_told_with_their_snake_path() {
        let unknown = |message: Value| read(&message).unwrap_err().reason;
        assert_eq!(
            unknown(json!({"setup": {"sessionResumption": {"transparent": true}}})),
            "Invalid JSON payload received. Unknown name \"transparent\" at 'setup.session_resumption': Cannot find field."
        );
        let schema = json!({"setup": {"tools": [{"functionDeclarations": [{"parameters": {"additionalProperties": false}}]}]}});
        assert!(
            unknown(schema)
                .contains("\"additionalProperties\" at 'setup.tools[0].function_declarations[0].parameters'")
        );
        assert!(
            unknown(json!({"hello": {}}))
                .starts_with("Invalid JSON payload received. Unknown name \"hello\": Cannot")
        );
    }

    #[test]
    fn si_51_one_member_a_message() {
        let close = read(&json!({"setup": {"model": "m"}, "clientContent": {}})).unwrap_err();
        assert_eq!(close.code, 1007);
        assert!(close.reason.ends_with("Cannot set 'clientContent'"));
    }

    #[test]
    fn si_17_anything_but_an_object_is_refused() {
        for text in ["", "[]", "3", "{", "\"setup\""] {
            assert_eq!(normalise(text).unwrap_err().code, 1007, "{text}");
        }
    }
}
