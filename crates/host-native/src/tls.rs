//! Trust: the machine's certificate store, read once.

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// Returns the settings for connections to a WebSocket peer: HTTP/1.1, as an upgrade needs.
///
/// A machine without a certificate store gets settings that trust nobody: plain connections still work, and a connection
/// over TLS fails with a reason.
pub(crate) fn client_config() -> Result<Arc<ClientConfig>, rustls::Error> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        tracing::warn!(errors = ?found.errors, "no certificate of this machine's store can be used: TLS will fail");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
