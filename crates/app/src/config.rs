//! What the backend must know before it starts. Whoever builds a [`Config`] reads the environment; nothing here does.

use crate::clock::Clock;
use crate::random::Random;
pub use api::public::Interviewer;
use std::fmt;

/// Everything the backend is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:///path/to/file` or `postgres://…`.
    pub database_url: Secret,
    /// Signs worker tokens; at least [`Secret::MIN_CHARS`].
    pub jwt_secret: Secret,
    /// What a session host shows to be let in; at least [`Secret::MIN_CHARS`], not [`jwt_secret`](Self::jwt_secret).
    pub worker_shared_secret: Secret,
    /// What browsers connect to, `ws(s)://…`.
    pub public_worker_url: String,
    /// Where this backend is reached, `http(s)://host[:port]`. Over `https` cookies are secure.
    pub app_url: String,
    /// Development offers what a stranger must never be offered.
    pub environment: Environment,
    /// Whether one call signs a developer in without a code.
    pub local_sign_in: LocalSignIn,
    /// Whether people without an account are interviewed.
    pub guests: Guests,
    /// How codes are delivered; without it, production has no sign-in by e-mail.
    pub mail: Option<Mail>,
    /// Who asks the questions.
    pub interviewer: Interviewer,
    /// How often a stranger may try.
    pub rate_limits: RateLimits,
    /// Where a caller's address is read.
    pub client_address: ClientAddress,
    /// Origins other than [`app_url`](Self::app_url) whose pages may call with the session cookie, `https://host[:port]`.
    pub allowed_origins: Vec<String>,
    /// What time it is.
    pub clock: Clock,
    /// Where ids, tokens and codes come from.
    pub random: Random,
}

/// Who runs this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A developer, on their own machine.
    Development,
    /// An operator, for strangers.
    Production,
}

/// Whether `auth.signInLocal` exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalSignIn {
    /// To a caller on a loopback address that also addresses a loopback name, in [`Environment::Development`], unless
    /// [`app_url`](Config::app_url) is an address for others.
    OnLoopback,
    /// To nobody.
    Never,
}

/// Whether `auth.signInGuest` lets people in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guests {
    /// Anybody; each interview is the operator's cost.
    Admitted,
    /// Nobody.
    Refused,
}

/// How e-mail leaves.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `smtp://user:password@host:587?tls=required`, `smtps://…`, or `smtp://host:25` without TLS.
    pub smtp_url: Secret,
    /// The sender, for instance `PrepPal <no-reply@example.org>`.
    pub from: String,
}

/// Where a caller's address is read, by which tries are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAddress {
    /// The peer of the connection.
    Peer,
    /// The last address in `X-Forwarded-For`, which the one proxy in front of this backend appends.
    ForwardedFor,
}

/// How often a stranger may try, per hour.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// Codes sent to one address: what somebody else's mailbox has to bear.
    pub codes_per_email: u32,
    /// Codes asked for by one peer.
    pub codes_per_peer: u32,
    /// Codes tried by one peer.
    pub attempts_per_peer: u32,
    /// Guests who come from one peer.
    pub guests_per_peer: u32,
}

/// With five attempts per code, five codes an hour let a guesser try 25 of a million.
impl Default for RateLimits {
    fn default() -> Self {
        Self { codes_per_email: 5, codes_per_peer: 30, attempts_per_peer: 60, guests_per_peer: 30 }
    }
}

/// Text that is never shown: its `Debug` says `[secret]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Fewest characters of a signing or shared secret.
    pub const MIN_CHARS: usize = api::MIN_SECRET_CHARS;

    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A setting that cannot be right. The reader knows the field as a variable of another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// [`Config::jwt_secret`] is too short.
    JwtSecret,
    /// [`Config::worker_shared_secret`] is too short.
    WorkerSharedSecret,
    /// Both secrets are the same.
    SameSecrets,
    /// [`Config::public_worker_url`] is not `ws://…` or `wss://…`.
    PublicWorkerUrl,
    /// [`Config::app_url`] is not `http://…` or `https://…`.
    AppUrl,
    /// [`Config::mail`] has an unusable URL or sender.
    Mail,
    /// One of [`Config::allowed_origins`] is not an origin.
    AllowedOrigins,
    /// [`Config::database_url`] is neither `sqlite://` with a file nor `postgres://`.
    DatabaseUrl,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JwtSecret => "JWT_SECRET needs at least 32 characters",
            Self::WorkerSharedSecret => "WORKER_SHARED_SECRET needs at least 32 characters",
            Self::SameSecrets => "JWT_SECRET and WORKER_SHARED_SECRET must differ",
            Self::PublicWorkerUrl => "PUBLIC_WORKER_URL must begin with ws:// or wss://",
            Self::AppUrl => "APP_URL must begin with http:// or https://",
            Self::Mail => "the mail server's URL or the sender's address cannot be used",
            Self::AllowedOrigins => "an allowed origin must be https://host or http://host, without a path",
            Self::DatabaseUrl => "DATABASE_URL must be sqlite:// with the path of a file, or postgres://",
        })
    }
}

impl std::error::Error for Unfit {}

impl Config {
    /// Finds what cannot be right without asking anybody.
    pub fn check(&self) -> Result<(), Unfit> {
        let is_short = |secret: &Secret| secret.0.chars().count() < Secret::MIN_CHARS;
        if is_short(&self.jwt_secret) {
            return Err(Unfit::JwtSecret);
        }
        if is_short(&self.worker_shared_secret) {
            return Err(Unfit::WorkerSharedSecret);
        }
        if self.jwt_secret == self.worker_shared_secret {
            return Err(Unfit::SameSecrets);
        }
        if host_of(&self.public_worker_url, &["ws://", "wss://"]).is_none() {
            return Err(Unfit::PublicWorkerUrl);
        }
        if host_of(&self.app_url, &["http://", "https://"]).is_none() {
            return Err(Unfit::AppUrl);
        }
        if !self.allowed_origins.iter().all(|origin| is_origin(origin)) {
            return Err(Unfit::AllowedOrigins);
        }
        if !self.mail.as_ref().is_none_or(|mail| mail.has_server() && mail.has_sender()) {
            return Err(Unfit::Mail);
        }
        if !is_database_url(self.database_url.expose()) {
            return Err(Unfit::DatabaseUrl);
        }
        Ok(())
    }

    /// Whether cookies may travel over TLS only.
    pub(crate) fn is_https(&self) -> bool {
        self.app_url.starts_with("https://")
    }

    /// The origin of pages that this backend's own address serves.
    pub(crate) fn own_origin(&self) -> &str {
        let authority = self.app_url.find("://").map_or(0, |at| at + 3);
        let end = self.app_url[authority..].find('/').map_or(self.app_url.len(), |at| authority + at);
        &self.app_url[..end]
    }
}

/// What stands behind the scheme, if that is one of `schemes` and something does.
fn host_of<'a>(url: &'a str, schemes: &[&str]) -> Option<&'a str> {
    let rest = schemes.iter().find_map(|scheme| url.strip_prefix(scheme))?;
    (!rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace)).then_some(rest)
}

/// Whether it is `https://host[:port]` or `http://host[:port]`, as browsers name the origin of a page.
pub fn is_origin(text: &str) -> bool {
    host_of(text, &["http://", "https://"]).is_some_and(|host| !host.contains(['/', '?', '#', '@', '*']))
}

/// Whether it is `sqlite://` with the path of a file, or `postgres://`.
///
/// SQLite's nameless and in-memory databases are as many as there are connections, and gone with them.
pub fn is_database_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("sqlite:") else {
        return url.starts_with("postgres://") || url.starts_with("postgresql://");
    };
    let path = rest.trim_start_matches("//").split('?').next().unwrap_or_default();
    !path.is_empty() && !rest.contains(":memory:") && !rest.contains("mode=memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config {
            database_url: Secret::new("sqlite:///tmp/x.db"),
            jwt_secret: Secret::new("j".repeat(32)),
            worker_shared_secret: Secret::new("w".repeat(32)),
            public_worker_url: "wss://edge.example/path".into(),
            app_url: "https://app.example:8443/under".into(),
            environment: Environment::Production,
            local_sign_in: LocalSignIn::Never,
            guests: Guests::Refused,
            mail: None,
            interviewer: Interviewer::Gemini,
            rate_limits: RateLimits::default(),
            client_address: ClientAddress::Peer,
            allowed_origins: vec!["https://other.example".into()],
            clock: Clock::System,
            random: Random::System,
        }
    }

    #[test]
    fn each_unfit_setting_is_named() {
        assert_eq!(config().check(), Ok(()));
        let broken = [
            (Config { jwt_secret: Secret::new("short"), ..config() }, Unfit::JwtSecret),
            (Config { worker_shared_secret: Secret::new(""), ..config() }, Unfit::WorkerSharedSecret),
            (Config { worker_shared_secret: config().jwt_secret, ..config() }, Unfit::SameSecrets),
            (Config { public_worker_url: "https://x".into(), ..config() }, Unfit::PublicWorkerUrl),
            (Config { public_worker_url: "wss://".into(), ..config() }, Unfit::PublicWorkerUrl),
            (Config { app_url: "app.example".into(), ..config() }, Unfit::AppUrl),
            (Config { allowed_origins: vec!["*".into()], ..config() }, Unfit::AllowedOrigins),
            (Config { allowed_origins: vec!["https://a/".into()], ..config() }, Unfit::AllowedOrigins),
            (Config { mail: mail("smtp://mail.example", "nobody"), ..config() }, Unfit::Mail),
            (Config { mail: mail("mail.example", "a@example.org"), ..config() }, Unfit::Mail),
        ];
        for (config, unfit) in broken {
            assert_eq!(config.check(), Err(unfit));
        }
    }

    fn mail(url: &str, from: &str) -> Option<Mail> {
        Some(Mail { smtp_url: Secret::new(url), from: from.into() })
    }

    #[test]
    fn a_database_is_a_file_or_a_server() {
        for url in
            ["sqlite:///x.db", "sqlite://x.db?mode=rw", "sqlite:x.db", "postgres://x", "postgresql://x/y"]
        {
            assert!(is_database_url(url), "{url}");
        }
        let gone =
            ["sqlite::memory:", "sqlite:///tmp/x?mode=memory", "sqlite:", "sqlite://", "sqlite://?mode=rwc"];
        for url in gone.into_iter().chain(["", "mysql://localhost/x", "x.db"]) {
            assert!(!is_database_url(url), "{url}");
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(config().own_origin(), "https://app.example:8443");
        assert_eq!(
            Config { app_url: "http://localhost:3000".into(), ..config() }.own_origin(),
            "http://localhost:3000"
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let shown = format!("{:?}", config());
        assert!(!shown.contains("jjjj") && !shown.contains("wwww") && !shown.contains("sqlite"), "{shown}");
    }
}
