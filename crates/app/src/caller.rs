//! Who calls, as far as the head of a request tells.

use crate::backend::Backend;
use crate::config::{ClientAddress, Config, Environment, LocalSignIn};
use crate::db;
use crate::session::{self, Session};
use crate::trpc::AnswerHeaders;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, Version, header};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use trpc::Error;

/// The context of the public procedures.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) backend: Arc<Backend>,
    pub(crate) headers: AnswerHeaders,
    pub(crate) session: Option<Session>,
    /// The caller's household, which its tries are counted by. Unknown ones are one household.
    pub(crate) peer: Option<IpAddr>,
    /// Whether the caller sits at this very machine, means to address it, and it is nobody else's address.
    pub(crate) is_local: bool,
}

/// A caller with a session.
pub(crate) struct SignedIn {
    pub(crate) backend: Arc<Backend>,
    pub(crate) user_id: String,
}

impl Caller {
    /// Reads the head of a request; finds its session and moves the session's end.
    pub(crate) async fn read(
        backend: Arc<Backend>,
        parts: Parts,
        headers: AnswerHeaders,
    ) -> Result<Self, Error> {
        if parts.method != Method::GET && is_foreign(&parts.headers, &backend.config) {
            return Err(Error::forbidden("This origin may not call"));
        }
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = match backend.config.client_address {
            ClientAddress::Peer => connection,
            ClientAddress::ForwardedFor => last_forwarded(&parts.headers),
        };
        let session = session::resume(&backend, &parts.headers, &headers).await?;
        Ok(Self {
            is_local: is_local(connection, &parts, &backend.config),
            peer: address.map(crate::rate_limit::household),
            backend,
            headers,
            session,
        })
    }

    /// Lets signed-in callers in.
    pub(crate) async fn signed_in(self) -> Result<SignedIn, Error> {
        match self.session {
            Some(session) => Ok(SignedIn { backend: self.backend, user_id: session.user_id }),
            None => Err(Error::unauthorized()),
        }
    }

    /// Whether this caller is signed in by one call.
    pub(crate) fn may_sign_in_locally(&self) -> bool {
        let config = &self.backend.config;
        config.environment == Environment::Development
            && config.local_sign_in == LocalSignIn::OnLoopback
            && self.is_local
    }
}

impl SignedIn {
    /// Returns the database.
    pub(crate) fn database(&self) -> &db::Database {
        &self.backend.database
    }
}

/// Whether a page of somebody else's sends this. Programs that are no browsers send no origin.
fn is_foreign(headers: &HeaderMap, config: &Config) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let Ok(origin) = origin.to_str() else { return true };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let is_own = origin == config.own_origin() || authority.is_some() && authority == text(header::HOST);
    !is_own && !config.allowed_origins.iter().any(|allowed| allowed == origin)
}

/// The proxy appends the address it saw; what stands before it is the caller's own claim.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// Whether our own address, connection, host and headers all say "this machine".
///
/// A loopback connection alone may come from a proxy or a tunnel. Most give themselves away: by the name asked for, by
/// forwarding headers, by HTTP/1.0, which nginx speaks unless it is told otherwise. One that does not was set up for an
/// address of its own, which we are told of. A page elsewhere that rebinds its name to loopback still asks for its own name.
fn is_local(connection: Option<IpAddr>, request: &Parts, config: &Config) -> bool {
    let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let own_host = config.own_origin().split_once("://").map(|(_, authority)| authority);
    connection.is_some_and(|address| address.to_canonical().is_loopback())
        && host.is_some_and(is_loopback_name)
        && own_host.is_some_and(is_loopback_name)
        && request.version >= Version::HTTP_11
        && !request.headers.keys().any(tells_of_a_proxy)
}

fn tells_of_a_proxy(header: &HeaderName) -> bool {
    let name = header.as_str();
    name.starts_with("x-forwarded-")
        || ["cf-connecting-ip", "forwarded", "true-client-ip", "via", "x-real-ip"].contains(&name)
}

fn is_loopback_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_local() {
        for host in
            ["localhost", "LOCALHOST:3000", "127.0.0.1", "127.0.0.1:80", "[::1]:3000", "[::1]", "127.9.9.9:1"]
        {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in
            ["", "example.org", "localhost.example.org", "127.0.0.1.example.org", "10.0.0.1:80", "::2", ":80"]
        {
            assert!(!is_loopback_name(host), "{host}");
        }
    }

    #[test]
    fn the_address_a_proxy_saw_stands_last() {
        let mut headers = HeaderMap::new();
        assert_eq!(last_forwarded(&headers), None);
        headers.append("x-forwarded-for", "10.9.9.9".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.1, 192.0.2.1".parse().unwrap());
        assert_eq!(last_forwarded(&headers), Some(IpAddr::from([192, 0, 2, 1])));
    }
}
