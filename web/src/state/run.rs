//! The run on show, and the cell that hands it to components.

use crate::format;
use crate::state::pace;
use pitr_protocol::{Records, RunHead, StepKind, Steps, TransactionSpan};
use std::ops::Deref;
use std::rc::Rc;

/// Shared data that is the same only if it is the very same: comparing it costs nothing, so it is cheap as a property.
#[derive(Debug)]
pub struct View<T>(Rc<T>);

impl<T> View<T> {
    pub fn new(value: T) -> View<T> {
        View(Rc::new(value))
    }
}

impl<T> Clone for View<T> {
    fn clone(&self) -> View<T> {
        View(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for View<T> {
    fn eq(&self, other: &View<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for View<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// One run: its head and its columns, complete.
#[derive(Debug, Default)]
pub struct Run {
    pub head: RunHead,
    pub records: Records,
    pub steps: Steps,
    /// How long each step is shown when played at speed 1, in milliseconds.
    pub dwell_ms: Vec<f32>,
}

impl Run {
    pub fn new(head: RunHead, records: Records, steps: Steps) -> Run {
        let dwell_ms = pace::dwells(&steps.time_us, head.recovery_step);
        Run { head, records, steps, dwell_ms }
    }

    /// False before the first run has come.
    pub fn is_there(&self) -> bool {
        !self.steps.kind.is_empty()
    }

    pub fn last_step(&self) -> u32 {
        (self.steps.kind.len() as u32).saturating_sub(1)
    }

    /// The text that a column points at; empty for none.
    pub fn name(&self, index: u32) -> &str {
        self.head.names.get(index as usize).map_or("", String::as_str)
    }

    /// Whether it is the same run, told anew.
    pub fn is_same_as(&self, other: &Run) -> bool {
        self.is_there() && self.last_step() == other.last_step() && self.head.script == other.head.script
    }

    pub fn step_kind(&self, step: u32) -> StepKind {
        self.steps.kind.get(step as usize).copied().unwrap_or(StepKind::Other)
    }

    pub fn step_time(&self, step: u32) -> i64 {
        self.steps.time_us.get(step as usize).copied().unwrap_or(self.head.begin_us)
    }

    /// How many records of the log had been written by the end of a step.
    pub fn records_at(&self, step: u32) -> usize {
        self.records.step.partition_point(|at| *at <= step)
    }

    /// The end of the log at a step.
    pub fn lsn_at(&self, step: u32) -> u64 {
        match self.records_at(step) {
            0 => self.records.lsn.first().copied().unwrap_or(0),
            count => self.records.end_lsn.get(count - 1).copied().unwrap_or(0),
        }
    }

    pub fn incident(&self) -> Option<&TransactionSpan> {
        self.head.transactions.get(self.head.incident? as usize)
    }

    /// `HH:MM:SS[.ffffff]` in the run's zone.
    pub fn clock(&self, us: i64) -> String {
        format::clock(us, self.head.zone_offset_s)
    }

    /// The same, cut to milliseconds.
    pub fn clock_ms(&self, us: i64) -> String {
        format::clock_ms(us, self.head.zone_offset_s)
    }
}

/// Adds a part of the columns that has come.
pub(crate) fn append_records(all: &mut Records, part: Records) {
    all.lsn.extend(part.lsn);
    all.end_lsn.extend(part.end_lsn);
    all.timeline.extend(part.timeline);
    all.time_us.extend(part.time_us);
    all.kind.extend(part.kind);
    all.xid.extend(part.xid);
    all.session.extend(part.session);
    all.step.extend(part.step);
}

/// As [`append_records`].
pub(crate) fn append_steps(all: &mut Steps, part: Steps) {
    all.kind.extend(part.kind);
    all.time_us.extend(part.time_us);
    all.lsn.extend(part.lsn);
    all.xid.extend(part.xid);
    all.name.extend(part.name);
    all.text.extend(part.text);
    all.amount.extend(part.amount);
}
