//! `preppal app`, `preppal edge` and `preppal stand-in` as processes of their own hold an interview as `serve` does.

use crate::process::{Process, preppal, run};
use std::net::TcpListener;

/// A port that was free a moment ago. Backend and session host each need the other's before they start.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn an_interview_across_three_processes() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let start = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut process = Process::start(preppal(arguments, variables, dir.path()));
        let address = process.address();
        (process, address)
    };
    let (stand_in, stand_in_url) =
        start(&["stand-in", "--listen", "127.0.0.1:0", "--time-scale", "0.05", "--seed", "1"], &[]);
    let edge_port = free_port();
    let worker_url = format!("ws://127.0.0.1:{edge_port}");
    let app = ["app", "--listen", "127.0.0.1:0", "--data-dir", data, "--public-worker-url", &worker_url];
    let (app, app_url) = start(&app, &[]);
    let listen = format!("127.0.0.1:{edge_port}");
    let edge = ["edge", "--listen", &listen, "--data-dir", data, "--app-url", &app_url];
    let (edge, _) = start(&edge, &[("GEMINI_BASE_URL", &stand_in_url)]);

    let call = ["call", "--url", &app_url, "--text", "I have built compilers.", "--speed", "20", "--json"];
    let ended = run(preppal(&call, &[], dir.path()));
    assert!(ended.status.success(), "{ended:?}");

    for process in [edge, app, stand_in] {
        process.signal("INT");
        let ended = process.end();
        assert!(ended.status.success(), "{ended:?}");
        assert!(!ended.stderr.contains("ERROR"), "{ended:?}");
    }
}

#[test]
fn ctrl_c_saves_the_interview_that_runs() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data];
    let mut serve = Process::start(preppal(&serve, &[], dir.path()));
    let url = serve.address();
    let call = ["call", "--url", &url, "--silence", "60"];
    let mut call = Process::start(preppal(&call, &[], dir.path()));
    call.says("Interviewer: ");
    serve.signal("INT");
    let ended = serve.end();
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stderr.contains("saved: 1"), "{ended:?}");
    drop(call);
}

#[test]
fn a_second_ctrl_c_does_not_wait_for_a_backend_that_hangs() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let edge_port = free_port();
    let worker_url = format!("ws://127.0.0.1:{edge_port}");
    let app = ["app", "--listen", "127.0.0.1:0", "--data-dir", data, "--public-worker-url", &worker_url];
    let mut app = Process::start(preppal(&app, &[], dir.path()));
    let app_url = app.address();
    let listen = format!("127.0.0.1:{edge_port}");
    let edge = ["edge", "--listen", &listen, "--data-dir", data, "--app-url", &app_url];
    let mut edge = Process::start(preppal(&edge, &[], dir.path()));
    edge.address();
    let call = ["call", "--url", &app_url, "--silence", "60"];
    let mut call = Process::start(preppal(&call, &[], dir.path()));
    call.says("Interviewer: ");

    app.signal("STOP");
    edge.signal("INT");
    edge.notes("Press Ctrl-C again");
    edge.signal("INT");
    let ended = edge.end();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    assert!(ended.stderr.contains("Stopped at once"), "{ended:?}");
}
