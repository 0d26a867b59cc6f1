//! What a gauge shows over a whole run: each change with the step at which it came.

use super::gauge::Reading;

/// A gauge's changes, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    steps: Vec<u32>,
    readings: Vec<Reading>,
    /// At most one change in so many steps is kept: the last of them.
    apart: u32,
    /// What it shows now, where that is not kept yet.
    newest: Option<(u32, Reading)>,
}

impl Column {
    /// One that shows nothing, in a run of so many steps, of which it keeps about that many changes.
    pub(super) fn new(steps: u32, most: u32) -> Column {
        Column { steps: Vec::new(), readings: Vec::new(), apart: steps / most.max(1), newest: None }
    }

    /// Shows something else from a step on.
    pub(super) fn push(&mut self, step: u32, reading: Reading) {
        if self.now() == reading {
            return;
        }
        self.newest = Some((step, reading));
        if self.steps.last().is_none_or(|last| step - last >= self.apart) {
            self.settle();
        }
    }

    /// Keeps what it shows now.
    pub(super) fn settle(&mut self) {
        let Some((step, reading)) = self.newest.take() else { return };
        if self.steps.last() == Some(&step) {
            self.readings.pop();
            self.steps.pop();
        }
        self.steps.push(step);
        self.readings.push(reading);
    }

    /// What it shows now.
    pub(super) fn now(&self) -> Reading {
        let kept = self.readings.last().copied();
        self.newest.map(|(_, reading)| reading).or(kept).unwrap_or(Reading::Unknown)
    }

    /// What it shows just after a step.
    pub fn at(&self, step: u32) -> Reading {
        let index = self.steps.partition_point(|from| *from <= step);
        index.checked_sub(1).and_then(|index| self.readings.get(index)).copied().unwrap_or(Reading::Unknown)
    }

    /// The steps at which it changes, and what it shows from there on.
    pub fn changes(&self) -> impl ExactSizeIterator<Item = (u32, Reading)> {
        self.steps.iter().copied().zip(self.readings.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stands_from_its_step_on() {
        let mut column = Column::new(100, 1000);
        column.push(3, Reading::Is(1));
        column.push(4, Reading::Is(1));
        column.push(5, Reading::Is(2));
        column.push(5, Reading::Is(3));
        column.settle();
        assert_eq!(column.changes().collect::<Vec<_>>(), [(3, Reading::Is(1)), (5, Reading::Is(3))]);
        assert_eq!(
            [2, 3, 4, 5, 9].map(|step| column.at(step).at(crate::types::Micros(0))),
            [None, Some(1), Some(1), Some(3), Some(3)]
        );
    }

    #[test]
    fn a_long_run_keeps_as_many_changes_as_are_to_be_seen() {
        let mut column = Column::new(1_000_000, 1_000);
        (0..1_000_000).for_each(|step| column.push(step, Reading::Is(i64::from(step))));
        column.settle();
        assert!((900..=1_100).contains(&column.changes().len()), "{}", column.changes().len());
        // Never more than a place behind, and at the end what is so.
        for step in [0, 4_321, 555_555, 999_999] {
            let shown = column.at(step).at(crate::types::Micros(0)).expect("is known");
            assert!(shown <= i64::from(step) && shown > i64::from(step) - 2_000, "{shown} at {step}");
        }
        assert_eq!(column.now(), Reading::Is(999_999));
    }
}
