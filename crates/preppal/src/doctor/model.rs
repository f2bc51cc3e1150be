//! The interviewer: the model's description over REST, then a connection and its set-up as an interview begins it.

use super::{Finding, PeerTime};
use crate::interviewer::Interviewer;
use crate::settings::Settings;
use futures::{SinkExt, StreamExt};
use gemini_live::close::{Phase, Verdict, classify, classify_http};
use gemini_live::{Endpoint, Origin, ServerMessage, Setup};
use reqwest::Client;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

const DESCRIPTION: &str = "model";
const HANDSHAKE: &str = "interviewer";

/// From the dial to `setupComplete`; a session gives up after the same time.
const SETUP: Duration = Duration::from_secs(15);

pub(super) async fn check(settings: &Settings, client: &Client) -> (Vec<Finding>, Option<PeerTime>) {
    let interviewer = match Interviewer::reach(&settings.gemini).await {
        Ok(interviewer) => interviewer,
        Err(error) => {
            let finding = Finding::broken(HANDSHAKE, format!("{error:#}"), "see the error");
            return (vec![finding], None);
        }
    };
    let model = interviewer.session(settings).model;
    let mut findings = Vec::new();
    let mut peer_time = None;
    if interviewer.kind == app::Interviewer::Gemini {
        let (finding, time) = description(&interviewer.endpoint, &model, client).await;
        findings.push(finding);
        peer_time = time;
    }
    let who = match interviewer.kind {
        app::Interviewer::Gemini => format!("{model} at {}", interviewer.endpoint.base_url()),
        app::Interviewer::StandIn => "the stand-in, for want of GEMINI_API_KEY,".to_owned(),
    };
    findings.push(match timeout(SETUP, handshake(&interviewer.endpoint, &model, settings)).await {
        Ok(Ok(took)) => Finding::ok(HANDSHAKE, format!("{who} is ready after {} ms", took.as_millis())),
        Ok(Err(Refusal { what, mend })) => Finding::broken(HANDSHAKE, format!("{who}: {what}"), mend),
        Err(_) => Finding::broken(
            HANDSHAKE,
            format!("{who} did not answer in {} s", SETUP.as_secs()),
            "check the network between this machine and the interviewer",
        ),
    });
    interviewer.leave().await;
    (findings, peer_time)
}

/// Asks for the model's description: the cheap way to learn that key and model are good, with a reason in words.
async fn description(endpoint: &Endpoint, model: &str, client: &Client) -> (Finding, Option<PeerTime>) {
    let (name, key) = endpoint.api_key_header();
    let answer = match client.get(endpoint.model_url(model)).header(name, key).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let detail = format!("{} cannot be reached: {}", endpoint.base_url(), cause(&error));
            return (Finding::broken(DESCRIPTION, detail, "check the network, and GEMINI_BASE_URL"), None);
        }
    };
    let time = PeerTime::of(&answer);
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    if !status.is_success() {
        let mend = mend(classify_http(status.as_u16(), &body, Phase::BeforeSetup));
        return (Finding::broken(DESCRIPTION, format!("{model}: status {}", status.as_u16()), mend), time);
    }
    let holds_conversations = serde_json::from_str::<serde_json::Value>(&body)
        .ok()
        .and_then(|answer| answer["supportedGenerationMethods"].as_array().cloned())
        .is_none_or(|methods| methods.iter().any(|method| method == "bidiGenerateContent"));
    let finding = if holds_conversations {
        Finding::ok(DESCRIPTION, format!("{model} is there for this key"))
    } else {
        let detail = format!("{model} is there, but holds no conversations");
        Finding::broken(DESCRIPTION, detail, "set GEMINI_LIVE_MODEL to a live model")
    };
    (finding, time)
}

struct Refusal {
    what: String,
    mend: String,
}

/// Connects and begins a session, as an interview does; returns how long it took.
async fn handshake(endpoint: &Endpoint, model: &str, settings: &Settings) -> Result<Duration, Refusal> {
    let begun = Instant::now();
    let (name, key) = endpoint.api_key_header();
    let mut request = endpoint.websocket_url().into_client_request().map_err(broken)?;
    let key = HeaderValue::try_from(key).map_err(|error| broken(Error::from(tungstenite_http(error))))?;
    request.headers_mut().insert(HeaderName::from_static(name), key);
    let (mut socket, _) = Box::pin(connect_async(request)).await.map_err(broken)?;
    let setup = Setup {
        model,
        voice: settings.gemini.voice.as_deref(),
        language: None,
        system_instruction: "Say nothing.",
        functions: &[],
        origin: Origin::New,
    };
    socket.send(Message::text(setup.to_json())).await.map_err(broken)?;
    while let Some(message) = socket.next().await {
        match message.map_err(broken)? {
            message @ (Message::Text(_) | Message::Binary(_)) => {
                let payload = message.into_data();
                if ServerMessage::parse(&payload).is_ok_and(|message| message.setup_complete) {
                    // The answer is here; how the goodbye goes does not matter.
                    let _ = socket.close(None).await;
                    return Ok(begun.elapsed());
                }
            }
            Message::Close(frame) => {
                let (code, reason) = frame.map_or((None, String::new()), |frame| {
                    (Some(u16::from(frame.code)), frame.reason.to_string())
                });
                let what = format!(
                    "closed with {}: {reason}",
                    code.map_or("no code".into(), |code| code.to_string())
                );
                return Err(Refusal { what, mend: mend(classify(code, &reason, Phase::BeforeSetup)) });
            }
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
    }
    Err(Refusal { what: "the connection ended".into(), mend: mend(Verdict::Retry) })
}

fn broken(error: Error) -> Refusal {
    match error {
        Error::Http(answer) => {
            let body = answer.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            let verdict = classify_http(answer.status().as_u16(), &body, Phase::BeforeSetup);
            Refusal {
                what: format!("the upgrade was answered with {}", answer.status()),
                mend: mend(verdict),
            }
        }
        error => Refusal { what: error.to_string(), mend: mend(Verdict::Retry) },
    }
}

fn tungstenite_http(
    error: tokio_tungstenite::tungstenite::http::header::InvalidHeaderValue,
) -> tokio_tungstenite::tungstenite::http::Error {
    error.into()
}

fn mend(verdict: Verdict) -> String {
    match verdict {
        Verdict::Fatal(blame) => blame.mend().to_owned(),
        Verdict::DropHandle | Verdict::Resume | Verdict::Retry => {
            "check the network to the interviewer, and try again in a minute".to_owned()
        }
    }
}

/// The innermost reason, without the URL.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
