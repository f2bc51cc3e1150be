//! The network between candidate and session host fails in mid-interview.

use crate::rig::{ANSWERS, Server};
use crate::stored::only_interview;
use api::interview::Status;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

/// The cut comes when so much has gone up: as the first answer is given.
const FIRST_ANSWER_BYTES: u64 = 3_000_000;

/// The same, when the first answer was given and the next question asked.
const SECOND_ANSWER_BYTES: u64 = 4_200_000;

/// So many connections are refused before the network is back.
const REFUSALS: u32 = 3;

/// As long as a test lasts.
const FOR_GOOD: u32 = u32::MAX;

/// A network that fails once.
struct Network {
    target: OnceLock<SocketAddr>,
    cut_after_bytes: u64,
    went_up: AtomicU64,
    refusals_left: AtomicU32,
}

impl Network {
    /// Returns the network, which is cut when so much has gone up and then refuses so many connections, and the address
    /// of its near end.
    fn start(cut_after_bytes: u64, refusals: u32) -> (Arc<Self>, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let network = Arc::new(Self {
            target: OnceLock::new(),
            cut_after_bytes,
            went_up: AtomicU64::new(0),
            refusals_left: AtomicU32::new(refusals),
        });
        let shared = Arc::clone(&network);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                shared.connect(near);
            }
        });
        (network, address)
    }

    fn has_failed(&self) -> bool {
        self.went_up.load(Ordering::SeqCst) >= self.cut_after_bytes
    }

    fn connect(self: &Arc<Self>, near: TcpStream) {
        let refuse = |left: u32| left.checked_sub(1);
        if self.has_failed()
            && self.refusals_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, refuse).is_ok()
        {
            return;
        }
        let far = TcpStream::connect(self.target.get().expect("the server is up")).expect("it listens");
        let (near_copy, far_copy) = (near.try_clone().expect("a copy"), far.try_clone().expect("a copy"));
        let network = Arc::clone(self);
        thread::spawn(move || network.carry_up(near, far));
        thread::spawn(move || carry(far_copy, near_copy));
    }

    fn carry_up(&self, mut near: TcpStream, mut far: TcpStream) {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = near.read(&mut buffer) {
            let before = self.went_up.fetch_add(length as u64, Ordering::SeqCst);
            if far.write_all(&buffer[..length]).is_err()
                || (before < self.cut_after_bytes && self.has_failed())
            {
                break;
            }
        }
        hang_up(&near, &far);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    hang_up(&from, &to);
}

/// A side that is gone already needs no goodbye.
fn hang_up(one: &TcpStream, other: &TcpStream) {
    drop(one.shutdown(Shutdown::Both));
    drop(other.shutdown(Shutdown::Both));
}

#[test]
fn a_cut_connection_is_joined_again_and_the_transcript_is_whole() {
    let (network, near_end) = Network::start(FIRST_ANSWER_BYTES, REFUSALS);
    let worker_url = format!("ws://{near_end}/session");
    let server = Server::start_with(&[("PUBLIC_WORKER_URL", &worker_url)]);
    let target = server.url.strip_prefix("http://").expect("plain HTTP").parse().expect("an address");
    network.target.set(target).expect("it is set once");

    let called = server.call(&["--wav", ANSWERS, "--answer", "4", "--speed", "5", "--json"]);
    let summary = called.summary();
    let told = format!("{summary:#}\n{}", called.stderr());
    assert!(network.has_failed(), "the cut came too late: {told}");
    assert_eq!(network.refusals_left.load(Ordering::SeqCst), 0, "{told}");
    assert_eq!(summary["reconnects"], 1, "{told}");
    assert_eq!(
        (&summary["status"], &summary["transcriptEqual"]),
        (&"COMPLETED".into(), &true.into()),
        "{told}"
    );
    assert_eq!(summary["answers"], 3, "{told}");
    assert_eq!(summary["messages"]["lost"], 0, "{told}");
    // What was in the air when it was cut may be lost, and is told; nothing that came later is.
    let lost = summary["frames"]["lost"].as_u64().expect("an account");
    assert!(lost <= 10, "{told}");
    assert_eq!(called.code(), Some(if lost == 0 { 0 } else { 4 }), "{told}");
}

#[test]
fn a_network_that_stays_away_leaves_what_was_said_until_then() {
    let (network, near_end) = Network::start(SECOND_ANSWER_BYTES, FOR_GOOD);
    let worker_url = format!("ws://{near_end}/session");
    let server = Server::start_with(&[("PUBLIC_WORKER_URL", &worker_url), ("PREPPAL_GRACE_S", "1")]);
    let target = server.url.strip_prefix("http://").expect("plain HTTP").parse().expect("an address");
    network.target.set(target).expect("it is set once");

    let called = server.call(&["--wav", ANSWERS, "--answer", "4", "--speed", "5", "--json"]);
    let summary = called.summary();
    let told = format!("{summary:#}\n{}", called.stderr());
    assert!(network.has_failed(), "the cut came too late: {told}");
    assert_eq!(summary["endReason"], "CLIENT_LEFT", "the grace time is over: {told}");
    assert_eq!(called.code(), Some(4), "{told}");
    let stored = only_interview(&server.url);
    assert_eq!(stored.summary.status, Status::Completed, "{told}");
    let shown = summary["transcript"].as_array().expect("turns");
    let complete: Vec<_> = shown.iter().filter(|turn| turn["isFinal"] == true).collect();
    // How far the second answer had come when the network went decides whether the first is final by then.
    assert!(!complete.is_empty() && shown.len() >= 2, "a question and an answer: {told}");
    let stored: Vec<(&str, &str, i64)> = stored
        .transcript
        .iter()
        .map(|entry| (entry.speaker.name(), entry.content.as_str(), entry.timestamp.0))
        .collect();
    for turn in complete {
        let (speaker, text) = (turn["speaker"].as_str(), turn["text"].as_str());
        let turn = (speaker, text, turn["startedMs"].as_i64());
        let found = stored.iter().any(|(speaker, text, at)| turn == (Some(speaker), Some(text), Some(*at)));
        assert!(found, "{turn:?} is missing: {told}");
    }
}
