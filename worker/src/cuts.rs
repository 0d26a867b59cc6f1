//! What a target would do, found out before it is done.
//!
//! The cut is found by reading the archive. The recovery time beside it is measured: the recovery is carried out on a copy of the
//! cluster that nobody sees.

use crate::columns::Columns;
use crate::loaded::Loaded;
use crate::problems;
use crate::reports;
use pitr_engine::script::{parse_target, time_text};
use pitr_engine::{Boundary as Cut, RecordNote, RecoverySpec, Target, find_boundary};
use pitr_protocol::{Boundary, Fate, Granularity, Problem, RecordLine, Signals, TargetKind, TargetSpec};

/// Commits that are shown on each side of the cut.
const SHOWN: usize = 3;

/// A target as the engine takes it.
pub fn read_target(loaded: &Loaded, spec: &TargetSpec) -> Result<RecoverySpec, Problem> {
    let kind = match spec.kind {
        TargetKind::Time => "time",
        TargetKind::Lsn => "lsn",
        TargetKind::Xid => "xid",
    };
    let zone = loaded.base.settings().zone;
    let target =
        parse_target(kind, &spec.text, loaded.noticed(), zone).map_err(|error| problems::of_target_text(&error))?;
    Ok(RecoverySpec { backup: spec.backup.clone(), inclusive: spec.inclusive, ..RecoverySpec::to(target) })
}

/// Why a time cannot be had although a recovery to it would end well: a server starts from a younger backup all the same, stops at
/// the first commit behind it, and gives what the backup holds.
pub fn too_early(loaded: &Loaded, spec: &RecoverySpec) -> Option<Problem> {
    let manifest = loaded.base.cluster().choose_backup(spec).ok()?;
    let Target::Time(time) = spec.target else { return None };
    if time >= manifest.end_time {
        return None;
    }
    let zone = loaded.base.settings().zone;
    let params = vec![
        ("target", time_text(time, zone)),
        ("backup", manifest.label.clone()),
        ("end", time_text(manifest.end_time, zone)),
    ];
    Some(problems::problem("target_before_backup", params))
}

/// The cut that a target makes.
pub fn boundary(loaded: &Loaded, columns: &Columns, asked: &TargetSpec) -> Result<Boundary, Problem> {
    let spec = read_target(loaded, asked)?;
    let cluster = loaded.base.cluster();
    let manifest = cluster.choose_backup(&spec).map_err(|error| problems::of_command(&error))?;
    let cut = find_boundary(cluster.archive(), loaded.base.settings().segment, &manifest, &spec);
    let zone = loaded.base.settings().zone;
    let line = |note: Option<RecordNote>| note.map(|note| reports::line(&note, columns));
    let mut ends: Vec<(RecordLine, bool)> =
        cut.ends.iter().map(|(note, inside)| (reports::line(note, columns), *inside)).collect();
    let archived_to = ends.last().map_or(0, |(line, _)| line.lsn);
    // What had been acknowledged and is not in the archive yet stays behind as well.
    ends.extend(
        reports::commits_from(columns, archived_to.max(cut.cut.0))
            .filter(|line| line.lsn > archived_to)
            .map(|line| (line, false)),
    );
    let first_out = ends.iter().position(|(_, inside)| !*inside).unwrap_or(ends.len());
    let shown = first_out.saturating_sub(SHOWN)..ends.len().min(first_out + SHOWN);
    let around = ends.drain(shown).collect();
    let left_out = reports::commits_from(columns, cut.cut.0).count() as u32;
    let drawn_at = match &spec.target {
        Target::Time(time) => time.0,
        _ => line(cut.last_record_in).map_or(manifest.end_time.0, |line| line.time_us),
    };
    Ok(Boundary {
        spec: asked.clone(),
        backup: manifest.label.clone(),
        resolved: reports::resolved(&spec.target, zone),
        cut_us: drawn_at,
        cut_lsn: cut.cut.0,
        last_in: line(cut.last_in()),
        first_out: line(cut.first_out()),
        last_record_in: line(cut.last_record_in),
        first_record_out: line(cut.first_record_out),
        around,
        kept: cut.commits().0,
        left_out,
        signals: signals(loaded, columns, &spec, &cut),
        problem: too_early(loaded, &spec).or_else(|| cut.outcome.as_ref().err().map(problems::of_failure)),
    })
}

fn signals(loaded: &Loaded, columns: &Columns, spec: &RecoverySpec, cut: &Cut) -> Signals {
    let cluster = loaded.base.cluster();
    let settings = loaded.base.settings();
    let report = match &cut.outcome {
        Ok(_) => loaded.try_recovery(spec).and_then(|cluster| match cluster.recovery()?.outcome()? {
            Ok(report) => Some(report.clone()),
            Err(_) => None,
        }),
        Err(_) => None,
    };
    let (rpo_us, rpo_transactions) = lost_before_the_damage(columns, cut);
    let catalog = cluster.backups().catalog();
    let backup_bytes: u64 = catalog.iter().map(|manifest| manifest.bytes()).sum();
    let log_bytes = cluster.archive().segment_count() as u64 * u64::from(settings.segment.bytes());
    let arrivals = || cluster.archive().segments().map(|(_, _, archived)| archived.at.0);
    let first_opened = columns.head.segments.first().map(|span| span.opened.1);
    Signals {
        rpo_us,
        rpo_transactions,
        rto_us: report.as_ref().map(|report| report.rto().0),
        rto_phases: report.as_ref().map(reports::phases).unwrap_or_default(),
        kept_backup_bytes: backup_bytes.saturating_mul(settings.scale),
        kept_log_bytes: log_bytes.saturating_mul(settings.scale),
        kept_backups: catalog.len() as u32,
        kept_log_us: arrivals().max().zip(first_opened).map_or(0, |(last, first)| (last - first).max(0)),
        granularity: granularity(spec, cut),
    }
}

/// The good commits that the recovery would not have: from the last one kept to the last good one, and how many.
fn lost_before_the_damage(columns: &Columns, cut: &Cut) -> (i64, u32) {
    let head = &columns.head;
    let incident = head.incident.and_then(|index| head.transactions.get(index as usize));
    let damage = incident.and_then(|span| span.end_lsn).unwrap_or(u64::MAX);
    // Transactions stand in the order of their ends, commits so in the order of their records.
    let good: Vec<(u64, i64)> = head
        .transactions
        .iter()
        .filter(|span| span.fate == Fate::Committed)
        .filter_map(|span| Some((span.end_lsn?, span.end_us)))
        .filter(|(lsn, _)| *lsn < damage)
        .collect();
    let kept = good.partition_point(|(lsn, _)| *lsn < cut.cut.0);
    let last_kept = kept.checked_sub(1).and_then(|index| good.get(index)).map_or(head.begin_us, |(_, time)| *time);
    match good.last() {
        Some((_, last)) if kept < good.len() => ((last - last_kept).max(0), (good.len() - kept) as u32),
        _ => (0, 0),
    }
}

/// How fine a target of this kind cuts here: commits of the same instant as those next to the cut fall together for a time.
fn granularity(spec: &RecoverySpec, cut: &Cut) -> Granularity {
    let at_instant = |note: Option<RecordNote>| {
        let time = note.and_then(|note| note.time);
        cut.ends.iter().filter(|(end, _)| time.is_some() && end.time == time).count() as u32
    };
    match spec.target {
        Target::Lsn(_) => Granularity::Record,
        Target::Time(_) => match at_instant(cut.last_in()).max(at_instant(cut.first_out())) {
            0 | 1 => Granularity::Transaction,
            commits_together => Granularity::Instant { commits_together },
        },
        _ => Granularity::Transaction,
    }
}
