//! The time, as the client wants it and as people read it.

use session_client::Timestamp;

/// Unix time of the system's clock; the client keeps the largest it has seen.
pub(super) fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as u64)
}

/// Returns minutes and seconds, or hours before them.
pub(super) fn minutes(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn spans_read_like_a_clock() {
        assert_eq!(
            [minutes(0), minutes(65), minutes(599), minutes(7_205)],
            ["0:00", "1:05", "9:59", "2:00:05"]
        );
    }
}
