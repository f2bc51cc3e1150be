//! The conversation: device check, live session, its end.
//!
//! What happens is decided by `session_client::Client`; `conversation.rs` drives it with a socket, a timer and the devices
//! (`equipment.rs`), and writes what is to be seen into signals (`surface.rs`). The rest are views.

mod captions;
mod clock;
mod controls;
mod conversation;
mod devices;
mod equipment;
mod live;
mod lobby;
mod page;
mod surface;
mod texts;
mod trouble;
mod typing;
mod wake_lock;

pub(crate) use page::SessionPage;
