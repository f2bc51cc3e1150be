//! A model that says what the test has it say.

use super::{serve, soon};
use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::any;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

pub(crate) struct Model {
    connections: mpsc::UnboundedReceiver<WebSocket>,
}

/// One connection of it.
pub(crate) struct Connection(WebSocket);

impl Model {
    pub(crate) async fn start() -> (Self, String) {
        let (sender, connections) = mpsc::unbounded_channel();
        let upgrade = async |State(sender): State<mpsc::UnboundedSender<WebSocket>>,
                             upgrade: WebSocketUpgrade| {
            upgrade.on_upgrade(async move |socket| sender.send(socket).unwrap())
        };
        let router = Router::new().fallback(any(upgrade)).with_state(sender);
        (Self { connections }, serve(router).await)
    }

    /// Waits for a connection and accepts its set-up.
    pub(crate) async fn accept(&mut self) -> Connection {
        let mut connection = Connection(soon(self.connections.recv()).await.unwrap());
        let setup = connection.hear().await;
        assert!(setup["setup"]["model"].is_string(), "{setup}");
        connection.say(json!({ "setupComplete": {} })).await;
        connection
    }
}

impl Connection {
    /// Waits for the next message.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            match soon(self.0.recv()).await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Waits for microphone audio, and passes over everything else.
    pub(crate) async fn hear_audio(&mut self) -> String {
        loop {
            if let Some(data) = self.hear().await["realtimeInput"]["audio"]["data"].as_str() {
                return data.to_owned();
            }
        }
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.0.send(Message::Binary(message.to_string().into())).await.unwrap();
    }

    /// Says this much silence.
    pub(crate) async fn say_audio(&mut self, pcm_bytes: usize) {
        assert_eq!(pcm_bytes % 3, 0, "base64 without padding");
        let data = "A".repeat(pcm_bytes / 3 * 4);
        let part = json!({ "inlineData": { "mimeType": "audio/pcm;rate=24000", "data": data } });
        self.say(json!({ "serverContent": { "modelTurn": { "parts": [part] } } })).await;
    }

    /// Says words, and that it has finished.
    pub(crate) async fn say_words(&mut self, text: &str) {
        self.say(json!({ "serverContent": { "outputTranscription": { "text": text } } })).await;
        self.say(json!({ "serverContent": { "generationComplete": true } })).await;
        self.say(json!({ "serverContent": { "turnComplete": true } })).await;
    }

    /// Waits until the host has read everything that was said.
    pub(crate) async fn was_heard(&mut self) {
        let mark = Bytes::from_static(b"all of it");
        self.0.send(Message::Ping(mark.clone())).await.unwrap();
        while !matches!(soon(self.0.recv()).await.unwrap().unwrap(), Message::Pong(pong) if pong == mark) {}
    }

    /// Answers a close, if one comes.
    pub(crate) async fn wait_for_close(mut self) {
        while let Some(Ok(_)) = soon(self.0.recv()).await {}
    }
}
