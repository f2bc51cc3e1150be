//! A value for any response schema.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What it says wherever a text is asked for.
pub(crate) const NOTE: &str = "Made up by the stand-in, which does not understand what was said.";

/// A turn that the interviewer of our own client is not in.
const NO_TURN: u32 = 9_999;

/// Which turns are cited.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cites {
    /// Those there are.
    Turns,
    /// Some that there are, some that there are not, and words that nobody said.
    Mixed,
    /// None that there is.
    Inventions,
}

/// A turn of a transcript in the prompt, one JSON object a line.
#[derive(Deserialize)]
struct Turn {
    turn: u32,
    speaker: String,
    text: String,
}

struct Filler {
    answers: Vec<Turn>,
    questions: Vec<Turn>,
    cites: Cites,
    cited: usize,
}

/// Fills a schema, of either kind.
pub(crate) fn fill(schema: &Value, prompt: &str, cites: Cites) -> Value {
    let turns = prompt.lines().filter_map(|line| serde_json::from_str::<Turn>(line).ok());
    let (answers, others): (Vec<Turn>, Vec<Turn>) = turns.partition(|turn| turn.speaker == "CANDIDATE");
    let is_answered = |question: &Turn| answers.iter().any(|answer| answer.turn == question.turn + 1);
    let questions = others.into_iter().filter(is_answered).collect();
    Filler { answers, questions, cites, cited: 0 }.value(schema)
}

impl Filler {
    fn value(&mut self, schema: &Value) -> Value {
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        let kind = schema["type"].as_str().unwrap_or_default().to_ascii_uppercase();
        match kind.as_str() {
            "OBJECT" => self.object(schema),
            "ARRAY" => self.array(schema),
            "INTEGER" | "NUMBER" => {
                let (low, high) = (schema["minimum"].as_i64().unwrap_or(1), schema["maximum"].as_i64());
                json!(high.map_or(low, |high| i64::midpoint(low, high)))
            }
            "BOOLEAN" => json!(false),
            _ => json!(NOTE),
        }
    }

    fn object(&mut self, schema: &Value) -> Value {
        let empty = Map::new();
        let members = schema["properties"].as_object().unwrap_or(&empty);
        if members.contains_key("turn") && members.contains_key("quote") {
            return self.citation();
        }
        let filled = members.iter().map(|(name, member)| (name.clone(), self.value(member)));
        Value::Object(filled.collect())
    }

    /// One item for each value of an enumeration, one for each question that was answered, or as few as may be.
    fn array(&mut self, schema: &Value) -> Value {
        let items = &schema["items"];
        let most =
            schema["maxItems"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        let dimensions = items["properties"]["dimension"]["enum"].as_array();
        if let Some(dimensions) = dimensions {
            let scored = dimensions.iter().take(most).map(|dimension| {
                let mut item = self.value(items);
                item["dimension"] = dimension.clone();
                item
            });
            return Value::Array(scored.collect());
        }
        if items["properties"].get("asked").is_some() {
            let asked: Vec<u32> = self.questions.iter().map(|question| question.turn).take(most).collect();
            let told = asked.into_iter().map(|turn| {
                let mut item = self.value(items);
                item["turn"] = json!(turn);
                item
            });
            return Value::Array(told.collect());
        }
        // What a document lacks cannot be told without reading it.
        let quotes_documents = items["properties"].get("document").is_some();
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let count = if quotes_documents { least } else { least.max(1) };
        Value::Array((0..count).map(|_| self.value(items)).collect())
    }

    fn citation(&mut self) -> Value {
        self.cited += 1;
        let is_invented = match self.cites {
            Cites::Turns => false,
            Cites::Mixed => self.cited.is_multiple_of(3),
            Cites::Inventions => true,
        };
        let answer = self.answers.get(self.cited % self.answers.len().max(1));
        match answer {
            Some(answer) if !is_invented => {
                let first: Vec<&str> = answer.text.split_whitespace().take(12).collect();
                json!({ "turn": answer.turn, "quote": first.join(" ") })
            }
            Some(answer) if self.cited.is_multiple_of(2) => {
                json!({ "turn": answer.turn, "quote": "I single-handedly tripled the revenue of the company" })
            }
            _ => json!({ "turn": NO_TURN, "quote": "I single-handedly tripled the revenue" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROMPT: &str = "<transcript>\n{\"turn\":1,\"speaker\":\"INTERVIEWER\",\"text\":\"Why?\"}\n\
        {\"turn\":2,\"speaker\":\"CANDIDATE\",\"text\":\"Because I like it.\"}\n</transcript>";

    #[test]
    fn either_kind_of_schema_is_filled() {
        let openapi = json!({ "type": "OBJECT", "properties": { "score": { "type": "INTEGER", "minimum": 1, "maximum": 5 },
            "notes": { "type": "ARRAY", "items": { "type": "STRING" } } } });
        assert_eq!(fill(&openapi, "", Cites::Turns), json!({ "score": 3, "notes": [NOTE] }));
        let standard = json!({ "type": "object", "properties": { "a": { "type": "boolean" } } });
        assert_eq!(fill(&standard, "", Cites::Turns), json!({ "a": false }));
    }

    #[test]
    fn citations_are_true_unless_it_is_asked_to_invent() {
        let schema = json!({ "type": "OBJECT", "properties": { "turn": { "type": "INTEGER" }, "quote": { "type": "STRING" } } });
        assert_eq!(fill(&schema, PROMPT, Cites::Turns), json!({ "turn": 2, "quote": "Because I like it." }));
        assert_ne!(fill(&schema, PROMPT, Cites::Inventions)["quote"], "Because I like it.");
    }

    #[test]
    fn each_question_that_was_answered_is_told() {
        let question = json!({ "type": "OBJECT", "properties": { "turn": { "type": "INTEGER" }, "asked": { "type": "STRING" } } });
        let schema = json!({ "type": "ARRAY", "items": question });
        assert_eq!(fill(&schema, PROMPT, Cites::Turns), json!([{ "turn": 1, "asked": NOTE }]));
    }
}
