//! Many measurements as a few figures.

use serde::Serialize;

/// Percentiles of a series, milliseconds; zeros where nothing was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Percentiles {
    /// How many were measured.
    pub(super) count: usize,
    /// Half are at most this.
    pub(super) p50: f64,
    /// 95 % are at most this.
    pub(super) p95: f64,
    /// 99 % are at most this.
    pub(super) p99: f64,
    /// None is more than this.
    pub(super) max: f64,
}

impl Percentiles {
    /// Sums up a series in milliseconds.
    pub(super) fn of_ms(series: impl IntoIterator<Item = u64>) -> Self {
        Self::of(series.into_iter().map(|ms| ms as f64).collect())
    }

    /// Sums up a series in microseconds.
    pub(super) fn of_us(series: impl IntoIterator<Item = u32>) -> Self {
        Self::of(series.into_iter().map(|us| f64::from(us) / 1_000.0).collect())
    }

    /// By nearest rank: every figure was measured.
    fn of(mut series: Vec<f64>) -> Self {
        series.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let rank = (series.len() as f64 * share).ceil() as usize;
            series.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Self { count: series.len(), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let figures = Percentiles::of_ms(1..=200);
        assert_eq!(figures, Percentiles { count: 200, p50: 100.0, p95: 190.0, p99: 198.0, max: 200.0 });
        let one = Percentiles::of_us([1_500]);
        assert_eq!(one, Percentiles { count: 1, p50: 1.5, p95: 1.5, p99: 1.5, max: 1.5 });
    }

    #[test]
    fn nothing_measured_is_zero() {
        assert_eq!(Percentiles::of_ms([]), Percentiles::default());
    }
}
