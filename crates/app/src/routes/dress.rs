//! One mount for clients with superjson and without.
//!
//! A client with superjson puts every input into an envelope, the missing one too, so each request tells which answer
//! its sender can read. Guessing wrong would not be noticed: a client reads a wrongly dressed result as `undefined`.

use super::MAX_PUBLIC_BODY_BYTES;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use axum::routing::any;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use tower::ServiceExt;

/// Two routers with the same procedures.
#[derive(Clone)]
pub(super) struct Wardrobe {
    pub(super) plain: Router,
    pub(super) superjson: Router,
}

impl Wardrobe {
    /// Answers at `base` and below, each request as its sender dresses.
    pub(super) fn mount(self, base: &str) -> Router {
        let handler = any(move |request: Request| self.clone().respond(request));
        Router::new()
            .route(base, handler.clone())
            .route(&format!("{base}/"), handler.clone())
            .route(&format!("{base}/{{*path}}"), handler)
    }

    async fn respond(self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let input = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "input");
        let (has_envelope, body) = match input {
            Some((_, input)) => (is_enveloped(input.as_bytes()), body),
            None => peek(body).await,
        };
        let router = if has_envelope { self.superjson } else { self.plain };
        match router.oneshot(Request::from_parts(parts, body)).await {
            Ok(response) => response,
            Err(impossible) => match impossible {},
        }
    }
}

/// Reads a body that is not too large, and gives it back whole. One that is gets its refusal from the router.
async fn peek(body: Body) -> (bool, Body) {
    let mut rest = body.into_data_stream();
    let mut text = Vec::new();
    while text.len() <= MAX_PUBLIC_BODY_BYTES {
        match rest.next().await {
            Some(Ok(chunk)) => text.extend_from_slice(&chunk),
            Some(Err(broken)) => {
                let text = stream::iter([Ok(Bytes::from(text)), Err(broken)]);
                return (false, Body::from_stream(text));
            }
            None => return (is_enveloped(&text), Body::from(text)),
        }
    }
    let text = stream::iter([Ok(Bytes::from(text))]);
    (false, Body::from_stream(text.chain(rest.into_stream())))
}

/// Whether the input, or every input of a batch, is in an envelope.
fn is_enveloped(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Envelope {
        #[serde(rename = "json")]
        _json: IgnoredAny,
        #[serde(rename = "meta")]
        _meta: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Envelope>(text).is_ok()
        || serde_json::from_slice::<BTreeMap<u32, Envelope>>(text).is_ok_and(|batch| !batch.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::{Database, Rig, on_both_databases};
    use serde_json::{Value, json};

    on_both_databases!(each_client_reads_its_answer);

    #[test]
    fn an_envelope_is_told_from_an_input() {
        let undefined = r#"{"json":null,"meta":{"values":["undefined"],"v":1}}"#;
        for text in [undefined, r#"{"json":{"id":"x"}}"#, &format!(r#"{{"0":{undefined},"1":{{"json":1}}}}"#)]
        {
            assert!(is_enveloped(text.as_bytes()), "{text}");
        }
        for text in
            ["", "{}", "null", r#"{"id":"x"}"#, r#"{"0":{"id":"x"}}"#, r#"{"json":1,"id":2}"#, "{nope"]
        {
            assert!(!is_enveloped(text.as_bytes()), "{text}");
        }
    }

    async fn each_client_reads_its_answer(database: Database) {
        let rig = Rig::start(database).await;
        let mut browser = rig.sign_in("ada@example.org").await;
        let input = json!({ "idempotencyKey": "k", "role": "Cook", "durationMinutes": 5 });
        let plain = browser.post("/interview.create", &input).await.body;
        assert_eq!(plain["result"]["data"]["createdAt"], "2026-01-02T03:04:05.678Z");

        let dressed = browser.post("/interview.create", &json!({ "json": input })).await.body;
        assert_eq!(dressed["result"]["data"]["json"], plain["result"]["data"]);
        assert_eq!(dressed["result"]["data"]["meta"]["values"], json!({ "createdAt": ["Date"] }));

        let undefined = json!({ "json": null, "meta": { "values": ["undefined"], "v": 1 } });
        let batch = json!({ "0": undefined, "1": { "json": { "id": plain["result"]["data"]["id"] } } });
        let answers = browser.post("/auth.signOut,interview.delete?batch=1", &batch).await.body;
        assert_eq!(answers[0]["result"]["data"], undefined);
        let refused = browser.post("/interview.create", &json!({ "json": {} })).await.body;
        assert_eq!(refused["error"]["json"]["data"]["code"], "UNAUTHORIZED");
        assert_eq!(refused["error"]["code"], Value::Null);
    }
}
