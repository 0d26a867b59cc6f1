//! Instants of failures: drawn from a seed, spread over a cycle.

use crate::types::Micros;

/// The instant of one of several failures: the cycle is cut into as many parts as there are failures, and each falls somewhere into its own, on a whole
/// millisecond. Drawn so, few failures show what many drawn anywhere would.
pub fn spread(begin: Micros, cycle: Micros, failures: u32, seed: u64, failure: u32) -> Micros {
    let part = cycle.0 / i64::from(failures.max(1));
    let drawn = draw(seed, failure) % part.max(1).unsigned_abs();
    let at = begin + Micros(part.saturating_mul(i64::from(failure))) + Micros(i64::try_from(drawn).unwrap_or(0));
    Micros(at.0 - at.0.rem_euclid(Micros::MILLISECOND.0))
}

/// A number from a seed and an index, after S. Vigna's SplitMix64.
pub fn draw(seed: u64, index: u32) -> u64 {
    let state = seed.wrapping_add(u64::from(index).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
