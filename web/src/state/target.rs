//! The recovery target on the page: as it was given, and where the worker says that it cuts.

use crate::format;
use crate::state::{Run, View};
use pitr_protocol::{Boundary, Problem, Stop, TargetKind, TargetSpec};

/// The target, and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub spec: TargetSpec,
    /// Where the latest target that could be read cuts the log. While a new one is being read it is still the one before: see `is_settled`.
    pub boundary: Option<View<Boundary>>,
    /// Why the target as given cannot be read.
    pub problem: Option<Problem>,
    /// The places where a recovery can stop, in log order, in the terms of `spec.kind`.
    pub stops: View<Vec<Stop>>,
    /// False while they are being looked for.
    pub stops_known: bool,
    /// Whether somebody has moved the target since the run was loaded.
    pub touched: bool,
}

impl Default for Target {
    fn default() -> Target {
        Target {
            spec: TargetSpec::new(TargetKind::Time, ""),
            boundary: None,
            problem: None,
            stops: View::new(Vec::new()),
            stops_known: false,
            touched: false,
        }
    }
}

impl Target {
    /// Whether `boundary` is that of `spec`.
    pub fn is_settled(&self) -> bool {
        self.boundary.as_ref().is_some_and(|boundary| boundary.spec == self.spec)
    }

    /// The boundary, if it is that of `spec`.
    pub fn settled(&self) -> Option<&Boundary> {
        self.boundary.as_deref().filter(|boundary| boundary.spec == self.spec)
    }

    /// Which of the stops the target is at or next to; `None` if there are none.
    pub fn stop_index(&self) -> Option<usize> {
        if let Some(exact) = self.stops.iter().position(|stop| stop.text == self.spec.text) {
            return Some(exact);
        }
        let boundary = self.boundary.as_deref()?;
        let distance = |stop: &Stop| match self.spec.kind {
            TargetKind::Time => stop.time_us.abs_diff(boundary.cut_us),
            _ => stop.lsn.abs_diff(boundary.cut_lsn),
        };
        (0..self.stops.len()).min_by_key(|index| distance(&self.stops[*index]))
    }
}

/// The target of another kind that makes the same cut: its text, and whether it must be inclusive. `None` if the cut has no neighbour to name.
pub fn same_cut(run: &Run, boundary: &Boundary, kind: TargetKind) -> Option<(String, bool)> {
    match kind {
        TargetKind::Lsn => {
            let lsn = boundary.first_record_out.as_ref().map_or(boundary.cut_lsn, |record| record.lsn);
            Some((format::lsn(lsn), false))
        }
        TargetKind::Xid => match (&boundary.first_out, &boundary.last_in) {
            (Some(out), _) => Some((out.xid.to_string(), false)),
            (None, Some(last)) => Some((last.xid.to_string(), true)),
            (None, None) => None,
        },
        TargetKind::Time => {
            let text = |us: i64| format::target_time(us, run.head.end_us, run.head.zone_offset_s);
            match (&boundary.last_in, &boundary.first_out) {
                (last, Some(out)) => {
                    let second_before = (out.time_us - 1).div_euclid(1_000_000) * 1_000_000;
                    match last {
                        Some(last) if last.time_us > second_before => Some((text(out.time_us), false)),
                        _ => Some((text(second_before), true)),
                    }
                }
                (Some(last), None) => Some((text(last.time_us), true)),
                (None, None) => None,
            }
        }
        TargetKind::Name => None,
        TargetKind::Immediate | TargetKind::End => Some((String::new(), true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::{Granularity, RecordKind, RecordLine, Signals};

    const THREE: i64 = 1_772_593_200_000_000; // 2026-03-04 03:00 UTC

    fn line(xid: u32, lsn: u64, time_us: i64) -> RecordLine {
        RecordLine { lsn, end_lsn: lsn + 40, time_us, xid, kind: RecordKind::Commit, statement: String::new() }
    }

    fn boundary(last_in: Option<RecordLine>, first_out: Option<RecordLine>) -> Boundary {
        Boundary {
            spec: Target::default().spec,
            backup: "b1".into(),
            passed_over: Vec::new(),
            resolved: String::new(),
            cut_us: THREE - 1_000_000,
            cut_lsn: 0x4d10,
            followed: 1,
            last_record_in: last_in.clone(),
            first_record_out: first_out.clone(),
            last_in,
            first_out,
            around: Vec::new(),
            kept: 11,
            left_out: 3,
            signals: Signals {
                rpo_us: 0,
                rpo_transactions: 0,
                rto_us: None,
                rto_phases: Vec::new(),
                kept_backup_bytes: 0,
                kept_log_bytes: 0,
                kept_backups: 1,
                kept_log_us: 0,
                granularity: Granularity::Transaction,
            },
            problem: None,
        }
    }

    #[test]
    fn another_kind_makes_the_same_cut() {
        let run = Run {
            head: pitr_protocol::RunHead { end_us: THREE + 600_000_000, ..Default::default() },
            ..Default::default()
        };
        let cut = boundary(Some(line(112, 0x4088, THREE - 300_000_000)), Some(line(113, 0x4d10, THREE)));
        assert_eq!(same_cut(&run, &cut, TargetKind::Time), Some(("02:59:59".into(), true)));
        assert_eq!(same_cut(&run, &cut, TargetKind::Xid), Some(("113".into(), false)));
        assert_eq!(same_cut(&run, &cut, TargetKind::Lsn), Some(("0/4D10".into(), false)));

        let close = boundary(Some(line(112, 0x4088, THREE - 300_000)), Some(line(113, 0x4d10, THREE)));
        assert_eq!(same_cut(&run, &close, TargetKind::Time), Some(("03:00:00".into(), false)), "the same second");

        let end = boundary(Some(line(115, 0x5c00, THREE)), None);
        assert_eq!(same_cut(&run, &end, TargetKind::Xid), Some(("115".into(), true)));
        assert_eq!(same_cut(&run, &boundary(None, None), TargetKind::Xid), None);
    }

    #[test]
    fn the_slider_finds_its_place() {
        let stop = |text: &str, time_us, lsn| Stop { text: text.into(), time_us, lsn, xid: 1 };
        let mut target = Target { stops: View::new(vec![stop("a", 10, 1), stop("b", 20, 2)]), ..Default::default() };
        assert_eq!(target.stop_index(), None);
        target.spec.text = "b".into();
        assert_eq!(target.stop_index(), Some(1));
        target.spec.text = "typed".into();
        target.boundary = Some(View::new(Boundary { cut_us: 12, ..boundary(None, None) }));
        assert_eq!(target.stop_index(), Some(0));
    }
}
