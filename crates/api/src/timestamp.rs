//! Instants on the wire.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The furthest instant from 1970 that a JavaScript `Date` can hold, milliseconds (ECMA-262, "Time Values").
pub const MAX_EPOCH_MS: i64 = 8_640_000_000_000_000;

/// The first instant that is read, milliseconds: RFC 3339 begins with the year 0.
pub const FIRST_EPOCH_MS: i64 = -62_167_219_200_000;

/// The last instant that is read, milliseconds: RFC 3339 ends with the year 9999.
pub const LAST_EPOCH_MS: i64 = 253_402_300_799_999;

/// An instant as Unix milliseconds, written as ISO 8601 in UTC with three decimals, as `Date.toISOString` does.
///
/// Read from RFC 3339 text (an offset, up to nine decimals, cut to milliseconds), or from integer epoch
/// milliseconds of the years that such text can name. Text without an offset is refused, because JavaScript would read it as local time; so are `null`,
/// booleans, numeric text and plain dates, which `new Date(…)` turns into instants nobody meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Text that is not an instant with an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnInstant;

impl fmt::Display for NotAnInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ISO 8601 instant with an offset")
    }
}

impl std::error::Error for NotAnInstant {}

impl Timestamp {
    /// Reads RFC 3339 text; decimals beyond milliseconds are cut off.
    pub fn parse(text: &str) -> Result<Self, NotAnInstant> {
        let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| NotAnInstant)?;
        let ms = instant.unix_timestamp_nanos().div_euclid(1_000_000);
        // An offset can lead out of the years that the text names.
        let ms = i64::try_from(ms).ok().filter(|ms| (FIRST_EPOCH_MS..=LAST_EPOCH_MS).contains(ms));
        ms.map(Self).ok_or(NotAnInstant)
    }
}

impl fmt::Display for Timestamp {
    /// Years outside 0 to 9999 get a sign and six digits, instants outside of `Date`'s range its nearest end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.clamp(-MAX_EPOCH_MS, MAX_EPOCH_MS);
        let day_ms = ms.rem_euclid(86_400_000);
        let (year, month, day) = civil(ms.div_euclid(86_400_000));
        match year {
            0..=9999 => write!(f, "{year:04}")?,
            _ => write!(f, "{year:+07}")?,
        }
        let (hour, minute) = (day_ms / 3_600_000, day_ms / 60_000 % 60);
        let (second, milli) = (day_ms / 1000 % 60, day_ms % 1000);
        write!(f, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

/// Year, month and day of the proleptic Gregorian calendar.
///
/// `time` ends at the year 9999 unless a feature changes how it parses; eras of 400 years starting in March
/// (Howard Hinnant, "chrono-compatible low-level date algorithms") need neither.
fn civil(days_since_1970: i64) -> (i64, i64, i64) {
    let days = days_since_1970 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(trpc::superjson::DATE, &self.to_string())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InstantVisitor)
    }
}

struct InstantVisitor;

impl Visitor<'_> for InstantVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ISO 8601 instant with an offset, or epoch milliseconds")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        Timestamp::parse(text).map_err(|_| E::invalid_value(de::Unexpected::Other("text"), &self))
    }

    fn visit_i64<E: de::Error>(self, ms: i64) -> Result<Timestamp, E> {
        if (FIRST_EPOCH_MS..=LAST_EPOCH_MS).contains(&ms) {
            Ok(Timestamp(ms))
        } else {
            Err(E::invalid_value(de::Unexpected::Signed(ms), &self))
        }
    }

    fn visit_u64<E: de::Error>(self, ms: u64) -> Result<Timestamp, E> {
        i64::try_from(ms)
            .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(ms), &self))
            .and_then(|ms| self.visit_i64(ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<i64> {
        serde_json::from_str::<Timestamp>(json).ok().map(|timestamp| timestamp.0)
    }

    fn written(ms: i64) -> String {
        serde_json::to_string(&Timestamp(ms)).unwrap()
    }

    #[test]
    fn is_written_as_javascript_writes_it() {
        assert_eq!(written(1_767_323_045_678), r#""2026-01-02T03:04:05.678Z""#);
        assert_eq!(written(0), r#""1970-01-01T00:00:00.000Z""#);
        assert_eq!(written(-1), r#""1969-12-31T23:59:59.999Z""#);
        assert_eq!(written(951_782_400_000), r#""2000-02-29T00:00:00.000Z""#);
        assert_eq!(written(MAX_EPOCH_MS), r#""+275760-09-13T00:00:00.000Z""#);
        assert_eq!(written(-MAX_EPOCH_MS), r#""-271821-04-20T00:00:00.000Z""#);
        assert_eq!(written(i64::MAX), written(MAX_EPOCH_MS));
    }

    #[test]
    fn every_form_of_one_instant_is_read() {
        let forms = [
            r#""2026-01-02T03:04:05.678Z""#,
            r#""2026-01-02T03:04:05.678+00:00""#,
            r#""2026-01-02T04:34:05.678+01:30""#,
            r#""2026-01-01T22:04:05.678-05:00""#,
            r#""2026-01-02T03:04:05.678999999Z""#,
            "1767323045678",
        ];
        for form in forms {
            assert_eq!(read(form), Some(1_767_323_045_678), "{form}");
        }
        assert_eq!(read(r#""2026-01-02T03:04:05Z""#), Some(1_767_323_045_000));
        assert_eq!(read(r#""2026-01-02T03:04:05.6Z""#), Some(1_767_323_045_600));
        assert_eq!(read(r#""1969-12-31T23:59:59.9999Z""#), Some(-1));
        assert_eq!(read(&FIRST_EPOCH_MS.to_string()), read(r#""0000-01-01T00:00:00Z""#));
        assert_eq!(read(&LAST_EPOCH_MS.to_string()), read(r#""9999-12-31T23:59:59.999Z""#));
    }

    #[test]
    fn what_is_not_clearly_an_instant_is_refused() {
        let forms = [
            r#""2026-01-02T03:04:05""#,
            r#""2026-01-02""#,
            r#""2026-01-02T03:04:05.Z""#,
            r#""2026-13-02T03:04:05Z""#,
            r#""2026-02-30T03:04:05Z""#,
            r#""Jan 2 2026""#,
            r#""0000-01-01T00:00:00+00:01""#,
            r#""9999-12-31T23:59:59-00:01""#,
            r#""1767323045678""#,
            r#""""#,
            "null",
            "true",
            "1.5",
            "{}",
            "[]",
            "253402300800000",
            "-62167219200001",
            "18446744073709551615",
        ];
        for form in forms {
            assert_eq!(read(form), None, "{form}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for ms in (FIRST_EPOCH_MS..LAST_EPOCH_MS).step_by(8_765_432_109_871).chain([LAST_EPOCH_MS]) {
            assert_eq!(read(&written(ms)), Some(ms));
            assert_eq!(read(&ms.to_string()), Some(ms));
        }
    }
}
