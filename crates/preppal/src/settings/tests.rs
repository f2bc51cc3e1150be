use super::{Deployment, Settings};
use crate::environment::Environment;
use std::time::Duration;

const LONG: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

fn refused(environment: impl Into<Environment>) -> Vec<&'static str> {
    let problems = Settings::read(&environment.into()).expect_err("it was to be refused");
    problems.0.iter().map(|problem| problem.variable).collect()
}

#[test]
fn nothing_set_is_a_complete_development_configuration() {
    let settings = Settings::read(&[].into()).unwrap();
    assert_eq!(settings.deployment, Deployment::Development);
    assert!(settings.secrets.jwt.is_none() && settings.gemini.api_key.is_none());
    assert_eq!(settings.grace, Duration::from_secs(60));
    assert_eq!(settings.storage.database_url.expose(), "sqlite://.preppal/preppal.db");
}

#[test]
fn production_needs_both_secrets_and_says_so_at_once() {
    assert_eq!(refused([("PREPPAL_ENV", "production")]), ["JWT_SECRET", "WORKER_SHARED_SECRET"]);
    assert_eq!(refused([("PREPPAL_ENV", "production"), ("JWT_SECRET", LONG)]), ["WORKER_SHARED_SECRET"]);
    let given = [("PREPPAL_ENV", "production"), ("JWT_SECRET", LONG), ("WORKER_SHARED_SECRET", OTHER)];
    assert_eq!(Settings::read(&given.into()).unwrap().deployment, Deployment::Production);
}

#[test]
fn guests_are_admitted_in_development_and_where_an_operator_says_so() {
    let secrets = [("JWT_SECRET", LONG), ("WORKER_SHARED_SECRET", OTHER)];
    let guests = |deployment, given| {
        let [jwt, worker_shared] = secrets;
        let environment = [jwt, worker_shared, ("PREPPAL_ENV", deployment), ("PREPPAL_GUESTS", given)];
        Settings::read(&environment.into()).unwrap().guests
    };
    assert_eq!(guests("development", ""), app::Guests::Admitted);
    assert_eq!(guests("development", "refused"), app::Guests::Refused);
    assert_eq!(guests("production", ""), app::Guests::Refused);
    assert_eq!(guests("production", "admitted"), app::Guests::Admitted);
}

#[test]
fn secrets_are_long_and_different_in_development_too() {
    assert_eq!(refused([("JWT_SECRET", &LONG[1..])]), ["JWT_SECRET"]);
    assert_eq!(refused([("JWT_SECRET", LONG), ("WORKER_SHARED_SECRET", LONG)]), ["WORKER_SHARED_SECRET"]);
}

#[test]
fn each_unusable_variable_is_named() {
    for (variable, value) in [
        ("PREPPAL_ENV", "prod"),
        ("DATABASE_URL", "mysql://x"),
        ("GEMINI_BASE_URL", "localhost"),
        ("GEMINI_API_VERSION", "v1/.."),
        ("GEMINI_API_KEY", "two words"),
        ("APP_URL", "prep.example.org"),
        ("APP_URL", "wss://prep.example.org"),
        ("PUBLIC_WORKER_URL", "https://prep.example.org"),
        ("PREPPAL_CLIENT_ADDRESS", "yes"),
        ("DATABASE_URL", "sqlite::memory:"),
        ("DATABASE_URL", "sqlite://"),
        ("ALLOWED_ORIGINS", "https://prep.example.org/"),
        ("ALLOWED_ORIGINS", "https://prep.example.org,"),
        ("PREPPAL_GUESTS", "yes"),
        ("PREPPAL_GRACE_S", "-1"),
        ("PREPPAL_GRACE_S", "3601"),
    ] {
        let complete = [("JWT_SECRET", LONG), ("WORKER_SHARED_SECRET", OTHER), (variable, value)];
        assert_eq!(refused(complete), [variable], "{variable}={value}");
    }
    assert_eq!(refused([("SMTP_URL", "smtp://localhost")]), ["MAIL_FROM"]);
    assert_eq!(refused([("MAIL_FROM", "a@example.org")]), ["SMTP_URL"]);
    assert_eq!(refused([("SMTP_URL", "mail"), ("MAIL_FROM", "me")]), ["SMTP_URL", "MAIL_FROM"]);
}

#[test]
fn aliases_are_read_and_give_way() {
    let settings = Settings::read(
        &[("GOOGLE_API_KEY", "alias"), ("NEXT_PUBLIC_WORKER_URL", "ws://localhost:3000/session/")].into(),
    )
    .unwrap();
    assert_eq!(settings.gemini.api_key.unwrap().expose(), "alias");
    assert_eq!(settings.addresses.public_worker_url.unwrap(), "ws://localhost:3000/session");
    let settings = Settings::read(&[("GOOGLE_API_KEY", "alias"), ("GEMINI_API_KEY", "name")].into()).unwrap();
    assert_eq!(settings.gemini.api_key.unwrap().expose(), "name");
}

#[test]
fn no_secret_is_repeated_in_a_refusal() {
    let problems = Settings::read(
        &[("JWT_SECRET", "sesame"), ("GEMINI_API_KEY", "open sesame"), ("APP_URL", "sesame")].into(),
    )
    .expect_err("they cannot be used");
    assert!(!problems.to_string().contains("sesame"), "{problems}");
}

#[tokio::test]
async fn a_data_directory_may_have_any_name() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["my data", "100%41", "what?", "#1", "a:b@[c]", "Überblick"] {
        let data_dir = dir.path().join(name);
        std::fs::create_dir(&data_dir).unwrap();
        let settings = Settings::read(&[("PREPPAL_DATA_DIR", data_dir.to_str().unwrap())].into()).unwrap();
        app::try_database(&settings.storage.database_url).await.unwrap();
        assert!(data_dir.join("preppal.db").exists(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn the_journal_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings::read(&[("PREPPAL_DATA_DIR", dir.path().to_str().unwrap())].into()).unwrap();
    let journal = settings.storage.claim_journal().unwrap();
    assert_eq!(std::fs::metadata(&journal.path).unwrap().permissions().mode() & 0o777, 0o600);
}
