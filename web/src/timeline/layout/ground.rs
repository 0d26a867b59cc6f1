//! The ground: lanes and their names, the axis, and the marks of where we are.

use super::{Lane, Scene};
use crate::timeline::axis::Scale;
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Point, Rect, Stroke, Type, within};
use crate::words::t;

/// Lane names, the axis' marks, folds.
pub fn draw(scene: &Scene, picture: &mut Picture) {
    let mut row = 0.0;
    names(scene, &mut |lane, text, ink| {
        name(scene, picture, lane, text, ink, row);
        // Side by side narrow lanes take turns, so that their names find room.
        row = if ink == Ink::Muted { 17.0 - row } else { 0.0 };
    });
    draw_axis(scene, picture, if scene.plan.down { 40.0 } else { 76.0 });
}

/// The axis with labels that far apart, and what parts the sessions from the rest.
pub fn draw_axis(scene: &Scene, picture: &mut Picture, apart: f64) {
    let plan = scene.plan;
    let lanes = plan.lanes();
    // One line parts what sessions did from what became of it.
    let between = plan.log.from - 2.0;
    let from = plan.point(if plan.down { 0.0 } else { -plan.start + 4.0 }, between);
    picture.line(Ink::Line, 1.0, from, plan.point(plan.length, between), 1.0, Stroke::Solid);
    let pill = position_label(scene).map(|(rect, _)| rect.grown(4.0));
    for tick in scene.axis.ticks(scene.window, plan.length, apart) {
        let top = plan.point(tick.px, lanes.from);
        let bottom = plan.point(tick.px, lanes.to);
        picture.line(Ink::Line, 1.0, top, bottom, 1.0, Stroke::Solid);
        let (at, hold) = label_place(scene, tick.px);
        let half = scene.width_of(&tick.label, 13.0, false) / 2.0;
        let label = if plan.down {
            Rect { x: at.x, y: at.y - 9.0, w: 2.0 * half, h: 18.0 }
        } else {
            Rect { x: at.x - half, y: at.y - 9.0, w: 2.0 * half, h: 18.0 }
        };
        if pill.is_none_or(|pill| !pill.meets(label)) {
            picture.text(Ink::Muted, 1.0, at, tick.label, Type::SMALL.held(hold));
        }
    }
    for (from, to) in &scene.axis.folds {
        let along = scene.axis.px(f64::midpoint(*from, *to), scene.window, plan.length);
        if plan.is_seen(along, along) {
            for shift in [-3.0, 3.0] {
                let from = plan.point(along + shift, lanes.from);
                let to = plan.point(along + shift, lanes.to);
                picture.line(Ink::Line, 1.0, from, to, 1.0, Stroke::Dashed);
            }
        }
    }
}

fn label_place(scene: &Scene, along: f64) -> (Point, Hold) {
    let lane = scene.plan.labels;
    if scene.plan.down {
        (scene.plan.point(along, lane.from + 2.0), Hold::Start)
    } else {
        (scene.plan.point(along, lane.middle()), Hold::Middle)
    }
}

/// The lanes that have a name, from the first to the last.
pub fn names(scene: &Scene, each: &mut dyn FnMut(Lane, String, Ink)) {
    let (run, plan) = (scene.run, scene.plan);
    for (lane, session) in plan.sessions.iter().zip(&run.head.sessions) {
        each(*lane, run.name(*session).to_owned(), Ink::Text);
    }
    let form = if plan.down { "lane_short" } else { "lane" };
    let mut storage = vec![
        (plan.log, "log"),
        (plan.segments, "segments"),
        (plan.archive, "archive"),
        (plan.backups, "snapshots"),
        (plan.timelines, "timelines"),
    ];
    storage.extend(plan.server.map(|lane| (lane, "server")));
    for (lane, code) in storage {
        each(lane, t(&format!("timeline.{form}.{code}"), &[]), Ink::Muted);
    }
}

pub fn name(scene: &Scene, picture: &mut Picture, lane: Lane, text: String, ink: Ink, row: f64) {
    if text.is_empty() {
        return;
    }
    if scene.plan.down {
        let at = Point { x: lane.from + 1.0, y: 12.0 + row };
        picture.text(ink, 1.0, at, text, Type::SMALL.held(Hold::Start));
    } else {
        let font = Type { size: if ink == Ink::Text { 14.0 } else { 13.0 }, ..Type::SMALL };
        let middle = if lane.to - lane.from > 38.0 && ink == Ink::Text { lane.from + 15.0 } else { lane.middle() };
        picture.text(ink, 1.0, Point { x: 4.0, y: middle }, text, font.held(Hold::Start));
    }
}

/// The pill at the axis that says where we are, if that is in sight.
fn position_label(scene: &Scene) -> Option<(Rect, String)> {
    let plan = scene.plan;
    let now = scene.now();
    if now < -2.0 || now > plan.length + 2.0 {
        return None;
    }
    let at_notice = scene.step == scene.run.head.noticed_step;
    let text = match scene.axis.scale {
        Scale::Time => {
            let us = scene.axis.value_at(now, scene.window, plan.length).round() as i64;
            let us = if scene.progress >= 1.0 { scene.run.step_time(scene.step) } else { us };
            let clock = crate::format::clock_s(us, scene.run.head.zone_offset_s);
            let short = clock.strip_suffix(":00").filter(|_| at_notice || plan.down).unwrap_or(&clock);
            if at_notice && !plan.down { t("timeline.now", &[("time", short)]) } else { short.to_owned() }
        }
        Scale::Lsn => crate::format::lsn(scene.run.lsn_at(scene.step)),
    };
    let width = scene.width_of(&text, 13.0, true) + if plan.down { 6.0 } else { 16.0 };
    let (at, _) = label_place(scene, now);
    let rect = if plan.down {
        let y = within(at.y, plan.start - 6.0, plan.start + plan.length);
        Rect { x: 0.0, y: y - 10.0, w: width, h: 20.0 }
    } else {
        let x = within(at.x - width / 2.0, 2.0, (plan.width - width - 2.0).max(2.0));
        Rect { x, y: at.y - 11.0, w: width, h: 22.0 }
    };
    Some((rect, text))
}

/// The line through all lanes at the step on show, its pill, and where somebody noticed.
pub fn draw_position(scene: &Scene, picture: &mut Picture) {
    let plan = scene.plan;
    let lanes = plan.lanes();
    let head = &scene.run.head;
    if scene.step != head.noticed_step {
        let noticed = scene.along(head.noticed_us, scene.run.lsn_at(head.noticed_step));
        if plan.is_seen(noticed, noticed) {
            let (from, to) = (plan.point(noticed, lanes.from), plan.point(noticed, lanes.to));
            picture.line(Ink::Muted, 1.0, from, to, 1.5, Stroke::Dotted);
        }
    }
    let now = scene.now();
    if let Some((rect, text)) = position_label(scene) {
        let from = if plan.down { rect.right() } else { rect.bottom() };
        let (from, to) = (plan.point(now, from), plan.point(now, lanes.to));
        let stroke = if scene.step == head.noticed_step { Stroke::Dotted } else { Stroke::Solid };
        picture.line(Ink::Text, 1.0, from, to, 1.5, stroke);
        picture.fill(Ink::Text, 1.0, rect, rect.h / 2.0);
        let font = Type::SMALL.bold();
        picture.text(Ink::Surface, 1.0, rect.centre(), text, font);
    }
    replay_cursor(scene, picture);
}

/// How far the recovery has read the log.
fn replay_cursor(scene: &Scene, picture: &mut Picture) {
    let plan = scene.plan;
    let Some(lsn) = scene.replayed_to().filter(|_| scene.is_recovering()) else {
        return;
    };
    let along = scene.along(time_of(scene, lsn), lsn);
    if !plan.is_seen(along, along) {
        return;
    }
    let lanes = plan.lanes();
    let (from, to) = (plan.point(along, lanes.from - 2.0), plan.point(along, plan.log.to));
    picture.line(Ink::Accent, 1.0, from, to, 2.0, Stroke::Solid);
    let tip = |by: f64, over: f64| plan.point(along + by, over);
    let foot = plan.log.to - 3.0;
    picture.add(
        Ink::Accent,
        1.0,
        Form::Triangle { corners: [tip(0.0, foot - 5.0), tip(7.0, foot), tip(0.0, foot + 5.0)] },
    );
}

/// The instant of the record that ends at a position, or is the first past it.
pub fn time_of(scene: &Scene, lsn: u64) -> i64 {
    let records = &scene.run.records;
    records.time_us.get(scene.find(lsn)).or(records.time_us.last()).copied().unwrap_or(scene.run.head.begin_us)
}
