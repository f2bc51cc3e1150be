//! `generateContent`: an answer that follows the schema it is given and says of itself that it is made up (SI-105 to SI-109).
//!
//! It understands nothing. It fills the schema: where turns of a transcript are cited, with real turns of the prompt and
//! their first words, so that what checks citations finds them true; where marks are given, with the middle one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::credential::Credential;
use crate::fill;
use crate::models::error;
use crate::options::Options;
use crate::scenario::{GenerateAct, Scenario};

/// What it calls itself; a report says so.
pub(crate) const MODEL_VERSION: &str = "stand-in";

/// Calls of each key, by which faults are counted.
#[derive(Default)]
pub(crate) struct Calls(Mutex<BTreeMap<String, u32>>);

impl Calls {
    fn count(&self, key: &str) -> u32 {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = calls.entry(key.to_owned()).or_default();
        *count += 1;
        *count
    }
}

/// Returns the model of a path of this method.
pub(crate) fn model_of(path: &str) -> Option<&str> {
    let resource = ["/v1beta/", "/v1/", "/v1alpha/"].iter().find_map(|prefix| path.strip_prefix(prefix))?;
    resource.strip_prefix("models/")?.strip_suffix(":generateContent")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    contents: Vec<Content>,
    #[serde(default)]
    generation_config: Config,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Config {
    response_mime_type: Option<String>,
    response_schema: Option<Value>,
    response_json_schema: Option<Value>,
}

/// Answers a call, well or as the scenario of its key says.
pub(crate) async fn respond(
    model: &str,
    credential: &Credential,
    body: &[u8],
    options: &Options,
    calls: &Calls,
) -> Response {
    if let Some(refusal) = refusal(model, credential, options) {
        return refusal;
    }
    let Ok(asked) = serde_json::from_slice::<Asked>(body) else {
        return invalid("Invalid JSON payload received.");
    };
    let config = &asked.generation_config;
    if config.response_schema.is_some() && config.response_json_schema.is_some() {
        return invalid("Only one of response_schema and response_json_schema may be set.");
    }
    let schema = config.response_schema.as_ref().or(config.response_json_schema.as_ref());
    if schema.is_some() && config.response_mime_type.as_deref() != Some("application/json") {
        return invalid("A response schema needs the response MIME type application/json.");
    }
    let prompt: String =
        asked.contents.iter().flat_map(|content| &content.parts).map(|part| part.text.as_str()).collect();
    let call = calls.count(credential.key());
    let act = act(options.scenario_for(credential.key()), call);
    let cites = match act {
        Some(GenerateAct::InventedCitations) => fill::Cites::Inventions,
        Some(GenerateAct::SomeInventedCitations) => fill::Cites::Mixed,
        _ => fill::Cites::Turns,
    };
    let text =
        schema.map_or_else(|| fill::NOTE.to_owned(), |schema| fill::fill(schema, &prompt, cites).to_string());
    match act {
        None | Some(GenerateAct::InventedCitations | GenerateAct::SomeInventedCitations) => {
            answer(&text, "STOP")
        }
        Some(act) => misbehave(act, &text).await,
    }
}

fn act(scenario: &Scenario, call: u32) -> Option<&GenerateAct> {
    let faults = scenario.generate.iter();
    let mut due = faults.filter(|fault| call >= fault.nth && call - fault.nth < fault.times);
    due.next().map(|fault| &fault.act)
}

/// Refuses keys and models as the service does (SI-106).
fn refusal(model: &str, credential: &Credential, options: &Options) -> Option<Response> {
    if *credential == Credential::Missing {
        let message = "Method doesn't allow unregistered callers (callers without established identity). Please use API \
                       Key or other form of API consumer identity to call this API.";
        return Some(error(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message, None));
    }
    if let Some(close) = credential.refusal(options, true) {
        return Some(error(
            StatusCode::BAD_REQUEST,
            "INVALID_ARGUMENT",
            &close.reason,
            Some("API_KEY_INVALID"),
        ));
    }
    let is_live = options.models.iter().any(|live| live == model);
    (is_live || !model.starts_with("gemini-")).then(|| {
        let message = format!(
            "models/{model} is not found for API version v1beta, or is not supported for generateContent. Call \
             ListModels to see the list of available models and their supported methods."
        );
        error(StatusCode::NOT_FOUND, "NOT_FOUND", &message, None)
    })
}

fn invalid(message: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message, None)
}

async fn misbehave(act: &GenerateAct, text: &str) -> Response {
    let half = &text[..text.floor_char_boundary(text.len() / 2)];
    match act {
        GenerateAct::TooMany { retry_delay_s } => too_many(*retry_delay_s),
        GenerateAct::Status(status) => {
            let code = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            error(code, "INTERNAL", "An internal error has occurred.", None)
        }
        GenerateAct::TruncatedJson => answer(half, "STOP"),
        GenerateAct::Cut => answer(half, "MAX_TOKENS"),
        GenerateAct::NoParts => Json(json!({
            "candidates": [{ "finishReason": "MAX_TOKENS", "index": 0 }], "modelVersion": MODEL_VERSION,
        }))
        .into_response(),
        GenerateAct::SchemaViolation => answer(r#"{"summary":"You did well.","overall":11}"#, "STOP"),
        GenerateAct::Fenced => answer(&format!("```json\n{text}\n```"), "STOP"),
        GenerateAct::Refusal => Json(json!({
            "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" }, "modelVersion": MODEL_VERSION,
        }))
        .into_response(),
        GenerateAct::Slow { ms } => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            answer(text, "STOP")
        }
        GenerateAct::InventedCitations | GenerateAct::SomeInventedCitations => answer(text, "STOP"),
    }
}

fn too_many(retry_delay_s: Option<u32>) -> Response {
    let mut details = vec![json!({ "@type": "type.googleapis.com/google.rpc.QuotaFailure" })];
    if let Some(seconds) = retry_delay_s {
        let delay = format!("{seconds}s");
        details.push(json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay }));
    }
    let body = json!({ "error": { "code": 429, "status": "RESOURCE_EXHAUSTED", "details": details,
        "message": "You exceeded your current quota, please check your plan." } });
    (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response()
}

fn answer(text: &str, finish_reason: &str) -> Response {
    let tokens = text.len() / 4;
    let body = json!({
        "candidates": [{
            "content": { "role": "model", "parts": [{ "text": text }] }, "finishReason": finish_reason, "index": 0,
        }],
        "usageMetadata": { "candidatesTokenCount": tokens, "totalTokenCount": tokens },
        "modelVersion": MODEL_VERSION,
    });
    Response::builder()
        .header("content-type", "application/json; charset=UTF-8")
        .body(Body::from(body.to_string()))
        .expect("a header of our own is valid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::GenerateFault;

    struct Service {
        options: Options,
        calls: Calls,
    }

    impl Service {
        fn with(acts: &[GenerateAct]) -> Self {
            let fault = |(index, act): (usize, &GenerateAct)| GenerateFault {
                nth: u32::try_from(index).unwrap() + 1,
                times: 1,
                act: act.clone(),
            };
            let generate = acts.iter().enumerate().map(fault).collect();
            let scenario = Scenario { generate, ..Scenario::default() };
            Self { options: Options { scenario, ..Options::default() }, calls: Calls::default() }
        }

        async fn ask(&self, model: &str, key: &str, body: &Value) -> (u16, Value) {
            let credential = Credential::find(Some(key), None, "");
            let body = body.to_string();
            let response = respond(model, &credential, body.as_bytes(), &self.options, &self.calls).await;
            let status = response.status().as_u16();
            let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, serde_json::from_slice(&bytes).unwrap())
        }
    }

    fn asked() -> Value {
        let schema = json!({ "type": "OBJECT", "properties": { "score": { "type": "INTEGER", "minimum": 1, "maximum": 5 } } });
        json!({ "contents": [{ "role": "user", "parts": [{ "text": "x" }] }],
            "generationConfig": { "responseMimeType": "application/json", "responseSchema": schema } })
    }

    #[tokio::test]
    async fn si_105_the_answer_follows_the_schema_and_names_the_stand_in() {
        let (status, body) = Service::with(&[]).ask("gemini-3.8-flash", "any", &asked()).await;
        assert_eq!((status, &body["modelVersion"]), (200, &json!("stand-in")));
        assert_eq!(body["candidates"][0]["content"]["parts"][0]["text"], r#"{"score":3}"#);
        assert_eq!(body["candidates"][0]["finishReason"], "STOP");
    }

    #[tokio::test]
    async fn si_106_107_refusals() {
        let service = Service::with(&[]);
        let status = async |model: &str, key: &str, body: Value| service.ask(model, key, &body).await.0;
        assert_eq!(status("gemini-3.8-flash", "", asked()).await, 403);
        assert_eq!(status("gemini-3.8-flash", "test-invalid", asked()).await, 400);
        assert_eq!(status("gemini-3.8-live", "any", asked()).await, 404);
        assert_eq!(status("gpt", "any", asked()).await, 404);
        let mut both = asked();
        both["generationConfig"]["responseJsonSchema"] = json!({});
        assert_eq!(status("gemini-3.8-flash", "any", both).await, 400);
        let mut plain = asked();
        plain["generationConfig"]["responseMimeType"] = json!("text/plain");
        assert_eq!(status("gemini-3.8-flash", "any", plain).await, 400);
    }

    #[tokio::test]
    async fn si_108_109_faults_come_in_their_order_and_for_each_key() {
        let acts = [
            GenerateAct::TooMany { retry_delay_s: Some(2) },
            GenerateAct::Status(500),
            GenerateAct::Cut,
            GenerateAct::NoParts,
            GenerateAct::Refusal,
            GenerateAct::TruncatedJson,
        ];
        let service = Service::with(&acts);
        let mut answers = Vec::new();
        for _ in 0..7 {
            answers.push(service.ask("gemini-3.8-flash", "any", &asked()).await);
        }
        let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        assert_eq!(statuses, [429, 500, 200, 200, 200, 200, 200]);
        assert_eq!(answers[0].1["error"]["details"][1]["retryDelay"], "2s");
        assert_eq!(answers[2].1["candidates"][0]["finishReason"], "MAX_TOKENS");
        assert!(answers[3].1["candidates"][0].get("content").is_none());
        assert_eq!(answers[4].1["promptFeedback"]["blockReason"], "PROHIBITED_CONTENT");
        let text = answers[5].1["candidates"][0]["content"]["parts"][0]["text"].as_str().unwrap();
        assert!(serde_json::from_str::<Value>(text).is_err());
        assert_eq!(service.ask("gemini-3.8-flash", "other", &asked()).await.0, 429);
    }

    #[test]
    fn a_path_names_its_model() {
        assert_eq!(model_of("/v1beta/models/gemini-3.8-flash:generateContent"), Some("gemini-3.8-flash"));
        assert_eq!(model_of("/v1beta/models/gemini-3.8-flash"), None);
        assert_eq!(model_of("/v2/models/x:generateContent"), None);
    }
}
