//! Chance from a seed.

use pitr_engine::next_random;
use pitr_engine::objectives::draw;

/// Numbers from a seed, the same everywhere.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Of a seed, and of so many attempts with it.
    pub fn new(seed: u64, attempt: u32) -> Dice {
        Dice(draw(seed, attempt))
    }

    /// From `least` to `most`, both among them; `least` if there is nothing between.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let count = most.saturating_sub(least).saturating_add(1).max(1) as u64;
        least + (next_random(&mut self.0) % count) as i64
    }

    /// Heads or tails.
    pub fn flips(&mut self) -> bool {
        self.between(0, 1) == 1
    }

    /// One of several; `None` of none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let last = of.len().checked_sub(1)?;
        of.get(self.between(0, last as i64) as usize)
    }

    /// Others than those that this gives from now on.
    pub fn parted(&mut self) -> Dice {
        Dice(next_random(&mut self.0))
    }

    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.between(0, last as i64) as usize);
        }
    }
}
