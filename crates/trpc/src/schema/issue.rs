//! What does not fit, in zod 4's words.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// Largest integer JavaScript counts to without gaps.
pub(super) const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// One thing about an input that does not fit its schema. Serialises as zod prints it.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    detail: Map<String, Value>,
    path: Vec<Step>,
    message: String,
}

/// One step of the way from an input's root to the place of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Step {
    /// An object's key.
    Key(String),
    /// An array's index.
    Index(usize),
}

/// What an issue says, wherever it is.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    detail: Value,
    message: String,
}

impl Issue {
    pub(super) fn new(finding: Finding, path: Vec<Step>) -> Self {
        let Value::Object(detail) = finding.detail else { unreachable!("a finding is built from an object") };
        Self { detail, path, message: finding.message }
    }

    /// Returns zod's name for it, for instance `too_small`.
    pub fn code(&self) -> &str {
        self.detail["code"].as_str().unwrap_or_default()
    }

    /// Returns where it is; empty for the input itself.
    pub fn path(&self) -> &[Step] {
        &self.path
    }

    /// Returns what a person reads.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl Serialize for Issue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.detail.len() + 2))?;
        for (key, value) in &self.detail {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

/// Returns the issues as zod's `flatten()`: those of the input itself under `formErrors`, the others under `fieldErrors` by
/// the first step of their path.
pub fn flatten(issues: &[Issue]) -> Value {
    let mut form = Vec::new();
    let mut fields = Map::new();
    for issue in issues {
        let message = Value::from(issue.message.as_str());
        let key = match issue.path.first() {
            None => {
                form.push(message);
                continue;
            }
            Some(Step::Key(key)) => key.clone(),
            Some(Step::Index(index)) => index.to_string(),
        };
        if let Some(messages) = fields.entry(key).or_insert_with(|| json!([])).as_array_mut() {
            messages.push(message);
        }
    }
    json!({ "formErrors": form, "fieldErrors": fields })
}

/// Returns JavaScript's word for what stands in a place.
fn received(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

impl Finding {
    pub(super) fn invalid_type(expected: &'static str, value: Option<&Value>) -> Self {
        let message = format!("Invalid input: expected {expected}, received {}", received(value));
        Self { detail: json!({ "expected": expected, "code": "invalid_type" }), message }
    }

    /// Turns what is said of a missing value into what is said of `null`.
    pub(super) fn received_null(self) -> Self {
        Self { message: self.message.replace("received undefined", "received null"), ..self }
    }

    pub(super) fn not_an_integer() -> Self {
        let message = "Invalid input: expected int, received number".to_owned();
        Self { detail: json!({ "expected": "int", "format": "safeint", "code": "invalid_type" }), message }
    }

    pub(super) fn beyond_safe_integers(negative: bool) -> Self {
        let (code, bound, limit, word, sign) = if negative {
            ("too_small", "minimum", -MAX_SAFE_INTEGER, "small", ">=")
        } else {
            ("too_big", "maximum", MAX_SAFE_INTEGER, "big", "<=")
        };
        let note = "Integers must be within the safe integer range.";
        let detail = json!({ "code": code, bound: limit, "note": note, "origin": "int", "inclusive": true });
        Self { detail, message: format!("Too {word}: expected int to be {sign}{limit}") }
    }

    pub(super) fn too_small(origin: Origin, minimum: i64) -> Self {
        let detail =
            json!({ "origin": origin.name(), "code": "too_small", "minimum": minimum, "inclusive": true });
        Self { detail, message: format!("Too small: expected {}", origin.bound(">=", minimum)) }
    }

    pub(super) fn too_big(origin: Origin, maximum: i64) -> Self {
        let detail =
            json!({ "origin": origin.name(), "code": "too_big", "maximum": maximum, "inclusive": true });
        Self { detail, message: format!("Too big: expected {}", origin.bound("<=", maximum)) }
    }

    pub(super) fn invalid_format(format: &'static str, pattern: &'static str, message: &'static str) -> Self {
        let detail =
            json!({ "origin": "string", "code": "invalid_format", "format": format, "pattern": pattern });
        Self { detail, message: message.to_owned() }
    }

    pub(super) fn invalid_value<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let values: Vec<&str> = values.collect();
        let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
        let message = match quoted.as_slice() {
            [only] => format!("Invalid input: expected {only}"),
            several => format!("Invalid option: expected one of {}", several.join("|")),
        };
        Self { detail: json!({ "code": "invalid_value", "values": values }), message }
    }

    pub(super) fn custom(message: &'static str) -> Self {
        Self { detail: json!({ "code": "custom" }), message: message.to_owned() }
    }
}

/// What has a size.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    Text,
    Number,
    Array,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Array => "array",
        }
    }

    fn bound(self, sign: &str, limit: i64) -> String {
        match self {
            Self::Text => format!("string to have {sign}{limit} characters"),
            Self::Number => format!("number to be {sign}{limit}"),
            Self::Array => format!("array to have {sign}{limit} items"),
        }
    }
}
