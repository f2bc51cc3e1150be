//! Who is let in: the upgrade, the token, the refusals a browser can tell from a dead network.

use crate::clock;
use crate::counts::count;
use crate::host::Shared;
use crate::message::Outgoing;
use crate::registry::TurnedAway;
use api::token::{self, Refused};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use futures::{SinkExt, StreamExt};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::time::timeout;
use wire::Refusal;

/// Largest message that is read at all, so that one above [`wire::MAX_MESSAGE_BYTES`] can be answered with 1009: closing
/// a socket with unread data would reset it, and the client would never see why.
const MAX_READ_BYTES: usize = 1 << 20;

/// Read at once. Microphone frames are 1 to 3 kB.
const READ_BUFFER_BYTES: usize = 8 << 10;

/// Gathered before a write: a message of the interviewer's voice.
const WRITE_BUFFER_BYTES: usize = 32 << 10;

/// How long one who is refused may take to hear it.
const REFUSAL: Duration = Duration::from_secs(2);

pub(crate) fn router(host: Arc<Shared>) -> Router {
    Router::new().route("/health", get(health)).route("/{interview_id}", any(connect)).with_state(host)
}

async fn connect(
    State(host): State<Arc<Shared>>,
    Path(interview_id): Path<String>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let token = token::in_query(query.as_deref());
    let now_ms = i64::try_from(clock::unix_ms()).unwrap_or(i64::MAX);
    let admitted = token::verify(&token, &interview_id, &host.jwt_secret, now_ms);
    let tracker = host.connections.clone();
    upgrade
        .max_message_size(MAX_READ_BYTES)
        .max_frame_size(MAX_READ_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .on_upgrade(move |socket| {
            tracker.track_future(async move {
                match admitted {
                    Ok(_) => host.join(&interview_id, Box::new(socket)).await,
                    Err(refused) => refuse(&host, &interview_id, socket, refused).await,
                }
            })
        })
}

/// Says that the token was refused.
async fn refuse(host: &Shared, interview: &str, socket: WebSocket, refused: Refused) {
    count(&host.counts.tokens_refused);
    tracing::info!(interview, "token refused: {refused}");
    say_goodbye(socket, Refusal::Token).await;
}

/// Says that there is no room, or no tomorrow.
pub(crate) async fn turn_away(host: &Shared, socket: WebSocket, reason: TurnedAway) {
    count(&host.counts.turned_away);
    tracing::info!(?reason, "candidate turned away");
    say_goodbye(socket, Refusal::NotNow).await;
}

async fn say_goodbye(mut socket: WebSocket, refusal: Refusal) {
    let goodbye = async {
        if let Some(message) = refusal.message() {
            socket.feed(Message::Binary(message.into())).await?;
        }
        socket.send(Outgoing::Close(refusal.close_code().code()).into()).await?;
        while let Some(Ok(_)) = socket.next().await {}
        Ok::<(), axum::Error>(())
    };
    // One who does not stay to hear it is gone all the same.
    let _ = timeout(REFUSAL, goodbye).await;
}

async fn health(State(host): State<Arc<Shared>>) -> impl IntoResponse {
    let draining = host.registry.is_draining();
    let counts = &host.counts;
    let tally = counts.tally();
    let body = json!({
        "status": if draining { "draining" } else { "ok" },
        "interviews": host.registry.len(),
        "connections": counts.connections.load(Relaxed),
        "interviewsStarted": counts.interviews_started.load(Relaxed),
        "interviewsEnded": tally.ended,
        "tokensRefused": counts.tokens_refused.load(Relaxed),
        "turnedAway": counts.turned_away.load(Relaxed),
        "audioDroppedBytes": tally.audio_dropped_bytes,
        "modelLosses": tally.model_losses,
        "modelRotations": tally.model_rotations,
        "modelStalls": tally.model_stalls,
        "modelNudges": tally.model_nudges,
        "callsFailed": tally.calls_failed,
        "journalRecords": counts.journal_records.load(Relaxed),
        "transcriptsUndeliverable": counts.undeliverable.load(Relaxed),
    });
    let status = if draining { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (status, Json(body))
}
