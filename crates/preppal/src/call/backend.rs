//! What a candidate asks of the app: who it is, an interview, a token, the stored transcript.

use api::procedure::{self, Procedure};
use api::public::{GenerateWorkerToken, GetInterview, InterviewDetails};
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use session_client::TokenError;
use std::fmt;
use std::time::Duration;
use trpc::Code;
use trpc::client::{Failure, Refusal};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Why the app gave no answer.
#[derive(Debug)]
pub(super) enum BackendError {
    /// No connection, or none that held.
    Unreachable(reqwest::Error),
    /// Somebody answered, but not PrepPal's app.
    Stranger(Failure),
    /// It said no.
    Refused(Refusal),
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(_) => f.write_str("the app cannot be reached"),
            Self::Stranger(_) => f.write_str("what answers there is not PrepPal's app"),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl std::error::Error for BackendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable(cause) => Some(cause),
            Self::Stranger(cause) => Some(cause),
            Self::Refused(_) => None,
        }
    }
}

impl BackendError {
    pub(super) fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Unreachable(_) | Self::Stranger(_) => None,
        }
    }
}

/// The app, as one signed-in user sees it.
#[derive(Clone)]
pub(super) struct Backend {
    http: reqwest::Client,
    base: String,
    cookie: Option<HeaderValue>,
}

impl Backend {
    /// `url` is the app's address.
    pub(super) fn new(url: &str) -> Result<Self, BackendError> {
        let http = reqwest::Client::builder().timeout(TIMEOUT).build().map_err(BackendError::Unreachable)?;
        Ok(Self { http, base: format!("{}/api/trpc", url.trim_end_matches('/')), cookie: None })
    }

    /// Uses a session that was opened elsewhere.
    pub(super) fn with_cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookie = Some(cookie);
        self
    }

    /// Calls a procedure.
    pub(super) async fn call<P: Procedure>(&self, input: &P) -> Result<P::Output, BackendError> {
        self.exchange(input).await.map(|(output, _)| output)
    }

    /// Calls a procedure that opens a session, and keeps its cookie.
    pub(super) async fn sign_in<P: Procedure>(&mut self, input: &P) -> Result<P::Output, BackendError> {
        let (output, headers) = self.exchange(input).await?;
        self.cookie = cookies(&headers);
        Ok(output)
    }

    /// Returns a fresh token for the session host.
    pub(super) async fn worker_token(&self, interview_id: &str) -> Result<String, TokenError> {
        let input = GenerateWorkerToken { interview_id: interview_id.to_owned() };
        match self.call(&input).await {
            Ok(issued) => Ok(issued.token),
            Err(error) => Err(match error.code() {
                None | Some(Code::TooManyRequests | Code::Timeout) => TokenError::Unreachable,
                Some(Code::PreconditionFailed) => TokenError::Over,
                Some(code) if code.is_server_fault() => TokenError::Unreachable,
                Some(_) => TokenError::Refused,
            }),
        }
    }

    /// Returns an interview with what is stored of it.
    pub(super) async fn interview(&self, id: &str) -> Result<InterviewDetails, BackendError> {
        self.call(&GetInterview { id: id.to_owned() }).await
    }

    async fn exchange<P: Procedure>(&self, input: &P) -> Result<(P::Output, HeaderMap), BackendError> {
        let call = procedure::request(input);
        let url = format!("{}{}", self.base, call.path_and_query);
        let mut request = match call.body {
            None => self.http.get(url),
            Some(body) => self.http.post(url).header(CONTENT_TYPE, "application/json").body(body),
        };
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let unreachable = |error: reqwest::Error| BackendError::Unreachable(error.without_url());
        let response = request.send().await.map_err(unreachable)?;
        let headers = response.headers().clone();
        let body = response.bytes().await.map_err(unreachable)?;
        match procedure::parse_answer::<P>(&body) {
            Ok(output) => Ok((output, headers)),
            Err(Failure::Refused(refusal)) => Err(BackendError::Refused(refusal)),
            Err(malformed @ Failure::Malformed(_)) => Err(BackendError::Stranger(malformed)),
        }
    }
}

/// Returns what a browser would send back for these answers; `None` if no cookie was set.
fn cookies(headers: &HeaderMap) -> Option<HeaderValue> {
    let pairs: Vec<&str> = headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .map(str::trim)
        .collect();
    let mut cookie = HeaderValue::from_str(&pairs.join("; ")).ok().filter(|cookie| !cookie.is_empty())?;
    cookie.set_sensitive(true);
    Some(cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_sent_back_without_their_attributes() {
        let mut headers = HeaderMap::new();
        assert_eq!(cookies(&headers), None);
        headers.append(SET_COOKIE, HeaderValue::from_static("session=abc; Path=/; HttpOnly; SameSite=Lax"));
        headers.append(SET_COOKIE, HeaderValue::from_static("theme=dark"));
        assert_eq!(cookies(&headers).unwrap().to_str().unwrap(), "session=abc; theme=dark");
    }
}
