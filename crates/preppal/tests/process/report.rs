//! `preppal report`, and a backend that is killed while a report is being made.

use crate::process::{Ended, Process, preppal, run};
use api::call::{Call, SubmitTranscript, internal_base};
use api::interview::{Speaker, TranscriptEntry};
use api::procedure;
use api::public::{CreateInterview, SignInLocal};
use api::timestamp::Timestamp;
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::Value;
use stand_in::{Options, StandIn};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const SECRET: &str = "worker-secret-of-this-test-0123456789";

fn report(url: &str, arguments: &[&str], dir: &Path) -> Ended {
    let ended = run(preppal(&[&["report", "--url", url], arguments].concat(), &[], dir));
    assert!(ended.status.success(), "{ended:?}");
    ended
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap()
}

/// A model in front of the stand-in, which says when it is asked and never answers the first time.
struct Hesitant {
    runtime: Runtime,
    url: String,
    asked: mpsc::Receiver<u32>,
    calls: Arc<AtomicU32>,
}

impl Hesitant {
    fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (sender, asked) = mpsc::channel();
        let calls = Arc::new(AtomicU32::new(0));
        let url = runtime.block_on(async {
            let any = SocketAddr::from(([127, 0, 0, 1], 0));
            let stand_in = StandIn::bind(any, Options::default()).await.unwrap();
            let behind = format!("http://{}", stand_in.local_addr());
            tokio::spawn(stand_in.run(CancellationToken::new()));
            let listener = TcpListener::bind(any).await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let counted = Arc::clone(&calls);
            let answer = move |uri: Uri, headers: HeaderMap, body: Bytes| {
                let call = counted.fetch_add(1, Ordering::SeqCst) + 1;
                sender.send(call).unwrap();
                let url = format!("{behind}{}", uri.path());
                async move {
                    if call == 1 {
                        std::future::pending::<()>().await;
                    }
                    let key = headers["x-goog-api-key"].clone();
                    let request = reqwest::Client::new().post(url).header("x-goog-api-key", key).body(body);
                    let answer = request.send().await.unwrap();
                    let status = answer.status().as_u16();
                    Response::builder().status(status).body(answer.text().await.unwrap()).unwrap()
                }
            };
            let router = Router::new().fallback(answer);
            tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
            url
        });
        Self { runtime, url, asked, calls }
    }
}

/// Makes an interview and submits its transcript, as a session host does; returns its id.
async fn hold_an_interview(app_url: &str) -> String {
    let http = reqwest::Client::builder().build().unwrap();
    let sign_in = procedure::request(&SignInLocal);
    let url = format!("{app_url}/api/trpc{}", sign_in.path_and_query);
    let answer = http.post(url).header("content-type", "application/json").send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let input = CreateInterview {
        idempotency_key: "key".into(),
        role: "Rust engineer".into(),
        job_description: String::new(),
        resume: String::new(),
        persona: String::new(),
        language: "en".into(),
        duration_minutes: 10,
    };
    let create = procedure::request(&input);
    let request = http.post(format!("{app_url}/api/trpc{}", create.path_and_query)).header("cookie", cookie);
    let request = request.header("content-type", "application/json").body(create.body.unwrap());
    let body = request.send().await.unwrap().bytes().await.unwrap();
    let id = procedure::parse_answer::<CreateInterview>(&body).unwrap().id;
    let turn = |(index, content): (i64, &str)| TranscriptEntry {
        speaker: if index % 2 == 0 { Speaker::Ai } else { Speaker::User },
        content: content.into(),
        timestamp: Timestamp(1_000 + index),
    };
    let said = ["What did you build?", "I have built compilers for ten years."];
    let submit = Call::SubmitTranscript(SubmitTranscript {
        interview_id: id.clone(),
        transcript: (0..).zip(said).map(turn).collect(),
        end_reason: None,
        started_at: None,
        ended_at: None,
        delivery: None,
    });
    let submit = submit.request();
    let url = format!("{}{}", internal_base(app_url), submit.path_and_query);
    let request = http.post(url).bearer_auth(SECRET).header("content-type", "application/json");
    assert_eq!(request.body(submit.body.unwrap()).send().await.unwrap().status(), 200);
    id
}

#[test]
fn a_report_that_a_kill_interrupts_is_made_once_after_the_restart() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let model = Hesitant::start();
    let variables = [("GEMINI_BASE_URL", model.url.as_str()), ("WORKER_SHARED_SECRET", SECRET)];
    let app = ["app", "--listen", "127.0.0.1:0", "--data-dir", data];
    let mut process = Process::start(preppal(&app, &variables, dir.path()));
    let url = process.address();
    let id = model.runtime.block_on(hold_an_interview(&url));
    assert_eq!(model.asked.recv().unwrap(), 1);
    assert_eq!(json(&report(&url, &[&id, "--json"], dir.path()))["state"], "QUEUED");
    process.signal("KILL");
    drop(process);

    let mut process = Process::start(preppal(&app, &variables, dir.path()));
    let url = process.address();
    let told = json(&report(&url, &[&id, "--json", "--wait", "60"], dir.path()));
    assert_eq!(told["state"], "READY", "{told}");
    assert_eq!(told["judgement"]["judge"]["isStandIn"], true);
    assert_eq!(told["transcript"].as_array().unwrap().len(), 2);
    process.signal("INT");
    assert!(process.end().status.success());
    assert_eq!(model.calls.load(Ordering::SeqCst), 2, "one that was killed, one that was answered");
}

#[test]
fn without_a_key_the_report_says_so_and_shows_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let mut serve =
        Process::start(preppal(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data], &[], dir.path()));
    let url = serve.address();
    let call = ["call", "--url", &url, "--text", "Um, I build compilers.", "--speed", "20"];
    let ended = run(preppal(&call, &[], dir.path()));
    assert!(ended.status.success(), "{ended:?}");
    let told = report(&url, &["--wait", "30"], dir.path()).stdout;
    for part in [
        "no model is set up (GEMINI_API_KEY)",
        "## Delivery",
        "Fillers",
        "Um, I build compilers.",
        "Interviewer:",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let none = run(preppal(&["report", "--url", &url, "none"], &[], dir.path()));
    assert_eq!(none.status.code(), Some(3), "{none:?}");
}
