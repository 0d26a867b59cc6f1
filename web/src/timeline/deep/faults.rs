//! What went wrong, as marks of their own: a crash, damaged bytes, an archiver that stands still, a clock that jumps; and what was set right.

use super::index::Index;
use crate::state::Run;
use crate::timeline::axis::Scale;
use crate::timeline::layout::{LEGIBLE, Lane, Scene};
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Point, Rect, Stroke, Thing, Type};
use crate::words::t;
use pitr_protocol::StepKind;

/// The room that the marks take over the sessions.
pub const ROOM: f64 = 26.0;
/// No two are marked nearer than this.
const APART: f64 = 12.0;

/// One that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    pub step: u32,
    /// By which files of languages name it: `deep.fault.<code>`.
    pub what: &'static str,
    /// It sets right what went wrong.
    pub mends: bool,
}

/// How statements that break something begin, the longer ones first, and what they are.
const BREAKS: [(&str, &str); 18] = [
    ("crash tearing", "torn"),
    ("crash", "crash"),
    ("flip bit", "flipped"),
    ("corrupt", "flipped"),
    ("lose segment", "lost_segment"),
    ("lose backup", "lost_backup"),
    ("lose file", "lost_backup"),
    ("lose history", "lost_history"),
    ("lose key", "lost_key"),
    ("stop archiver", "archiver_stopped"),
    ("archiver ", "archiver_odd"),
    ("fill disk", "disk_full"),
    ("clock", "clock"),
    ("drop table", "dropped"),
    ("truncate", "emptied"),
    // What follows from it is said by the engine in codes.
    ("disk_full", "disk_full"),
    ("archive_gap", "gap"),
    ("partial_upload", "partial"),
];
const MENDS: [(&str, &str); 4] = [
    ("restart", "restarted"),
    ("start archiver", "archiver_started"),
    ("crash_recovery_began", "restarted"),
    ("archiver_started", "archiver_started"),
];

/// The server is gone, with its disk.
const SERVER_LOST: &str = "lost_primary";

/// What a step breaks or sets right, if it does.
pub fn of_step(run: &Run, step: u32) -> Option<Fault> {
    let kind = run.step_kind(step);
    if kind == StepKind::PrimaryLost {
        return Some(Fault { step, what: SERVER_LOST, mends: false });
    }
    if !matches!(kind, StepKind::StatementDone | StepKind::StatementRan) {
        return None;
    }
    let text = run.name(*run.steps.text.get(step as usize)?);
    let of = |list: &[(&'static str, &'static str)]| {
        let begins = |with: &str| text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
        list.iter().find(|(with, _)| begins(with)).map(|(_, code)| *code)
    };
    let mended = of(&MENDS).map(|what| Fault { step, what, mends: true });
    mended.or_else(|| of(&BREAKS).map(|what| Fault { step, what, mends: false }))
}

/// Its name.
pub fn name(fault: &Fault) -> String {
    t(&format!("deep.fault.{}", fault.what), &[])
}

/// Where the marks stand: over the sessions, or beside them.
fn lane(scene: &Scene) -> Lane {
    let first = scene.plan.lanes().from;
    if scene.plan.down { Lane { from: first, to: first + 14.0 } } else { Lane { from: first - ROOM, to: first - 2.0 } }
}

/// A mark for each, and a line through everything that it struck; its name where there is room.
pub fn draw(scene: &Scene, picture: &mut Picture, index: &Index) {
    let (run, plan) = (scene.run, scene.plan);
    let incident = run.incident();
    let (lane, lanes) = (lane(scene), plan.lanes());
    let along = |fault: &Fault| match scene.axis.scale {
        Scale::Time => scene.along(run.step_time(fault.step), 0),
        Scale::Lsn => scene.along(0, run.lsn_at(fault.step)),
    };
    let written = index.written(scene.axis.scale, scene.step);
    let seen: Vec<(&Fault, f64)> = index
        .faults
        .iter()
        .filter(|fault| written.has_step(run, fault.step))
        .map(|fault| (fault, along(fault)))
        .filter(|(_, at)| *at >= -1.0 && *at <= plan.length + 1.0)
        .collect();
    let mut before = f64::MIN;
    let mut free = f64::MIN;
    for (place, (fault, at)) in seen.iter().enumerate() {
        if *at < before + APART {
            continue;
        }
        before = *at;
        let alpha = scene.ink_of(fault.step);
        let ink = if fault.mends { Ink::Good } else { Ink::Alarm };
        let (from, to) = (plan.point(*at, lane.middle()), plan.point(*at, lanes.to));
        picture.line(ink, alpha * 0.55, from, to, 1.25, if fault.mends { Stroke::Dotted } else { Stroke::Dashed });
        mark(picture, from, ink, alpha, fault.mends);
        picture.hit(Thing::Note(fault.step), Rect { x: from.x - 9.0, y: from.y - 9.0, w: 18.0, h: 18.0 });
        // Its name, unless it would lie upon another or leave the picture.
        let said = name(fault);
        let wide = scene.width_of(&said, 13.0, true);
        if plan.down {
            let x = lane.to + 3.0;
            // The damage has its own name beside its bar.
            let named = incident.is_some_and(|one| (one.begin_step..=one.end_step).contains(&fault.step));
            if !named && *at > free && x + wide < plan.width && *at > 12.0 {
                let at = Point { x, y: from.y - 10.0 };
                picture.text(ink, alpha.max(LEGIBLE), at, said, Type::SMALL.bold().held(Hold::Start).halo());
                free = before + 18.0;
            }
            continue;
        }
        let next = seen.iter().skip(place + 1).map(|(_, next)| *next).find(|next| *next >= at + APART);
        let end = next.map_or(plan.length + 16.0, |next| next - 10.0);
        let (after, ahead) = ((at + 12.0, at + 12.0 + wide), (at - 12.0 - wide, at - 12.0));
        let place = if after.0 > free && after.1 <= end {
            free = after.1;
            Some((at + 12.0, Hold::Start))
        } else if ahead.0 > free && ahead.0 > 0.0 {
            Some((at - 12.0, Hold::End))
        } else {
            None
        };
        free = free.max(at + 12.0);
        if let Some((along, hold)) = place {
            let at = plan.point(along, lane.middle());
            picture.text(ink, alpha.max(LEGIBLE), at, said, Type::SMALL.bold().held(hold).halo());
        }
    }
}

/// A triangle with a stroke and a dot for what went wrong, a ring around a tick's stroke for what was set right.
fn mark(picture: &mut Picture, at: Point, ink: Ink, alpha: f32, mends: bool) {
    let point = |x: f64, y: f64| Point { x: at.x + x, y: at.y + y };
    if mends {
        picture.add(Ink::Surface, 1.0, Form::Disc { at, radius: 8.0 });
        picture.add(ink, alpha, Form::Ring { at, radius: 6.5, width: 1.75 });
        picture.line(ink, alpha, point(-3.0, 0.0), point(-0.75, 2.5), 1.75, Stroke::Solid);
        picture.line(ink, alpha, point(-0.75, 2.5), point(3.0, -2.5), 1.75, Stroke::Solid);
        return;
    }
    let triangle = |grown: f64| Form::Triangle {
        corners: [point(0.0, -8.0 - grown), point(8.5 + grown, 7.0 + grown), point(-8.5 - grown, 7.0 + grown)],
    };
    picture.add(Ink::Surface, 1.0, triangle(2.0));
    picture.add(ink, alpha, triangle(0.0));
    picture.line(Ink::Surface, 1.0, point(0.0, -3.0), point(0.0, 2.0), 1.75, Stroke::Solid);
    picture.add(Ink::Surface, 1.0, Form::Disc { at: point(0.0, 4.75), radius: 1.1 });
}

#[cfg(test)]
mod tests {
    use super::super::samples::many;
    use super::*;

    /// A run in which a statement was carried out at a step.
    pub fn with(run: &mut Run, step: usize, text: &str) {
        run.steps.kind[step] = StepKind::StatementDone;
        run.steps.text[step] = run.head.names.len() as u32;
        run.head.names.push(text.to_owned());
    }

    #[test]
    fn every_fault_is_told_by_its_statement() {
        let cases = [
            ("crash", Some("crash")),
            ("crash tearing pages", Some("torn")),
            ("crash keeping 100 bytes", Some("crash")),
            ("flip bit 5000 of segment 3 on 1", Some("flipped")),
            ("lose segment 3 on 1", Some("lost_segment")),
            ("stop archiver", Some("archiver_stopped")),
            ("start archiver", Some("archiver_started")),
            ("fill disk", Some("disk_full")),
            ("clock '2026-03-04 01:00:00'", Some("clock")),
            ("DROP TABLE users", Some("dropped")),
            ("truncate users", Some("emptied")),
            ("restart", Some("restarted")),
            ("disk_full", Some("disk_full")),
            ("archiver lies", Some("archiver_odd")),
            ("archiver_started", Some("archiver_started")),
            ("crash_recovery_began", Some("restarted")),
            ("restore point 'x'", None),
            ("SAVEPOINT crash", None),
            ("é", None),
        ];
        for (text, code) in cases {
            let mut run = many(3);
            with(&mut run, 2, text);
            let fault = of_step(&run, 2);
            assert_eq!(fault.map(|fault| fault.what), code, "{text}");
            if let Some(fault) = fault {
                assert!(crate::words::has(&format!("deep.fault.{}", fault.what)), "{text}");
            }
        }
        assert!(crate::words::has(&format!("deep.fault.{SERVER_LOST}")));
        for (_, code) in BREAKS.iter().chain(&MENDS) {
            assert!(crate::words::has(&format!("deep.fault.{code}")), "{code}");
        }
    }
}
