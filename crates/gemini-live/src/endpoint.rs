//! Where the vendor is, and who we are to it.

use crate::profile::bare_name;
use std::fmt;

/// The vendor.
pub const DEFAULT_BASE_URL: &str = "https://generativelanguage.googleapis.com";

/// The version that serves every live model.
pub const DEFAULT_API_VERSION: &str = "v1beta";

/// The request header that carries the key, on the upgrade and on REST calls.
pub const API_KEY_HEADER: &str = "x-goog-api-key";

/// The vendor or a stand-in, and the key for it. `Debug` does not show the key, and no address holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `http` or `https`, without a slash at the end.
    base_url: String,
    api_version: String,
    api_key: String,
}

impl Endpoint {
    /// Takes a base URL (`http`, `https`, `ws` or `wss`, with or without a path), a version like `v1beta`, and a key.
    pub fn new(base_url: &str, api_version: &str, api_key: &str) -> Result<Self, EndpointError> {
        let (scheme, rest) = base_url.trim().split_once("://").ok_or(EndpointError::BaseUrl)?;
        let scheme = match scheme {
            "http" | "ws" => "http",
            "https" | "wss" => "https",
            _ => return Err(EndpointError::BaseUrl),
        };
        let rest = rest.trim_end_matches('/');
        let foreign = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@');
        if rest.is_empty() || rest.starts_with('/') || rest.contains(foreign) {
            return Err(EndpointError::BaseUrl);
        }
        if api_version.is_empty() || !api_version.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(EndpointError::ApiVersion);
        }
        if api_key.is_empty() || !api_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(EndpointError::ApiKey);
        }
        Ok(Self {
            base_url: format!("{scheme}://{rest}"),
            api_version: api_version.to_owned(),
            api_key: api_key.to_owned(),
        })
    }

    /// Returns the address of the WebSocket, for a request with the [key's header](Self::api_key_header).
    #[must_use]
    pub fn websocket_url(&self) -> String {
        let base = self.base_url.strip_prefix("http").unwrap_or(&self.base_url);
        let version = &self.api_version;
        format!("ws{base}/ws/google.ai.generativelanguage.{version}.GenerativeService.BidiGenerateContent")
    }

    /// Returns the header that says who we are: name and value. The value is a secret.
    #[must_use]
    pub fn api_key_header(&self) -> (&'static str, &str) {
        (API_KEY_HEADER, &self.api_key)
    }

    /// Returns where a model's description is; `GET` it to learn early whether key and model are good.
    #[must_use]
    pub fn model_url(&self, model_id: &str) -> String {
        format!("{}/{}/models/{}", self.base_url, self.api_version, bare_name(model_id))
    }

    /// Returns where the list of models is.
    #[must_use]
    pub fn models_url(&self) -> String {
        format!("{}/{}/models", self.base_url, self.api_version)
    }

    /// Returns where a text model is asked; `POST` to it.
    #[must_use]
    pub fn generate_content_url(&self, model_id: &str) -> String {
        format!("{}:generateContent", self.model_url(model_id))
    }

    /// Returns the base, for logs.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base_url, api_version, api_key: _ } = self;
        f.debug_struct("Endpoint")
            .field("base_url", base_url)
            .field("api_version", api_version)
            .finish_non_exhaustive()
    }
}

/// Which setting is wrong. Does not repeat it: it may be a secret in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointError {
    /// Not an address of a server.
    BaseUrl,
    /// Not a version.
    ApiVersion,
    /// Not a key: empty, or with characters that no header can carry.
    ApiKey,
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BaseUrl => "the base URL is not http(s)://host[:port][/path]",
            Self::ApiVersion => "the API version is not like v1beta",
            Self::ApiKey => "the API key is empty or holds spaces or control characters",
        })
    }
}

impl std::error::Error for EndpointError {}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_API_VERSION, DEFAULT_BASE_URL, Endpoint, EndpointError};

    #[test]
    fn addresses_of_the_vendor() {
        let vendor = Endpoint::new(DEFAULT_BASE_URL, DEFAULT_API_VERSION, "k").unwrap();
        assert_eq!(
            vendor.websocket_url(),
            "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
        );
        assert_eq!(
            vendor.generate_content_url("models/gemini-3.8-flash"),
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-3.8-flash:generateContent"
        );
        assert_eq!(vendor.api_key_header(), ("x-goog-api-key", "k"));
    }

    #[test]
    fn a_base_may_have_a_path_and_any_web_scheme() {
        for base in ["http://127.0.0.1:8090/gemini/", "ws://127.0.0.1:8090/gemini"] {
            let endpoint = Endpoint::new(base, "v1", "k").unwrap();
            assert_eq!(
                endpoint.websocket_url(),
                "ws://127.0.0.1:8090/gemini/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent"
            );
            assert_eq!(endpoint.models_url(), "http://127.0.0.1:8090/gemini/v1/models");
        }
    }

    #[test]
    fn refuses_what_is_no_endpoint() {
        for base in
            ["", "localhost", "ftp://x", "http://", "http:///x", "http://x?key=1", "http://a b", "http://u@x"]
        {
            assert_eq!(Endpoint::new(base, "v1", "k"), Err(EndpointError::BaseUrl), "{base}");
        }
        assert_eq!(Endpoint::new("http://x", "v1/..", "k"), Err(EndpointError::ApiVersion));
        assert_eq!(Endpoint::new("http://x", "v1", "k\r\n"), Err(EndpointError::ApiKey));
    }

    #[test]
    fn debug_does_not_show_the_key() {
        let endpoint = Endpoint::new("https://x", "v1", "sesame").unwrap();
        assert!(!format!("{endpoint:?}").contains("sesame"));
    }
}
