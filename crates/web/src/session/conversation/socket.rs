//! A WebSocket to the session host.

use js_sys::{ArrayBuffer, Uint8Array};
use session_client::Frame;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::convert::FromWasmAbi;
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

/// A connection that vanished without a goodbye; no peer ever sends it.
const CLOSE_ABNORMAL: u16 = 1006;
/// A goodbye without a code; no peer ever sends it either.
const CLOSE_WITHOUT_CODE: u16 = 1005;

/// What comes from a socket.
pub(super) enum News {
    Opened,
    Binary(Vec<u8>),
    Text,
    /// It is gone; with the peer's code if there was one.
    Closed(Option<u16>),
}

/// An open socket, or one on its way; closed when dropped.
pub(super) struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn FnMut(Event)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Begins to connect. The address holds a token and is never shown. `None` if the browser refuses the address itself.
    pub(super) fn open(url: &str, tell: impl Fn(News) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let opened = closure(tell.clone(), |_: Event| News::Opened);
        let message =
            closure(tell.clone(), |event: MessageEvent| match event.data().dyn_into::<ArrayBuffer>() {
                Ok(bytes) => News::Binary(Uint8Array::new(&bytes).to_vec()),
                Err(_) => News::Text,
            });
        let closed = closure(tell, |event: CloseEvent| News::Closed(code(event.code())));
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _opened: opened, _message: message, _closed: closed })
    }

    /// Hands a frame over. One that a socket does not take is told by its close.
    pub(super) fn send(&self, frame: Frame) {
        drop(match frame {
            Frame::Text(text) => self.socket.send_with_str(text),
            Frame::Binary(bytes) => self.socket.send_with_u8_array(&bytes),
        });
    }

    /// Returns how many bytes have not left yet.
    pub(super) fn unsent_bytes(&self) -> u32 {
        self.socket.buffered_amount()
    }

    /// Says goodbye, after everything that was handed over.
    pub(super) fn close(self, code: u16) {
        // Fails for codes that a page may not send; dropping closes it then.
        let _ = self.socket.close_with_code(code);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // One that is closed already stays so.
        let _ = self.socket.close();
    }
}

fn closure<E: FromWasmAbi + 'static>(
    tell: impl Fn(News) + 'static,
    news: impl Fn(E) -> News + 'static,
) -> Closure<dyn FnMut(E)> {
    Closure::new(move |event| tell(news(event)))
}

fn code(code: u16) -> Option<u16> {
    (![CLOSE_ABNORMAL, CLOSE_WITHOUT_CODE].contains(&code)).then_some(code)
}
