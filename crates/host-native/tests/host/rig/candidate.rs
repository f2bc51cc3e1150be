//! A candidate's connection.

use super::soon;
use futures::{SinkExt, StreamExt};
use prost::Message as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};
use wire::client_to_server_message::Payload as Said;
use wire::server_to_client_message::Payload;
use wire::{ClientToServerMessage, EndRequest, ServerToClientMessage};

pub(crate) struct Candidate(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a candidate hears.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Message(Payload),
    Text(String),
    Closed(u16),
    /// The connection ended without a goodbye.
    Lost,
}

impl Candidate {
    pub(crate) async fn connect(url: &str) -> Self {
        Self(Box::pin(connect_async(url)).await.unwrap().0)
    }

    /// A connection whose machine takes next to nothing before it is read.
    pub(crate) async fn connect_with_small_buffers(url: &str, authority: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(authority.parse().unwrap()).await.unwrap());
        Self(client_async(url, stream).await.unwrap().0)
    }

    pub(crate) async fn say(&mut self, payload: Said) {
        let message = ClientToServerMessage { payload: Some(payload) };
        self.send(Message::binary(message.encode_to_vec())).await;
    }

    pub(crate) async fn end(&mut self) {
        self.say(Said::EndRequest(EndRequest {})).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        soon(self.0.send(message)).await.unwrap();
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match soon(self.0.next()).await {
                Some(Ok(Message::Binary(bytes))) => {
                    let message = ServerToClientMessage::decode(bytes).unwrap();
                    return Heard::Message(message.payload.unwrap());
                }
                Some(Ok(Message::Text(text))) => return Heard::Text(text.to_string()),
                Some(Ok(Message::Close(frame))) => return Heard::Closed(frame.unwrap().code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Lost,
            }
        }
    }

    /// Passes over everything until the connection is closed; returns the code and what came before.
    pub(crate) async fn closed(&mut self) -> (u16, Vec<Payload>) {
        let mut before = Vec::new();
        loop {
            match self.hear().await {
                Heard::Closed(code) => return (code, before),
                Heard::Message(payload) => before.push(payload),
                Heard::Text(_) => {}
                Heard::Lost => panic!("no goodbye after {before:?}"),
            }
        }
    }
}
