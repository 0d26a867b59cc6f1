//! The lanes' names. Side by side, as on a phone, each stands in the first line in which it touches no other.

use crate::timeline::layout::{Scene, ground};
use crate::timeline::shapes::Picture;

/// How far down the lines of names are, and how far apart names stay.
const LINES: [f64; 3] = [0.0, 15.0, 30.0];
const GAP: f64 = 5.0;

pub fn draw(scene: &Scene, picture: &mut Picture) {
    let mut ends = LINES.map(|_| f64::MIN);
    ground::names(scene, &mut |mut lane, text, ink| {
        let mut line = 0;
        if scene.plan.down {
            let wide = scene.width_of(&text, 13.0, false);
            // None leaves the picture.
            lane.from = lane.from.min(scene.plan.width - wide - 2.0);
            let free = ends.iter().position(|end| *end + GAP <= lane.from);
            // With no line free it goes where it touches least.
            line = free.unwrap_or_else(|| least(&ends));
            if let Some(end) = ends.get_mut(line) {
                *end = end.max(lane.from + wide);
            }
        }
        ground::name(
            scene,
            picture,
            lane,
            text,
            ink,
            LINES.get(line).copied().unwrap_or_default() - if scene.plan.down { 3.0 } else { 0.0 },
        );
    });
}

fn least(ends: &[f64]) -> usize {
    let all = ends.iter().enumerate();
    all.min_by(|left, right| left.1.total_cmp(right.1)).map_or(0, |(line, _)| line)
}
