//! What the runtime calls: one object for each interview.

#![expect(missing_docs, reason = "the exports are generated, without a place for words of ours")]

use crate::entry;
use crate::interview::Interview;
use crate::journal;
use crate::model::NO_CLOSE_FRAME;
use crate::settings::Settings;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{
    DurableObject, Env, Request, Response, Result, State, WebSocket, WebSocketIncomingMessage, WebSocketPair,
    WebSocketRequestResponsePair, console_error, durable_object,
};

/// One interview. Its name is the interview's id.
///
/// It may be put to sleep whenever it has no connection to the model: everything in memory is made anew from its storage
/// at the next event, and the candidates' sockets stay.
#[durable_object]
pub struct InterviewObject {
    /// Nothing, if the Worker is not set up; then nobody is let in.
    interview: AssertUnwindSafe<Option<Rc<Interview>>>,
    #[cfg(feature = "test-hooks")]
    hooks: AssertUnwindSafe<crate::test_hooks::Hooks>,
}

impl DurableObject for InterviewObject {
    fn new(state: State, env: Env) -> Self {
        // Answered without waking the object.
        match WebSocketRequestResponsePair::new(wire::PING, wire::PONG) {
            Ok(pair) => state.set_websocket_auto_response(&pair),
            Err(error) => console_error!("pings cannot be answered: {error:?}"),
        }
        #[cfg(feature = "test-hooks")]
        let hooks = AssertUnwindSafe(crate::test_hooks::Hooks::new(&state));
        let id = state.id().name().or_else(|| journal::name(&state.storage().sql()));
        let interview = match (Settings::read(&env), id) {
            (Ok(settings), Some(id)) => Some(Interview::new(id, state, settings)),
            (Err(problem), _) => {
                console_error!("{problem}");
                None
            }
            (Ok(_), None) => {
                console_error!("an object that has no name is no interview");
                None
            }
        };
        Self {
            interview: AssertUnwindSafe(interview),
            #[cfg(feature = "test-hooks")]
            hooks,
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let Some(interview) = self.interview.as_ref() else {
            return Response::error("this session host is not set up", 503);
        };
        if let Err(refused) = entry::check(&request, interview.id(), &interview.settings) {
            worker::console_log!("interview={} token refused: {refused}", interview.id());
            return entry::refuse(&request);
        }
        #[cfg(feature = "test-hooks")]
        if let Some(answer) = self.hooks.answer(&request, interview) {
            return answer;
        }
        let pair = WebSocketPair::new()?;
        interview.accept(pair.server);
        Response::from_websocket(pair.client)
    }

    async fn alarm(&self) -> Result<Response> {
        if let Some(interview) = self.interview.as_ref() {
            interview.alarm();
        }
        Response::empty()
    }

    async fn websocket_message(&self, socket: WebSocket, message: WebSocketIncomingMessage) -> Result<()> {
        match (self.interview.as_ref(), message) {
            (Some(interview), WebSocketIncomingMessage::Binary(message)) => {
                interview.heard(&socket, Some(&message));
            }
            // A sign of life and nothing else.
            (Some(interview), WebSocketIncomingMessage::String(_)) => interview.heard(&socket, None),
            (None, _) => {}
        }
        Ok(())
    }

    async fn websocket_close(&self, socket: WebSocket, code: usize, reason: String, _: bool) -> Result<()> {
        if let Some(interview) = self.interview.as_ref() {
            let code = u16::try_from(code).ok().filter(|code| *code != NO_CLOSE_FRAME);
            interview.left(&socket, code.map(|code| (code, reason.as_str())));
        }
        Ok(())
    }

    async fn websocket_error(&self, socket: WebSocket, _: worker::Error) -> Result<()> {
        if let Some(interview) = self.interview.as_ref() {
            interview.left(&socket, None);
        }
        Ok(())
    }
}
