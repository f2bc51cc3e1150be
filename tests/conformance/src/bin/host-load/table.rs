//! What was measured, a line each.

use crate::session::Account;
use std::fmt;
use std::time::Duration;

pub(crate) const HEAD: &str = "\
| host | sessions | frames | round trip p50 / p90 / p99 / max, ms | host CPU per session-second, ms | host CPU, cores \
| host memory idle / loaded, MiB | load and echo, cores |
|---|---|---|---|---|---|---|---|";

/// One measurement.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) host: &'static str,
    pub(crate) sessions: usize,
    pub(crate) took: Duration,
    pub(crate) accounts: Vec<Account>,
    pub(crate) host_cpu: Duration,
    pub(crate) load_cpu: Duration,
    pub(crate) idle_bytes: u64,
    pub(crate) loaded_bytes: u64,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut trips: Vec<Duration> =
            self.accounts.iter().flat_map(|account| &account.round_trips).copied().collect();
        trips.sort_unstable();
        let ms = |trip: Duration| trip.as_secs_f64() * 1000.0;
        let [p50, p90, p99, max] = [0.5, 0.9, 0.99, 1.0].map(|share| ms(quantile(&trips, share)));
        let (took_s, sessions) = (self.took.as_secs_f64(), self.sessions as f64);
        let per_session = ms(self.host_cpu) / (took_s * sessions);
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        write!(
            f,
            "| {} | {} | {} | {p50:.1} / {p90:.1} / {p99:.1} / {max:.1} | {per_session:.2} | {:.2} | {:.0} / {:.0} | {:.2} |",
            self.host,
            self.sessions,
            self.accounts.iter().map(|account| account.sent).sum::<u64>(),
            self.host_cpu.as_secs_f64() / took_s,
            mib(self.idle_bytes),
            mib(self.loaded_bytes),
            self.load_cpu.as_secs_f64() / took_s,
        )
    }
}

/// Returns the value that such a share of the sorted values does not exceed.
fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::quantile;
    use std::time::Duration;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&values, 0.5), Duration::from_millis(50));
        assert_eq!(quantile(&values, 0.99), Duration::from_millis(99));
        assert_eq!(quantile(&values, 1.0), Duration::from_millis(100));
        assert_eq!(quantile(&values[..1], 0.5), Duration::from_millis(1));
        assert_eq!(quantile(&[], 0.5), Duration::ZERO);
    }
}
