//! A run for the tests of the picture in depth.

use crate::state::Run;
use crate::timeline::samples::in_turns;

/// So many transactions, ten seconds apart; every fifth is rolled back.
pub fn many(transactions: u32) -> Run {
    const APART: i64 = 10_000_000;
    let times = |number| (i64::from(number) * APART, i64::from(number) * APART + 8_000_000);
    let (mut head, records, steps) = in_turns(transactions, times, |number| number % 5 == 4);
    head.end_us = i64::from(transactions + 1) * APART;
    head.noticed_us = head.end_us;
    Run::new(head, records, steps)
}
