//! Instants, as JavaScript writes them.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::num::NonZero;
use time::format_description::well_known::iso8601::{Config, EncodedConfig, TimePrecision};
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{OffsetDateTime, UtcOffset};

/// Three decimals and `Z`, as `Date.prototype.toISOString` has it.
const TO_ISO_STRING: EncodedConfig =
    Config::DEFAULT.set_time_precision(TimePrecision::Second { decimal_digits: NonZero::new(3) }).encode();

const NANOS_PER_MS: i128 = 1_000_000;

/// An instant as Unix milliseconds, in the years 0 to 9999.
///
/// Its `Serialize` writes ISO 8601 text with three decimals and `Z`, wrapped in a newtype named [`Date::MARK`]. Every
/// ordinary serialiser writes the text alone; [`crate::superjson::encode`] sees the name and annotates the place, so that
/// a superjson client gets a `Date`. A type of one's own gets the same by serialising through `Date`.
///
/// Read from ISO 8601 text with `Z` or an offset and up to nine decimals (cut to milliseconds), or from epoch
/// milliseconds. Text without an offset is refused: JavaScript reads it as local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

impl Date {
    /// The newtype name under which a date is serialised.
    pub const MARK: &'static str = "$trpc::Date";

    /// Returns the instant, or `None` outside the years 0 to 9999.
    pub fn from_unix_ms(unix_ms: i64) -> Option<Self> {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * NANOS_PER_MS).ok()?;
        (0..=9999).contains(&at.year()).then_some(Self(unix_ms))
    }

    /// Returns the instant as Unix milliseconds.
    pub fn unix_ms(self) -> i64 {
        self.0
    }

    /// Reads ISO 8601 text that says its offset.
    pub fn parse(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?.to_offset(UtcOffset::UTC);
        let unix_ms = at.unix_timestamp_nanos().div_euclid(NANOS_PER_MS);
        Self::from_unix_ms(i64::try_from(unix_ms).ok()?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * NANOS_PER_MS);
        let text = at.map_err(|_| fmt::Error)?.format(&Iso8601::<TO_ISO_STRING>).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(Self::MARK, &self.to_string())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DateVisitor)
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ISO 8601 text with an offset, or epoch milliseconds")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
        Date::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_i64<E: de::Error>(self, unix_ms: i64) -> Result<Date, E> {
        Date::from_unix_ms(unix_ms).ok_or_else(|| E::invalid_value(de::Unexpected::Signed(unix_ms), &self))
    }

    fn visit_u64<E: de::Error>(self, unix_ms: u64) -> Result<Date, E> {
        let date = i64::try_from(unix_ms).ok().and_then(Date::from_unix_ms);
        date.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(unix_ms), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_with_an_offset_is_read_to_the_millisecond() {
        for (text, unix_ms) in [
            ("2026-01-02T03:04:05.678Z", 1_767_323_045_678),
            ("2026-01-02T03:04:05Z", 1_767_323_045_000),
            ("2026-01-02T03:04:05.678901234Z", 1_767_323_045_678),
            ("2026-01-02T05:04:05.678+02:00", 1_767_323_045_678),
            ("1970-01-01T00:00:00.000Z", 0),
            ("1969-12-31T23:59:59.9999Z", -1),
        ] {
            assert_eq!(Date::parse(text), Some(Date(unix_ms)), "{text}");
        }
    }

    #[test]
    fn ambiguous_text_is_refused() {
        for text in
            ["2026-01-02T03:04:05", "2026-01-02", "Jan 2 2026", "1767323045678", "", "2026-02-30T00:00:00Z"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn it_is_written_with_three_decimals() {
        for unix_ms in [1_767_323_045_678, 1_767_323_045_000, 0, -1] {
            let text = Date(unix_ms).to_string();
            assert_eq!(text.len(), "2026-01-02T03:04:05.678Z".len(), "{text}");
            assert_eq!(Date::parse(&text), Some(Date(unix_ms)));
        }
        assert_eq!(serde_json::to_string(&Date(0)).unwrap(), r#""1970-01-01T00:00:00.000Z""#);
    }

    #[test]
    fn years_of_more_than_four_digits_are_refused() {
        assert_eq!(Date::from_unix_ms(253_402_300_799_999).unwrap().to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Date::from_unix_ms(253_402_300_800_000), None);
        assert_eq!(Date::from_unix_ms(i64::MAX), None);
        assert!(serde_json::from_str::<Date>("true").is_err());
        assert_eq!(serde_json::from_str::<Date>("1767323045678").unwrap(), Date(1_767_323_045_678));
    }
}
