//! Levels without floating point: the same on every machine, and cheap.

/// The power of a full-scale square wave: the square of 2^15.
const FULL_SCALE_LOG2: i64 = 30;

/// Returns the level of a mean square of 16-bit samples, tenths of a decibel below full scale (dBFS × 10), within 0.1 dB.
///
/// Silence reads as −90.3 dBFS, half a bit.
pub(crate) fn decibels_x10(mean_square: u32) -> i32 {
    let log2_x256 = log2_x256(mean_square.max(1)) - (FULL_SCALE_LOG2 << 8);
    // 10·log10(x) = 3.0103·log2(x).
    (log2_x256 * 30_103 / 256_000) as i32
}

/// Fixed-point logarithm: squaring a number in [1, 2) doubles its logarithm, whose integer part is the next binary digit.
fn log2_x256(number: u32) -> i64 {
    let exponent = 31 - number.leading_zeros();
    let mut mantissa = (u64::from(number) << 31) >> exponent;
    let mut log2 = i64::from(exponent);
    for _ in 0..8 {
        mantissa = (mantissa * mantissa) >> 31;
        log2 <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            log2 |= 1;
        }
    }
    log2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_the_formula() {
        for mean_square in [1, 2, 1_000, 3_395, 1 << 20, 123_456_789, 1 << 30] {
            let exact = 100.0 * (f64::from(mean_square) / f64::from(1 << 30)).log10();
            let level = f64::from(decibels_x10(mean_square));
            assert!((level - exact).abs() <= 1.2, "{mean_square}: {level}, {exact}");
        }
        assert_eq!(decibels_x10(1 << 30), 0);
        assert_eq!(decibels_x10(0), decibels_x10(1));
    }
}
