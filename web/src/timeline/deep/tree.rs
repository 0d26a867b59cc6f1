//! Timelines as a tree: a line for each, under the one that it forked off; the one that a recovery to the target would begin is dashed.

use super::draw::in_sight;
use super::index::Index;
use crate::state::Run;
use crate::timeline::axis::Scale;
use crate::timeline::layout::{LEGIBLE, Lane, Plan, Scene, history};
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Stroke, Thing, Type};
use crate::words::t;
use pitr_protocol::TimelineSpan;

/// How far apart the lines are, and how long a fork bends.
pub const PITCH: f64 = 24.0;
const BEND: f64 = 28.0;
/// How long a record's tick on its line is, and how far from the next.
const TICK: f64 = 7.0;
/// How far from a line it is touched.
const TOUCH: f64 = 7.0;
const APART: f64 = 3.0;
/// More lines than this share the room of so many.
const MOST: usize = 8;

/// How many lines the tree has: one more for a recovery that could be.
pub fn lines(run: &Run) -> usize {
    (run.head.timelines.len() + usize::from(run.head.recovery_step.is_none())).clamp(1, MOST)
}

/// The line of each timeline: under its parent, after those that its elder siblings have brought along.
pub fn rows(timelines: &[TimelineSpan]) -> Vec<usize> {
    let mut rows = vec![0; timelines.len()];
    let mut next = 0;
    let is_root = |place: usize| {
        let parent = timelines.get(place).and_then(|one| one.parent);
        !timelines.iter().enumerate().any(|(other, one)| other != place && Some(one.id) == parent)
    };
    let mut open: Vec<usize> = (0..timelines.len()).rev().filter(|place| is_root(*place)).collect();
    while let Some(place) = open.pop() {
        let Some(row) = rows.get_mut(place).filter(|_| next < timelines.len()) else {
            break;
        };
        *row = next;
        next += 1;
        let id = timelines.get(place).map(|one| one.id);
        let children = timelines.iter().enumerate().rev();
        open.extend(children.filter(|(child, one)| *child != place && one.parent == id).map(|(child, _)| child));
    }
    rows
}

/// The line of a timeline, as wide as it can be touched.
pub fn lane(scene: &Scene, timeline: u32) -> Lane {
    let timelines = &scene.run.head.timelines;
    let place = timelines.iter().position(|one| one.id == timeline).unwrap_or_default();
    let line = over(scene, rows(timelines).get(place).copied().unwrap_or_default());
    Lane { from: line - TOUCH, to: line + TOUCH }
}

/// Where a line lies.
fn over(scene: &Scene, row: usize) -> f64 {
    let lane = scene.plan.timelines;
    let count = lines(scene.run).max(scene.run.head.timelines.len()) as f64;
    lane.from + (lane.to - lane.from) * (row as f64 + 0.5) / count
}

/// A recovery to the target would follow that timeline.
pub fn draw(scene: &Scene, picture: &mut Picture, index: &Index, followed: u32) {
    let (run, plan) = (scene.run, scene.plan);
    let timelines = &run.head.timelines;
    let rows = rows(timelines);
    let over = |row: usize| over(scene, row);
    for (place, one) in timelines.iter().enumerate() {
        let line = over(rows.get(place).copied().unwrap_or_default());
        let is_there = scene.has_happened(one.began.0);
        let (ink, began) = match one.parent {
            None => {
                let first = run.records.lsn.first().copied().unwrap_or_default();
                (Ink::Mark, scene.along(run.head.begin_us, first))
            }
            Some(_) => (Ink::Accent, scene.along(one.fork_us, one.fork_lsn)),
        };
        let parent = timelines.iter().position(|other| Some(other.id) == one.parent);
        let above = parent.and_then(|parent| rows.get(parent)).map(|row| over(*row));
        let from = match above {
            Some(above) => fork(scene, picture, (began, above, line), is_there, scene.ink_of(one.began.0)),
            None => began,
        };
        let (begin, end) = (plan.clip(from), plan.length);
        if begin < end {
            let at = |along: f64| plan.point(along.max(begin), line);
            let stroke = if is_there { Stroke::Solid } else { Stroke::Dashed };
            picture.line(ink, 0.2, at(begin), at(end), 2.0, stroke);
            if is_there {
                // It grows as it comes to be, then with the clock or its log, until the server leaves it.
                let now = end_of(scene, index, one.id).min(plan.length);
                let grown = begin + (now - begin).max(0.0) * scene.growth_of(one.began.0);
                picture.line(ink, scene.ink_of(one.began.0), at(begin), at(grown), 3.0, stroke);
            }
        }
        let number = one.id.to_string();
        name(scene, picture, &number, (began, line), ink, scene.ink_of(one.began.0));
        picture.hit(Thing::Timeline(place), plan.rect((plan.clip(began), end.max(0.0)), (line - TOUCH, line + TOUCH)));
        ticks(scene, picture, index, (one.id, line, ink));
    }
    let parent = timelines.iter().position(|one| one.id == followed).and_then(|place| rows.get(place));
    could_be(scene, picture, &over, parent.copied().unwrap_or_default());
    history::server(scene, picture);
}

/// How far a timeline has come at the step on show.
fn end_of(scene: &Scene, index: &Index, timeline: u32) -> f64 {
    let run = scene.run;
    let left = index.histories.left(timeline).filter(|step| scene.has_happened(*step));
    match scene.axis.scale {
        Scale::Time => left.map_or(scene.now(), |step| scene.along(run.step_time(step), 0)),
        Scale::Lsn if index.own(timeline).is_empty() => scene.now(),
        Scale::Lsn => {
            let own = index.own(timeline);
            let written = own.partition_point(|record| {
                run.records.step.get(*record as usize).is_some_and(|step| scene.has_happened(*step))
            });
            let last = written.checked_sub(1).and_then(|last| own.get(last));
            let end = last.and_then(|last| run.records.end_lsn.get(*last as usize)).copied();
            end.map_or(f64::MIN, |end| scene.along(0, end))
        }
    }
}

/// What a timeline holds and the lane of the log does not show: a tick for each record that is told apart.
fn ticks(scene: &Scene, picture: &mut Picture, index: &Index, (timeline, line, ink): (u32, f64, Ink)) {
    let (run, plan) = (scene.run, scene.plan);
    let written = index.written(scene.axis.scale, scene.step);
    let own = index.own(timeline);
    let value = |record: &u32| match scene.axis.scale {
        Scale::Time => run.records.time_us.get(*record as usize).map_or(0.0, |us| *us as f64),
        Scale::Lsn => run.records.lsn.get(*record as usize).map_or(0.0, |lsn| *lsn as f64),
    };
    let at = |record: u32| scene.axis.px(value(&record), scene.window, plan.length);
    let (from, _) = in_sight(scene);
    let mut place = own.partition_point(|record| value(record) < from);
    while let Some(record) = own.get(place).copied() {
        let along = at(record);
        if along > plan.length {
            break;
        }
        let next = scene.axis.value_at(along + APART, scene.window, plan.length);
        place = own.partition_point(|record| value(record) < next).max(place + 1);
        if written.has_record(record as usize) {
            continue;
        }
        let Some(step) = run.records.step.get(record as usize).copied() else { break };
        let rect =
            plan.rect((along - 0.75, along + 0.75), if plan.down { (line, line + TICK) } else { (line - TICK, line) });
        picture.fill(ink, scene.ink_of(step), rect, 0.0);
        picture.hit(Thing::Record(record as usize), rect.grown(2.0));
    }
}

/// From its parent's line to its own; where it has arrived.
fn fork(scene: &Scene, picture: &mut Picture, (at, above, line): (f64, f64, f64), is_there: bool, alpha: f32) -> f64 {
    let plan = scene.plan;
    let bend = at + BEND;
    if plan.is_seen(at, bend) {
        let stroke = if is_there { Stroke::Solid } else { Stroke::Dashed };
        let (from, to) = (plan.point(at, above), plan.point(bend, line));
        picture.add(Ink::Accent, alpha, Form::Disc { at: from, radius: 4.5 });
        picture.add(Ink::Accent, alpha, Form::Branch { from, to, down: plan.down, width: 3.0, stroke });
    }
    bend
}

/// What a recovery to the target would begin.
fn could_be(scene: &Scene, picture: &mut Picture, over: &impl Fn(usize) -> f64, parent: usize) {
    let (run, plan) = (scene.run, scene.plan);
    let Some(cut) = scene.cut.filter(|cut| run.head.recovery_step.is_none() && !cut.fails) else {
        return;
    };
    let at = scene.along(cut.us, cut.lsn);
    let line = over(run.head.timelines.len());
    let bend = fork(scene, picture, (at, over(parent), line), false, 0.8);
    if bend < plan.length && bend > -BEND {
        picture.line(Ink::Accent, 0.8, plan.point(bend, line), plan.point(plan.length, line), 2.0, Stroke::Dashed);
    }
    let next = run.head.timelines.iter().map(|one| one.id).max().unwrap_or_default() + 1;
    name(scene, picture, &next.to_string(), (at, line), Ink::Accent, 0.9);
}

/// A timeline's number, before its fork where there is room, else in sight behind it.
fn name(scene: &Scene, picture: &mut Picture, number: &str, (began, line): (f64, f64), ink: Ink, alpha: f32) {
    let plan: &Plan = scene.plan;
    if began > plan.length + 8.0 {
        return;
    }
    // On a phone the lanes are narrow: the number stands alone.
    if plan.down {
        let at = plan.point(plan.length - 8.0, line);
        picture.text(ink, alpha.max(LEGIBLE), at, number, Type::SMALL.bold().halo());
        return;
    }
    let said = t("timeline.number", &[("number", number)]);
    let wide = scene.width_of(&said, 13.0, true);
    let font = Type::SMALL.bold().held(Hold::Start).halo();
    let before = began - wide - 14.0;
    let (at, line) = match ink {
        Ink::Accent if before >= 0.0 => (before, line),
        Ink::Accent => (began.max(0.0) + BEND + 8.0, line - 11.0),
        _ => (began.max(0.0) + 4.0, line - 11.0),
    };
    let at = at.min(plan.length - wide).max(0.0);
    picture.text(
        if ink == Ink::Accent { ink } else { Ink::Text },
        alpha.max(LEGIBLE),
        plan.point(at, line),
        said,
        font,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(parents: &[Option<u32>]) -> Vec<TimelineSpan> {
        let one = |(place, parent): (usize, &Option<u32>)| TimelineSpan {
            id: place as u32 + 1,
            parent: *parent,
            fork_lsn: 0,
            fork_us: 0,
            began: (0, 0),
        };
        parents.iter().enumerate().map(one).collect()
    }

    #[test]
    fn children_stand_under_their_parents() {
        // 1 has the children 2 and 4, 2 has the child 3.
        assert_eq!(rows(&tree(&[None, Some(1), Some(2), Some(1)])), [0, 1, 2, 3]);
        // 1 has the children 2 and 3, 2 has the child 4.
        assert_eq!(rows(&tree(&[None, Some(1), Some(1), Some(2)])), [0, 1, 3, 2]);
        assert_eq!(rows(&tree(&[])), Vec::<usize>::new());
        // Whose parent is unknown is a root.
        assert_eq!(rows(&tree(&[Some(9), Some(1)])), [0, 1]);
    }
}
