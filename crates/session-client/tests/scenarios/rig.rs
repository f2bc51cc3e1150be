//! A client, a clock that only moves when told, and a session host's side to script.

use prost::Message;
use session_client::{
    Client, Config, ConnId, Event, Frame, Input, MicrophoneFrame, Output, State, Timestamp, TokenError,
};
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::session_ended::Reason;
use wire::session_state::State as HostState;
use wire::{
    AudioResponse, ClientToServerMessage, ServerToClientMessage, SessionEnded, SessionReady, SessionState,
    TranscriptTurn, TranscriptUpdate,
};

/// Where the clock starts.
pub(crate) const START_MS: u64 = 1_800_000_000_000;

/// What the client did, other than events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    Token(ConnId),
    Dial(ConnId, String),
    Said(ConnId, Said),
    Ping(ConnId),
    Close(ConnId, u16),
}

pub(crate) struct Rig {
    pub(crate) client: Client,
    pub(crate) now: u64,
    pub(crate) events: Vec<Event>,
    did: Vec<Did>,
    sequence: u64,
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(Config::new("rig/1"))
    }

    pub(crate) fn with(config: Config) -> Self {
        let client = Client::new(config, 7, Timestamp(START_MS));
        let mut rig = Self { client, now: START_MS, events: Vec::new(), did: Vec::new(), sequence: 0 };
        rig.drain();
        rig
    }

    /// A client that is in and heard, on connection 1.
    pub(crate) fn live() -> Self {
        let mut rig = Self::new();
        rig.join(ConnId(1), Vec::new());
        rig.host_is(ConnId(1), HostState::Live);
        rig.did.clear();
        rig.events.clear();
        rig
    }

    /// Goes through token, dial and hello; the host answers with its transcript.
    pub(crate) fn join(&mut self, id: ConnId, transcript: Vec<TranscriptTurn>) {
        self.token(id, Ok("fresh"));
        self.input(Input::Opened(id));
        self.greets(id, transcript);
    }

    /// The host answers a hello with its transcript.
    pub(crate) fn greets(&mut self, id: ConnId, transcript: Vec<TranscriptTurn>) {
        let ready = SessionReady {
            session_id: "session-a".into(),
            protocol_version: 1,
            rejoined: id != ConnId(1),
            remaining_ms: 600_000,
            transcript,
            ..SessionReady::default()
        };
        self.hears(id, Payload::SessionReady(ready));
    }

    pub(crate) fn token(&mut self, id: ConnId, token: Result<&str, TokenError>) {
        self.input(Input::Token(id, token.map(String::from)));
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.client.handle_input(Timestamp(self.now), input);
        self.drain();
    }

    /// Lets time pass, waking the client whenever it wants.
    pub(crate) fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        while let Some((due, _)) = self.client.poll_timeout()
            && due.0 <= until
        {
            self.now = self.now.max(due.0);
            self.input(Input::Timeout);
        }
        self.now = until;
    }

    /// Lets time pass until the client does something, at most a minute.
    pub(crate) fn pass_until_it_acts(&mut self) {
        let until = self.now + 60_000;
        self.did.clear();
        while self.did.is_empty()
            && let Some((due, _)) = self.client.poll_timeout()
            && due.0 <= until
        {
            self.now = self.now.max(due.0);
            self.input(Input::Timeout);
        }
    }

    /// The host says something, with the next number.
    pub(crate) fn hears(&mut self, id: ConnId, payload: Payload) {
        self.sequence += 1;
        let message = ServerToClientMessage { sequence: self.sequence, payload: Some(payload) };
        self.input(Input::Received(id, &message.encode_to_vec()));
    }

    /// The host goes on with another session behind the same connection.
    pub(crate) fn host_wakes(&mut self) {
        self.sequence = 0;
    }

    /// The host loses some messages.
    pub(crate) fn skip(&mut self, messages: u64) {
        self.sequence += messages;
    }

    pub(crate) fn host_is(&mut self, id: ConnId, state: HostState) {
        let state = SessionState { state: state.into(), remaining_ms: 600_000, interviewer_silent: false };
        self.hears(id, Payload::SessionState(state));
    }

    pub(crate) fn hears_sound(&mut self, id: ConnId, ms: usize) {
        self.hears(id, Payload::AudioResponse(AudioResponse { audio_content: vec![0; ms * 48] }));
    }

    pub(crate) fn hears_words(&mut self, id: ConnId, speaker: &str, started_ms: u64, text: &str) {
        let update = TranscriptUpdate {
            speaker: speaker.into(),
            text: text.into(),
            turn_started_ms: started_ms,
            ..TranscriptUpdate::default()
        };
        self.hears(id, Payload::TranscriptUpdate(update));
    }

    pub(crate) fn hears_the_end(&mut self, id: ConnId, reason: Reason) {
        let ended = SessionEnded {
            reason: reason.into(),
            audio_received_bytes: 3_200,
            audio_forwarded_bytes: 3_000,
            audio_dropped_bytes: 200,
        };
        self.hears(id, Payload::SessionEnded(ended));
    }

    /// 100 ms of microphone whose every byte is `mark`.
    pub(crate) fn speaks(&mut self, mark: u8) {
        self.client.speak(Timestamp(self.now), MicrophoneFrame::new(&[mark; 3_200]));
        self.drain();
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.client.type_answer(Timestamp(self.now), text).expect("a short answer to a live session");
        self.drain();
    }

    pub(crate) fn ends(&mut self) {
        self.client.end(Timestamp(self.now));
        self.drain();
    }

    pub(crate) fn pauses(&mut self) {
        self.client.pause(Timestamp(self.now));
        self.drain();
    }

    pub(crate) fn resumes(&mut self) {
        self.client.resume(Timestamp(self.now));
        self.drain();
    }

    /// What the client did since the last time this was asked.
    pub(crate) fn did(&mut self) -> Vec<Did> {
        std::mem::take(&mut self.did)
    }

    /// What it said, without the rest.
    pub(crate) fn said(&mut self) -> Vec<Said> {
        self.did()
            .into_iter()
            .filter_map(|did| match did {
                Did::Said(_, payload) => Some(payload),
                Did::Token(_) | Did::Dial(..) | Did::Ping(_) | Did::Close(..) => None,
            })
            .collect()
    }

    /// The marks of the sound it sent.
    pub(crate) fn sound_sent(&mut self) -> Vec<u8> {
        self.said()
            .into_iter()
            .filter_map(|said| match said {
                Said::AudioChunk(chunk) => Some(chunk.audio_content[0]),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn state(&self) -> State {
        self.client.state()
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll_output() {
            let did = match output {
                Output::FetchToken(id) => Did::Token(id),
                Output::Dial(id, token) => Did::Dial(id, token),
                Output::Send(id, Frame::Text(text)) => {
                    assert_eq!(text, "ping");
                    Did::Ping(id)
                }
                Output::Send(id, Frame::Binary(message)) => {
                    let message =
                        ClientToServerMessage::decode(message).expect("what the client sends is well-formed");
                    Did::Said(id, message.payload.expect("and says something"))
                }
                Output::Close(id, code) => Did::Close(id, code),
                Output::Event(event) => {
                    self.events.push(event);
                    continue;
                }
            };
            self.did.push(did);
        }
        if self.state().is_final() {
            assert_eq!(self.client.poll_timeout(), None, "nothing is wanted after the end");
        }
    }
}
