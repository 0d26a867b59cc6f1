//! A run as its operators would have seen it: gauges at every step, the alerts that they set off, the recoveries, and the boards on which all that stands.
//!
//! A [`Watch`] goes through the events of a run that was carried out, a piece at a time. Gauges follow the events, so that nothing is too short to be seen, and an alert begins at the very step at
//! which its rule has held for long enough. What only the cluster can tell (what lies in the stores, what can be recovered with it, what came of a recovery) is asked of the run's
//! state at the steps where it changes; in a run of many steps at so many of them as are to be seen.
//!
//! Invariants: nothing here changes what it watches; integers alone; a [`Watched`] says the same however the run is cut into pieces.

mod column;
mod edge;
mod gauge;
mod restores;
mod rule;
mod stores;
#[cfg(test)]
mod tests;

pub use column::Column;
pub use gauge::{BOARDS, Gauge, Reading};
pub use restores::{Ended, PLANNED, Restore};
pub use rule::{Alert, Rule};

use crate::cluster::{Event, EventKind};
use crate::run::Run;
use crate::types::Micros;
use edge::Edge;
use restores::Restores;
use rule::Watcher;
use stores::{Stirred, Stores};

/// Changes that are kept of each gauge, and looks at the stores, of a run that has more.
const MOST_CHANGES: u32 = 8_192;
const MOST_LOOKS: u32 = 128;
/// A run of fewer events is looked at whenever something changes.
const SHORT: usize = 20_000;
/// So many events are as much work as one look.
const LOOK_COSTS: usize = 256;

/// What is seen of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// In the order of [`Gauge::ALL`].
    pub columns: Vec<Column>,
    /// In the order in which they began.
    pub alerts: Vec<Alert>,
    pub restores: Vec<Restore>,
    /// The time of the last step.
    pub end: Micros,
}

/// A run that is gone through.
#[derive(Debug)]
pub struct Watch {
    next: usize,
    columns: Vec<Column>,
    watchers: Vec<Watcher>,
    alerts: Vec<Alert>,
    edge: Edge,
    restores: Restores,
    stores: Stores,
    stirred: Stirred,
    /// When the stores were looked at last, and how far apart looks have to be.
    looked: usize,
    apart: usize,
    errors: i64,
}

impl Watch {
    /// At the beginning of a run.
    pub fn new(run: &Run) -> Watch {
        let steps = run.events().len() as u32;
        let settings = run.settings();
        Watch {
            next: 0,
            columns: Gauge::ALL.iter().map(|_| Column::new(steps, MOST_CHANGES)).collect(),
            watchers: Rule::ALL.iter().map(|rule| Watcher::new(*rule, settings)).collect(),
            alerts: Vec::new(),
            edge: Edge::new(settings.segment),
            restores: Restores::default(),
            stores: Stores::new(),
            stirred: Stirred::Not,
            looked: 0,
            apart: if steps as usize > SHORT { (steps / MOST_LOOKS) as usize } else { 0 },
            errors: 0,
        }
    }

    /// Goes through so many of the run's events, or fewer where there is more to be looked at; whether those were the last.
    pub fn go_on(&mut self, run: &Run, events: usize) -> bool {
        let mut left = events;
        while let Some(event) = run.events().get(self.next).filter(|_| left > 0) {
            let looked = self.step(run, event);
            self.next += 1;
            left = left.saturating_sub(if looked { LOOK_COSTS } else { 1 });
        }
        self.next >= run.events().len()
    }

    /// How many of the run's events it has gone through.
    pub fn gone(&self) -> usize {
        self.next
    }

    /// What was seen, once all of it has been gone through.
    pub fn finish(mut self, run: &Run) -> Watched {
        self.columns.iter_mut().for_each(Column::settle);
        self.alerts.extend(self.watchers.iter().filter_map(Watcher::goes_on));
        self.alerts.sort_by_key(|alert| (alert.from, alert.rule));
        let end = run.events().last().map_or(run.begin(), |last| last.at);
        Watched { columns: self.columns, alerts: self.alerts, restores: self.restores.all, end }
    }

    /// Takes one event in; whether the run's state was asked for.
    fn step(&mut self, run: &Run, event: &Event) -> bool {
        let step = self.next as u32;
        let mut asked = false;
        // What was so until now may have been so for long enough before the event.
        self.heed(event.at, step);
        self.edge.hear(event);
        self.set(Gauge::PointAge, step, self.edge.point_age());
        self.set(Gauge::Backlog, step, Reading::Is(self.edge.backlog() as i64));
        let at = self.next;
        if self.restores.hear(step, event, || run.state_at(at)) {
            asked |= matches!(event.kind, EventKind::RecoveryFinished);
            self.show_restores(step);
        }
        if is_error(&event.kind) {
            self.errors += 1;
        }
        self.set(Gauge::Errors, step, Reading::Is(self.errors));
        self.stirred = self.stirred.max(Stores::stirred(&event.kind));
        // What happens at one instant is looked at once.
        let next = run.events().get(at + 1);
        let is_settled = next.is_none_or(|next| next.at > event.at);
        let is_due = next.is_none() || at >= self.looked + self.apart;
        if is_settled && is_due && self.stirred > Stirred::Not {
            let stirred = if self.edge.has_hole() { Stirred::Damaged } else { self.stirred };
            self.stores.look(&run.state_at(at), &self.edge, stirred);
            (self.looked, self.stirred, asked) = (at, Stirred::Not, true);
            self.show_stores(step);
        }
        if is_settled {
            let settings = run.settings();
            let grace = Micros(Rule::PointAge.threshold(settings));
            let window = settings.archiving.retention;
            let coverage = self.stores.coverage(&self.edge, event.at, run.begin(), window, grace);
            self.set(Gauge::Coverage, step, coverage);
        }
        self.heed(event.at, step);
        asked
    }

    fn set(&mut self, gauge: Gauge, step: u32, reading: Reading) {
        self.columns[gauge as usize].push(step, reading);
    }

    fn show_restores(&mut self, step: u32) {
        let [success, validation] = self.restores.rates();
        let divergence = self.restores.divergence.map_or(Reading::Unknown, Reading::Is);
        let shown = [
            (Gauge::SuccessRate, success),
            (Gauge::ValidationRate, validation),
            (Gauge::RestoreTime, self.restores.took()),
            (Gauge::Restoring, self.restores.restoring()),
            (Gauge::Replayed, Reading::Is(self.restores.replayed as i64)),
            (Gauge::ReplayRate, self.restores.rate()),
            (Gauge::Invalid, Reading::Is(self.restores.invalid)),
            (Gauge::Failed, Reading::Is(self.restores.failed)),
            (Gauge::Divergence, divergence),
        ];
        shown.into_iter().for_each(|(gauge, reading)| self.set(gauge, step, reading));
    }

    fn show_stores(&mut self, step: u32) {
        let [complete, broken] = self.stores.backups();
        let shown = [
            (Gauge::Backups, Reading::Is(complete)),
            (Gauge::Broken, Reading::Is(broken)),
            (Gauge::Gaps, Reading::Is(self.stores.gaps())),
            (Gauge::Stored, Reading::Is(self.stores.stored)),
            (Gauge::CostPerGb, self.stores.cost_per_gb),
        ];
        shown.into_iter().for_each(|(gauge, reading)| self.set(gauge, step, reading));
    }

    /// Lets the rules look at their gauges.
    fn heed(&mut self, now: Micros, step: u32) {
        let planned = self.restores.is_planned();
        for watcher in &mut self.watchers {
            let (gauge, _) = watcher.rule().watches();
            self.alerts.extend(watcher.look(self.columns[gauge as usize].now(), now, step, planned));
        }
    }
}

/// Whether somebody was told that something failed.
fn is_error(kind: &EventKind) -> bool {
    use crate::archive::Archiving;
    match kind {
        EventKind::StatementFailed { .. }
        | EventKind::ScheduledRefused { .. }
        | EventKind::MergeFailed { .. }
        | EventKind::BackupPassedOver { .. }
        | EventKind::RecoveryFailed { .. } => true,
        EventKind::Archiving(archiving) => matches!(
            archiving,
            Archiving::Failed { .. }
                | Archiving::DuplicateRefused { .. }
                | Archiving::NoKey { .. }
                | Archiving::DiskFull { .. }
        ),
        _ => false,
    }
}

/// Watches a run from its beginning to its end.
pub fn watch(run: &Run) -> Watched {
    let mut watch = Watch::new(run);
    while !watch.go_on(run, usize::MAX) {}
    watch.finish(run)
}

impl Watched {
    pub fn column(&self, gauge: Gauge) -> &Column {
        &self.columns[gauge as usize]
    }

    /// The alerts that go on just after a step.
    pub fn firing(&self, step: u32) -> impl Iterator<Item = &Alert> {
        let goes_on = move |alert: &&Alert| alert.step <= step && alert.until.is_none_or(|(_, until)| step < until);
        self.alerts.iter().filter(goes_on)
    }
}
