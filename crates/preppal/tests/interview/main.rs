//! Whole interviews between real processes: `preppal serve` and, beside it, `preppal call`.

mod conversations;
mod lost_connection;
mod rig;
#[path = "../stored/mod.rs"]
mod stored;
