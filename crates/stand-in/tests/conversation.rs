//! A conversation over a real socket: greeting, question, answer, next question, a second connection; and the socket's own rules.

#![expect(clippy::unwrap_used, reason = "a test may panic outside its test function too")]

use std::net::SocketAddr;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use stand_in::{Options, Scenario, StandIn};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn connect(address: SocketAddr, path: &str, key: &str) -> Self {
        let url = format!("ws://{address}{path}?key={key}");
        Self(connect_async(url).await.unwrap().0)
    }

    async fn live(address: SocketAddr, handle: Option<&str>) -> Self {
        let path = "//ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
        let mut client = Self::connect(address, path, "any").await;
        let resumption = handle.map_or(json!({}), |handle| json!({"handle": handle}));
        client
            .send(
                &json!({"setup": {"model": "models/gemini-3.8-live", "systemInstruction": {"parts": [{"text":
                "Role: Rust engineer"}]}, "inputAudioTranscription": {}, "outputAudioTranscription": {},
                "sessionResumption": resumption, "contextWindowCompression": {"slidingWindow": {}}}}),
            )
            .await;
        assert_eq!(client.next().await, json!({"setupComplete": {}}));
        client
    }

    async fn send(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn frame(&mut self) -> Message {
        let frame = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
        frame.expect("nothing came for 20 s").unwrap().unwrap()
    }

    async fn next(&mut self) -> Value {
        match self.frame().await {
            Message::Binary(json) => serde_json::from_slice(&json).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Reads until `turnComplete`; returns the output text, the input text and the bytes of audio.
    async fn turn(&mut self) -> (String, String, usize) {
        let (mut said, mut heard, mut audio) = (String::new(), String::new(), 0);
        loop {
            let message = self.next().await;
            let content = &message["serverContent"];
            said += content["outputTranscription"]["text"].as_str().unwrap_or("");
            heard += content["inputTranscription"]["text"].as_str().unwrap_or("");
            if let Some(data) = content["modelTurn"]["parts"][0]["inlineData"]["data"].as_str() {
                audio += base64_simd::STANDARD.decode_to_vec(data).unwrap().len();
            }
            if content["turnComplete"] == true {
                assert!(message["usageMetadata"]["totalTokenCount"].as_u64().unwrap() > 0);
                return (said, heard, audio);
            }
        }
    }

    async fn speak(&mut self) {
        let mut speech =
            hound::WavReader::open(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/answer.wav")).unwrap();
        let mut pcm: Vec<i16> = speech.samples().map(Result::unwrap).collect();
        pcm.resize(pcm.len() + 16_000, 0);
        for chunk in pcm.chunks(1600) {
            let bytes: Vec<u8> = chunk.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            let data = base64_simd::STANDARD.encode_to_string(bytes);
            self.send(
                &json!({"realtimeInput": {"audio": {"data": data, "mimeType": "audio/pcm;rate=16000"}}}),
            )
            .await;
        }
    }
}

async fn start(
    options: Options,
) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<std::io::Result<()>>) {
    let stand_in = StandIn::bind("127.0.0.1:0".parse().unwrap(), options).await.unwrap();
    let (address, shutdown) = (stand_in.local_addr(), CancellationToken::new());
    (address, shutdown.clone(), tokio::spawn(stand_in.run(shutdown)))
}

fn fast() -> Options {
    Options { time_scale: 0.02, ..Options::default() }
}

#[tokio::test]
async fn a_spoken_interview_across_two_connections() {
    let (address, shutdown, running) = start(fast()).await;
    let mut client = Client::live(address, None).await;
    client.send(&json!({"realtimeInput": {"text": "Begin the interview."}})).await;
    let update = client.next().await;
    let handle = update["sessionResumptionUpdate"]["newHandle"].as_str().unwrap().to_owned();
    let (said, heard, audio) = client.turn().await;
    assert!(said.contains("practice interviewer"), "{said}");
    assert_eq!(heard, "");
    assert!(audio > 48_000 * 8, "{audio}");

    client.speak().await;
    let (said, heard, audio) = client.turn().await;
    assert!(heard.starts_with('[') && heard.ends_with(" s of speech]"), "{heard}");
    assert!(!said.is_empty() && audio > 48_000);

    client.0.close(None).await.unwrap();
    while client.0.next().await.is_some() {}
    let mut resumed = loop {
        // The service refuses a resume right after the end of an idle connection.
        let path = "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent";
        let mut client = Client::connect(address, path, "any").await;
        let setup = json!({"setup": {"model": "models/gemini-3.8-live", "outputAudioTranscription": {},
            "sessionResumption": {"handle": handle}}});
        client.send(&setup).await;
        match client.frame().await {
            Message::Close(Some(frame)) => assert_eq!(frame.code, CloseCode::Error),
            Message::Binary(_) => break client,
            other => panic!("{other:?}"),
        }
    };
    assert!(resumed.next().await["sessionResumptionUpdate"]["resumable"] == true);
    resumed.send(&json!({"clientContent": {"turns": [{"role": "user", "parts": [{"text":
        "I have worked with Rust for six years, mostly on services that must not fail, and I enjoyed every one of them."}]}],
        "turnComplete": true}})).await;
    let (said, _, _) = resumed.turn().await;
    assert!(!said.contains("practice interviewer") && !said.is_empty(), "{said}");

    shutdown.cancel();
    assert!(matches!(resumed.frame().await, Message::Close(Some(frame)) if frame.code == CloseCode::Away));
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn si_4_a_wrong_key_is_closed_after_the_setup() {
    let (address, ..) = start(fast()).await;
    let path = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
    let mut client = Client::connect(address, path, "test-invalid").await;
    client.send(&json!({"setup": {"model": "models/gemini-3.8-live"}})).await;
    let Message::Close(Some(frame)) = client.frame().await else { panic!("no close") };
    assert_eq!(u16::from(frame.code), 1007);
    assert_eq!(frame.reason.as_str(), "API key not valid. Please pass a valid API key.");
}

#[tokio::test]
async fn si_1_110_other_paths_and_the_list_of_models() {
    let (address, ..) = start(fast()).await;
    assert_eq!(get(address, "/v1beta/models/gemini-3.8-live?key=k").await.0, 200);
    let (code, models) = get(address, "/v1beta/models?key=k&pageSize=1000").await;
    assert_eq!(code, 200);
    assert_eq!(models["models"][0]["supportedGenerationMethods"], json!(["bidiGenerateContent"]));
    assert_eq!(get(address, "/v1beta/models/nope?key=k").await.0, 404);
    assert_eq!(get(address, "/v1beta/models").await.0, 403);
    let (code, body) = get(address, "/v1beta/models?key=test-invalid").await;
    assert_eq!((code, body["error"]["details"][0]["reason"].as_str()), (400, Some("API_KEY_INVALID")));
    let (code, body) = get(address, "/elsewhere").await;
    assert_eq!((code, body["error"]["status"].as_str()), (404, Some("NOT_FOUND")));
}

#[tokio::test]
async fn si_8_text_frames_are_a_knob() {
    let scenario = Scenario { text_frames: true, ..Scenario::default() };
    let (address, ..) = start(Options { scenario, ..fast() }).await;
    let path = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
    let mut client = Client::connect(address, path, "any").await;
    client.0.send(Message::binary(r#"{"setup": {"model": "models/gemini-3.8-live"}}"#)).await.unwrap();
    assert!(matches!(client.frame().await, Message::Text(json) if json.contains("setupComplete")));
}

#[tokio::test]
async fn si_12_a_close_is_echoed() {
    let (address, ..) = start(fast()).await;
    let mut client = Client::live(address, None).await;
    let normal = CloseFrame { code: CloseCode::Normal, reason: "".into() };
    client.0.close(Some(normal.clone())).await.unwrap();
    let echo = loop {
        match client.frame().await {
            Message::Close(frame) => break frame,
            Message::Binary(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(echo, Some(normal));
}

#[tokio::test]
async fn more_connections_than_allowed_are_refused_until_one_ends() {
    let (address, ..) = start(Options { connections: 1, ..fast() }).await;
    let mut first = Client::live(address, None).await;
    let url =
        format!("ws://{address}/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent");
    let refused = connect_async(&url).await.unwrap_err();
    assert!(matches!(refused, Error::Http(answer) if answer.status() == 503));
    first.0.close(None).await.unwrap();
    while first.0.next().await.is_some() {}
    let again = async { while connect_async(&url).await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(5), again).await.unwrap();
}

#[tokio::test]
async fn a_dropped_stand_in_closes_its_connections() {
    let (address, _, running) = start(fast()).await;
    let mut client = Client::live(address, None).await;
    running.abort();
    while let Message::Binary(_) = client.frame().await {}
}

async fn get(address: SocketAddr, path: &str) -> (u16, Value) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap())
}
