//! A call of `generateContent`, as a value: who sends it adds address, `x-goog-api-key` and `content-type`.

use crate::material::Material;
use crate::{prompt, schema};
use serde_json::json;

/// How long an answer may take: a report on an hour takes a thinking model up to a minute.
pub const ANSWER_TIMEOUT_MS: u64 = 120_000;

/// Largest answer that is read, bytes: the longest that is asked for, each token ten bytes.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// Tokens for thoughts and answer together. Forty questions at their longest are half of it.
const TOKENS: u32 = 32_768;

/// The most that models of this family give; asked for once if less was not enough.
const MORE_TOKENS: u32 = 65_536;

/// What is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Ask {
    /// Which model.
    pub model: String,
    /// JSON.
    pub body: Vec<u8>,
}

/// How the request differs from a first one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mended<'a> {
    /// The answer was cut.
    pub(crate) was_cut: bool,
    /// What was wrong with the last answer, in our words.
    pub(crate) problem: Option<&'a str>,
}

impl Ask {
    pub(crate) fn new(model: &str, material: &Material, mended: Mended<'_>) -> Self {
        let rubric = material.rubric();
        let mut parts = vec![json!({ "text": prompt::data(material) })];
        if let Some(problem) = mended.problem {
            let note = format!("Your last answer could not be used: {problem}. Answer again, by the schema.");
            parts.push(json!({ "text": note }));
        }
        let body = json!({
            "systemInstruction": { "parts": [{ "text": prompt::instruction(rubric, &material.language) }] },
            "contents": [{ "role": "user", "parts": parts }],
            "generationConfig": {
                "maxOutputTokens": if mended.was_cut { MORE_TOKENS } else { TOKENS },
                "responseMimeType": "application/json",
                "responseSchema": schema::schema(rubric),
                // More than LOW spends the tokens of the answer; MINIMAL is refused by models from 3.7 on.
                "thinkingConfig": { "thinkingLevel": "LOW" },
            },
        });
        Self { model: model.to_owned(), body: body.to_string().into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::tests::material;
    use serde_json::Value;

    fn body(material: &Material, mended: Mended<'_>) -> Value {
        serde_json::from_slice(&Ask::new("m", material, mended).body).unwrap()
    }

    #[test]
    fn asking_for_full_marks_changes_only_the_data() {
        let plain = {
            let mut material = material();
            material.transcript[3].content = "We missed a deadline.".into();
            body(&material, Mended::default())
        };
        let mut begging = body(&material(), Mended::default());
        assert_ne!(begging, plain);
        begging["contents"][0]["parts"][0] = plain["contents"][0]["parts"][0].clone();
        assert_eq!(begging, plain);
    }

    #[test]
    fn a_repair_says_what_was_wrong_and_a_cut_answer_gets_more_room() {
        let mended = Mended { was_cut: true, problem: Some("it is not JSON") };
        let body = body(&material(), mended);
        assert_eq!(body["generationConfig"]["maxOutputTokens"], MORE_TOKENS);
        assert!(body["contents"][0]["parts"][1]["text"].as_str().unwrap().contains("it is not JSON"));
        assert_eq!(body["generationConfig"]["thinkingConfig"]["thinkingLevel"], "LOW");
    }
}
