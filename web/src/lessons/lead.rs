//! Leads the lab to where a step is about, and knows whether it is there yet: a run that was asked for comes later, and whoever goes on
//! meanwhile must not be overtaken by it.

use crate::bench::bus;
use crate::state::{Run, View};
use pitr_protocol::lesson::Stand;

/// Where the lab is on its way to, and what it had on show when it was sent there.
#[derive(Debug, Default)]
pub struct Lead {
    to: Option<(Stand, String)>,
}

/// What the lab is told.
#[derive(Debug, PartialEq)]
enum Way {
    /// The run is on show: only the place and the target.
    Place(Stand),
    Open(String),
}

impl Lead {
    /// Sends the lab to a place of a run.
    pub fn go(&mut self, run: &View<Run>, stand: Stand) {
        carry_out(self.sent(&run.head.script, stand));
    }

    /// A run has come.
    pub fn run_came(&mut self, run: &View<Run>) {
        self.came(&run.head.script).into_iter().for_each(carry_out);
    }

    pub fn is_on_its_way(&self) -> bool {
        self.to.is_some()
    }

    fn sent(&mut self, shown: &str, stand: Stand) -> Way {
        // What has been asked for before would still come and take the place of what is on show: then the same is asked for again.
        if self.to.is_none() && shown == stand.script {
            return Way::Place(stand);
        }
        let script = stand.script.clone();
        self.to = Some((stand, shown.to_owned()));
        Way::Open(script)
    }

    fn came(&mut self, script: &str) -> Option<Way> {
        let (stand, before) = self.to.take()?;
        if stand.script == script {
            return Some(Way::Place(stand));
        }
        // An engine that takes over restores what was on show first. Any other run is somebody's own wish, which goes before.
        if before == script {
            self.to = Some((stand, before));
        }
        None
    }
}

fn carry_out(way: Way) {
    match way {
        Way::Place(stand) => {
            stand.target.iter().for_each(bus::aim_at);
            bus::go_to(stand.step);
        }
        Way::Open(script) => bus::open(&script),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(script: &str, step: u32) -> Stand {
        Stand { script: script.to_owned(), step, target: None }
    }

    #[test]
    fn what_is_on_show_is_not_opened_again() {
        let mut lead = Lead::default();
        assert_eq!(lead.sent("scene", at("scene", 3)), Way::Place(at("scene", 3)));
        assert!(!lead.is_on_its_way());
    }

    #[test]
    fn another_run_is_opened_and_then_stood_in() {
        let mut lead = Lead::default();
        assert_eq!(lead.sent("scene", at("outcome", 7)), Way::Open("outcome".to_owned()));
        assert!(lead.is_on_its_way());
        assert_eq!(lead.came("outcome"), Some(Way::Place(at("outcome", 7))));
        assert!(!lead.is_on_its_way());
    }

    #[test]
    fn who_goes_on_before_a_run_has_come_is_not_overtaken_by_it() {
        let mut lead = Lead::default();
        lead.sent("scene", at("outcome", 7));
        assert_eq!(
            lead.sent("scene", at("scene", 3)),
            Way::Open("scene".to_owned()),
            "it is on show, but not for long"
        );
        assert_eq!(lead.came("scene"), Some(Way::Place(at("scene", 3))));
    }

    #[test]
    fn an_engine_that_takes_over_ends_no_way_and_another_wish_does() {
        let mut lead = Lead::default();
        lead.sent("scene", at("outcome", 7));
        assert_eq!(lead.came("scene"), None);
        assert!(lead.is_on_its_way(), "what was on show is restored first");
        assert_eq!(lead.came("one's own"), None);
        assert!(!lead.is_on_its_way(), "somebody has opened something else");
    }
}
