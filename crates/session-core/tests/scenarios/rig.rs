//! A session with its surroundings played by hand, on virtual time.

use api::call::{Call, CallError};
use session_core::{CallId, Config, ConnId, Event, Input, Output, Session, Timestamp};
use wire::client_to_server_message::Payload as FromClient;
use wire::server_to_client_message::Payload as ToClient;
use wire::session_state::State;

/// When every rig begins: 2026-01-02T03:04:05Z.
pub(crate) const BEGIN_MS: u64 = 1_767_323_045_000;

pub(crate) struct Rig {
    pub(crate) session: Session,
    pub(crate) now: u64,
    outputs: Vec<Output>,
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(Config::new("itv_1"))
    }

    pub(crate) fn with(config: Config) -> Self {
        Self::around(Session::new(config, 7, Timestamp(BEGIN_MS)), BEGIN_MS)
    }

    pub(crate) fn around(session: Session, now: u64) -> Self {
        Self { session, now, outputs: Vec::new() }
    }

    /// A candidate who said hello, in a conversation with a model that has just accepted the set-up.
    pub(crate) fn live() -> (Self, ConnId, ConnId) {
        Self::live_with(Config::new("itv_1"))
    }

    pub(crate) fn live_with(config: Config) -> (Self, ConnId, ConnId) {
        let mut rig = Self::with(config);
        let client = rig.join();
        rig.hello(client);
        rig.give_context("PENDING", 30);
        let model = rig.model_up();
        rig.answer_calls();
        rig.take();
        (rig, client, model)
    }

    pub(crate) fn join(&mut self) -> ConnId {
        let conn = self.session.accept_client(Timestamp(self.now));
        self.drain();
        conn
    }

    pub(crate) fn hello(&mut self, conn: ConnId) {
        self.say(
            conn,
            FromClient::ClientHello(wire::ClientHello { protocol_version: 1, ..Default::default() }),
        );
    }

    pub(crate) fn say(&mut self, conn: ConnId, payload: FromClient) {
        let bytes = prost::Message::encode_to_vec(&wire::ClientToServerMessage { payload: Some(payload) });
        self.input(Input::Received(conn, &bytes));
    }

    pub(crate) fn speak(&mut self, conn: ConnId, pcm: &[u8]) {
        self.say(conn, FromClient::AudioChunk(wire::AudioChunk { audio_content: pcm.to_vec() }));
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.session.handle_input(Timestamp(self.now), input);
        self.drain();
    }

    /// Lets time pass, waking the session whenever it asked to be.
    pub(crate) fn pass_ms(&mut self, ms: u64) {
        let until = self.now + ms;
        while let Some((due, _)) = self.session.poll_timeout()
            && due.0 <= until
        {
            self.now = self.now.max(due.0);
            self.input(Input::Timeout);
        }
        self.now = until;
    }

    pub(crate) fn drain(&mut self) {
        while let Some(output) = self.session.poll_output() {
            self.outputs.push(output);
        }
    }

    /// Returns what came out since the last look.
    pub(crate) fn take(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    pub(crate) fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    pub(crate) fn give_context(&mut self, status: &str, minutes: u32) {
        let call =
            self.last_call(|call| matches!(call, Call::GetContext(_))).expect("the context was asked for");
        self.input(Input::CallDone(call, Ok(context(status, minutes).as_bytes())));
    }

    /// Answers every call seen since the last look with success.
    pub(crate) fn answer_calls(&mut self) {
        for call in self.calls().into_iter().map(|(id, _)| id).collect::<Vec<_>>() {
            self.input(Input::CallDone(call, Ok(br#"{"result":{}}"#)));
        }
    }

    pub(crate) fn fail_call(&mut self, call: CallId, error: CallError) {
        self.input(Input::CallDone(call, Err(error)));
    }

    pub(crate) fn calls(&self) -> Vec<(CallId, Call)> {
        let calls = self.outputs.iter().filter_map(|output| match output {
            Output::Call(id, call) => Some((*id, call.clone())),
            _ => None,
        });
        calls.collect()
    }

    pub(crate) fn last_call(&self, wanted: impl Fn(&Call) -> bool) -> Option<CallId> {
        self.calls().into_iter().rev().find(|(_, call)| wanted(call)).map(|(id, _)| id)
    }

    /// Answers the dial, checks that the set-up comes, accepts it.
    pub(crate) fn model_up(&mut self) -> ConnId {
        let conn = self.dialled().expect("the model was dialled");
        self.input(Input::Opened(conn));
        let setup = self.sent_to(conn);
        assert!(setup.last().is_some_and(|text| text.starts_with(r#"{"setup":"#)), "{setup:?}");
        self.model_sends(conn, r#"{"setupComplete":{}}"#);
        conn
    }

    pub(crate) fn dialled(&self) -> Option<ConnId> {
        self.outputs.iter().rev().find_map(|output| match output {
            Output::Dial(conn) => Some(*conn),
            _ => None,
        })
    }

    pub(crate) fn model_sends(&mut self, conn: ConnId, json: &str) {
        self.input(Input::Received(conn, json.as_bytes()));
    }

    /// The interviewer says something whole: sound, words, and both ends.
    pub(crate) fn interviewer_says(&mut self, conn: ConnId, text: &str) {
        self.model_sends(conn, &sound(&[1, 0, 2, 0]));
        self.model_sends(
            conn,
            &format!(r#"{{"serverContent":{{"outputTranscription":{{"text":"{text}"}}}}}}"#),
        );
        self.model_sends(conn, r#"{"serverContent":{"generationComplete":true}}"#);
        self.model_sends(conn, r#"{"serverContent":{"turnComplete":true}}"#);
    }

    pub(crate) fn candidate_says(&mut self, conn: ConnId, text: &str) {
        self.model_sends(conn, r#"{"voiceActivity":{"type":"ACTIVITY_START"}}"#);
        self.model_sends(
            conn,
            &format!(r#"{{"serverContent":{{"inputTranscription":{{"text":"{text}"}}}}}}"#),
        );
        self.model_sends(conn, r#"{"voiceActivity":{"type":"ACTIVITY_END"}}"#);
    }

    /// Returns the text frames sent to the model.
    pub(crate) fn sent_to(&self, conn: ConnId) -> Vec<String> {
        let frames = self.outputs.iter().filter_map(|output| match output {
            Output::Send(to, frame) if *to == conn => {
                Some(String::from_utf8(frame.bytes.clone()).expect("a text frame is UTF-8"))
            }
            _ => None,
        });
        frames.collect()
    }

    /// Returns the messages sent to the client.
    pub(crate) fn told(&self, conn: ConnId) -> Vec<ToClient> {
        self.told_with_sequence(conn).into_iter().map(|(_, payload)| payload).collect()
    }

    pub(crate) fn told_with_sequence(&self, conn: ConnId) -> Vec<(u64, ToClient)> {
        let messages = self.outputs.iter().filter_map(|output| match output {
            Output::Send(to, frame) if *to == conn => {
                let message: wire::ServerToClientMessage =
                    prost::Message::decode(&frame.bytes[..]).expect("the core writes the schema");
                Some((message.sequence, message.payload.expect("and never an empty message")))
            }
            _ => None,
        });
        messages.collect()
    }

    pub(crate) fn states(&self, conn: ConnId) -> Vec<State> {
        let states = self.told(conn).into_iter().filter_map(|payload| match payload {
            ToClient::SessionState(state) => Some(state.state()),
            _ => None,
        });
        states.collect()
    }

    /// Returns (speaker, text, final, turn complete) of the transcript updates.
    pub(crate) fn updates(&self, conn: ConnId) -> Vec<(String, String, bool, bool)> {
        let updates = self.told(conn).into_iter().filter_map(|payload| match payload {
            ToClient::TranscriptUpdate(u) => Some((u.speaker, u.text, u.is_final, u.turn_complete)),
            _ => None,
        });
        updates.collect()
    }

    pub(crate) fn errors(&self, conn: ConnId) -> Vec<i32> {
        let errors = self.told(conn).into_iter().filter_map(|payload| match payload {
            ToClient::Error(error) => Some(error.code),
            _ => None,
        });
        errors.collect()
    }

    pub(crate) fn closed_with(&self, conn: ConnId) -> Option<u16> {
        self.outputs.iter().find_map(|output| match output {
            Output::Close(closed, code) if *closed == conn => Some(*code),
            _ => None,
        })
    }

    pub(crate) fn ended(&self) -> bool {
        self.outputs.iter().any(|output| matches!(output, Output::Event(Event::Ended { .. })))
    }

    pub(crate) fn submitted(&self) -> Option<(CallId, api::call::SubmitTranscript)> {
        self.calls().into_iter().rev().find_map(|(id, call)| match call {
            Call::SubmitTranscript(submit) => Some((id, submit)),
            _ => None,
        })
    }
}

pub(crate) fn context(status: &str, minutes: u32) -> String {
    format!(
        r#"{{"result":{{"data":{{"role":"Chef","jobDescription":"Cook well.","resume":"","persona":"","language":"en","durationMinutes":{minutes},"status":"{status}"}}}}}}"#
    )
}

pub(crate) fn sound(pcm: &[u8]) -> String {
    let data = base64_simd::STANDARD.encode_to_string(pcm);
    format!(
        r#"{{"serverContent":{{"modelTurn":{{"role":"model","parts":[{{"inlineData":{{"mimeType":"audio/pcm;rate=24000","data":"{data}"}}}}]}}}}}}"#
    )
}
