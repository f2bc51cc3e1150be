//! What a world tells while it is replayed.

/// Lines of time, actor and event.
#[derive(Debug, Default)]
pub(crate) struct Trace(Option<Vec<String>>);

impl Trace {
    pub(crate) fn on() -> Self {
        Self(Some(Vec::new()))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Notes a line; `what` is only asked if somebody reads it.
    pub(crate) fn line(&mut self, since_begin_ms: u64, actor: &str, what: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.0 {
            let (s, ms) = (since_begin_ms / 1000, since_begin_ms % 1000);
            lines.push(format!("{s:>6}.{ms:03}  {actor:<8} {}", what()));
        }
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.0.unwrap_or_default()
    }
}
