//! The trade-off: which policies of a grid are not beaten in both of two things at once.

use super::metric::{Direction, Metric};
use super::plan::Plan;
use super::summary::Summary;

/// A policy among others, by two metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of the point.
    pub point: u32,
    pub x: u64,
    pub y: u64,
    /// No other policy is as good in both and better in one.
    pub on_frontier: bool,
    /// It is the policy that the plan is about.
    pub is_current: bool,
}

/// The places of all policies that were measured and recovered each time, by two metrics: the policy's own number, or the worst of its runs. In the order of `x`, then `y`.
pub fn frontier(plan: &Plan, points: &[Summary], x: Metric, y: Metric) -> Vec<Place> {
    let current = plan.point_of_base();
    let sound = points.iter().filter(|point| point.is_sound());
    let mut places: Vec<Place> = sound
        .filter_map(|point| {
            let is_current = current == Some(point.number);
            let (x, y) = (point.worst(x)?, point.worst(y)?);
            Some(Place { point: point.number, x, y, on_frontier: false, is_current })
        })
        .collect();
    places.sort_by_key(|place| (place.x, place.y, place.point));
    let no_worse = |metric: Metric, one: u64, other: u64| match metric.definition().better {
        Direction::Lower => one <= other,
        Direction::Higher => one >= other,
    };
    let on: Vec<bool> = places
        .iter()
        .map(|place| {
            let beats = |other: &Place| {
                let as_good = no_worse(x, other.x, place.x) && no_worse(y, other.y, place.y);
                as_good && (other.x, other.y) != (place.x, place.y)
            };
            !places.iter().any(beats)
        })
        .collect();
    for (place, on) in places.iter_mut().zip(on) {
        place.on_frontier = on;
    }
    places
}
