//! Where the axes of the charts have their ticks, and how labels at the ends of lines keep off each other.
//!
//! Axes carry durations or money. The ticks of a chart's policies are the policies that were run, thinned where labels would touch, so
//! that a label always stands under a point. Those of a linear axis are the finest round steps that leave no more than a few; those of a logarithmic one
//! are tens. Pure arithmetic: no plotters, no screen.

use super::data::Unit;
use crate::format::{self, DAY, HOUR, MILLISECOND, MINUTE, SECOND};

const DOLLAR: i64 = 1_000_000;

/// Steps that read as round, from a millisecond to a month.
const STEPS: [i64; 32] = [
    MILLISECOND,
    2 * MILLISECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    20 * MILLISECOND,
    50 * MILLISECOND,
    SECOND / 10,
    SECOND / 5,
    SECOND / 2,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    5 * DAY,
    10 * DAY,
    30 * DAY,
];

/// Places of the logarithmic axes.
const TENS: [i64; 12] = [
    MILLISECOND,
    10 * MILLISECOND,
    100 * MILLISECOND,
    SECOND,
    10 * SECOND,
    MINUTE,
    10 * MINUTE,
    HOUR,
    10 * HOUR,
    4 * DAY,
    40 * DAY,
    400 * DAY,
];

/// The ticks of a linear axis from 0, at most `most` of them above 0; the last is at or above `top`.
pub fn linear_ticks(unit: Unit, top: i64, most: i64) -> Vec<i64> {
    let top = top.max(1);
    let most = most.max(1);
    let fits = |step: &i64| step.saturating_mul(most) >= top;
    let step = match unit {
        Unit::Time => STEPS.into_iter().find(fits),
        // Cents at least.
        Unit::Money => (4..18).flat_map(|power| [1, 2, 5].map(|one| one * 10_i64.pow(power))).find(fits),
    };
    let step = step.unwrap_or(top / most + 1);
    let count = top.div_euclid(step) + i64::from(top % step != 0);
    (0..=count).map(|index| index * step).collect()
}

/// The ticks of a logarithmic axis that has all from `low` to `high` between its first and its last.
pub fn log_ticks(unit: Unit, low: i64, high: i64) -> Vec<i64> {
    let all = match unit {
        Unit::Time => TENS.to_vec(),
        // From a hundredth of a cent.
        Unit::Money => (2..18).flat_map(|power| [1, 2, 5].map(|one| one * 10_i64.pow(power))).collect(),
    };
    let most = all.len() - 1;
    let first = all.iter().rposition(|tick| *tick <= low).unwrap_or(0).min(most - 1);
    let last = all.iter().position(|tick| *tick >= high).unwrap_or(most);
    all[first..=last.max(first + 1)].to_vec()
}

/// The ticks of a linear axis that begins near `low` where all of its values lie close together.
pub fn close_ticks(unit: Unit, low: i64, top: i64, most: i64) -> Vec<i64> {
    if low < top / 2 {
        return linear_ticks(unit, top, most);
    }
    let step = linear_ticks(unit, (top - low).max(1), most - 1).get(1).copied().unwrap_or(1);
    let (first, last) = (low / step, top / step + i64::from(top % step != 0));
    (first..=last.max(first + 1)).map(|index| index * step).collect()
}

/// What a tick of a linear axis says: the bare number in the unit of the step, the highest with its unit.
pub fn linear_label(unit: Unit, tick: i64, step: i64, highest: bool) -> String {
    if unit == Unit::Money {
        return if step % DOLLAR == 0 {
            format::whole_dollars(tick.unsigned_abs() / DOLLAR.unsigned_abs())
        } else {
            format::dollars(tick.unsigned_abs())
        };
    }
    let (unit_us, unit) = match step {
        _ if step >= DAY && step % DAY == 0 => (DAY, "d"),
        _ if step >= HOUR && step % HOUR == 0 => (HOUR, "h"),
        _ if step >= MINUTE && step % MINUTE == 0 => (MINUTE, "min"),
        _ if step >= SECOND / 10 => (SECOND, "s"),
        _ => (MILLISECOND, "ms"),
    };
    let tenths = tick / unit_us * 10 + tick % unit_us * 10 / unit_us;
    let number = if tenths % 10 == 0 { (tenths / 10).to_string() } else { format::tenths(tenths) };
    if highest { format!("{number} {unit}") } else { number }
}

/// What a policy is called: `15 min`, `1 h`, `24 h`. A day is said in hours, as cadences are.
pub fn policy_label(us: i64) -> String {
    if us > 0 && us <= 2 * DAY && us % HOUR == 0 {
        return format!("{} h", us / HOUR);
    }
    pitr_protocol::duration_text(us)
}

/// Which of the places, in rising order, take a label: the first, the last, and those between that keep `apart` from both
/// neighbours.
pub fn thinned(places: &[f64], apart: f64) -> Vec<bool> {
    let mut taken = vec![false; places.len()];
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return taken;
    };
    let mut previous = *first;
    for (index, place) in places.iter().enumerate() {
        let ends = index == 0 || index + 1 == places.len();
        let clear = place - previous >= apart && last - place >= apart;
        if (ends && (index == 0 || last - first >= apart)) || clear {
            if let Some(slot) = taken.get_mut(index) {
                *slot = true;
            }
            previous = *place;
        }
    }
    taken
}

/// Moves labels, given by where their lines end from top to bottom, so that they stand `apart` and within `low..=high`, each as near to its
/// line as its neighbours let it. The order of equal ones is kept.
pub fn spread(wanted: &[f64], apart: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    // Groups of labels that touch: how many, and the centre that suits them all.
    let mut groups: Vec<(usize, f64)> = Vec::new();
    for index in &order {
        let mut group = (1, wanted[*index]);
        while let Some((count, centre)) = groups.last().copied() {
            let gap = (group.1 - half(group.0, apart)) - (centre + half(count, apart));
            if gap >= apart {
                break;
            }
            let both = count + group.0;
            // Each group wants its own centre, shifted by where its labels come to stand in the joint one.
            let left = centre + half(both, apart) - half(count, apart);
            let right = group.1 - half(both, apart) + half(group.0, apart);
            group = (both, (left * count as f64 + right * group.0 as f64) / both as f64);
            groups.pop();
        }
        let reach = half(group.0, apart);
        group.1 = group.1.min(high - reach).max(low + reach);
        groups.push(group);
    }
    let mut placed = vec![0.0; wanted.len()];
    let mut next = order.into_iter();
    for (count, centre) in groups {
        for slot in 0..count {
            if let Some(index) = next.next() {
                placed[index] = centre - half(count, apart) + slot as f64 * apart;
            }
        }
    }
    placed
}

/// From the centre of a group of labels to its outermost label.
fn half(count: usize, apart: f64) -> f64 {
    (count.saturating_sub(1)) as f64 * apart / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_top() {
        let time = |top, most| linear_ticks(Unit::Time, top, most);
        assert_eq!(time(38 * MINUTE, 5), [0, 10, 20, 30, 40].map(|minutes| minutes * MINUTE));
        assert_eq!(time(250 * SECOND, 5), [0, 1, 2, 3, 4, 5].map(|minutes| minutes * MINUTE));
        assert_eq!(time(2 * HOUR, 4), [0, 30, 60, 90, 120].map(|minutes| minutes * MINUTE));
        assert_eq!(time(0, 5), [0, MILLISECOND]);
        assert_eq!(linear_ticks(Unit::Money, 129 * DOLLAR, 3), [0, 50, 100, 150].map(|dollars| dollars * DOLLAR));
        assert_eq!(log_ticks(Unit::Time, SECOND, 2 * MINUTE), [SECOND, 10 * SECOND, MINUTE, 10 * MINUTE]);
        assert_eq!(log_ticks(Unit::Time, 0, 0), [MILLISECOND, 10 * MILLISECOND]);
        assert_eq!(log_ticks(Unit::Money, 63 * DOLLAR, 150 * DOLLAR), [50, 100, 200].map(|dollars| dollars * DOLLAR));
        assert_eq!(close_ticks(Unit::Time, 16 * MINUTE, 18 * MINUTE, 3), [16, 17, 18].map(|minutes| minutes * MINUTE));
        assert_eq!(close_ticks(Unit::Time, MINUTE, 4 * MINUTE, 5), [0, 1, 2, 3, 4].map(|minutes| minutes * MINUTE));
    }

    #[test]
    fn only_the_highest_tick_says_its_unit() {
        assert_eq!(linear_label(Unit::Time, 40 * MINUTE, 10 * MINUTE, true), "40 min");
        assert_eq!(linear_label(Unit::Time, 30 * MINUTE, 10 * MINUTE, false), "30");
        assert_eq!(linear_label(Unit::Time, 3 * SECOND / 2, SECOND / 2, true), "1.5 s");
        assert_eq!(linear_label(Unit::Time, 6 * HOUR, 3 * HOUR, true), "6 h");
        assert_eq!(linear_label(Unit::Money, 150 * DOLLAR, 50 * DOLLAR, true), "$150");
        assert_eq!(linear_label(Unit::Money, 3 * DOLLAR / 2, DOLLAR / 2, false), "$1.50");
    }

    #[test]
    fn policies_are_said_as_they_are_set() {
        assert_eq!(policy_label(15 * MINUTE), "15 min");
        assert_eq!(policy_label(90 * MINUTE), "1 h 30 min");
        assert_eq!(policy_label(DAY), "24 h");
        assert_eq!(policy_label(7 * DAY), "7 d");
    }

    #[test]
    fn labels_that_would_touch_are_left_out() {
        assert_eq!(thinned(&[0.0, 30.0, 60.0, 90.0], 50.0), [true, false, false, true]);
        assert_eq!(thinned(&[0.0, 60.0, 120.0], 50.0), [true, true, true]);
        assert_eq!(thinned(&[0.0, 20.0], 50.0), [true, false]);
        assert_eq!(thinned(&[5.0], 50.0), [true]);
        assert_eq!(thinned(&[], 50.0), [false; 0]);
    }

    #[test]
    fn labels_keep_off_each_other_and_inside() {
        let placed = spread(&[10.0, 12.0, 100.0], 16.0, 0.0, 110.0);
        assert_eq!(placed, [3.0, 19.0, 100.0]);
        let crowded = spread(&[100.0, 101.0, 99.0], 16.0, 0.0, 110.0);
        assert_eq!(crowded, [94.0, 110.0, 78.0]);
        assert_eq!(spread(&[], 16.0, 0.0, 10.0), [0.0; 0]);
    }
}
