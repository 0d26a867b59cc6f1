//! A run that goes on from the one before, by a statement, a fault or a recovery: what was in sight stays in sight.

use crate::state::Run;
use crate::timeline::axis::{Axis, Scale, Window};

/// The window that shows of the next run what the one before it showed, or all of it where it is another history.
pub fn window(before: &Run, next: &Run, scale: Scale, seen: Window) -> Window {
    let goes_on = before.is_there()
        && (before.head.title == next.head.title && before.head.seed == next.head.seed)
        && before.head.begin_us == next.head.begin_us;
    if !goes_on || seen.is_all() {
        return Window::default();
    }
    let (old, new) = (Axis::new(before, scale), Axis::new(next, scale));
    let [from, to] = [seen.from, seen.to].map(|share| new.share(old.value(share)));
    if from >= 0.0 && to <= 1.0 && from < to { Window { from, to } } else { Window::default() }
}

/// The same window, moved on to a place that it does not show: what is new stands near its end.
pub fn following(seen: Window, place: f64) -> Window {
    let length = seen.to - seen.from;
    if (seen.from..=seen.to).contains(&place) { seen } else { seen.moved(place - length * 0.85 - seen.from) }
}

#[cfg(test)]
mod tests {
    use super::super::samples::many;
    use super::*;

    #[test]
    fn what_was_in_sight_stays_in_sight() {
        let (before, next) = (many(100), many(140));
        let (old, new) = (Axis::new(&before, Scale::Lsn), Axis::new(&next, Scale::Lsn));
        let seen = Window { from: 0.25, to: 0.5 };
        let after = window(&before, &next, Scale::Lsn, seen);
        assert!((new.value(after.from) - old.value(0.25)).abs() < 1.0);
        assert!((new.value(after.to) - old.value(0.5)).abs() < 1.0);
        assert!(after.to < 0.5, "the whole has become longer");
        assert!(window(&before, &next, Scale::Lsn, Window::default()).is_all(), "all stays all");
    }

    #[test]
    fn of_another_history_all_is_shown() {
        let (before, mut next) = (many(100), many(100));
        next.head.seed += 1;
        assert!(window(&before, &next, Scale::Lsn, Window { from: 0.25, to: 0.5 }).is_all());
        assert!(window(&Run::default(), &before, Scale::Lsn, Window { from: 0.25, to: 0.5 }).is_all());
    }

    #[test]
    fn what_is_new_comes_in_sight() {
        let seen = Window { from: 0.2, to: 0.4 };
        assert_eq!(following(seen, 0.3), seen);
        let moved = following(seen, 0.9);
        assert!(moved.from < 0.9 && moved.to > 0.9 && (moved.to - moved.from - 0.2).abs() < 1e-9);
    }
}
