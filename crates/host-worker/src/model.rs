//! The socket to the model.

use crate::outgoing;
use futures::StreamExt;
use gemini_live::Endpoint;
use std::time::Duration;
use worker::{EventStream, Headers, Method, Request, RequestInit, WebSocket, WebsocketEvent};

/// What the runtime calls the code of a connection that ended without a close frame.
pub(crate) const NO_CLOSE_FRAME: u16 = 1006;

/// Opens a connection that [`listen`] accepts. An error is the HTTP status and text of a refusal, `None` if there was none.
pub(crate) async fn dial(endpoint: &Endpoint) -> Result<WebSocket, Option<(u16, String)>> {
    let request = upgrade(endpoint).map_err(|_| None)?;
    let sent =
        outgoing::within(Duration::from_millis(session_core::DIAL_TIMEOUT_MS), outgoing::send(request)).await;
    let (mut answer, call_off) = sent.ok_or(None)?.map_err(|_| None)?;
    let status = answer.status_code();
    if status != 101 {
        let body = answer.bytes().await.unwrap_or_default();
        return Err(Some((status, gemini_live::close::refusal(&body).into_owned())));
    }
    call_off.not_any_more();
    answer.websocket().ok_or(None)
}

/// The key goes into a header, because URLs end up in logs.
fn upgrade(endpoint: &Endpoint) -> worker::Result<Request> {
    // A fetch knows http alone; the header asks for the WebSocket.
    let url = endpoint.websocket_url().replacen("ws", "http", 1);
    let headers = Headers::new();
    let (name, key) = endpoint.api_key_header();
    headers.set(name, key)?;
    headers.set("Upgrade", "websocket")?;
    Request::new_with_init(&url, RequestInit::new().with_method(Method::Get).with_headers(headers))
}

/// Accepts a connection and returns what comes of it, from its first message on.
pub(crate) fn listen(socket: &WebSocket) -> worker::Result<EventStream<'_>> {
    // Before it is accepted, or early messages are missed.
    let events = socket.events()?;
    // A frame would otherwise arrive as a Blob, which is read as no bytes at all.
    socket.as_ref().set_binary_type(web_sys::BinaryType::Arraybuffer);
    socket.accept()?;
    Ok(events)
}

/// What a model's connection had to say.
pub(crate) enum Heard {
    Message(Vec<u8>),
    /// It is gone, with a close frame's code and reason if it sent one.
    Gone(Option<(u16, String)>),
}

/// Returns the next message, or the end.
pub(crate) async fn next(events: &mut EventStream<'_>) -> Heard {
    loop {
        match events.next().await {
            Some(Ok(WebsocketEvent::Message(message))) => {
                let bytes =
                    message.text().map(String::into_bytes).or_else(|| message.bytes()).unwrap_or_default();
                if bytes.len() <= gemini_live::MAX_MESSAGE_BYTES {
                    return Heard::Message(bytes);
                }
                return Heard::Gone(None);
            }
            Some(Ok(WebsocketEvent::Close(close))) => {
                let said = close.code() != NO_CLOSE_FRAME;
                return Heard::Gone(said.then(|| (close.code(), close.reason())));
            }
            // The end follows an error.
            Some(Err(_)) => {}
            None => return Heard::Gone(None),
        }
    }
}
