//! The page at `/`: what runs here, and how to begin.

use axum::Router;
use axum::response::Html;
use axum::routing::get;

/// Returns the route of the page.
pub(crate) fn router(url: &str, interviewer: app::Interviewer) -> Router {
    let (who, note) = match interviewer {
        app::Interviewer::Gemini => ("Gemini", ""),
        app::Interviewer::StandIn => (
            "the stand-in",
            "<p>No <code>GEMINI_API_KEY</code> is set: a stand-in asks the questions. It listens for pauses and does not \
             understand what is said.</p>",
        ),
    };
    let html = include_str!("page.html").replace("{url}", url).replace("{who}", who).replace("{note}", note);
    Router::new().route("/", get(async move || Html(html.clone())))
}
