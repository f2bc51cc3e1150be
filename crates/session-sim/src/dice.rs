//! Every choice of a world, from its seed.

use std::ops::RangeInclusive;

/// A generator of choices (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        // Neighbouring seeds must not be neighbouring worlds.
        let mut dice = Self(seed.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(0x2545_F491_4F6C_DD1D));
        dice.draw();
        dice
    }

    /// Returns any number.
    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.draw() % sides.max(1)
    }

    pub(crate) fn range(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.roll(range.end() - range.start() + 1)
    }

    /// Returns true so many times in a hundred.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_seed_is_a_sequence_and_two_seeds_are_two() {
        let rolls = |seed| {
            let mut dice = Dice::new(seed);
            std::iter::repeat_with(move || dice.range(10..=19)).take(50).collect::<Vec<_>>()
        };
        assert_eq!(rolls(1), rolls(1));
        assert_ne!(rolls(1), rolls(2));
        assert!(rolls(3).iter().all(|rolled| (10..=19).contains(rolled)));
    }
}
