//! How often somebody may try.
//!
//! Counts live in memory: they are lost with a restart, which no stranger can cause, and each process of several counts
//! for itself.

use api::timestamp::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How long a count lasts, from the first try.
const WINDOW_MS: i64 = 3_600_000;

/// Most keys counted at a time, about a megabyte. Beyond it the oldest count is forgotten.
const MAX_KEYS: usize = 10_000;

/// Counts tries by key.
#[derive(Debug)]
pub(crate) struct RateLimit<K> {
    per_window: u32,
    windows: Mutex<HashMap<K, Window>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    since: Timestamp,
    tries: u32,
}

impl<K: Clone + Eq + Hash> RateLimit<K> {
    /// Admits `per_hour` tries of each key.
    pub(crate) fn per_hour(per_hour: u32) -> Self {
        Self { per_window: per_hour, windows: Mutex::default() }
    }

    /// Counts a try; `false` if it is one too many.
    pub(crate) fn admits(&self, key: K, now: Timestamp) -> bool {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MAX_KEYS && !windows.contains_key(&key) {
            make_room(&mut windows, now);
        }
        let window = windows.entry(key).or_insert(Window { since: now, tries: 0 });
        if window.is_over(now) {
            *window = Window { since: now, tries: 0 };
        }
        window.tries = window.tries.saturating_add(1);
        window.tries <= self.per_window
    }
}

impl Window {
    fn is_over(self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.since.0) >= WINDOW_MS
    }
}

fn make_room<K: Clone + Eq + Hash>(windows: &mut HashMap<K, Window>, now: Timestamp) {
    windows.retain(|_, window| !window.is_over(now));
    if windows.len() >= MAX_KEYS
        && let Some(oldest) =
            windows.iter().min_by_key(|(_, window)| window.since).map(|(key, _)| key.clone())
    {
        windows.remove(&oldest);
    }
}

/// Returns what stands for the household behind an address: an IPv6 subscriber has a whole /64 to try from.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => (v6 & std::net::Ipv6Addr::from_bits(!0 << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_is_refused_until_the_window_is_over() {
        let limit = RateLimit::per_hour(2);
        let tries = |at| limit.admits("a", Timestamp(at));
        assert_eq!([tries(0), tries(1), tries(2)], [true, true, false]);
        assert!(limit.admits("b", Timestamp(2)));
        assert_eq!([tries(WINDOW_MS - 1), tries(WINDOW_MS)], [false, true]);
    }

    #[test]
    fn the_memory_is_bounded() {
        let limit = RateLimit::per_hour(1);
        for key in 0..MAX_KEYS + 100 {
            assert!(limit.admits(key, Timestamp(i64::try_from(key).unwrap())));
        }
        assert_eq!(limit.windows.lock().unwrap().len(), MAX_KEYS);
        assert!(!limit.admits(MAX_KEYS, Timestamp(20_000)));
        assert!(limit.admits(0, Timestamp(20_000)));
    }

    #[test]
    fn a_household_is_an_ipv4_address_or_half_an_ipv6_one() {
        let of = |text: &str| household(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
