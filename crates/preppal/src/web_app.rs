//! The browser app at `/`: its files, and its page at every address that is nobody else's.

use app::is_origin;
use assets::Asset;
use axum::Router;
use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a name that holds a digest of the content allows.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The page names everything else, so it is asked for each time; unchanged, it is not sent again.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// What the page may use of the device: microphone and speaker, and the screen stays on while it talks.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "microphone=(self), speaker-selection=(self), autoplay=(self), screen-wake-lock=(self), camera=(), geolocation=()",
);

/// Beginnings of addresses that are no pages.
const NO_PAGES: &[&str] = &["api/", "assets/", "session/"];

struct WebApp {
    policy: HeaderValue,
    index_tag: HeaderValue,
}

/// Answers whatever no other route does. `worker_url` is what the page may connect to besides this server.
pub(crate) fn router(worker_url: &str) -> Router {
    let digest = Sha256::digest(assets::index().plain);
    let tag: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let app = Arc::new(WebApp {
        policy: HeaderValue::try_from(content_policy(worker_url)).expect("an origin fits into a header"),
        index_tag: HeaderValue::try_from(format!("\"{tag}\"")).expect("digits fit into a header"),
    });
    Router::new().fallback(async move |method: Method, uri: Uri, headers: HeaderMap| {
        app.answer(&method, uri.path(), &headers)
    })
}

/// Nothing from elsewhere, nothing inline.
fn content_policy(worker_url: &str) -> String {
    let worker = origin_of(worker_url).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; media-src 'self' blob:; connect-src 'self' {worker}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// Returns scheme, host and port of a WebSocket's address.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    // What is an origin for a page is harmless in a header.
    is_origin(&format!("https://{authority}")).then(|| format!("{scheme}://{authority}"))
}

impl WebApp {
    fn answer(&self, method: &Method, path: &str, request: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let path = path.trim_start_matches('/');
        match assets::find(path) {
            Some(asset) if path.starts_with("assets/") => send(asset, request, FOR_EVER),
            _ if is_page(path) => self.page(request),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn page(&self, request: &HeaderMap) -> Response {
        let mut answer = if request.get(IF_NONE_MATCH) == Some(&self.index_tag) {
            (StatusCode::NOT_MODIFIED, [(CACHE_CONTROL, ASK_FIRST)]).into_response()
        } else {
            send(assets::index(), request, ASK_FIRST)
        };
        let headers = answer.headers_mut();
        headers.insert(ETAG, self.index_tag.clone());
        headers.insert(CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(HeaderName::from_static("permissions-policy"), PERMISSIONS);
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        answer
    }
}

/// Whether the address may be one of the app's pages: those have no ending.
fn is_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    !name.contains('.') && !NO_PAGES.iter().any(|beginning| path.starts_with(beginning))
}

fn send(asset: &'static Asset, request: &HeaderMap, caching: HeaderValue) -> Response {
    let (content, encoding) = match (asset.brotli, asset.gzip) {
        (Some(content), _) if accepts(request, "br") => (content, Some("br")),
        (_, Some(content)) if accepts(request, "gzip") => (content, Some("gzip")),
        _ => (asset.plain, None),
    };
    let mut answer = Body::from(content).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type()));
    headers.insert(CACHE_CONTROL, caching);
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    answer
}

/// Whether the encoding is named in `Accept-Encoding`, other than to refuse it.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let named = request.get_all(ACCEPT_ENCODING).iter().filter_map(|header| header.to_str().ok());
    named.flat_map(|header| header.split(',')).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::http::Request;
    use tower::ServiceExt;

    async fn get(path: &str, headers: &[(HeaderName, &str)]) -> Response {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let router = router("wss://edge.example/session");
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn every_page_is_the_same_page() {
        for path in ["/", "/interviews/new", "/sign-in?back=%2F", "/no/such/page"] {
            let answer = get(path, &[]).await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(answer.headers()[CACHE_CONTROL], "no-cache");
            let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            assert_eq!(body, assets::index().plain, "{path}");
        }
    }

    #[tokio::test]
    async fn what_is_no_page_is_not_found() {
        for path in
            ["/assets/none-0123.js", "/favicon.ico", "/api/nothing", "/session/a/b", "/interviews/x.php"]
        {
            assert_eq!(get(path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn an_unchanged_page_is_not_sent_again() {
        let tag = get("/", &[]).await.headers()[ETAG].to_str().unwrap().to_owned();
        let answer = get("/interviews", &[(IF_NONE_MATCH, &tag)]).await;
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
        assert!(answer.headers().contains_key(CONTENT_SECURITY_POLICY));
        assert_eq!(get("/", &[(IF_NONE_MATCH, "\"other\"")]).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn the_policy_names_the_session_host_and_allows_nothing_inline() {
        let answer = get("/", &[]).await;
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("connect-src 'self' wss://edge.example;"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
    }

    #[tokio::test]
    async fn a_page_is_read_only() {
        let request = Request::post("/").body(Body::empty()).unwrap();
        let answer = router("ws://x").oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(origin_of("ws://127.0.0.1:3000/session").as_deref(), Some("ws://127.0.0.1:3000"));
        assert_eq!(origin_of("wss://edge.example").as_deref(), Some("wss://edge.example"));
        assert_eq!(origin_of("wss://edge.example; script-src *"), None);
        assert_eq!(origin_of("nothing"), None);
    }

    #[test]
    fn the_best_form_that_is_read_is_sent() {
        const ASSET: Asset = Asset { path: "a.js", plain: b"plain", gzip: Some(b"gz"), brotli: Some(b"br") };
        let encoding = |accepted: &'static str| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            send(&ASSET, &headers, FOR_EVER).headers().get(CONTENT_ENCODING).cloned()
        };
        assert_eq!(encoding("gzip, deflate, br, zstd").unwrap(), "br");
        assert_eq!(encoding("GZIP;q=0.5").unwrap(), "gzip");
        assert_eq!(encoding("br;q=0, gzip").unwrap(), "gzip");
        assert_eq!(encoding("identity"), None);
        assert_eq!(encoding("broken"), None);
    }
}
