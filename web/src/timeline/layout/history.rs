//! Timelines: the line of the log, the fork that a recovery made, and the recovered server's way there.

use super::Scene;
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Rect, Stroke, Thing, Type, within};
use crate::words::t;

pub fn draw(scene: &Scene, picture: &mut Picture) {
    let (run, plan) = (scene.run, scene.plan);
    let lane = plan.timelines;
    let count = run.head.timelines.len().max(1) as f64;
    let row = |index: usize| lane.from + (lane.to - lane.from) * (index as f64 + 0.5) / count;
    let now = scene.now().min(plan.length);
    let end = plan.length;
    for (index, timeline) in run.head.timelines.iter().enumerate() {
        let over = row(index);
        let began = scene.has_happened(timeline.began.0);
        let alpha = scene.ink_of(timeline.began.0);
        let number = timeline.id.to_string();
        // On a phone the lanes are narrow: the number stands alone.
        let label = if plan.down { number } else { t("timeline.number", &[("number", &number)]) };
        if timeline.parent.is_none() {
            let from = scene.along(run.head.begin_us, run.records.lsn.first().copied().unwrap_or(0));
            let (from, to) = (plan.clip(from), plan.clip(now));
            let line = |along| plan.point(along, over);
            picture.line(Ink::Mark, super::FAINT, line(from), line(end), 2.0, Stroke::Solid);
            picture.line(Ink::Mark, alpha, line(from), line(to.max(from)), 3.0, Stroke::Solid);
            let noticed = scene.along(run.head.noticed_us, run.lsn_at(run.head.noticed_step));
            name(scene, picture, label, (from, to.min(noticed).max(from)), over, Ink::Text, alpha);
            picture.hit(Thing::Timeline(index), plan.rect((from, end), (over - 7.0, over + 7.0)));
            continue;
        }
        let parent = run.head.timelines.iter().position(|other| Some(other.id) == timeline.parent).unwrap_or(0);
        let fork = plan.clip(scene.along(timeline.fork_us, timeline.fork_lsn));
        let bend = (fork + 28.0).min(end);
        let stroke = if began { Stroke::Solid } else { Stroke::Dashed };
        picture.add(Ink::Accent, alpha, Form::Disc { at: plan.point(fork, row(parent)), radius: 4.5 });
        let (from, to) = (plan.point(fork, row(parent)), plan.point(bend, over));
        picture.add(Ink::Accent, alpha, Form::Branch { from, to, down: plan.down, width: 3.0, stroke });
        let grown = bend + (end - bend) * scene.growth_of(timeline.began.0);
        picture.line(Ink::Accent, alpha, plan.point(bend, over), plan.point(grown, over), 3.0, stroke);
        name(scene, picture, label, (fork, end), over, Ink::Accent, alpha);
        picture.hit(Thing::Timeline(index), plan.rect((fork, end), (over - 7.0, over + 7.0)));
    }
    server(scene, picture);
}

/// A timeline's number, at its beginning where there is room.
fn name(scene: &Scene, picture: &mut Picture, text: String, along: (f64, f64), over: f64, ink: Ink, alpha: f32) {
    let plan = scene.plan;
    let width = scene.width_of(&text, 13.0, true);
    if plan.down {
        let at = plan.point(along.1 - 8.0, over);
        picture.text(ink, alpha.max(super::LEGIBLE), at, text, Type::SMALL.bold().halo());
    } else {
        let place = if ink == Ink::Accent { along.0 - width - 14.0 } else { along.1 - width - 8.0 };
        let over = if ink == Ink::Accent { over } else { over - 13.0 };
        let at = plan.point(place.max(0.0), over + if ink == Ink::Accent { 0.0 } else { 1.0 });
        picture.text(ink, alpha.max(super::LEGIBLE), at, text, Type::SMALL.bold().held(Hold::Start).halo());
    }
}

/// The phases in which the recovered server came to be, one after the other.
pub fn server(scene: &Scene, picture: &mut Picture) {
    let (Some(lane), Some(report), Some(begin)) = (
        scene.plan.server,
        scene.run.head.report.as_ref().filter(|report| report.finished),
        scene.run.head.recovery_step,
    ) else {
        return;
    };
    let plan = scene.plan;
    let over = if plan.down { (lane.from + 3.0, lane.from + 15.0) } else { (lane.middle() - 7.0, lane.middle() + 7.0) };
    let lsn = scene.run.lsn_at(begin);
    let mut at_us = report.began_us;
    let mut whole: Option<Rect> = None;
    let now_us = scene.run.step_time(scene.step);
    for (index, phase) in report.phases.iter().enumerate() {
        let (from_us, to_us) = (at_us, at_us + phase.took_us);
        at_us = to_us;
        let from = scene.along(from_us, lsn);
        let to = scene.along(to_us, lsn).max(from + 2.0);
        if !plan.is_seen(from, to) {
            continue;
        }
        let rect = plan.rect((plan.clip(from), plan.clip(to - 1.0)), over);
        let started = scene.is_recovering() && now_us >= from_us;
        let share = within((now_us - from_us) as f64 / phase.took_us.max(1) as f64, 0.0, 1.0);
        picture.fill(Ink::Accent, super::FAINT, rect, 2.0);
        if started {
            let done = plan.rect((plan.clip(from), plan.clip(from + (to - 1.0 - from) * share)), over);
            picture.fill(Ink::Accent, 1.0, done, 2.0);
        }
        picture.hit(Thing::Phase(index), rect);
        whole.get_or_insert(rect);
    }
    if let Some(first) = whole.filter(|_| !plan.down) {
        let text = t("timeline.server", &[("time", &crate::format::duration(report.rto_us))]);
        let width = scene.width_of(&text, 13.0, true);
        // The target's line would run through it: then before that.
        let cut = scene.cut.map_or(f64::MAX, |cut| plan.start + scene.along(cut.us, cut.lsn));
        let meets = cut < first.x && cut > first.x - width - 16.0;
        let x = if meets { cut - 8.0 } else { first.x - 8.0 };
        if x - width - 2.0 > plan.start {
            let at = super::super::shapes::Point { x, y: first.centre().y };
            let alpha = scene.ink_of(begin).max(super::LEGIBLE);
            picture.text(Ink::Accent, alpha, at, text, Type::SMALL.bold().held(Hold::End));
        }
    }
}
