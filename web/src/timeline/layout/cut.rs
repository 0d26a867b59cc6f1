//! The cut: what a recovery to the target leaves behind is hatched, and both sides are said in a few words.

use super::Scene;
use crate::timeline::shapes::{Form, Hold, Ink, Picture, Point, Rect, Type};
use crate::words::count;

/// The ground behind the cut.
pub fn draw_left_behind(scene: &Scene, picture: &mut Picture) {
    let Some(cut) = scene.cut else {
        return;
    };
    let plan = scene.plan;
    let from = scene.along(cut.us, cut.lsn).max(0.0);
    // What lies past the moment of the request was never there to be kept.
    let to = scene.along(scene.run.head.noticed_us, scene.run.lsn_at(scene.run.head.noticed_step)).min(plan.length);
    if from < to {
        let lanes = plan.lanes();
        let rect = plan.rect((from, to), (lanes.from, plan.log.to));
        picture.fill(Ink::AlarmSoft, 1.0, rect, 0.0);
        picture.add(Ink::Alarm, 0.22, Form::Hatch { rect });
    }
}

/// How many commits stand on either side, beside the target's flag.
pub fn draw_balance(scene: &Scene, picture: &mut Picture) {
    let Some(cut) = scene.cut else {
        return;
    };
    let plan = scene.plan;
    let along = scene.along(cut.us, cut.lsn);
    if along < 0.0 || along > plan.length {
        return;
    }
    let kept = count("timeline.kept", u64::from(cut.kept), &[]);
    let left = count("timeline.left_behind", u64::from(cut.left_out), &[]);
    if plan.down {
        let right = plan.lanes().to;
        let at = |over: f64, along: f64| plan.point(along, over);
        picture.text(Ink::Accent, 1.0, at(right - 2.0, along - 11.0), kept, Type::SMALL.bold().held(Hold::End).halo());
        picture.text(Ink::Alarm, 1.0, at(right - 2.0, along + 12.0), left, Type::SMALL.bold().held(Hold::End).halo());
        return;
    }
    let x = plan.start + along + plan.lean(along);
    let y = plan.flag.middle() + 2.0;
    let width = |text: &str| scene.width_of(text, 13.0, true);
    // Half of the flag, whose text is as tall as the page's, and room beside it.
    let flag = (scene.width_of(&cut.flag, 15.0, true) / 2.0 + 26.0).max(58.0);
    let right = x + flag + width(&left) <= plan.width - 4.0;
    let mut beside = x - flag;
    if !right {
        // No room behind the cut: both stand before it.
        let at = Point { x: beside, y };
        picture.text(Ink::Alarm, 1.0, at, left.clone(), Type::SMALL.bold().held(Hold::End));
        beside -= width(&left) + 18.0;
    } else {
        picture.text(Ink::Alarm, 1.0, Point { x: x + flag, y }, left, Type::SMALL.bold().held(Hold::Start));
    }
    let place = Rect { x: beside - width(&kept), y: y - 8.0, w: width(&kept), h: 16.0 };
    if place.x >= 4.0 {
        picture.text(Ink::Accent, 1.0, Point { x: beside, y }, kept, Type::SMALL.bold().held(Hold::End));
    }
}
