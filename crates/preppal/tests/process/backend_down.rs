//! The backend is away when an interview ends, and the session host is killed meanwhile.

use crate::apart::free_port;
use crate::process::{Process, preppal};
use crate::stored::only_interview;
use api::interview::{Speaker, Status};
use std::path::Path;

const ANSWERS: [&str; 2] = ["I have built compilers.", "I have fixed them, too."];

struct Places<'a> {
    data: &'a Path,
    app: String,
    edge: String,
    interviewer: String,
}

impl Places<'_> {
    fn app(&self) -> Process {
        let worker_url = format!("ws://{}", self.edge);
        self.start(&["app", "--listen", &self.app, "--public-worker-url", &worker_url])
    }

    fn edge(&self) -> Process {
        let app_url = format!("http://{}", self.app);
        self.start(&["edge", "--listen", &self.edge, "--app-url", &app_url, "--grace", "1"])
    }

    fn start(&self, arguments: &[&str]) -> Process {
        let variables = [
            ("GEMINI_BASE_URL", self.interviewer.as_str()),
            ("PREPPAL_DATA_DIR", self.data.to_str().unwrap()),
        ];
        let mut process = Process::start(preppal(arguments, &variables, self.data));
        process.address();
        process
    }
}

#[test]
fn a_transcript_arrives_once_when_backend_and_host_are_back() {
    let dir = tempfile::tempdir().unwrap();
    let quick = ["stand-in", "--listen", "127.0.0.1:0", "--time-scale", "0.05"];
    let mut stand_in = Process::start(preppal(&quick, &[], dir.path()));
    let places = Places {
        data: dir.path(),
        app: format!("127.0.0.1:{}", free_port()),
        edge: format!("127.0.0.1:{}", free_port()),
        interviewer: stand_in.address(),
    };
    let (app, mut edge) = (places.app(), places.edge());
    let app_url = format!("http://{}", places.app);
    let call =
        ["call", "--url", &app_url, "--speed", "20", "--json", "--text", ANSWERS[0], "--text", ANSWERS[1]];
    let mut call = Process::start(preppal(&call, &[], dir.path()));
    call.notes(ANSWERS[0]);
    app.signal("KILL");
    call.notes("the transcript is being stored");
    edge.notes("submitTranscript");
    edge.signal("KILL");
    drop(edge);

    let mut edge = places.edge();
    edge.notes("going on with an interview");
    edge.notes("submitTranscript");
    drop(app);
    let app = places.app();
    edge.notes("transcript stored");
    let stored = only_interview(&app_url);
    assert_eq!(stored.summary.status, Status::Completed);
    let said: Vec<&str> = stored
        .transcript
        .iter()
        .filter(|entry| entry.speaker == Speaker::User)
        .map(|entry| entry.content.as_str())
        .collect();
    assert_eq!(said, ANSWERS);
    assert_eq!(stored.transcript.len(), 5, "three questions, two answers: {:?}", stored.transcript.len());

    edge.signal("INT");
    let ended = edge.end();
    assert!(ended.stderr.contains("No interview was under way"), "{ended:?}");
    let edge = places.edge();
    edge.signal("INT");
    let ended = edge.end();
    assert!(!ended.stderr.contains("going on with an interview"), "it is not delivered again: {ended:?}");
    assert_eq!(only_interview(&app_url).transcript, stored.transcript);
    drop((app, stand_in, call));
}
