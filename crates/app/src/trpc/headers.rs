//! Headers that calls add to the answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::{Arc, Mutex, PoisonError};

/// The headers of one answer, while they can still be added to: where a call sets a cookie.
///
/// Mutations and the context's maker are always in time. A query may not be: an answer in JSON lines to a batch of queries
/// begins before they end.
#[derive(Clone, Debug)]
pub struct AnswerHeaders(Arc<Mutex<Option<HeaderMap>>>);

impl AnswerHeaders {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Some(HeaderMap::new()))))
    }

    /// Adds a header beside those of the same name. Once the answer has begun it is dropped, with a warning in the log.
    pub fn append(&self, name: HeaderName, value: HeaderValue) {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(headers) => drop(headers.append(name, value)),
            None => tracing::warn!(header = name.as_str(), "header came after the answer had begun"),
        }
    }

    /// Returns what was added; from here on nothing can be.
    pub(super) fn take(&self) -> HeaderMap {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}
