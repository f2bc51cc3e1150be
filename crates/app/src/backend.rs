//! The backend as a whole: opened, mounted, closed.

use crate::config::{Config, Secret, Unfit, is_database_url};
use crate::db::{self, Database};
use crate::mail::Mailer;
use crate::rate_limit::RateLimit;
use crate::routes;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// A backend that is connected to its database. Cloning it is cheap and shares everything.
#[derive(Clone, Debug)]
pub struct App(Arc<Backend>);

/// What every procedure works with.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) config: Config,
    pub(crate) database: Database,
    pub(crate) mailer: Option<Mailer>,
    pub(crate) codes_by_email: RateLimit<String>,
    pub(crate) codes_by_peer: RateLimit<Option<IpAddr>>,
    pub(crate) attempts_by_peer: RateLimit<Option<IpAddr>>,
    pub(crate) guests_by_peer: RateLimit<Option<IpAddr>>,
    /// What callers have begun and may have hung up on.
    pub(crate) mutations: TaskTracker,
    /// Told when the report of an interview is queued.
    pub(crate) report_queued: Notify,
}

/// Why there is no backend.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// A setting cannot be right: mend it.
    Unfit(Unfit),
    /// The database cannot be reached or opened: start it, or mend its URL or its permissions.
    Database(sqlx::Error),
    /// The database holds something that this version does not know, or may not change.
    Migration(sqlx::migrate::MigrateError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unfit(_) => "the configuration cannot be right",
            Self::Database(_) => "the database cannot be opened",
            Self::Migration(_) => "the database cannot be brought up to date",
        })
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unfit(cause) => Some(cause),
            Self::Database(cause) => Some(cause),
            Self::Migration(cause) => Some(cause),
        }
    }
}

impl From<db::OpenError> for OpenError {
    fn from(error: db::OpenError) -> Self {
        match error {
            db::OpenError::Unreachable(cause) => Self::Database(cause),
            db::OpenError::Migration(cause) => Self::Migration(cause),
        }
    }
}

/// Begins to write to a database and leaves it as it was: what is of another version stays so.
///
/// A SQLite file is created if it is missing.
pub async fn try_database(url: &Secret) -> Result<(), OpenError> {
    if !is_database_url(url.expose()) {
        return Err(OpenError::Unfit(Unfit::DatabaseUrl));
    }
    Database::try_out(url.expose()).await.map_err(OpenError::Database)
}

impl App {
    /// Checks the configuration, connects to the database and brings its tables up to date.
    ///
    /// A SQLite file is created if it is missing, its folder is not.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        config.check().map_err(OpenError::Unfit)?;
        let mailer = config.mail.as_ref().map(Mailer::new).transpose();
        let mailer = mailer.map_err(|_| OpenError::Unfit(Unfit::Mail))?;
        let database = Database::open(config.database_url.expose()).await?;
        let limits = config.rate_limits;
        Ok(Self(Arc::new(Backend {
            database,
            mailer,
            codes_by_email: RateLimit::per_hour(limits.codes_per_email),
            codes_by_peer: RateLimit::per_hour(limits.codes_per_peer),
            attempts_by_peer: RateLimit::per_hour(limits.attempts_per_peer),
            guests_by_peer: RateLimit::per_hour(limits.guests_per_peer),
            mutations: TaskTracker::new(),
            report_queued: Notify::new(),
            config,
        })))
    }

    /// What it works with.
    pub(crate) fn backend(&self) -> &Arc<Backend> {
        &self.0
    }

    /// Returns `/api/trpc` for candidates, `/api/internal` for session hosts and `/api/health` for whoever asks.
    ///
    /// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: without the peer's address nobody counts as
    /// local, and all share one rate limit.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/api/health", get(health))
            .with_state(Arc::clone(&self.0))
            .merge(routes::public(&self.0).layer(cors(&self.0.config)))
            .merge(routes::internal(&self.0))
    }

    /// Waits until what callers have begun is done, and closes the connections to the database.
    pub async fn close(&self) {
        self.0.mutations.close();
        self.0.mutations.wait().await;
        self.0.database.close().await;
    }
}

/// Lets the pages of allowed origins read answers, errors included. Without any, pages of other origins read nothing.
fn cors(config: &Config) -> CorsLayer {
    let origins = config.allowed_origins.iter().filter_map(|origin| HeaderValue::try_from(origin).ok());
    let headers = ["content-type", "trpc-accept", "x-trpc-source"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(headers)
        .allow_credentials(true)
}

async fn health(State(backend): State<Arc<Backend>>) -> (StatusCode, Json<Value>) {
    match backend.database.ping().await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ok" }))),
        Err(error) => {
            tracing::error!(%error, "health check failed");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "database unavailable" })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mail;
    use crate::rig::{Database, Rig, on_both_databases};
    use axum::body::Body;
    use axum::http::Request;
    use sqlx::Connection;
    use tower::ServiceExt;

    on_both_databases!(
        a_backend_is_healthy_until_its_database_is_gone,
        a_database_is_opened_as_often_as_one_likes,
        a_database_that_is_tried_stays_empty,
    );

    async fn health_of(app: &App) -> StatusCode {
        let request = Request::get("/api/health").body(Body::empty()).unwrap();
        app.router().oneshot(request).await.unwrap().status()
    }

    async fn a_backend_is_healthy_until_its_database_is_gone(database: Database) {
        let rig = Rig::start(database).await;
        assert_eq!(health_of(rig.app()).await, StatusCode::OK);
        rig.app().close().await;
        assert_eq!(health_of(rig.app()).await, StatusCode::SERVICE_UNAVAILABLE);
    }

    async fn a_database_is_opened_as_often_as_one_likes(database: Database) {
        let rig = Rig::start(database).await;
        let database = rig.stop().await;
        assert_eq!(health_of(Rig::start(database).await.app()).await, StatusCode::OK);
    }

    async fn a_database_that_is_tried_stays_empty(database: Database) {
        let url = Secret::new(database.url());
        try_database(&url).await.unwrap();
        let mut untouched = sqlx::AnyConnection::connect(url.expose()).await.unwrap();
        assert!(sqlx::query("SELECT 1 FROM users").fetch_all(&mut untouched).await.is_err());
        untouched.close().await.unwrap();
        assert!(try_database(&Secret::new("postgres://nobody@127.0.0.1:1/x")).await.is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_sqlite_file_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let database = Database::sqlite();
        let path = database.url().trim_start_matches("sqlite://").to_owned();
        let rig = Rig::start(database).await;
        let _user = rig.sign_in("ada@example.org").await;
        for file in [path.clone(), format!("{path}-wal")] {
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        }
    }

    #[tokio::test]
    async fn only_pages_of_allowed_origins_read_answers() {
        let rig = Rig::start_with(Database::sqlite(), |config| {
            config.allowed_origins = vec!["https://web.example".into()];
        })
        .await;
        let headers_for = async |method: Method, path: &str, origin: &str| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type,trpc-accept,x-trpc-source")
                .body(Body::empty())
                .unwrap();
            rig.app().router().oneshot(request).await.unwrap().headers().clone()
        };
        let preflight =
            headers_for(Method::OPTIONS, "/api/trpc/interview.create", "https://web.example").await;
        assert_eq!(preflight["access-control-allow-origin"], "https://web.example");
        assert_eq!(preflight["access-control-allow-credentials"], "true");
        assert_eq!(preflight["access-control-allow-headers"], "content-type,trpc-accept,x-trpc-source");
        let refused = headers_for(Method::GET, "/api/trpc/user.me", "https://web.example").await;
        assert_eq!(refused["access-control-allow-origin"], "https://web.example");
        for (path, origin) in
            [("/api/trpc/user.me", "https://evil.example"), ("/api/internal/x", "https://web.example")]
        {
            assert_eq!(
                headers_for(Method::OPTIONS, path, origin).await.get("access-control-allow-origin"),
                None
            );
        }
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_is_told_apart_from_one_that_is_away() {
        let rig = Rig::start(Database::sqlite()).await;
        let config = |url: &str| Config { database_url: Secret::new(url), ..rig.app().0.config.clone() };
        for url in ["", "mysql://localhost/x", "sqlite::memory:", "sqlite:///tmp/x?mode=memory"] {
            let error = App::open(config(url)).await.err();
            assert!(matches!(error, Some(OpenError::Unfit(Unfit::DatabaseUrl))), "{url}: {error:?}");
        }
        for url in ["sqlite:///no/such/folder/x.db", "postgres://nobody@127.0.0.1:1/x"] {
            let error = App::open(config(url)).await.err();
            assert!(matches!(error, Some(OpenError::Database(_))), "{url}: {error:?}");
        }
        let smtp_url = Secret::new("smtp://mail.example");
        let mail = Some(Mail { smtp_url, from: "nobody".into() });
        let mail = Config { mail, ..config("sqlite:///tmp/x.db") };
        assert!(matches!(App::open(mail).await, Err(OpenError::Unfit(Unfit::Mail))));
        let short = Config { jwt_secret: Secret::new("short"), ..config("sqlite:///tmp/x.db") };
        assert!(matches!(App::open(short).await, Err(OpenError::Unfit(Unfit::JwtSecret))));
    }
}
