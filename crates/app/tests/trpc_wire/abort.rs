//! Callers that hang up.

use crate::rig::{Call, PLAIN};
use crate::trpc_fixture;
use axum::body::Body;
use axum::http::Request;
use std::pin::pin;
use tower::ServiceExt;

/// Returns the body of the answer to `effects` or one of its relatives.
async fn ask(app: &axum::Router, path: &str) -> String {
    let query = format!("{path}?input=%7B%22key%22:%22z02%22%7D");
    Call::to(app, "GET", PLAIN, &query).send().await.text
}

#[tokio::test]
async fn z02_an_abandoned_mutation_runs_to_its_end_once() {
    for path in ["effect", "effect,void?batch=1"] {
        let app = trpc_fixture::app();
        let body = if path == "effect" { r#"{"key":"z02"}"# } else { r#"{"0":{"key":"z02"}}"# };
        let request = Request::post(format!("{PLAIN}/{path}")).header("content-type", "application/json");
        let mut call = Box::pin(app.clone().oneshot(request.body(Body::from(body)).unwrap()));
        {
            let mut started = pin!(ask(&app, "effectStarted"));
            tokio::select! {
                _ = &mut call => panic!("it waits to be let on"),
                text = &mut started => assert_eq!(text, r#"{"result":{}}"#),
            }
        }
        drop(call);

        let open = Call::to(&app, "POST", PLAIN, "open").body(r#"{"key":"z02"}"#);
        assert_eq!(open.header("content-type", "application/json").send().await.status, 200);
        assert_eq!(ask(&app, "effectDone").await, r#"{"result":{"data":1}}"#);
        assert_eq!(ask(&app, "effects").await, r#"{"result":{"data":1}}"#);
    }
}
