//! Many sessions at a time, each with speech in its ear.

#![expect(clippy::unwrap_used, reason = "a test may panic outside its test function too")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use stand_in::{Options, StandIn};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

const SESSIONS: usize = 40;
const SETUP: &str = r#"{"setup":{"model":"models/gemini-3.8-live","inputAudioTranscription":{},"outputAudioTranscription":{}}}"#;

/// Speaks one answer, chunk by chunk; returns what was heard of it once it has been answered.
async fn converse(address: SocketAddr, uplink: Arc<Vec<String>>) -> String {
    let path = "ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
    let (mut socket, _) = connect_async(format!("ws://{address}/{path}?key=k")).await.unwrap();
    socket.send(Message::text(SETUP)).await.unwrap();
    let mut heard = String::new();
    while let Some(Ok(Message::Binary(frame))) = socket.next().await {
        let text = std::str::from_utf8(&frame).unwrap();
        if text.contains("setupComplete") {
            for message in uplink.iter() {
                socket.send(Message::text(message.as_str())).await.unwrap();
            }
        }
        if text.contains("inputTranscription") {
            heard.push_str(text);
        }
        if text.contains("turnComplete") {
            break;
        }
    }
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sessions_at_a_time_are_all_heard_and_answered() {
    // In real time: scaled, a machine that is busy for a moment is a candidate who has stopped speaking.
    let stand_in = StandIn::bind("127.0.0.1:0".parse().unwrap(), Options::default()).await.unwrap();
    let (address, shutdown) = (stand_in.local_addr(), CancellationToken::new());
    let running = tokio::spawn(stand_in.run(shutdown.clone()));

    let mut speech =
        hound::WavReader::open(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/answer.wav")).unwrap();
    let mut pcm: Vec<i16> = speech.samples().map(Result::unwrap).collect();
    pcm.resize(pcm.len() + 16_000, 0);
    let uplink = pcm.chunks(1600).map(|chunk| {
        let bytes: Vec<u8> = chunk.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let data = base64_simd::STANDARD.encode_to_string(bytes);
        format!(r#"{{"realtimeInput":{{"audio":{{"data":"{data}","mimeType":"audio/pcm;rate=16000"}}}}}}"#)
    });
    let uplink = Arc::new(uplink.collect::<Vec<_>>());

    let begin = std::time::Instant::now();
    let sessions = (0..SESSIONS).map(|_| tokio::spawn(converse(address, uplink.clone())));
    let heard =
        tokio::time::timeout(Duration::from_secs(120), futures::future::join_all(sessions)).await.unwrap();
    for heard in heard {
        assert!(heard.unwrap().contains("s of speech]"));
    }
    println!("{SESSIONS} sessions, each with 6.3 s of uplink and a greeting, in {:.1?}", begin.elapsed());
    shutdown.cancel();
    running.await.unwrap().unwrap();
}
