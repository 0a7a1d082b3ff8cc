//! Chance that comes out the same each time: a stream for those who draw one thing after another, and a single draw for
//! those who ask about one matter of one person in one year.
//!
//! Invariant: the same keys give the same draws on every machine. The stream is xoshiro256++ as published, and what is
//! made of its words is computed here: the distributions of `rand` may change between its versions.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Chance(Xoshiro256PlusPlus);

impl Chance {
    #[must_use]
    pub fn of(keys: &[u64]) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed(keys)))
    }

    /// From 0 to one less than this; 0 for 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let high = self.0.next_u64() >> 32;
        u32::try_from((high * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// Both ends are possible.
    pub fn between(&mut self, least: i32, most: i32) -> i32 {
        let width = most.saturating_sub(least).max(0).unsigned_abs();
        least.saturating_add_unsigned(self.below(width + 1))
    }

    /// Whether it happens, where it happens with this probability.
    pub fn hit(&mut self, probability: f64) -> bool {
        fraction_of(self.0.next_u64()) < probability
    }

    pub fn pick<T: Copy, const N: usize>(&mut self, items: &[T; N]) -> T {
        const { assert!(N > 0) }
        items[self.below(N as u32) as usize]
    }

    /// One of the items, each as often as its weight says.
    pub fn weighted<T: Copy, const N: usize>(&mut self, items: &[(T, u32); N]) -> T {
        const { assert!(N > 0) }
        let sum = items.iter().map(|(_, weight)| weight).sum();
        chosen(items, self.below(sum))
    }
}

/// One draw, a fraction in [0, 1).
#[must_use]
pub fn fraction(keys: &[u64]) -> f64 {
    fraction_of(mixed(keys))
}

/// One of the items by a single draw, each as often as its weight says.
#[must_use]
pub fn weighted<T: Copy, const N: usize>(items: &[(T, u32); N], keys: &[u64]) -> T {
    const { assert!(N > 0) }
    let sum: u32 = items.iter().map(|(_, weight)| weight).sum();
    chosen(items, (fraction(keys) * f64::from(sum)) as u32)
}

/// A factor taken so many times, multiplied out: `powi` and `exp` may round otherwise on another machine.
#[must_use]
pub fn power(factor: f64, times: i32) -> f64 {
    (0..times).fold(1.0, |product, _| product * factor)
}

/// The keys as one number that shows nothing of their order or closeness.
#[must_use]
pub fn mixed(keys: &[u64]) -> u64 {
    keys.iter().fold(0x243f_6a88_85a3_08d3, |state, key| scrambled(state ^ scrambled(key.wrapping_add(GOLDEN))))
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of splitmix64.
fn scrambled(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Fifty-three bits, which a float holds exactly.
fn fraction_of(word: u64) -> f64 {
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

fn chosen<T: Copy, const N: usize>(items: &[(T, u32); N], at: u32) -> T {
    let mut left = at;
    for (item, weight) in items {
        if left < *weight {
            return *item;
        }
        left -= weight;
    }
    items[0].0
}

#[cfg(test)]
mod tests {
    use super::{Chance, fraction, mixed};

    #[test]
    fn the_same_keys_give_the_same_draws_and_others_give_others() {
        // Given two streams of one key and one of another.
        let (mut one, mut same, mut other) = (Chance::of(&[7, 1]), Chance::of(&[7, 1]), Chance::of(&[1, 7]));
        // When each is drawn from.
        let draw = |chance: &mut Chance| (0..20).map(|_| chance.below(1_000_000)).collect::<Vec<_>>();
        let (first, again, different) = (draw(&mut one), draw(&mut same), draw(&mut other));
        // Then the key alone decides.
        assert_eq!(first, again);
        assert_ne!(first, different);
    }

    /// Who changes the stream changes every province that was ever made: this says so.
    #[test]
    fn the_stream_is_the_one_that_was_promised() {
        // Given, when
        let mut chance = Chance::of(&[1, 2, 3]);
        let drawn: Vec<u32> = (0..4).map(|_| chance.below(1000)).collect();
        // Then
        assert_eq!((mixed(&[1, 2, 3]), drawn), (PROMISED.0, PROMISED.1.to_vec()));
    }
    const PROMISED: (u64, [u32; 4]) = (12_647_649_270_888_443_233, [989, 761, 71, 159]);

    #[test]
    fn draws_stay_within_their_ends_and_reach_them() {
        // Given
        let mut chance = Chance::of(&[3]);
        // When
        let drawn: Vec<i32> = (0..1000).map(|_| chance.between(-2, 2)).collect();
        let weighted: Vec<char> = (0..1000).map(|_| chance.weighted(&[('a', 1), ('b', 0), ('c', 3)])).collect();
        // Then
        assert!(drawn.contains(&-2) && drawn.contains(&2) && drawn.iter().all(|n| (-2..=2).contains(n)));
        assert!(!weighted.contains(&'b') && weighted.iter().filter(|c| **c == 'c').count() > 650);
        assert_eq!(chance.below(0), 0);
        assert!((0.0..1.0).contains(&fraction(&[9, 9])));
    }
}
