//! A run as its operators would have seen it: gauges over all its steps, the alerts that they set off, the recoveries, the boards on which all that stands.
//!
//! Asked for once a run and answered sealed, like all that only the study shows; see [`bench`](crate::bench). Gauges, rules and failures go by their stable names. Times are microseconds, money is
//! millionths of a dollar, shares are thousandths.

use crate::wire::wire;

wire! {
    /// What is seen of a run.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Boards {
        pub gauges: Vec<GaugeTold>,
        /// Each board's name, and which of the gauges are on it.
        pub boards: Vec<(String, Vec<u8>)>,
        /// In the order in which they began.
        pub alerts: Vec<AlertTold>,
        pub rules: Vec<RuleTold>,
        pub restores: Vec<RestoreTold>,
    }

    /// A gauge, and what it shows from each of its changes on.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct GaugeTold {
        pub name: String,
        /// Its number among the metrics of recovery, 1 to 10; 0: it is none of them.
        pub metric: u8,
        pub unit: GaugeUnit,
        /// What it should be at most, or, if `at_least`, at least.
        pub objective: Option<i64>,
        pub at_least: bool,
        /// The steps just after which it changes, and what it shows from there on: as `kinds` say.
        pub steps: Vec<u32>,
        pub kinds: Vec<ShownKind>,
        pub values: Vec<i64>,
    }

    /// What a gauge counts.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum GaugeUnit {
        Time,
        Bytes,
        Count,
        Thousandths,
        MicroDollars,
    }

    /// What a gauge's value is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ShownKind {
        /// There is nothing to be read; 0.
        Unknown,
        /// What it shows.
        Is,
        /// The instant since which the time is told that it shows.
        Since,
    }

    /// What sets an alert off.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RuleTold {
        pub name: String,
        /// The number of the gauge that it looks at; whether it holds above the threshold, else below.
        pub gauge: u8,
        pub above: bool,
        pub threshold: i64,
        /// How long it must hold.
        pub holds_us: i64,
        /// Somebody is woken; else a ticket is written.
        pub pages: bool,
        /// The metrics that feed it.
        pub metrics: Vec<u8>,
    }

    /// An alert.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AlertTold {
        /// The number of its rule.
        pub rule: u8,
        pub from_us: i64,
        /// The first step that is not before that.
        pub step: u32,
        /// When it ended, and the step that ended it.
        pub until: Option<(i64, u32)>,
        /// The worst that was seen.
        pub value: i64,
        /// A recovery that was announced caused it: nobody was called.
        pub muted: bool,
    }

    /// A recovery of the run.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RestoreTold {
        pub step: u32,
        pub at_us: i64,
        pub backup: String,
        /// The step at which it ended.
        pub ended: Option<u32>,
        /// What it took, once it is over.
        pub took_us: i64,
        pub outcome: RestoreOutcome,
        /// The code of its failure, if it failed.
        pub failure: String,
        pub planned: bool,
    }

    /// What came of a recovery.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum RestoreOutcome {
        Running,
        /// It came to its end, and what was recovered was found right.
        Right,
        /// It came to its end, and what was recovered was found wrong.
        Wrong,
        Failed,
    }
}

impl GaugeTold {
    /// What it shows just after a step, at an instant.
    pub fn at(&self, step: u32, now_us: i64) -> Option<i64> {
        let index = self.steps.partition_point(|from| *from <= step).checked_sub(1)?;
        self.value_of(index, now_us)
    }

    /// What it shows from one of its changes on, at an instant before the next.
    pub fn value_of(&self, change: usize, now_us: i64) -> Option<i64> {
        let value = *self.values.get(change)?;
        match self.kinds.get(change)? {
            ShownKind::Unknown => None,
            ShownKind::Is => Some(value),
            ShownKind::Since => Some(now_us.saturating_sub(value).max(0)),
        }
    }

    /// Whether a value is as it should be; `None` where nothing is asked of it.
    pub fn is_met(&self, value: i64) -> Option<bool> {
        let objective = self.objective?;
        Some(if self.at_least { value >= objective } else { value <= objective })
    }
}

impl AlertTold {
    /// Whether it goes on just after a step.
    pub fn goes_on(&self, step: u32) -> bool {
        self.step <= step && self.until.is_none_or(|(_, until)| step < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{open, seal};

    #[test]
    fn a_gauge_is_read_at_a_step() {
        let gauge = GaugeTold {
            name: "point_age".into(),
            metric: 4,
            unit: GaugeUnit::Time,
            objective: Some(300),
            at_least: false,
            steps: vec![2, 5, 9],
            kinds: vec![ShownKind::Is, ShownKind::Since, ShownKind::Unknown],
            values: vec![0, 1_000, 0],
        };
        assert_eq!([1, 2, 4].map(|step| gauge.at(step, 7_000)), [None, Some(0), Some(0)]);
        assert_eq!([gauge.at(5, 1_200), gauge.at(8, 1_301), gauge.at(9, 9_000)], [Some(200), Some(301), None]);
        assert_eq!((gauge.is_met(300), gauge.is_met(301)), (Some(true), Some(false)));
        let boards = Boards { gauges: vec![gauge], boards: vec![("on_call".into(), vec![0])], ..Boards::default() };
        assert_eq!(open(&seal(&boards)), Some(boards));
    }

    #[test]
    fn an_alert_goes_on_from_its_step_to_its_end() {
        let alert = AlertTold { rule: 0, from_us: 5, step: 3, until: Some((9, 6)), value: 1, muted: false };
        assert_eq!([2, 3, 5, 6].map(|step| alert.goes_on(step)), [false, true, true, false]);
        assert!(AlertTold { until: None, ..alert }.goes_on(100));
    }
}
