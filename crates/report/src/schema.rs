//! What the model is asked to answer: the vendor's subset of OpenAPI, and the same as Rust.

use crate::rubric::Rubric;
use serde::Deserialize;
use serde_json::{Value, json};

/// Greater with each change of what the model is asked to answer.
pub const SCHEMA_VERSION: u32 = 1;

/// Most questions that are gone into. A longer interview is judged as a whole and by its first ones.
pub(crate) const MAX_QUESTIONS: usize = 40;

/// The answer, before anything of it is believed.
#[derive(Debug, Deserialize)]
pub(crate) struct Draft {
    pub(crate) summary: Vec<DraftClaim>,
    pub(crate) scores: Vec<DraftScore>,
    pub(crate) strengths: Vec<DraftClaim>,
    pub(crate) changes: Vec<DraftClaim>,
    pub(crate) gaps: Vec<DraftGap>,
    pub(crate) questions: Vec<DraftQuestion>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DraftClaim {
    pub(crate) text: String,
    pub(crate) citations: Vec<DraftCitation>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DraftCitation {
    pub(crate) turn: i64,
    pub(crate) quote: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DraftScore {
    pub(crate) dimension: String,
    pub(crate) score: i64,
    pub(crate) reason: DraftClaim,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DraftGap {
    pub(crate) text: String,
    pub(crate) document: api::report::Document,
    pub(crate) quote: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DraftQuestion {
    pub(crate) turn: i64,
    pub(crate) asked: String,
    pub(crate) gist: DraftClaim,
    pub(crate) good: Vec<DraftClaim>,
    pub(crate) missing: Vec<DraftClaim>,
    pub(crate) stronger: String,
}

/// The schema of the answer by this rubric. Every list has an end, so that the whole does.
pub(crate) fn schema(rubric: &Rubric) -> Value {
    let text = || json!({ "type": "STRING" });
    let turn = || json!({ "type": "INTEGER", "minimum": 1 });
    let citation = object(&[("turn", turn()), ("quote", text())]);
    let claim = || object(&[("text", text()), ("citations", list(&citation, 1, 3))]);
    let dimensions: Vec<&str> = rubric.dimensions.iter().map(|dimension| dimension.id).collect();
    let dimension = json!({ "type": "STRING", "enum": dimensions });
    let mark = json!({ "type": "INTEGER", "minimum": 1, "maximum": 5 });
    let score = object(&[("dimension", dimension), ("reason", claim()), ("score", mark)]);
    let document = json!({ "type": "STRING", "enum": ["JOB_DESCRIPTION", "RESUME"] });
    let gap = object(&[("text", text()), ("document", document), ("quote", text())]);
    let question = object(&[
        ("turn", turn()),
        ("asked", text()),
        ("gist", claim()),
        ("good", list(&claim(), 0, 3)),
        ("missing", list(&claim(), 0, 3)),
        ("stronger", text()),
    ]);
    object(&[
        ("questions", list(&question, 0, MAX_QUESTIONS)),
        ("scores", list(&score, 1, dimensions.len())),
        ("strengths", list(&claim(), 0, 5)),
        ("changes", list(&claim(), 0, 3)),
        ("gaps", list(&gap, 0, 6)),
        ("summary", list(&claim(), 1, 4)),
    ])
}

/// Members are written in the order given, all of them: reasons before marks, the parts before the whole.
fn object(members: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "OBJECT", "properties": properties, "required": names, "propertyOrdering": names })
}

fn list(items: &Value, least: usize, most: usize) -> Value {
    json!({ "type": "ARRAY", "items": items, "minItems": least, "maxItems": most })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each_list(schema: &Value, see: &mut impl FnMut(&Value)) {
        if schema["type"] == "ARRAY" {
            see(schema);
            each_list(&schema["items"], see);
        }
        for member in schema["properties"].as_object().into_iter().flat_map(|members| members.values()) {
            each_list(member, see);
        }
    }

    #[test]
    fn every_list_has_an_end() {
        let mut lists = 0;
        for rubric in Rubric::ALL {
            each_list(&schema(rubric), &mut |list| {
                assert!(list["maxItems"].is_u64(), "{list}");
                lists += 1;
            });
        }
        assert_eq!(lists, 3 * 15);
    }
}
