//! Everything the process logs, at every level.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

/// What has been logged.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<u8>>>);

/// Returns the log of the process, which begins with the first call.
pub(crate) fn logs() -> Logs {
    static LOGS: OnceLock<Logs> = OnceLock::new();
    LOGS.get_or_init(|| {
        let logs = Logs::default();
        let writer = logs.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .init();
        logs
    })
    .clone()
}

impl Logs {
    /// The first line that holds `text`.
    pub(crate) fn line_with(&self, text: &str) -> Option<String> {
        let log = String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned();
        log.lines().find(|line| line.contains(text)).map(str::to_owned)
    }

    /// Panics if a line holds `secret`.
    pub(crate) fn assert_free_of(&self, secret: &str) {
        assert_eq!(self.line_with(secret), None, "{secret:?} is in the log");
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
