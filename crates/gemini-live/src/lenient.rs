//! Reading protobuf's JSON: strings borrowed where they can be, numbers as strings, durations like `"9.5s"`.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A string, borrowed unless it holds escapes. (Within an `Option`, serde alone would always copy.)
#[derive(Debug)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// The bytes of a string that will be decoded anyway, so that nobody checks them for UTF-8 first.
#[derive(Debug)]
pub(crate) struct Raw<'a>(pub(crate) Cow<'a, [u8]>);

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;
        impl<'de> Visitor<'de> for RawVisitor {
            type Value = Raw<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Raw<'de>, E> {
                Ok(Raw(Cow::Borrowed(bytes)))
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Raw<'de>, E> {
                Ok(Raw(Cow::Owned(bytes.to_owned())))
            }
        }
        deserializer.deserialize_bytes(RawVisitor)
    }
}

/// Reads a string that may be absent, null or empty; the last two are absent too.
pub(crate) fn text<'de: 'a, 'a, D>(deserializer: D) -> Result<Option<Cow<'a, str>>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = Option::<Text<'a>>::deserialize(deserializer)?;
    Ok(text.map(|text| text.0).filter(|text| !text.is_empty()))
}

/// Reads a flag; null is `false`.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or(false))
}

/// Reads a count that may be a number or a string; anything else counts nothing.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct CountVisitor;
    impl<'de> Visitor<'de> for CountVisitor {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a count")
        }

        fn visit_u64<E: Error>(self, count: u64) -> Result<u64, E> {
            Ok(count)
        }

        fn visit_i64<E: Error>(self, _negative: i64) -> Result<u64, E> {
            Ok(0)
        }

        fn visit_f64<E: Error>(self, count: f64) -> Result<u64, E> {
            Ok(count as u64)
        }

        fn visit_str<E: Error>(self, count: &str) -> Result<u64, E> {
            Ok(count.parse().unwrap_or(0))
        }

        fn visit_unit<E: Error>(self) -> Result<u64, E> {
            Ok(0)
        }
    }
    deserializer.deserialize_any(CountVisitor)
}

/// Returns a duration like `50s` or `0.500s` in milliseconds, rounded down; `None` if it is not one.
pub(crate) fn duration_ms(text: &str) -> Option<u64> {
    let seconds = text.strip_suffix('s')?;
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let thousandths =
        fraction.bytes().chain(*b"000").take(3).fold(0, |ms, digit| ms * 10 + u64::from(digit - b'0'));
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(thousandths)
}

#[cfg(test)]
mod tests {
    use super::duration_ms;

    #[test]
    fn durations_of_protobuf() {
        assert_eq!(duration_ms("50s"), Some(50_000));
        assert_eq!(duration_ms("9.5s"), Some(9_500));
        assert_eq!(duration_ms("0.500s"), Some(500));
        assert_eq!(duration_ms("3.000000001s"), Some(3_000));
        assert_eq!(duration_ms("0s"), Some(0));
        for text in
            ["", "s", "50", "-1s", "1e3s", ".5s", "1.2.3s", "99999999999999999999s", "18446744073709551s1s"]
        {
            assert_eq!(duration_ms(text), None, "{text}");
        }
        assert_eq!(duration_ms("18446744073709551s"), Some(18_446_744_073_709_551_000));
        assert_eq!(duration_ms("18446744073709552s"), None);
    }
}
