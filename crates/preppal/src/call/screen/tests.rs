use super::*;
use prost::Message;
use session_client::{Client, Config, ConnId, Input, Timestamp};
use std::sync::{Arc, Mutex};
use wire::server_to_client_message::Payload;
use wire::{ServerToClientMessage, TranscriptUpdate};

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

struct Rig {
    client: Client,
    screen: Screen,
    paper: Paper,
}

impl Rig {
    fn new(colour: Colour) -> Self {
        let now = Timestamp(0);
        let mut client = Client::new(Config::new("rig"), 1, now);
        client.handle_input(now, Input::Token(ConnId(1), Ok("t".into())));
        client.handle_input(now, Input::Opened(ConnId(1)));
        let paper = Paper::default();
        Self { client, screen: Screen::on(Box::new(paper.clone()), colour), paper }
    }

    fn delta(&mut self, speaker: Speaker, started_ms: u64, text: &str) {
        let update = TranscriptUpdate {
            speaker: speaker.as_str().into(),
            text: text.into(),
            turn_started_ms: started_ms,
            ..TranscriptUpdate::default()
        };
        let message = ServerToClientMessage { sequence: 0, payload: Some(Payload::TranscriptUpdate(update)) };
        let message = message.encode_to_vec();
        self.client.handle_input(Timestamp(0), Input::Received(ConnId(1), &message));
        self.screen.show(self.client.transcript(), TurnId { started_ms, speaker }).unwrap();
    }
}

#[test]
fn deltas_grow_a_line_and_each_side_has_its_own() {
    let mut rig = Rig::new(Colour::Off);
    rig.delta(Speaker::Ai, 1, "Tell me ");
    rig.delta(Speaker::Ai, 1, "about you.");
    rig.delta(Speaker::User, 2, "I am");
    rig.delta(Speaker::Ai, 3, "Good.");
    rig.delta(Speaker::User, 2, " Ada.");
    rig.screen.end_line().unwrap();
    assert_eq!(
        rig.paper.text(),
        "Interviewer: Tell me about you.\nYou: I am\nInterviewer: Good.\nYou: … Ada.\n"
    );
}

#[test]
fn colour_is_only_around_the_name() {
    let mut rig = Rig::new(Colour::On);
    rig.delta(Speaker::Ai, 1, "Hello.");
    assert_eq!(rig.paper.text(), "\u{1b}[1;36mInterviewer:\u{1b}[0m Hello.");
}

#[test]
fn a_transcript_cannot_command_the_terminal() {
    let mut rig = Rig::new(Colour::Off);
    rig.delta(Speaker::User, 1, "a\u{1b}[2Jb\nc");
    assert_eq!(rig.paper.text(), "You: a [2Jb c");
}
