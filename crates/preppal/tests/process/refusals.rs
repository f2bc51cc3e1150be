//! A configuration that is not complete is refused before anything starts, naming the variable and the mend.

use crate::process::{preppal, run};

const LONG: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

fn refused(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let ended = run(preppal(arguments, variables, dir.path()));
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert_eq!(ended.stdout, "");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing was made");
    ended.stderr
}

#[test]
fn production_without_secrets() {
    for command in ["serve", "app", "edge"] {
        let said = refused(&[command], &[("PREPPAL_ENV", "production")]);
        assert!(said.contains("JWT_SECRET is not set"), "{command}: {said}");
        assert!(said.contains("WORKER_SHARED_SECRET is not set"), "{command}: {said}");
        assert!(said.contains("openssl rand -hex 32"), "{command}: {said}");
    }
}

#[test]
fn secrets_that_are_short_or_the_same() {
    let said = refused(&["serve"], &[("JWT_SECRET", "sesame")]);
    assert!(said.contains("JWT_SECRET has 6 characters and needs at least 32"), "{said}");
    assert!(!said.contains("sesame"), "{said}");
    let said = refused(&["edge"], &[("JWT_SECRET", LONG), ("WORKER_SHARED_SECRET", LONG)]);
    assert!(said.contains("WORKER_SHARED_SECRET is the same as JWT_SECRET"), "{said}");
}

#[test]
fn production_parts_that_do_not_know_each_other() {
    let secrets = [("PREPPAL_ENV", "production"), ("JWT_SECRET", LONG), ("WORKER_SHARED_SECRET", OTHER)];
    let said = refused(&["app", "--listen", "127.0.0.1:0"], &secrets);
    assert!(said.contains("PUBLIC_WORKER_URL is not set") && said.contains("wss://"), "{said}");
    let said = refused(&["serve", "--listen", "127.0.0.1:0"], &secrets);
    assert!(said.contains("APP_URL is not set") && said.contains("https://"), "{said}");
    let worker = "wss://session.example.org";
    let said = refused(&["app", "--listen", "127.0.0.1:0", "--public-worker-url", worker], &secrets);
    assert!(said.contains("APP_URL is not set") && said.contains("https://"), "{said}");
    let said = refused(&["edge", "--listen", "127.0.0.1:0"], &secrets);
    assert!(said.contains("APP_URL is not set") && said.contains("https://"), "{said}");
}

#[test]
fn variables_that_cannot_be_used() {
    for (variable, value) in [
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PUBLIC_WORKER_URL", "https://x"),
        ("GEMINI_BASE_URL", "localhost"),
        ("APP_URL", "x"),
        ("DATABASE_URL", "sqlite::memory:"),
        ("ALLOWED_ORIGINS", "https://x/"),
    ] {
        let said = refused(&["serve"], &[(variable, value)]);
        assert!(said.contains(variable), "{said}");
    }
}

#[test]
fn the_doctor_says_the_same_and_ends_with_1() {
    let dir = tempfile::tempdir().unwrap();
    let variables = [("PREPPAL_ENV", "production"), ("JWT_SECRET", LONG)];
    let ended = run(preppal(&["doctor"], &variables, dir.path()));
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stdout.contains("WORKER_SHARED_SECRET is not set"), "{ended:?}");
    assert!(!ended.stdout.contains("JWT_SECRET is"), "{ended:?}");
}

#[test]
fn a_doctor_with_an_unreachable_backend_and_interviewer_names_both() {
    let dir = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let variables = [
        ("APP_URL", nobody.as_str()),
        ("GEMINI_BASE_URL", nobody.as_str()),
        ("GEMINI_API_KEY", "a-key"),
        ("JWT_SECRET", LONG),
        ("WORKER_SHARED_SECRET", OTHER),
    ];
    let ended = run(preppal(&["doctor", "--json"], &variables, dir.path()));
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let broken = |report: &serde_json::Value| -> Vec<String> {
        let checks = report["checks"].as_array().unwrap().iter();
        checks.filter(|check| check["state"] == "broken").map(|check| check["check"].to_string()).collect()
    };
    assert_eq!(broken(&report), ["\"model\"", "\"interviewer\"", "\"backend\""], "{report}");
    assert!(!ended.stdout.contains("a-key"), "{ended:?}");
}
