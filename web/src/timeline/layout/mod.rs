//! From a run and a place in it to a picture: pure geometry, tested without a browser.
//!
//! What has not happened yet at the step on show is faint; what happened between the step before and this one comes up while `progress`
//! goes from 0 to 1. Nothing here knows of clocks, colours or canvases.

pub(super) mod cut;
pub(super) mod ground;
pub(super) mod history;
pub(super) mod log;
mod plan;
pub(super) mod sessions;
pub(super) mod storage;
#[cfg(test)]
mod tests;

pub use plan::{Lane, Plan};

use super::axis::{Axis, Scale, Window};
use super::shapes::Picture;
use crate::state::Run;
use pitr_protocol::StepKind;

/// How much of its ink a thing has that has not happened yet.
pub(super) const FAINT: f32 = 0.2;
/// And one that happened, but is not what is looked at: the old server while the new one is made.
const ASIDE: f32 = 0.6;
/// A text is never fainter than this: it is there to be read.
pub(super) const LEGIBLE: f32 = 0.86;

/// Of a run with more transactions than this the ground, the backups and the cut are drawn: it comes from the study, whose picture shows it all.
const MOST_TRANSACTIONS: usize = 4_000;

/// Where the target cuts the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    pub us: i64,
    pub lsn: u64,
    /// Label of the backup that would be used, and where reading the log would begin.
    pub redo: Option<(u64, i64)>,
    /// Committed transactions kept and left out.
    pub kept: u32,
    pub left_out: u32,
    /// The recovery would fail.
    pub fails: bool,
    /// What stands on the target's flag.
    pub flag: String,
}

/// All that a picture depends on.
pub struct Scene<'a> {
    pub run: &'a Run,
    pub axis: &'a Axis,
    pub window: Window,
    pub plan: &'a Plan,
    pub step: u32,
    pub before: u32,
    /// How far the change from `before` to `step` has come.
    pub progress: f32,
    pub cut: Option<&'a Cut>,
    /// [`Scene::find`] of a run with several timelines.
    pub find: Option<&'a dyn Fn(u64) -> usize>,
    /// The width of a text: its letters, size and weight.
    pub measure: &'a dyn Fn(&str, f64, bool) -> f64,
}

impl std::fmt::Debug for Scene<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scene").field("step", &self.step).field("window", &self.window).finish_non_exhaustive()
    }
}

/// The picture of a scene.
pub fn picture(scene: &Scene) -> Picture {
    let mut picture = Picture::default();
    if scene.run.is_there() {
        ground::draw(scene, &mut picture);
        cut::draw_left_behind(scene, &mut picture);
        history::draw(scene, &mut picture);
        storage::backups(scene, &mut picture);
        if scene.run.head.transactions.len() < MOST_TRANSACTIONS {
            storage::draw(scene, &mut picture);
            log::draw(scene, &mut picture);
            sessions::draw(scene, &mut picture);
        }
        cut::draw_balance(scene, &mut picture);
        ground::draw_position(scene, &mut picture);
    }
    picture
}

impl Scene<'_> {
    /// How far along an instant or position lies: whichever the axis measures.
    pub fn along(&self, us: i64, lsn: u64) -> f64 {
        let value = match self.axis.scale {
            Scale::Time => us as f64,
            Scale::Lsn => lsn as f64,
        };
        self.axis.px(value, self.window, self.plan.length)
    }

    /// How far along the log or the clock has come.
    pub fn now(&self) -> f64 {
        let at = |step| self.along(self.run.step_time(step), self.run.lsn_at(step));
        let (from, to) = (at(self.before), at(self.step));
        from + (to - from) * f64::from(self.progress)
    }

    /// How much ink a thing of the live server has that happens at a step.
    pub fn ink_of(&self, step: u32) -> f32 {
        self.ink(step, true)
    }

    /// The same for what is safe elsewhere: a recovery draws on it.
    pub fn ink_of_kept(&self, step: u32) -> f32 {
        self.ink(step, false)
    }

    fn ink(&self, step: u32, live: bool) -> f32 {
        let (then, now) = (self.shown(self.before, step, live), self.shown(self.step, step, live));
        then + (now - then) * self.progress
    }

    fn shown(&self, at: u32, step: u32, live: bool) -> f32 {
        let aside = live && self.run.head.recovery_step.is_some_and(|begin| at >= begin && step < begin);
        if step > at {
            FAINT
        } else if aside {
            ASIDE
        } else {
            1.0
        }
    }

    /// From 0 to 1 while a thing that has just happened comes up; 1 for all others.
    pub fn growth_of(&self, step: u32) -> f64 {
        if step > self.before && step <= self.step { f64::from(self.progress) } else { 1.0 }
    }

    pub fn has_happened(&self, step: u32) -> bool {
        step <= self.step
    }

    /// Whether the step on show is inside a recovery or past it.
    pub fn is_recovering(&self) -> bool {
        self.run.head.recovery_step.is_some_and(|begin| self.step >= begin)
    }

    /// The first record that ends at a position or past it, of the history that the recovery follows.
    pub fn find(&self, lsn: u64) -> usize {
        match self.find {
            Some(find) => find(lsn),
            None => self.run.records.end_lsn.partition_point(|end| *end < lsn),
        }
    }

    /// Which records the recovery has replayed.
    pub fn replayed(&self) -> impl Fn(usize) -> bool {
        let part = self.redo_lsn().zip(self.replayed_to()).filter(|_| self.is_recovering());
        let records = &self.run.records;
        move |record| {
            part.is_some_and(|(redo, to)| {
                let end = records.end_lsn.get(record).copied().unwrap_or(u64::MAX);
                end <= to && end > redo && self.find(end) == record
            })
        }
    }

    /// Whether a record is the last of the damage.
    pub fn is_damage(&self, record: usize) -> bool {
        let records = &self.run.records;
        let (lsn, step) = (records.lsn.get(record).copied(), records.step.get(record).copied());
        self.run.incident().is_some_and(|one| {
            one.end_lsn == lsn && step.is_some_and(|step| (one.begin_step..=one.end_step).contains(&step))
        })
    }

    /// The first byte that the recovery has not replayed at the step on show; `None` before it has read any.
    pub fn replayed_to(&self) -> Option<u64> {
        let at = |step: u32| replayed_to(self, step);
        match (at(self.before), at(self.step)) {
            (Some(from), Some(to)) if to > from => Some(from + ((to - from) as f64 * f64::from(self.progress)) as u64),
            (_, to) => to,
        }
    }

    /// Whether the recovery has stopped reading.
    pub fn replay_is_over(&self) -> bool {
        let begin = self.run.head.recovery_step.unwrap_or(u32::MAX);
        (begin..=self.step).any(|step| self.run.step_kind(step) == StepKind::RecoveryStopped)
    }

    /// Where a recovery of this run begins to read the log.
    pub fn redo_lsn(&self) -> Option<u64> {
        let label = &self.run.head.report.as_ref()?.backup;
        let backup = self.run.head.backups.iter().find(|backup| self.run.name(backup.label) == label)?;
        Some(backup.redo_lsn)
    }

    pub fn width_of(&self, text: &str, size: f64, bold: bool) -> f64 {
        (self.measure)(text, size, bold)
    }
}

/// The first byte that has not been replayed at a step.
fn replayed_to(scene: &Scene, step: u32) -> Option<u64> {
    let run = scene.run;
    let begin = run.head.recovery_step?;
    let steps = (begin..=step.min(run.last_step())).rev();
    let last = steps.into_iter().find(|step| run.step_kind(*step) == StepKind::RecordReplayed)?;
    let lsn = run.steps.lsn.get(last as usize).copied()?;
    let record = scene.find(lsn + 1);
    Some(match run.records.lsn.get(record) {
        Some(at) if *at == lsn => run.records.end_lsn.get(record).copied().unwrap_or(lsn),
        _ => lsn,
    })
}
