//! What one interview does, told as scenarios on virtual time.

mod any_order;
mod backend;
mod conversation;
mod ending;
mod joining;
mod limits;
mod measuring;
mod model_connection;
mod pausing;
mod restoring;
mod waking;

mod rig;
