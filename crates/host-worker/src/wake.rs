//! What wakes the object: its one alarm, which stands for every timer of the session, and what did not wake it.

use crate::tasks;
use js_sys::{Date, Function, Reflect};
use session_core::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use worker::{ScheduledTime, State, Storage, WebSocket, console_error};

/// When the alarm will ring, as far as this instance knows.
///
/// An alarm costs a write, and timers move with every turn of the conversation. So it is only ever moved ahead: one that
/// rings for a timer that has moved on finds nothing to do, and is set anew.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    set: Option<Timestamp>,
}

impl Alarm {
    /// Has it ring at `due`, or before.
    pub(crate) fn ring_by(&mut self, due: Timestamp, storage: Storage) {
        if self.set.is_some_and(|set| set <= due) {
            return;
        }
        self.set = Some(due);
        tasks::spawn(async move {
            #[expect(clippy::cast_precision_loss, reason = "exact until the year 287396")]
            let date = Date::new(&(due.0 as f64).into());
            if let Err(error) = storage.set_alarm(ScheduledTime::new(date)).await {
                console_error!("the alarm cannot be set: {error}");
            }
        });
    }

    /// It has rung.
    pub(crate) fn rang(&mut self) {
        self.set = None;
    }
}

/// Returns when the runtime last answered a candidate's `ping` for us; 0 if it never did.
pub(crate) fn last_ping(state: &State, socket: &WebSocket) -> Timestamp {
    let raw: &JsValue = state.as_raw().as_ref();
    let socket: &JsValue = socket.as_ref().as_ref();
    let answered = Reflect::get(raw, &"getWebSocketAutoResponseTimestamp".into())
        .and_then(JsCast::dyn_into::<Function>)
        .and_then(|method| method.call1(raw, socket));
    let date = answered.ok().and_then(|answered| answered.dyn_into::<Date>().ok());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a date of this century")]
    Timestamp(date.map_or(0, |date| date.get_time() as u64))
}
