//! The lanes as things that can be pointed at: a session's is the session, each other is a part of the machine.

use super::Deep;
use crate::bench::parts;
use crate::bench::point::{Kind, Pointed};
use crate::state::Run;
use crate::timeline::layout::{Lane, Plan, Scene};
use crate::timeline::shapes::{Ink, Picture, Point, Stroke};
use crate::timeline::stage::Draw;
use web_sys::HtmlElement;

/// The lanes, each with what it stands for.
fn all(run: &Run, plan: &Plan) -> Vec<(Lane, Pointed)> {
    let sessions = plan.sessions.iter().zip(&run.head.sessions);
    let sessions = sessions.map(|(lane, session)| (*lane, Pointed::named(Kind::Session, run.name(*session))));
    let rest = [
        (Some(plan.log), "log"),
        (Some(plan.segments), "segments"),
        (Some(plan.archive), "archive"),
        (Some(plan.backups), "snapshots"),
        (Some(plan.timelines), "timelines"),
        (plan.server, "server"),
    ];
    let rest = rest.into_iter().filter_map(|(lane, code)| Some((lane?, Pointed::named(Kind::Part, code))));
    sessions.chain(rest).collect()
}

/// The lane at a point, its name at its beginning included.
fn at(run: &Run, plan: &Plan, point: Point) -> Option<Pointed> {
    let (along, over) = (plan.along(point), if plan.down { point.x } else { point.y });
    let holds = |lane: &Lane| over >= lane.from && over < lane.to && along <= plan.length + 8.0;
    all(run, plan).into_iter().find(|(lane, _)| holds(lane)).map(|(_, thing)| thing)
}

/// The lanes that are lit while something is pointed at.
fn lit(run: &Run, plan: &Plan, pointed: &Pointed) -> Vec<(Lane, Pointed)> {
    let name = |thing: &Pointed| thing.name.clone().unwrap_or_default();
    let is_lit = |(_, lane): &(Lane, Pointed)| match (pointed.kind, lane.kind) {
        (Kind::Session, Kind::Session) => pointed.name == lane.name,
        (Kind::Part, Kind::Session) => name(pointed) == parts::SESSIONS,
        (Kind::Part, Kind::Part) => parts::belong(&name(pointed), &name(lane)),
        _ => false,
    };
    all(run, plan).into_iter().filter(is_lit).collect()
}

/// Frames the lanes that are lit, with their names.
pub fn draw(scene: &Scene, picture: &mut Picture, pointed: &Pointed) {
    let plan = scene.plan;
    for (lane, _) in lit(scene.run, plan, pointed) {
        let frame = plan.rect((1.0 - plan.start, plan.length + 6.0), (lane.from + 1.0, lane.to - 1.0));
        picture.outline(Ink::Accent, 1.0, frame, 6.0, 2.0, Stroke::Solid);
    }
}

impl Deep {
    /// Where the lanes lie.
    fn lanes_plan(&self) -> Option<Plan> {
        let width = self.host.cast::<HtmlElement>()?.client_width();
        (width > 0 && self.run.is_there()).then(|| self.depth.plan(&self.run, width.into(), self.laid.down))
    }

    /// The lane that lies there.
    pub fn lane_at(&self, point: Point) -> Option<Pointed> {
        at(&self.run, &self.lanes_plan()?, point)
    }

    /// Names of the lanes that are lit.
    pub fn lanes_lit(&self) -> String {
        let is_of_lanes = matches!(self.pointed.kind, Kind::Session | Kind::Part);
        let plan = is_of_lanes.then(|| self.lanes_plan()).flatten();
        let lanes = plan.map(|plan| lit(&self.run, &plan, &self.pointed)).unwrap_or_default();
        lanes.into_iter().filter_map(|(_, lane)| lane.name).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::draw::deepened;
    use super::super::samples::many;
    use super::*;

    fn plan(run: &Run, width: f64) -> Plan {
        deepened(Plan::new(run, width, width < 560.0), run, false)
    }

    #[test]
    fn each_lane_is_found_by_its_name_and_by_its_middle() {
        let run = many(10);
        for width in [1360.0, 356.0] {
            let plan = plan(&run, width);
            for (lane, thing) in all(&run, &plan) {
                for along in [8.0 - plan.start, plan.length / 2.0] {
                    assert_eq!(at(&run, &plan, plan.point(along, lane.middle())).as_ref(), Some(&thing), "{along}");
                }
            }
            assert_eq!(at(&run, &plan, plan.point(10.0, plan.labels.middle())), None, "the axis is no lane");
        }
    }

    #[test]
    fn a_box_of_the_machine_lights_its_lanes() {
        let run = many(10);
        let plan = plan(&run, 1360.0);
        let of = |thing: Pointed| -> Vec<String> {
            lit(&run, &plan, &thing).into_iter().filter_map(|(_, lane)| lane.name).collect()
        };
        assert_eq!(of(Pointed::named(Kind::Part, "disk")), ["log", "segments"]);
        assert_eq!(of(Pointed::named(Kind::Part, "sessions")), ["app-1", "app-2"]);
        assert_eq!(of(Pointed::named(Kind::Session, "app-2")), ["app-2"]);
        assert!(of(Pointed::named(Kind::Part, "pages")).is_empty() && of(Pointed::default()).is_empty());
    }
}
