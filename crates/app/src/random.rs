//! Where ids, tokens and codes come from.

use base64_simd::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of bytes that nobody can guess.
#[derive(Clone, Debug)]
pub enum Random {
    /// The machine's.
    System,
    /// The same bytes for the same seed, so that a test can be repeated. Anybody can guess them.
    Seeded(Arc<AtomicU64>),
}

impl Random {
    /// Returns a repeatable source.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// Returns a new id: 128 bits, 22 URL-safe characters.
    pub(crate) fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode_to_string(self.bytes::<16>())
    }

    /// Returns a new bearer token: 256 bits, 43 URL-safe characters.
    pub(crate) fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode_to_string(self.bytes::<32>())
    }

    /// Returns any number.
    pub(crate) fn jitter(&self) -> u64 {
        u64::from_le_bytes(self.bytes::<8>())
    }

    /// Returns a new token of a share link: 128 bits, 22 URL-safe characters.
    pub(crate) fn share_token(&self) -> String {
        self.id()
    }

    /// Returns six decimal digits, each sequence as likely as any other to one part in 10^13.
    pub(crate) fn code(&self) -> String {
        format!("{:06}", u64::from_le_bytes(self.bytes::<8>()) % 1_000_000)
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        const { assert!(N <= 32, "a seeded source gives one digest at a time") };
        let mut bytes = [0; N];
        match self {
            Self::System => {
                getrandom::fill(&mut bytes)
                    .expect("the operating system always has random bytes once it is up");
            }
            Self::Seeded(state) => {
                let digest = Sha256::digest(state.fetch_add(1, Ordering::Relaxed).to_le_bytes());
                bytes.copy_from_slice(&digest[..N]);
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_safe_in_a_url_and_distinct() {
        let ids: BTreeSet<String> = (0..1000).map(|_| Random::System.id()).collect();
        assert_eq!(ids.len(), 1000);
        let is_safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(ids.iter().all(|id| id.len() == 22 && id.chars().all(is_safe)));
    }

    #[test]
    fn a_seed_repeats_itself() {
        let draw = |random: &Random| (random.id(), random.token(), random.code());
        assert_eq!(draw(&Random::seeded(7)), draw(&Random::seeded(7)));
        let random = Random::seeded(7);
        assert_ne!(draw(&random), draw(&random));
    }

    #[test]
    fn a_code_is_six_digits() {
        let random = Random::seeded(1);
        assert!((0..1000).map(|_| random.code()).all(|code| code.len() == 6 && code.parse::<u32>().is_ok()));
    }
}
