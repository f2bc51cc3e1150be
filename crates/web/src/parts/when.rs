//! Instants and spans as people write them.

use crate::language::Language;
use api::public::InterviewSummary;
use api::timestamp::Timestamp;
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

/// Returns day and time of day where the reader is, like "23 Nov 2026, 00:27".
pub(crate) fn day_and_time(instant: Timestamp, language: Language) -> String {
    let options = Object::new();
    for (name, style) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        // An object that was just made takes any property.
        let _ = Reflect::set(&options, &name.into(), &style.into());
    }
    let date = Date::new(&JsValue::from_f64(instant.0 as f64));
    date.to_locale_string(language.tag(), &options).into()
}

/// Returns how long an interview took, like "9:05"; `None` if it has not begun or not ended.
pub(crate) fn length(interview: &InterviewSummary) -> Option<String> {
    Some(elapsed(interview.started_at?, interview.ended_at?))
}

/// Returns the span between two instants, like "0:07", "9:05" or "1:02:09"; none is negative.
pub(crate) fn elapsed(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.0.saturating_sub(from.0).max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::elapsed;
    use api::timestamp::Timestamp;

    #[test]
    fn spans_are_written_like_a_stopwatch() {
        let span = |ms: i64| elapsed(Timestamp(1_000), Timestamp(1_000 + ms));
        for (ms, text) in [
            (0, "0:00"),
            (7_900, "0:07"),
            (545_000, "9:05"),
            (3_599_999, "59:59"),
            (3_729_000, "1:02:09"),
            (-5, "0:00"),
        ] {
            assert_eq!(span(ms), text);
        }
    }
}
