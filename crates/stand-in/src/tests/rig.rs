//! One stand-in, its clock, and clients that say things at given times.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use gemini_live::ServerMessage;
use serde_json::{Value, json};

use crate::Moment;
use crate::close::Close;
use crate::connection::{Caller, Connection};
use crate::credential::Credential;
use crate::io::Output;
use crate::options::{Options, Profile};
use crate::scenario::{Act, Fault, Point, Scenario};
use crate::sessions::Sessions;

/// The server's side: options, sessions and time.
pub(super) struct Rig {
    options: Arc<Options>,
    sessions: Sessions,
    clock: Rc<Cell<Moment>>,
}

/// One connection and everything that came over it, with the time in milliseconds since it was opened.
pub(super) struct Client {
    connection: Connection,
    clock: Rc<Cell<Moment>>,
    opened: Moment,
    pub(super) got: Vec<(u64, Value)>,
    pub(super) end: Option<Output>,
    pub(super) garbage: usize,
}

pub(super) fn scenario(at: Point, nth: u32, act: Act) -> Scenario {
    Scenario { faults: vec![Fault { at, nth, times: 1, act }], ..Scenario::default() }
}

pub(super) fn setup() -> Value {
    json!({"setup": {"model": "models/gemini-3.8-live", "generationConfig": {"responseModalities": ["AUDIO"]},
        "systemInstruction": {"parts": [{"text": "Role: Rust engineer\nLanguage: en"}]},
        "tools": [{"functionDeclarations": [{"name": "end_interview"}]}],
        "inputAudioTranscription": {}, "outputAudioTranscription": {}, "sessionResumption": {},
        "contextWindowCompression": {"slidingWindow": {}}}})
}

/// Returns a setup with one member replaced; `null` takes it out.
pub(super) fn setup_with(name: &str, value: Value) -> Value {
    let mut setup = setup();
    setup["setup"][name] = value;
    setup
}

pub(super) fn text(text: &str) -> Value {
    json!({"realtimeInput": {"text": text}})
}

pub(super) fn speech() -> Vec<i16> {
    let mut reader = hound::WavReader::new(&include_bytes!("../../testdata/answer.wav")[..]).unwrap();
    reader.samples::<i16>().map(Result::unwrap).collect()
}

impl Rig {
    pub(super) fn new(options: Options) -> Self {
        let options = Options { seed: Some(1), ..options };
        Self { options: Arc::new(options), sessions: Sessions::new(1), clock: Rc::default() }
    }

    pub(super) fn with(scenario: Scenario) -> Self {
        Self::new(Options { scenario, ..Options::default() })
    }

    pub(super) fn profile(profile: Profile) -> Self {
        Self::new(Options { profile, ..Options::default() })
    }

    pub(super) fn wait(&self, ms: u64) {
        self.clock.set(self.clock.get() + Duration::from_millis(ms));
    }

    pub(super) fn connect(&self) -> Client {
        let credential = Credential::Key("k".into());
        let caller = Caller { credential, version: "v1beta".into(), constrained: false };
        let opened = self.clock.get();
        let connection = Connection::new(self.options.clone(), self.sessions.clone(), caller, opened);
        Client { connection, clock: self.clock.clone(), opened, got: Vec::new(), end: None, garbage: 0 }
    }

    /// Connects and sets up; half a second has passed.
    pub(super) fn live(&self, setup: &Value) -> Client {
        let mut client = self.connect();
        client.send(setup);
        client.run(500);
        client
    }

    /// Connects, sets up and hears the greeting to its end.
    pub(super) fn greeted(&self) -> Client {
        let mut client = self.live(&setup());
        client.send(&text("Begin."));
        client.run_until("turnComplete");
        client
    }

    pub(super) fn resume(&self, handle: &str) -> Client {
        self.live(&setup_with("sessionResumption", json!({"handle": handle})))
    }
}

impl Client {
    pub(super) fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string());
    }

    pub(super) fn send_text(&mut self, text: &str) {
        self.connection.receive(self.clock.get(), text);
        self.drain();
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, ms: u64) {
        let end = self.clock.get() + Duration::from_millis(ms);
        while let Some(due) = self.connection.poll_timeout().filter(|due| *due <= end) {
            self.clock.set(due.max(self.clock.get()));
            self.connection.wake(self.clock.get());
            self.drain();
        }
        self.clock.set(end);
    }

    /// Lets time pass until a message with this member of `serverContent` comes; a minute at most.
    pub(super) fn run_until(&mut self, member: &str) {
        let before = self.got.len();
        for _ in 0..60_000 {
            if self.got[before..].iter().any(|(_, message)| !message["serverContent"][member].is_null()) {
                return;
            }
            self.run(1);
        }
        panic!("no {member} within a minute: {:?}", self.kinds());
    }

    /// Sends audio as it would be spoken, 40 ms at a time.
    pub(super) fn hear(&mut self, pcm: &[i16]) {
        for chunk in pcm.chunks(640) {
            self.send_audio(chunk);
            self.run(40);
        }
    }

    pub(super) fn hear_silence(&mut self, ms: usize) {
        self.hear(&vec![0; ms * 16]);
    }

    pub(super) fn send_audio(&mut self, pcm: &[i16]) {
        let bytes: Vec<u8> = pcm.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let data = base64_simd::STANDARD.encode_to_string(bytes);
        self.send(&json!({"realtimeInput": {"audio": {"data": data, "mimeType": "audio/pcm;rate=16000"}}}));
    }

    /// The client closes, and the server has noticed.
    pub(super) fn close(&mut self) {
        self.connection.closed(self.clock.get());
        self.drain();
    }

    pub(super) fn now(&self) -> u64 {
        (self.clock.get() - self.opened).as_millis() as u64
    }

    fn drain(&mut self) {
        while let Some(output) = self.connection.poll_output() {
            assert!(self.end.is_none(), "{output:?} after the end");
            match output {
                Output::Send(json) => {
                    ServerMessage::parse(json.as_bytes()).expect("the client's half reads it");
                    let message: Value = serde_json::from_str(&json).unwrap();
                    assert_no_defaults(&message);
                    super::shape::assert_known(&message);
                    self.got.push((self.now(), message));
                }
                Output::Garbage(_) => self.garbage += 1,
                Output::StopReading(_) => {}
                Output::Close(_) | Output::Drop => self.end = Some(output),
            }
        }
    }

    pub(super) fn close_code(&self) -> Option<u16> {
        self.closed().map(|close| close.code)
    }

    pub(super) fn closed(&self) -> Option<&Close> {
        match &self.end {
            Some(Output::Close(close)) => Some(close),
            _ => None,
        }
    }

    pub(super) fn handle(&self) -> String {
        let handle = |(_, message): &(u64, Value)| {
            message["sessionResumptionUpdate"]["newHandle"].as_str().map(str::to_owned)
        };
        self.got.iter().rev().find_map(handle).expect("no handle")
    }

    /// Forgets what came so far.
    pub(super) fn mark(&mut self) {
        self.got.clear();
    }

    /// Returns what came, a word a message: the members of `serverContent`, or the top-level ones.
    pub(super) fn kinds(&self) -> Vec<String> {
        self.got.iter().map(|(_, message)| kind(message)).collect()
    }

    /// Returns the same with repetitions taken out, audio and its text as one.
    pub(super) fn shape(&self) -> Vec<String> {
        let mut kinds: Vec<String> =
            self.kinds().into_iter().filter(|kind| kind != "outputTranscription").collect();
        kinds.dedup();
        kinds
    }

    pub(super) fn times_of(&self, wanted: &str) -> Vec<u64> {
        self.got.iter().filter(|(_, message)| kind(message) == wanted).map(|(at, _)| *at).collect()
    }

    fn texts(&self, member: &str) -> Vec<&str> {
        self.got.iter().filter_map(|(_, message)| message["serverContent"][member]["text"].as_str()).collect()
    }

    pub(super) fn said(&self) -> String {
        self.texts("outputTranscription").concat()
    }

    pub(super) fn heard(&self) -> Vec<&str> {
        self.texts("inputTranscription")
    }

    /// Returns the bytes of audio that came.
    pub(super) fn audio_chunks(&self) -> Vec<usize> {
        let data = |message: &Value| {
            let data =
                message["serverContent"]["modelTurn"]["parts"][0]["inlineData"]["data"].as_str()?.to_owned();
            Some(base64_simd::STANDARD.decode_to_vec(data).unwrap().len())
        };
        self.got.iter().filter_map(|(_, message)| data(message)).collect()
    }

    pub(super) fn audio_ms(&self) -> u64 {
        self.audio_chunks().iter().sum::<usize>() as u64 / 48
    }
}

fn kind(message: &Value) -> String {
    let members = message["serverContent"].as_object().or(message.as_object()).unwrap();
    let names: Vec<&str> =
        members.keys().map(String::as_str).filter(|name| *name != "usageMetadata").collect();
    match message["voiceActivity"]["type"].as_str() {
        Some(edge) => edge.to_owned(),
        None if names.is_empty() && message["usageMetadata"].is_object() => "usageMetadata".to_owned(),
        None => names.join("+"),
    }
}

/// SI-59: what has its default value is left out. Audio may be empty on purpose.
fn assert_no_defaults(value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let default =
                    *value == json!(false) || *value == json!(0) || (*value == json!("") && name != "data");
                assert!(!default, "{name} has its default value");
                assert_no_defaults(value);
            }
        }
        Value::Array(items) => items.iter().for_each(assert_no_defaults),
        Value::Null => panic!("null on the wire"),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
