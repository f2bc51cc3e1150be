//! What an interview tells about itself, as log lines.

use session_core::{Event, Level};
use tracing::{debug, error, info, warn};

/// Logs an event.
pub(crate) fn report(interview: &str, event: &Event) {
    match event.level() {
        Level::Debug => debug!(interview, "{event}"),
        Level::Info => info!(interview, "{event}"),
        Level::Warn => warn!(interview, "{event}"),
        Level::Error => error!(interview, "{event}"),
    }
}
