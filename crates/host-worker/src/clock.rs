//! What time it is.

use session_core::Timestamp;

pub(crate) fn now() -> Timestamp {
    Timestamp(worker::Date::now().as_millis())
}
