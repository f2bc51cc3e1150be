//! Conversations from the first question to what is stored.

use crate::rig::{ANSWERS, Called, Server, assert_nothing_was_lost, preppal};
use tempfile::TempDir;

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
