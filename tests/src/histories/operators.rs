//! What the operator does, and which recoveries are tried.

use super::teller::{OPERATOR, Teller};
use pitr_engine::types::{Lsn, Micros, TimelineId, Xid};
use pitr_engine::{AtTarget, Command, Fault, Manifest, RecoverySpec, Target, TimelineChoice};

impl Teller {
    /// One of the operator's verbs.
    pub(super) fn operate(&mut self) {
        match self.random.weighted(&[20, 20, 20, 8, 12, 8, 4]) {
            0 => self.does(Command::Checkpoint),
            1 => self.does(Command::SwitchSegment),
            2 => {
                // Names come again: the first in the log counts.
                let name = format!("r{}", self.random.below(6));
                self.does(Command::RestorePoint { name });
            }
            3 => self.begin_backup(),
            4 => self.go_on_with_backup(),
            5 => self.set_clock(),
            _ => self.break_or_load(),
        }
    }

    fn does(&mut self, command: Command) {
        self.send(OPERATOR, command);
    }

    pub(super) fn begin_backup(&mut self) {
        let label = self.new_name("backup-");
        let by_hand = self.random.chance(40);
        let complete = self.cluster.backups().catalog();
        if !complete.is_empty() && self.random.chance(40) {
            let parent = if self.random.chance(50) { self.random.pick(&complete) } else { None };
            let parent = parent.map(|manifest| manifest.label.clone());
            return self.does(Command::IncrementalBackup { label, parent, by_hand });
        }
        self.does(if by_hand { Command::BackupStart { label } } else { Command::Backup { label } });
    }

    fn go_on_with_backup(&mut self) {
        let label = format!("backup-{}", self.names);
        let labels: Vec<String> = self.cluster.backups().iter().map(|(label, _)| label.to_owned()).collect();
        let label = self.random.pick(&labels).cloned().unwrap_or(label);
        let stop = self.random.chance(60);
        self.does(if stop { Command::BackupStop { label } } else { Command::BackupCopy { label } });
    }

    fn set_clock(&mut self) {
        let by = self.random.between(-1_800_000_000, 1_800_000_000);
        self.does(Command::SetClock { to: self.cluster.timestamp() + Micros(by) });
    }

    fn break_or_load(&mut self) {
        if self.plot.workloads && self.random.chance(40) {
            if let Some(table) = self.tables(OPERATOR).first().cloned() {
                let every = Micros::seconds(self.random.between(60, 900));
                self.does(Command::Workload { table, every });
            }
            return;
        }
        if self.plot.faults {
            let timelines = 1 + self.cluster.archive().histories().count() as u64;
            let timeline = TimelineId(1 + self.random.below(timelines) as u32);
            let segments: Vec<_> = self.cluster.archive().segments().map(|(of, number, _)| (of, number)).collect();
            let fault = match self.random.weighted(&[40, 40, 20]) {
                0 => self.random.pick(&segments).map(|(timeline, segment)| {
                    let (timeline, segment) = (*timeline, *segment);
                    Fault::LoseSegment { timeline, segment }
                }),
                1 => self.random.pick(&self.records).map(|(timeline, record)| {
                    let (timeline, lsn) = (TimelineId(*timeline), record.lsn);
                    Fault::CorruptRecord { timeline, lsn }
                }),
                _ => Some(Fault::LoseHistory { timeline }),
            };
            if let Some(fault) = fault {
                self.does(Command::Damage(fault));
            }
        }
    }

    /// A recovery that is likely to come to its end.
    pub(super) fn safe_recovery(&mut self) -> RecoverySpec {
        let mut spec = RecoverySpec::to(if self.random.chance(50) { Target::End } else { Target::Immediate });
        spec.backup = self.a_backup().map(|manifest| manifest.label);
        if self.random.chance(50) {
            spec.timeline = TimelineChoice::Current;
        }
        spec
    }

    /// Any recovery at all.
    pub(super) fn recovery(&mut self) -> RecoverySpec {
        if self.random.chance(12)
            && let Some(spec) = self.recovery_into_a_window()
        {
            return spec;
        }
        let manifest = self.a_backup();
        let mut spec = RecoverySpec::to(self.target(manifest.as_ref()));
        spec.backup = if self.random.chance(80) { manifest.map(|manifest| manifest.label) } else { None };
        let can_exclude = matches!(spec.target, Target::Time(_) | Target::Lsn(_) | Target::Xid(_));
        spec.inclusive = !can_exclude || self.random.chance(60);
        let timelines = 1 + self.cluster.archive().histories().count() as u64;
        spec.timeline = match self.random.weighted(&[70, 15, 15]) {
            0 => TimelineChoice::Latest,
            1 => TimelineChoice::Current,
            _ => TimelineChoice::Number(TimelineId(1 + self.random.below(timelines + 1) as u32)),
        };
        if self.random.chance(15) {
            spec.action = AtTarget::Pause;
        }
        spec
    }

    /// A recovery from one backup to a place where another was just being taken: on the timeline that it begins the other is cut off.
    fn recovery_into_a_window(&mut self) -> Option<RecoverySpec> {
        let catalog = self.cluster.backups().catalog();
        let cut_off = self.random.pick(&catalog)?.clone();
        let within = |at: Lsn, of: u32| of == cut_off.timeline.0 && cut_off.checkpoint < at && at < cut_off.end;
        let records: Vec<Lsn> =
            self.records.iter().filter(|(of, record)| within(record.lsn, *of)).map(|(_, record)| record.lsn).collect();
        let lsn = self.random.pick(&records).copied()?;
        let earlier: Vec<Manifest> = catalog.into_iter().filter(|manifest| manifest.end <= lsn).collect();
        let backup = self.random.pick(&earlier)?.label.clone();
        let timeline = TimelineChoice::Number(cut_off.timeline);
        Some(RecoverySpec { backup: Some(backup), timeline, ..RecoverySpec::to(Target::Lsn(lsn)) })
    }

    fn a_backup(&mut self) -> Option<Manifest> {
        let catalog = self.cluster.backups().catalog();
        match catalog.last() {
            Some(last) if self.random.chance(60) => Some(last.clone()),
            _ => self.random.pick(&catalog).cloned(),
        }
    }

    /// A target, mostly behind the backup.
    fn target(&mut self, manifest: Option<&Manifest>) -> Target {
        let from = manifest.filter(|_| self.random.chance(80)).map_or(Lsn::ZERO, |manifest| manifest.end);
        let records: Vec<_> = self.records.iter().map(|(_, record)| *record).filter(|note| note.lsn >= from).collect();
        let Some(record) = self.random.pick(&records).copied() else {
            return Target::End;
        };
        let ends: Vec<_> = records.iter().filter(|note| note.time.is_some()).collect();
        match self.random.weighted(&[30, 15, 20, 15, 5, 20]) {
            0 => {
                let time = self.random.pick(&ends).and_then(|note| note.time).unwrap_or(self.cluster.timestamp());
                Target::Time(time + Micros(self.random.between(-1, 1)))
            }
            1 => Target::Lsn(record.lsn.advanced(self.random.below(3) * 4)),
            2 => Target::Xid(Xid(record.xid.0.max(1))),
            3 => Target::Name(self.random.pick(&self.restore_points).cloned().unwrap_or("none".to_owned())),
            4 => Target::Immediate,
            _ => Target::End,
        }
    }
}
