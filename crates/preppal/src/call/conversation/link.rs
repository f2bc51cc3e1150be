//! The way to the session host: tokens, connections, frames.

use super::{Conversation, socket};
use crate::call::outcome::chain;
use session_client::{ConnId, Frame, Input, Output, TokenError};
use socket::Socket;

/// What an attempt came to.
pub(super) enum Arrived {
    Token(ConnId, Result<String, TokenError>),
    Dialled(ConnId, Result<Box<Socket>, socket::DialError>),
}

impl Conversation {
    pub(super) fn on_arrived(&mut self, arrived: Arrived) {
        let now = self.clock.now();
        match arrived {
            Arrived::Token(id, token) => {
                if token == Err(TokenError::Unreachable) {
                    self.trouble = Some("the app gives no token".to_owned());
                }
                self.client.handle_input(now, Input::Token(id, token));
            }
            Arrived::Dialled(id, _) if self.dialling != Some(id) => {}
            Arrived::Dialled(id, Ok(socket)) => {
                self.dialling = None;
                self.socket = Some((id, socket));
                self.client.handle_input(now, Input::Opened(id));
            }
            Arrived::Dialled(id, Err(error)) => {
                self.dialling = None;
                self.trouble = Some(chain(&error));
                self.client.handle_input(now, Input::Closed(id, None));
            }
        }
    }

    pub(super) fn on_news(&mut self, (id, news): (ConnId, socket::News)) {
        let now = self.clock.now();
        match news {
            socket::News::Binary(message) => self.client.handle_input(now, Input::Received(id, &message)),
            socket::News::Text => self.client.handle_input(now, Input::ReceivedText(id)),
            socket::News::Closed(code) => {
                self.socket = None;
                self.client.handle_input(now, Input::Closed(id, code));
            }
        }
    }

    /// Does what the client wants done.
    pub(super) async fn carry_out(&mut self) {
        let mut sent = false;
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::FetchToken(id) => self.fetch_token(id),
                Output::Dial(id, token) => self.dial(id, &token),
                Output::Send(id, frame) => {
                    let message = match frame {
                        Frame::Text(text) => socket::text(text),
                        Frame::Binary(bytes) => socket::binary(bytes),
                    };
                    if let Some((_, socket)) = self.socket.as_mut().filter(|(open, _)| *open == id) {
                        sent = true;
                        // A socket that takes nothing more tells so when it is read.
                        if let Err(error) = socket::feed(socket, message).await {
                            self.trouble = Some(chain(&error));
                        }
                    }
                }
                Output::Close(id, code) => {
                    self.dialling = self.dialling.filter(|dialling| *dialling != id);
                    if let Some((_, socket)) = self.socket.take_if(|(open, _)| *open == id) {
                        socket::close(socket, code).await;
                    }
                }
                Output::Event(event) => self.on_event(event),
            }
        }
        if sent && let Some((_, socket)) = &mut self.socket {
            socket::flush(socket).await;
        }
    }

    fn fetch_token(&mut self, id: ConnId) {
        let backend = self.call.backend.clone();
        let interview_id = self.call.interview_id.clone();
        let fetching = async move { Arrived::Token(id, backend.worker_token(&interview_id).await) };
        self.underway.push(Box::pin(fetching));
    }

    fn dial(&mut self, id: ConnId, token: &str) {
        self.dialling = Some(id);
        let url = format!("{}/{}?token={token}", self.call.worker_url, self.call.interview_id);
        self.underway.push(Box::pin(async move { Arrived::Dialled(id, socket::dial(url).await) }));
    }
}
