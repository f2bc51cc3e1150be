//! An hour's interview in accelerated time: the interviewer is the real stand-in process, the candidate the real
//! `preppal call`. Only the session host and the backend live in the test, for their limits have to be scaled too.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod quick_host;

use quick_host::QuickHost;
use serde_json::Value;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::{io::BufRead, io::BufReader, process::Child};
use tempfile::TempDir;

/// The vendor's and the host's time runs so many times faster: ten minutes are 6.7 seconds.
const FASTER: u32 = 90;

/// `preppal call` speaks at most so many times faster.
const SPEAKS_FASTER: u32 = 20;

/// An hour, and what the last rotation may take.
const LASTS_S: u32 = 3_600 / FASTER + 4;

const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/answers.wav");

/// How the stand-in's first turn begins, in one of two ways.
const GREETINGS: [&str; 2] = ["Hello, and welcome", "Hi, thank you for joining"];

fn preppal(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preppal"));
    command.env_clear().current_dir(folder.path()).stdin(Stdio::null());
    command
}

/// The interviewer's process, killed at the end.
struct StandIn(Child);

impl StandIn {
    fn start(folder: &TempDir) -> (Self, String) {
        let scale = (1.0 / f64::from(FASTER)).to_string();
        let mut command = preppal(folder);
        command.args(["stand-in", "--listen", "127.0.0.1:0", "--time-scale", &scale]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let stand_in = Self(child);
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|l| sender.send(l))
        });
        let line = lines.recv_timeout(Duration::from_secs(60)).unwrap();
        (stand_in, line.strip_prefix("PrepPal is ready: ").unwrap().to_owned())
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn an_hour_of_rotations_loses_no_sound_and_says_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (_stand_in, interviewer) = StandIn::start(&folder);
    let host = QuickHost::start(&folder, &interviewer, FASTER, SPEAKS_FASTER);

    let mut call = preppal(&folder);
    call.args(["call", "--url", &host.url, "--json", "--wav", ANSWERS, "--answer", "4", "--duration", "60"]);
    call.args(["--speed", &SPEAKS_FASTER.to_string(), "--duration-s", &LASTS_S.to_string()]);
    let called = call.output().unwrap();
    let stderr = String::from_utf8_lossy(&called.stderr);
    let log = host.log();
    let told = format!("{}\n{stderr}\n{log}", String::from_utf8_lossy(&called.stdout));
    let summary: Value = serde_json::from_slice(&called.stdout).expect(&told);
    assert_eq!(called.status.code(), Some(0), "{told}");
    let rotations = log.matches("model connection replaced").count();
    assert!(rotations >= 6, "{rotations} rotations\n{told}");
    assert_eq!(log.matches("resumed=true").count(), rotations, "each is resumed: {told}");
    // The vendor refuses a resume that comes too soon after the close, and takes the next.
    let lost = log.lines().filter(|line| line.contains("model lost"));
    assert_eq!(lost.filter(|line| !line.contains("Internal error encountered")).count(), 0, "{told}");
    assert!(!log.contains("ERROR"), "{told}");

    let bytes = &summary["microphoneBytes"];
    assert_eq!((&bytes["sent"], &bytes["dropped"]), (&bytes["forwarded"], &0.into()), "{told}");
    assert_eq!((&summary["frames"]["lost"], &summary["messages"]["lost"]), (&0.into(), &0.into()), "{told}");
    assert_eq!(summary["reconnects"], 0, "{told}");

    assert_eq!(summary["transcriptEqual"], true, "{told}");
    let turns = summary["transcript"].as_array().unwrap();
    let greets =
        |turn: &&Value| GREETINGS.iter().any(|greeting| turn["text"].as_str().unwrap().contains(greeting));
    assert_eq!(turns.iter().filter(greets).count(), 1, "{told}");
    assert!(
        turns.windows(2).all(|pair| pair[0]["startedMs"].as_u64() < pair[1]["startedMs"].as_u64()),
        "{told}"
    );
    for pair in turns.windows(2) {
        assert!(
            pair[0]["speaker"] == "USER" || pair[0]["text"] != pair[1]["text"],
            "twice: {pair:?}\n{told}"
        );
    }
}
