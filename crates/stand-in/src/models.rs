//! The REST side a client asks before it connects: which models there are (SI-110).

use axum::Json;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::credential::Credential;
use crate::options::Options;

/// Answers `GET /v1beta/models` and `GET /v1beta/models/{id}`, and every other path with 404.
pub(crate) fn respond(method: &Method, path: &str, credential: &Credential, options: &Options) -> Response {
    let resource = ["/v1beta/", "/v1/", "/v1alpha/"].iter().find_map(|prefix| path.strip_prefix(prefix));
    let Some(resource) = resource.filter(|resource| *method == Method::GET && resource.starts_with("models"))
    else {
        return error(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "The requested URL was not found on this server.",
            None,
        );
    };
    if *credential == Credential::Missing {
        let message = "Method doesn't allow unregistered callers (callers without established identity). Please use API \
                       Key or other form of API consumer identity to call this API.";
        return error(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message, None);
    }
    if let Some(close) = credential.refusal(options, true) {
        return error(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", &close.reason, Some("API_KEY_INVALID"));
    }
    match resource.strip_prefix("models/") {
        None if resource == "models" => {
            let models: Vec<Value> = options.models.iter().map(|id| model(id)).collect();
            Json(json!({"models": models})).into_response()
        }
        Some(id) if options.models.iter().any(|known| known == id) => Json(model(id)).into_response(),
        _ => {
            let message = format!(
                "{resource} is not found for API version v1beta, or is not supported for generateContent. Call \
                 ListModels to see the list of available models and their supported methods."
            );
            error(StatusCode::NOT_FOUND, "NOT_FOUND", &message, None)
        }
    }
}

fn model(id: &str) -> Value {
    json!({
        "name": format!("models/{id}"),
        "version": "stand-in",
        "displayName": format!("{id} (PrepPal stand-in)"),
        "description": "Not a model: the practice interviewer that needs no key.",
        "inputTokenLimit": 131_072,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["bidiGenerateContent"],
    })
}

pub(crate) fn error(code: StatusCode, status: &str, message: &str, reason: Option<&str>) -> Response {
    let mut body = json!({"error": {"code": code.as_u16(), "message": message, "status": status}});
    if let Some(reason) = reason {
        body["error"]["details"] = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason,
            "domain": "googleapis.com", "metadata": {"service": "generativelanguage.googleapis.com"}}]);
    }
    (code, Json(body)).into_response()
}
