//! The stateless entry: who is let in. A stranger cannot make an object, for the token is checked before one is named.

use crate::clock;
use crate::settings::Settings;
use api::token::{self, Claims, Refused};
use serde::Serialize;
use wire::Refusal;
use worker::{Env, Method, Request, Response, Result, WebSocketPair, console_error, console_log};

/// The namespace of the objects in `wrangler.toml`.
const OBJECTS: &str = "INTERVIEW_OBJECT";

pub(crate) async fn admit(request: Request, env: &Env) -> Result<Response> {
    let url = request.url()?;
    // What is before the last part is the operator's route.
    let interview_id = url.path().rsplit('/').next().unwrap_or_default();
    if interview_id == "health" && request.method() == Method::Get {
        return health(env);
    }
    let settings = match Settings::read(env) {
        Ok(settings) => settings,
        Err(problem) => {
            console_error!("{problem}");
            return Response::error(
                "this session host is not set up; its operator finds the reason in its log",
                503,
            );
        }
    };
    if interview_id.is_empty() {
        return Response::error("no interview is named: connect to /<interviewId>?token=…", 404);
    }
    if !is_upgrade(&request) && !cfg!(feature = "test-hooks") {
        return Response::error("connect with a WebSocket", 426);
    }
    if let Err(refused) = check(&request, interview_id, &settings) {
        console_log!("interview={interview_id} token refused: {refused}");
        return refuse(&request);
    }
    let interview_id = interview_id.to_owned();
    env.durable_object(OBJECTS)?.id_from_name(&interview_id)?.get_stub()?.fetch_with_request(request).await
}

pub(crate) fn is_upgrade(request: &Request) -> bool {
    let upgrade = request.headers().get("Upgrade").ok().flatten();
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Checks the token of a request for an interview.
pub(crate) fn check(
    request: &Request,
    interview_id: &str,
    settings: &Settings,
) -> std::result::Result<Claims, Refused> {
    let url = request.url().map_err(|_| Refused::Malformed)?;
    let token = token::in_query(url.query());
    let now_ms = i64::try_from(clock::now().0).unwrap_or(i64::MAX);
    token::verify(&token, interview_id, &settings.jwt_secret, now_ms)
}

/// Completes the handshake and closes, so that a browser can tell a refusal from a dead network.
pub(crate) fn refuse(request: &Request) -> Result<Response> {
    if !is_upgrade(request) {
        return Response::error("the token was refused", 401);
    }
    let pair = WebSocketPair::new()?;
    pair.server.accept()?;
    if let Some(message) = Refusal::Token.message() {
        pair.server.send_with_bytes(message)?;
    }
    let code = Refusal::Token.close_code();
    pair.server.close(Some(code.code()), Some(code.reason()))?;
    Response::from_websocket(pair.client)
}

fn health(env: &Env) -> Result<Response> {
    #[derive(Serialize)]
    struct Health {
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<String>,
    }
    match Settings::read(env) {
        Ok(_) => Response::from_json(&Health { status: "ok", problem: None }),
        Err(problem) => {
            let health = Health { status: "not set up", problem: Some(problem.to_string()) };
            Ok(Response::from_json(&health)?.with_status(503))
        }
    }
}
