//! What PrepPal is told before it starts: complete, or every problem with its variable and its mend.

mod problem;

use crate::environment::Environment;
use app::Secret;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
pub(crate) use problem::{Problem, Problems};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What means something else in a URL than in the name of a directory.
const NOT_IN_A_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'#').add(b'%').add(b'?').add(b'@').add(b':').add(b'[').add(b']');

/// How long a lost candidate may take to come back if nothing else is said.
const DEFAULT_GRACE: Duration = Duration::from_secs(60);

/// A grace longer than this keeps interviews open whose candidates will not come back.
const LONGEST_GRACE: Duration = Duration::from_secs(3600);

/// Everything, a struct per concern.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) deployment: Deployment,
    pub(crate) storage: Storage,
    pub(crate) secrets: GivenSecrets,
    pub(crate) gemini: Gemini,
    pub(crate) addresses: Addresses,
    pub(crate) mail: Option<app::Mail>,
    pub(crate) client_address: app::ClientAddress,
    pub(crate) guests: app::Guests,
    /// How long a lost candidate may take to come back.
    pub(crate) grace: Duration,
}

/// For whom this runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deployment {
    Development,
    Production,
}

/// Where things are kept.
#[derive(Debug)]
pub(crate) struct Storage {
    pub(crate) data_dir: PathBuf,
    pub(crate) database_url: Secret,
}

impl Storage {
    /// Makes the data directory, for its owner only, if there is none.
    pub(crate) fn prepare(&self) -> Result<(), Problems> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data_dir).map_err(|error| {
            let what = format!("names {}, which cannot be made: {error}", self.data_dir.display());
            Problem::new("PREPPAL_DATA_DIR", what, "name a directory that you may write to").into()
        })
    }

    /// Takes the session host's journal for this process. Two that went on with the same interviews would end them twice.
    pub(crate) fn claim_journal(&self) -> Result<Journal, Problems> {
        let path = self.data_dir.join("journal.db");
        let claimed = open_private(&self.data_dir.join("journal.lock")).map_err(TryLockError::Error);
        let claimed = claimed.and_then(|lock| {
            lock.try_lock()?;
            open_private(&path).map_err(TryLockError::Error)?;
            Ok(lock)
        });
        match claimed {
            Ok(lock) => Ok(Journal { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let what = format!("names {}, which another session host uses", self.data_dir.display());
                Err(Problem::new("PREPPAL_DATA_DIR", what, "stop that one, or name another directory").into())
            }
            Err(TryLockError::Error(error)) => {
                let what =
                    format!("names {}, where nothing can be written: {error}", self.data_dir.display());
                Err(Problem::new("PREPPAL_DATA_DIR", what, "name a directory that you may write to").into())
            }
        }
    }
}

/// Opens a file, made for its owner only if there is none: the journal holds what is being said.
fn open_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The session host's journal, ours until this is dropped or the process ends, however it does.
#[derive(Debug)]
pub(crate) struct Journal {
    pub(crate) path: PathBuf,
    _lock: File,
}

/// Secrets as far as they were given. In production both are.
#[derive(Debug)]
pub(crate) struct GivenSecrets {
    pub(crate) jwt: Option<Secret>,
    pub(crate) worker_shared: Option<Secret>,
}

/// The interviewer.
#[derive(Debug)]
pub(crate) struct Gemini {
    pub(crate) api_key: Option<Secret>,
    pub(crate) base_url: Option<String>,
    pub(crate) api_version: String,
    pub(crate) live_model: Option<String>,
    pub(crate) report_model: Option<String>,
    pub(crate) voice: Option<String>,
}

/// Who is reached where, as far as it was said.
#[derive(Debug)]
pub(crate) struct Addresses {
    pub(crate) app_url: Option<String>,
    pub(crate) public_worker_url: Option<String>,
    pub(crate) allowed_origins: Vec<String>,
}

impl Settings {
    /// Reads every setting, and finds every problem rather than the first.
    pub(crate) fn read(environment: &Environment) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let deployment = read_deployment(environment, &mut problems);
        let storage = read_storage(environment, &mut problems);
        let settings = Self {
            deployment,
            storage,
            secrets: read_secrets(environment, deployment, &mut problems),
            gemini: read_gemini(environment, &mut problems),
            addresses: read_addresses(environment, &mut problems),
            mail: read_mail(environment, &mut problems),
            client_address: read_client_address(environment, &mut problems),
            guests: read_guests(environment, deployment, &mut problems),
            grace: read_grace(environment, &mut problems),
        };
        if problems.is_empty() { Ok(settings) } else { Err(Problems(problems)) }
    }
}

fn read_deployment(environment: &Environment, problems: &mut Vec<Problem>) -> Deployment {
    match environment.value("PREPPAL_ENV") {
        None | Some("development") => Deployment::Development,
        Some("production") => Deployment::Production,
        Some(_) => {
            problems.push(Problem::new(
                "PREPPAL_ENV",
                "is neither development nor production",
                "set it to production where strangers use PrepPal, and leave it out on your own machine",
            ));
            Deployment::Production
        }
    }
}

fn read_storage(environment: &Environment, problems: &mut Vec<Problem>) -> Storage {
    let data_dir = PathBuf::from(environment.value("PREPPAL_DATA_DIR").unwrap_or(".preppal"));
    let database_url = match environment.value("DATABASE_URL") {
        Some(url) => url.to_owned(),
        None => {
            let path = data_dir.join("preppal.db").display().to_string();
            format!("sqlite://{}", utf8_percent_encode(&path, NOT_IN_A_PATH))
        }
    };
    if !app::is_database_url(&database_url) {
        problems.push(Problem::new(
            "DATABASE_URL",
            "is neither sqlite:// with the path of a file nor postgres://",
            "leave it out for SQLite in the data directory, or give postgres://user:password@host/database",
        ));
    }
    Storage { data_dir, database_url: Secret::new(database_url) }
}

fn read_secrets(
    environment: &Environment,
    deployment: Deployment,
    problems: &mut Vec<Problem>,
) -> GivenSecrets {
    let mut read = |variable: &'static str| {
        let secret = environment.value(variable);
        let length = secret.map(|secret| secret.chars().count());
        match length {
            None if deployment == Deployment::Production => {
                problems.push(Problem::new(variable, "is not set", problem::MAKE_A_SECRET));
            }
            Some(length) if length < Secret::MIN_CHARS => {
                let what = format!("has {length} characters and needs at least {}", Secret::MIN_CHARS);
                problems.push(Problem::new(variable, what, problem::MAKE_A_SECRET));
            }
            None | Some(_) => {}
        }
        secret.map(Secret::new)
    };
    let (jwt, worker_shared) = (read("JWT_SECRET"), read("WORKER_SHARED_SECRET"));
    if jwt.is_some() && jwt == worker_shared {
        problems.push(Problem::new(
            "WORKER_SHARED_SECRET",
            "is the same as JWT_SECRET",
            problem::MAKE_A_SECRET,
        ));
    }
    GivenSecrets { jwt, worker_shared }
}

fn read_gemini(environment: &Environment, problems: &mut Vec<Problem>) -> Gemini {
    let owned = |variable| environment.value(variable).map(str::to_owned);
    let api_key = environment.value("GEMINI_API_KEY").or_else(|| environment.value("GOOGLE_API_KEY"));
    let base_url = owned("GEMINI_BASE_URL");
    let version = owned("GEMINI_API_VERSION").unwrap_or(gemini_live::DEFAULT_API_VERSION.to_owned());
    let probe = gemini_live::Endpoint::new(
        base_url.as_deref().unwrap_or(gemini_live::DEFAULT_BASE_URL),
        &version,
        api_key.unwrap_or("none"),
    );
    match probe {
        Ok(_) => {}
        Err(error @ gemini_live::EndpointError::BaseUrl) => problems.push(Problem::new(
            "GEMINI_BASE_URL",
            error.to_string(),
            "leave it out for Google, or give the address of a stand-in",
        )),
        Err(error @ gemini_live::EndpointError::ApiVersion) => {
            problems.push(Problem::new("GEMINI_API_VERSION", error.to_string(), "leave it out"));
        }
        Err(error @ gemini_live::EndpointError::ApiKey) => problems.push(Problem::new(
            "GEMINI_API_KEY",
            error.to_string(),
            "copy the key again, or leave it out and the stand-in plays the interviewer",
        )),
    }
    Gemini {
        api_key: api_key.map(Secret::new),
        base_url,
        api_version: version,
        live_model: owned("GEMINI_LIVE_MODEL"),
        report_model: owned("GEMINI_REPORT_MODEL"),
        voice: owned("GEMINI_VOICE"),
    }
}

fn read_addresses(environment: &Environment, problems: &mut Vec<Problem>) -> Addresses {
    let mut read = |variable: &'static str, alias: &str, schemes: [&str; 2], example: &str| {
        let url = environment.value(variable).or_else(|| environment.value(alias))?.trim_end_matches('/');
        let fits = reqwest::Url::parse(url).is_ok_and(|parsed| {
            schemes.contains(&parsed.scheme())
                && parsed.has_host()
                && parsed.query().is_none()
                && parsed.fragment().is_none()
        });
        if !fits {
            let what = format!("is not an address with {}:// or {}://", schemes[0], schemes[1]);
            problems.push(Problem::new(variable, what, format!("give it like {example}")));
        }
        Some(url.to_owned())
    };
    let allowed_origins: Vec<String> = environment
        .value("ALLOWED_ORIGINS")
        .map(|origins| origins.split(',').map(|origin| origin.trim().to_owned()).collect())
        .unwrap_or_default();
    let addresses = Addresses {
        app_url: read("APP_URL", "APP_URL", ["https", "http"], "https://prep.example.org"),
        public_worker_url: read(
            "PUBLIC_WORKER_URL",
            "NEXT_PUBLIC_WORKER_URL",
            ["wss", "ws"],
            "wss://prep.example.org/session",
        ),
        allowed_origins,
    };
    if !addresses.allowed_origins.iter().all(|origin| app::is_origin(origin)) {
        problems.push(Problem::new(
            "ALLOWED_ORIGINS",
            "has an entry that is not https://host or http://host",
            "give them like https://prep.example.org,https://www.example.org, without paths",
        ));
    }
    addresses
}

const MEND_SERVER: &str = "give the mail server, like smtp://user:password@mail.example.org:587?tls=required";
const MEND_SENDER: &str = "give the sender, like PrepPal <no-reply@example.org>";

fn read_mail(environment: &Environment, problems: &mut Vec<Problem>) -> Option<app::Mail> {
    match (environment.value("SMTP_URL"), environment.value("MAIL_FROM")) {
        (None, None) => None,
        (Some(url), Some(from)) => {
            let mail = app::Mail { smtp_url: Secret::new(url), from: from.to_owned() };
            if !mail.has_server() {
                problems.push(Problem::new("SMTP_URL", "cannot be used", MEND_SERVER));
            }
            if !mail.has_sender() {
                problems.push(Problem::new("MAIL_FROM", "is not an address", MEND_SENDER));
            }
            Some(mail)
        }
        (Some(_), None) => {
            problems.push(Problem::new("MAIL_FROM", "is not set, but SMTP_URL is", MEND_SENDER));
            None
        }
        (None, Some(_)) => {
            problems.push(Problem::new("SMTP_URL", "is not set, but MAIL_FROM is", MEND_SERVER));
            None
        }
    }
}

fn read_client_address(environment: &Environment, problems: &mut Vec<Problem>) -> app::ClientAddress {
    match environment.value("PREPPAL_CLIENT_ADDRESS") {
        None | Some("peer") => app::ClientAddress::Peer,
        Some("forwarded") => app::ClientAddress::ForwardedFor,
        Some(_) => {
            problems.push(Problem::new(
                "PREPPAL_CLIENT_ADDRESS",
                "is neither peer nor forwarded",
                "set it to forwarded behind exactly one proxy that sets X-Forwarded-For, and leave it out otherwise",
            ));
            app::ClientAddress::Peer
        }
    }
}

fn read_guests(
    environment: &Environment,
    deployment: Deployment,
    problems: &mut Vec<Problem>,
) -> app::Guests {
    match (environment.value("PREPPAL_GUESTS"), deployment) {
        (Some("admitted"), _) | (None, Deployment::Development) => app::Guests::Admitted,
        (Some("refused"), _) | (None, Deployment::Production) => app::Guests::Refused,
        (Some(_), _) => {
            let mend = "set it to admitted to interview people without an account, or leave it out";
            problems.push(Problem::new("PREPPAL_GUESTS", "is neither admitted nor refused", mend));
            app::Guests::Refused
        }
    }
}

fn read_grace(environment: &Environment, problems: &mut Vec<Problem>) -> Duration {
    let Some(given) = environment.value("PREPPAL_GRACE_S") else { return DEFAULT_GRACE };
    match given.parse().map(Duration::from_secs) {
        Ok(grace) if grace <= LONGEST_GRACE => grace,
        Ok(_) | Err(_) => {
            problems.push(Problem::new(
                "PREPPAL_GRACE_S",
                "is not a number of seconds from 0 to 3600",
                "leave it out for a minute, or set it to 0 to end an interview at once when its candidate is lost",
            ));
            DEFAULT_GRACE
        }
    }
}

#[cfg(test)]
mod tests;
