//! `preppal serve` as a process: its one line, its end, and what stands on its port.

use crate::process::{Process, preppal, run};
use std::path::Path;

fn serve(data_dir: &Path, variables: &[(&str, &str)]) -> Process {
    let data = data_dir.to_str().unwrap();
    Process::start(preppal(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data], variables, data_dir))
}

/// A client on a runtime of its own.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

async fn get(url: String) -> (u16, String) {
    let answer = reqwest_client().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn reqwest_client() -> reqwest::Client {
    // Another test of this process may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

#[test]
fn it_prints_exactly_one_line_and_ctrl_c_ends_it_cleanly() {
    let dir = tempfile::tempdir().unwrap();
    let mut process = serve(dir.path(), &[]);
    process.address();
    process.signal("INT");
    let ended = process.end();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stdout, "", "nothing follows the ready line");
    assert!(ended.stderr.contains("No GEMINI_API_KEY is set"), "{ended:?}");
    assert!(ended.stderr.contains("development-secrets.env"), "{ended:?}");
    assert!(ended.stderr.contains("No interview was under way"), "{ended:?}");
}

#[test]
fn sigterm_ends_it_cleanly_and_the_next_start_finds_its_data() {
    let dir = tempfile::tempdir().unwrap();
    let mut process = serve(dir.path(), &[]);
    process.address();
    process.signal("TERM");
    assert!(process.end().status.success());

    let mut process = serve(dir.path(), &[]);
    process.address();
    process.signal("TERM");
    let ended = process.end();
    assert!(ended.status.success(), "{ended:?}");
    assert!(!ended.stderr.contains("Made development secrets"), "they are made once: {ended:?}");
}

#[test]
fn page_backend_and_session_host_stand_on_one_port() {
    let dir = tempfile::tempdir().unwrap();
    let mut process = serve(dir.path(), &[]);
    let address = process.address();
    block_on(async {
        let (status, page) = get(format!("{address}/")).await;
        assert_eq!(status, 200);
        assert!(page.contains("<title>PrepPal"), "{page}");
        let (status, health) = get(format!("{address}/session/health")).await;
        assert_eq!(status, 200);
        assert!(health.contains(r#""status":"ok""#), "{health}");
        let (status, _) = get(format!("{address}/api/internal/getContext?input=%7B%7D")).await;
        assert_eq!(status, 401);
    });
}

#[test]
fn the_doctor_finds_a_running_system_well() {
    let dir = tempfile::tempdir().unwrap();
    let mut process = serve(dir.path(), &[]);
    let address = process.address();
    let data = dir.path().to_str().unwrap();
    let arguments = ["doctor", "--json", "--data-dir", data, "--app-url", &address];
    let ended = run(preppal(&arguments, &[], dir.path()));
    assert!(ended.status.success(), "{ended:?}");
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["ok"], true);
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["state"], "ok", "{check}");
    }
}

#[test]
fn a_port_that_is_taken_is_named_with_the_mend() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = run(preppal(&["serve", "--listen", &address], &[], dir.path()));
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains(&address) && ended.stderr.contains("--listen"), "{ended:?}");
    let ended = run(preppal(&["stand-in", "--listen", &address], &[], dir.path()));
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains(&address) && ended.stderr.contains("--listen"), "{ended:?}");
}

#[test]
fn a_stand_in_has_a_time_scale_that_time_can_have() {
    let dir = tempfile::tempdir().unwrap();
    for scale in ["-1", "0", "nan", "inf", "x"] {
        let scale = format!("--time-scale={scale}");
        let ended = run(preppal(&["stand-in", "--listen", "127.0.0.1:0", &scale], &[], dir.path()));
        assert_eq!(ended.status.code(), Some(2), "{scale}: {ended:?}");
    }
}

#[test]
fn not_even_the_finest_log_shows_a_token_a_secret_or_what_was_said() {
    let dir = tempfile::tempdir().unwrap();
    let quick = ["stand-in", "--listen", "127.0.0.1:0", "--time-scale", "0.05"];
    let mut stand_in = Process::start(preppal(&quick, &[], dir.path()));
    let variables = [("RUST_LOG", "trace"), ("GEMINI_BASE_URL", &stand_in.address())];
    let mut process = serve(dir.path(), &variables);
    let address = process.address();
    let call = ["call", "--url", &address, "--text", "My grandmother raised llamas.", "--speed", "20"];
    let called = run(preppal(&call, &[], dir.path()));
    assert!(called.status.success(), "{called:?}");
    process.signal("INT");
    let log = process.end().stderr;
    assert!(log.contains("transcript stored"), "{log}");
    assert!(!log.contains("llamas"), "speech is logged");
    assert!(!log.contains("eyJhbGciOi"), "a token is logged");
    let secrets = std::fs::read_to_string(dir.path().join("development-secrets.env")).unwrap();
    for (name, secret) in secrets.lines().filter_map(|line| line.split_once('=')) {
        assert!(!log.contains(secret), "{name} is logged");
    }
}
