//! The target: how it is changed, and what is asked of the worker about it.

use super::{Effect, Model};
use crate::state::{View, same_cut};
use pitr_protocol::{Request, Stop, TargetKind, TargetSpec};

impl Model {
    pub(super) fn set_target(&mut self, spec: TargetSpec, effects: &mut Vec<Effect>) {
        if self.target.spec == spec {
            return;
        }
        let other_log = self.target.spec.along != spec.along;
        self.target.spec = spec;
        self.target.touched = true;
        self.outcome.refused = None;
        if other_log {
            self.ask_stops(effects);
        }
        if self.target.spec.is_given() {
            self.ask_boundary(effects);
        }
    }

    pub(super) fn set_text(&mut self, text: String, effects: &mut Vec<Effect>) {
        self.set_target(TargetSpec { text, ..self.target.spec.clone() }, effects);
    }

    pub(super) fn set_kind(&mut self, kind: TargetKind, effects: &mut Vec<Effect>) {
        if kind == self.target.spec.kind {
            return;
        }
        let same = self.target.boundary.as_ref().and_then(|boundary| same_cut(&self.run, boundary, kind));
        let spec = &mut self.target.spec;
        spec.kind = kind;
        (spec.text, spec.inclusive) = same.unwrap_or_else(|| (String::new(), true));
        self.target.touched = true;
        self.target.problem = None;
        self.outcome.refused = None;
        self.ask_stops(effects);
        if self.target.spec.is_given() {
            self.ask_boundary(effects);
        }
    }

    pub(super) fn ask_boundary(&mut self, effects: &mut Vec<Effect>) {
        let spec = self.target.spec.clone();
        if let Some(spec) = self.boundary.want(spec) {
            self.send_boundary(spec, effects);
        }
    }

    pub(super) fn send_boundary(&mut self, spec: TargetSpec, effects: &mut Vec<Effect>) {
        let id = self.send(Request::Boundary(spec.clone()), effects);
        self.boundary.sent(id);
        self.boundary_asked = Some((id, spec));
    }

    pub(super) fn ask_stops(&mut self, effects: &mut Vec<Effect>) {
        let TargetSpec { kind, along, .. } = self.target.spec;
        self.target.stops = View::new(Vec::new());
        self.target.stops_known = false;
        self.stops_asked = Some(self.send(Request::Stops { kind, along }, effects));
    }

    pub(super) fn heard_stops(&mut self, stops: Vec<Stop>, effects: &mut Vec<Effect>) {
        self.stops_asked = None;
        self.target.stops = View::new(stops);
        self.target.stops_known = true;
        // A kind whose target is still to be given begins with the stop that is nearest to the cut.
        if !self.target.spec.is_given()
            && let Some(stop) = self.target.stop_index().or(self.target.stops.len().checked_sub(1))
            && let Some(stop) = self.target.stops.get(stop)
        {
            self.target.spec.text = stop.text.clone();
            self.ask_boundary(effects);
        }
    }
}
