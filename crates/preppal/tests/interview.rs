//! Whole interviews between real processes: `preppal serve` and, beside it, `preppal call`.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// Three sentences of synthetic speech, nine seconds.
const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/answers.wav");

/// How long the server may take to be ready; it does so in a fraction of a second on an idle machine.
const READY_WITHIN: Duration = Duration::from_secs(60);

fn preppal(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preppal"));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        let ours = ["GEMINI_", "GOOGLE_", "PREPPAL_"].iter().any(|prefix| shown.starts_with(prefix));
        if ours
            || ["APP_URL", "DATABASE_URL", "JWT_SECRET", "WORKER_SHARED_SECRET", "PUBLIC_WORKER_URL"]
                .contains(&&*shown)
        {
            command.env_remove(&name);
        }
    }
    command
}

/// A server with a data folder of its own, killed at the end.
struct Server {
    process: Child,
    url: String,
    folder: TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut process = preppal(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir", "data"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let stdout = process.stdout.take().expect("it is piped");
        let (lines, line) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                drop(lines.send(line));
            }
        });
        let line = line.recv_timeout(READY_WITHIN).expect("a line on standard output");
        let url = line.strip_prefix("PrepPal is ready: ").expect("the line that says it is ready").to_owned();
        Self { process, url, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a candidate to the end.
    fn call(&self, args: &[&str]) -> Called {
        let output = preppal(self.folder.path())
            .args(["call", "--url", &self.url])
            .args(args)
            .output()
            .expect("the binary runs");
        Called(output)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// What a candidate left behind.
struct Called(Output);

impl Called {
    fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// The one object on standard output.
    fn summary(&self) -> Value {
        let stdout = self.stdout();
        assert_eq!(stdout.lines().count(), 1, "one line: {stdout}\n{}", self.stderr());
        serde_json::from_str(&stdout).expect("JSON")
    }
}

#[track_caller]
fn assert_nothing_was_lost(called: &Called) -> Value {
    let summary = called.summary();
    let told = format!("{summary:#}\n{}", called.stderr());
    assert_eq!(called.code(), Some(0), "{told}");
    assert_eq!(summary["outcome"], "SUCCESS", "{told}");
    assert_eq!(summary["status"], "COMPLETED", "{told}");
    assert_eq!(summary["transcriptEqual"], true, "{told}");
    assert_eq!(summary["frames"]["lost"], 0, "{told}");
    assert_eq!((&summary["messages"]["lost"], &summary["reconnects"]), (&0.into(), &0.into()), "{told}");
    summary
}

#[test]
fn a_spoken_interview_is_stored_as_it_was_shown() {
    let server = Server::start();
    let tape = server.path("interviewer.wav");
    let tape_arg = tape.to_str().expect("a path of letters");
    let called =
        server.call(&["--wav", ANSWERS, "--answer", "4", "--speed", "5", "--json", "--out", tape_arg]);
    let summary = assert_nothing_was_lost(&called);
    assert!(summary["questions"].as_u64() >= Some(3), "{summary:#}");
    assert_eq!(summary["answers"], 3);
    assert_eq!((&summary["endReason"], &summary["closeCode"]), (&"USER".into(), &4001.into()));
    assert_eq!(summary["microphoneBytes"]["sent"], summary["microphoneBytes"]["forwarded"]);

    let heard = hound::WavReader::open(&tape).expect("what was heard");
    assert_eq!(heard.spec().sample_rate, 24_000);
    let seconds = f64::from(heard.duration()) / 24_000.0;
    assert!((seconds - summary["seconds"]["heard"].as_f64().expect("a number")).abs() < 0.01);
    assert!(seconds > 5.0, "{seconds}");

    let told = called.stderr();
    assert!(told.contains("Interviewer: ") && told.contains("You: "), "the transcript is shown: {told}");

    let again = server.call(&[
        "--interview",
        summary["interviewId"].as_str().expect("an id"),
        "--text",
        "One more thing.",
        "--json",
    ]);
    assert_eq!(again.code(), Some(3), "an interview that is over admits nobody: {}", again.stderr());
    assert_eq!(again.summary()["outcome"], "REFUSED");
}

#[test]
fn a_typed_interview_shows_both_sides() {
    let server = Server::start();
    let called = server.call(&["--text", "I am Ada.", "--text", "I like compilers.", "--speed", "5"]);
    let told = format!("{}\n{}", called.stdout(), called.stderr());
    assert_eq!(called.code(), Some(0), "{told}");
    for part in
        ["You: I am Ada.", "You: I like compilers.", "Interviewer: ", "transcript equal to what was shown"]
    {
        assert!(called.stdout().contains(part), "{part}: {told}");
    }
    assert!(!called.stdout().contains('\u{1b}'), "no colour where there is no terminal");
}

#[test]
fn talking_over_the_interviewer_cuts_what_is_heard_and_nothing_else() {
    let server = Server::start();
    let called = server.call(&["--wav", ANSWERS, "--answer", "4", "--speed", "2", "--barge-in", "--json"]);
    let summary = assert_nothing_was_lost(&called);
    let seconds = |name: &str| summary["seconds"][name].as_f64().expect("a number");
    assert!(seconds("heard") < seconds("received"), "{summary:#}");
}

#[test]
fn many_candidates_at_once_all_end_well() {
    let server = Server::start();
    let called =
        server.call(&["--wav", ANSWERS, "--count", "8", "--ramp", "1", "--duration-s", "6", "--json"]);
    let total = called.summary();
    let told = format!("{total:#}\n{}", called.stderr());
    assert_eq!(called.code(), Some(0), "{told}");
    assert_eq!(total["sessions"]["completed"], 8, "{told}");
    assert_eq!((&total["framesLost"], &total["transcriptsEqual"]), (&0.into(), &8.into()), "{told}");
    assert_eq!(total["firstResponseMs"]["count"], 8, "{told}");
}

#[test]
fn nobody_there_and_nothing_to_say_have_exit_codes_of_their_own() {
    let folder = TempDir::new().expect("a temporary folder");
    let run = |args: &[&str]| {
        Called(preppal(folder.path()).arg("call").args(args).output().expect("the binary runs"))
    };
    let nobody = run(&["--url", "http://127.0.0.1:1", "--text", "Hello?", "--json"]);
    assert_eq!(nobody.code(), Some(5), "{}", nobody.stderr());
    assert_eq!(nobody.summary()["outcome"], "UNREACHABLE");
    assert_eq!(run(&["--url", "http://127.0.0.1:1"]).code(), Some(2));
    assert_eq!(run(&["--wav", "no-such-file.wav"]).code(), Some(2));
    assert_eq!(run(&["--speed", "21"]).code(), Some(2));
}
