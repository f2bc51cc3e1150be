//! The way to the session host: tokens, connections, frames, and what comes of them.

use super::Inner;
use super::socket::{News, Socket};
use crate::backend::{CallError, call};
use crate::session::trouble::Notice;
use api::public::GenerateWorkerToken;
use leptos::prelude::Set;
use leptos::task::spawn_local;
use session_client::{ConnId, Event, Input, Output, State, TokenError};
use std::rc::Weak;
use trpc::Code;
use wire::ErrorCode;

impl Inner {
    /// Does what the client wants done, in its order.
    pub(super) fn carry_out(&self) {
        loop {
            let output = self.client.borrow_mut().poll_output();
            let Some(output) = output else { return };
            match output {
                Output::FetchToken(id) => self.fetch_token(id),
                Output::Dial(id, token) => self.dial(id, &token),
                Output::Send(id, frame) => {
                    if let Some((_, socket)) = self.socket.borrow().as_ref().filter(|(open, _)| *open == id) {
                        socket.send(frame);
                    }
                }
                Output::Close(id, code) => {
                    if let Some((_, socket)) = self.socket.borrow_mut().take_if(|(open, _)| *open == id) {
                        socket.close(code);
                    }
                }
                Output::Event(event) => self.on_event(event),
            }
        }
    }

    fn fetch_token(&self, id: ConnId) {
        let me = Weak::clone(&self.me);
        let input = GenerateWorkerToken { interview_id: self.place.interview_id.clone() };
        spawn_local(async move {
            let answer = call(&input).await;
            let Some(me) = me.upgrade() else { return };
            if matches!(answer, Err(CallError::SignedOut)) {
                me.surface.is_signed_out.set(true);
            }
            let token = answer.map(|issued| issued.token).map_err(|error| token_error(&error));
            me.work(|client, now| client.handle_input(now, Input::Token(id, token)));
        });
    }

    fn dial(&self, id: ConnId, token: &str) {
        let url = format!("{}/{}?token={token}", self.place.worker_url, self.place.interview_id);
        let me = Weak::clone(&self.me);
        let socket = Socket::open(&url, move |news| {
            if let Some(me) = me.upgrade() {
                me.on_news(id, news);
            }
        });
        let is_open = socket.is_some();
        *self.socket.borrow_mut() = socket.map(|socket| (id, socket));
        if !is_open {
            // Not within this call: the client is being drained.
            let me = Weak::clone(&self.me);
            spawn_local(async move {
                if let Some(me) = me.upgrade() {
                    me.on_news(id, News::Closed(None));
                }
            });
        }
    }

    fn on_news(&self, id: ConnId, news: News) {
        match news {
            News::Opened => self.work(|client, now| client.handle_input(now, Input::Opened(id))),
            News::Binary(message) => {
                self.work(|client, now| client.handle_input(now, Input::Received(id, &message)));
            }
            News::Text => self.work(|client, now| client.handle_input(now, Input::ReceivedText(id))),
            News::Closed(code) => {
                // The socket is on the stack: it is dropped when its event is over.
                let gone = self.socket.borrow_mut().take_if(|(open, _)| *open == id);
                spawn_local(async move { drop(gone) });
                self.work(|client, now| client.handle_input(now, Input::Closed(id, code)));
            }
        }
    }

    fn on_event(&self, event: Event) {
        match event {
            Event::StateChanged(state) => self.on_state(state),
            Event::TranscriptChanged(id) | Event::TurnClosed(id) => {
                self.surface.show_turn(self.client.borrow().transcript(), id);
            }
            Event::SoundQueued => self.pump(),
            Event::TurnComplete => {}
            Event::Interrupted { .. } => self.equipment.silence(),
            Event::InterviewerSilent(silent) => {
                let notice = Notice::FromHost(ErrorCode::Model.code());
                self.surface.notice.set(silent.then_some(notice));
            }
            Event::Notice { code, .. } => self.surface.notice.set(Some(Notice::FromHost(code))),
        }
    }

    fn on_state(&self, state: State) {
        self.surface.state.set(Some(state));
        if state == State::Live {
            self.is_slow.set(false);
            self.surface.notice.set(None);
        }
        if matches!(state, State::Error(_)) {
            self.hear_no_more();
        }
        if state.is_final() {
            self.equipment.close_microphone();
            self.wake_lock.take();
        }
    }
}

/// What a refused token means for the client.
fn token_error(error: &CallError) -> TokenError {
    match error {
        CallError::Unreachable | CallError::Broken => TokenError::Unreachable,
        CallError::SignedOut | CallError::NotFound => TokenError::Refused,
        CallError::Refused(refusal) => match refusal.code {
            Some(Code::PreconditionFailed) => TokenError::Over,
            Some(Code::TooManyRequests | Code::Timeout) | None => TokenError::Unreachable,
            Some(_) => TokenError::Refused,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use trpc::client::Refusal;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let refused =
            |code| CallError::Refused(Refusal { code, message: String::new(), fields: BTreeMap::new() });
        for (error, meaning) in [
            (CallError::Unreachable, TokenError::Unreachable),
            (CallError::Broken, TokenError::Unreachable),
            (CallError::SignedOut, TokenError::Refused),
            (CallError::NotFound, TokenError::Refused),
            (refused(Some(Code::PreconditionFailed)), TokenError::Over),
            (refused(Some(Code::TooManyRequests)), TokenError::Unreachable),
            (refused(Some(Code::Forbidden)), TokenError::Refused),
            (refused(None), TokenError::Unreachable),
        ] {
            assert_eq!(token_error(&error), meaning, "{error:?}");
        }
    }
}
