//! The backend's internal router, as far as a session host sees it.

use super::{WORKER_SECRET, serve, soon};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

pub(crate) struct Backend {
    calls: mpsc::UnboundedReceiver<(String, Value)>,
    state: Arc<Mutex<Script>>,
}

struct Script {
    status: &'static str,
    /// What a transcript is answered with, in place of being stored.
    refusal: Option<StatusCode>,
}

#[derive(Clone)]
struct Shared {
    calls: mpsc::UnboundedSender<(String, Value)>,
    script: Arc<Mutex<Script>>,
}

impl Backend {
    pub(crate) async fn start() -> (Self, String) {
        let (sender, calls) = mpsc::unbounded_channel();
        let state = Arc::new(Mutex::new(Script { status: "PENDING", refusal: None }));
        let shared = Shared { calls: sender, script: state.clone() };
        let router = Router::new().route("/api/internal/{procedure}", any(answer)).with_state(shared);
        (Self { calls, state }, serve(router).await)
    }

    /// What `getContext` says from now on.
    pub(crate) fn set_status(&self, status: &'static str) {
        self.state.lock().unwrap().status = status;
    }

    /// From now on no transcript is acknowledged.
    pub(crate) fn lose_transcripts(&self) {
        self.refuse_transcripts(Some(StatusCode::SERVICE_UNAVAILABLE));
    }

    /// From now on transcripts are answered with this, or stored.
    pub(crate) fn refuse_transcripts(&self, refusal: Option<StatusCode>) {
        self.state.lock().unwrap().refusal = refusal;
    }

    /// Waits for a call of this procedure and returns its input.
    pub(crate) async fn called(&mut self, procedure: &str) -> Value {
        loop {
            let (name, input) = soon(self.calls.recv()).await.unwrap();
            if name == procedure {
                return input;
            }
        }
    }

    /// Calls of a procedure that have come and were not looked at.
    pub(crate) fn more_calls(&mut self, procedure: &str) -> usize {
        std::iter::from_fn(|| self.calls.try_recv().ok()).filter(|(name, _)| name == procedure).count()
    }
}

async fn answer(
    State(shared): State<Shared>,
    Path(procedure): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    assert_eq!(headers["authorization"], format!("Bearer {WORKER_SECRET}"));
    shared.calls.send((procedure.clone(), serde_json::from_str(&body).unwrap_or_default())).unwrap();
    let script = shared.script.lock().unwrap();
    if let ("submitTranscript", Some(refusal)) = (procedure.as_str(), script.refusal) {
        return refusal.into_response();
    }
    let data = match procedure.as_str() {
        "getContext" => json!({
            "role": "Engineer",
            "jobDescription": "Builds things.",
            "resume": "",
            "persona": "",
            "language": "en",
            "durationMinutes": 10,
            "status": script.status,
        }),
        _ => json!({}),
    };
    Json(json!({ "result": { "data": data } })).into_response()
}
