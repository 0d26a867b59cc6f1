//! What a target would do, found out before it is done.
//!
//! The cut is found by reading the archive. The recovery time beside it is measured: the recovery is carried out on a copy of the
//! cluster that nobody sees.

use crate::columns::Columns;
use crate::loaded::Loaded;
use crate::path::Path;
use crate::problems::{self, problem};
use crate::{reports, stops};
use pitr_engine::script::{parse_target, time_text};
use pitr_engine::types::TimelineId;
use pitr_engine::{
    AtTarget as EngineAction, BackupVerdict, Boundary as Cut, Cluster, RecordNote, RecoveryReport, RecoverySpec,
    Target, TimelineChoice, choose, find_boundary,
};
use pitr_protocol::{
    Along, AtTarget, Boundary, Granularity, Problem, RecordLine, Signals, TargetKind, TargetSpec, TransactionSpan,
};

/// Commits that are shown on each side of the cut.
const SHOWN: usize = 3;

/// A target as the engine takes it.
pub fn read_target(loaded: &Loaded, spec: &TargetSpec) -> Result<RecoverySpec, Problem> {
    let is_usual = spec.along == Along::Latest && spec.action == AtTarget::Promote && spec.kind.has_sides();
    if !pitr_engine::WHOLE && !is_usual {
        return Err(problem("needs_whole_engine", vec![]));
    }
    let zone = loaded.base.settings().zone;
    let target = parse_target(spec.kind.code(), &spec.text, loaded.noticed(), zone)
        .map_err(|error| problems::of_target_text(&error))?;
    let read = RecoverySpec { backup: spec.backup.clone(), inclusive: spec.inclusive, ..RecoverySpec::to(target) };
    if !pitr_engine::WHOLE {
        return Ok(read);
    }
    let timeline = match spec.along {
        Along::Latest => TimelineChoice::Latest,
        Along::Current => TimelineChoice::Current,
        Along::Number(number) => TimelineChoice::Number(TimelineId(number)),
    };
    let action = match spec.action {
        AtTarget::Promote => EngineAction::Promote,
        AtTarget::Pause => EngineAction::Pause,
        AtTarget::Shutdown => EngineAction::Shutdown,
    };
    Ok(RecoverySpec { timeline, action, ..read })
}

/// A failure in the terms of what was asked: where a name is not met, what names there are.
pub fn in_terms_of(asked: &TargetSpec, loaded: &Loaded, columns: &Columns, failure: Problem) -> Problem {
    if !pitr_engine::WHOLE || asked.kind != TargetKind::Name || failure.code != "target_not_reached" {
        return failure;
    }
    let stops = stops::stops(loaded, columns, TargetKind::Name, asked.along).unwrap_or_default();
    let known: Vec<String> = stops.into_iter().map(|stop| stop.text).collect();
    let code = if known.is_empty() { "no_restore_point" } else { "no_such_restore_point" };
    Problem { place: failure.place, ..problem(code, vec![("name", asked.text.clone()), ("known", known.join(", "))]) }
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
    Some(problem("target_before_backup", params))
}

/// How many records a recovery would replay, as far as can be told beforehand.
#[cfg(feature = "whole")]
pub fn records_to_replay(loaded: &Loaded, columns: &Columns, spec: &RecoverySpec) -> u64 {
    let cluster = loaded.base.cluster();
    let Ok(manifest) = cluster.choose_backup(spec) else { return 0 };
    let size = loaded.base.settings().segment;
    let cut = find_boundary(cluster.archive(), size, &manifest, spec).cut;
    let path = Path::along(columns, cluster.archive(), size, spec.timeline, &manifest);
    let replayed = manifest.redo.0..cut.0;
    let records = columns.records.timeline.iter().zip(&columns.records.lsn);
    records.filter(|(timeline, lsn)| replayed.contains(*lsn) && path.has(**timeline, **lsn)).count() as u64
}

/// The recovery time of a measured recovery, into the boundary that was found without it.
#[cfg(feature = "whole")]
pub fn measured(boundary: &mut Boundary, report: &RecoveryReport) {
    boundary.signals.rto_us = Some(report.rto().0);
    boundary.signals.rto_phases = reports::phases(report);
}

/// The report of a recovery that was tried.
pub fn report_of(cluster: &Cluster) -> Option<RecoveryReport> {
    cluster.recovery()?.outcome()?.ok().cloned()
}

/// The cut that a target makes. `measure` carries the recovery out, to learn what it takes.
pub fn boundary(
    loaded: &Loaded,
    columns: &Columns,
    asked: &TargetSpec,
    measure: impl FnOnce(&RecoverySpec) -> Option<RecoveryReport>,
) -> Result<Boundary, Problem> {
    let spec = read_target(loaded, asked)?;
    let cluster = loaded.base.cluster();
    let manifest = cluster.choose_backup(&spec).map_err(|error| problems::of_command(&error))?;
    let size = loaded.base.settings().segment;
    let cut = find_boundary(cluster.archive(), size, &manifest, &spec);
    let zone = loaded.base.settings().zone;
    let path = Path::along(columns, cluster.archive(), size, spec.timeline, &manifest);
    let line = |note: Option<RecordNote>| note.map(|note| reports::line(&note, columns));
    let mut ends: Vec<(RecordLine, bool)> =
        cut.ends.iter().map(|(note, inside)| (reports::line(note, columns), *inside)).collect();
    let archived_to = ends.last().map_or(0, |(line, _)| line.lsn);
    // What had been acknowledged and is not in the archive yet stays behind as well.
    ends.extend(
        reports::left_behind(columns, &path, cut.cut)
            .filter(|line| line.lsn > archived_to.max(cut.cut.0))
            .map(|line| (line, false)),
    );
    let first_out = ends.iter().position(|(_, inside)| !*inside).unwrap_or(ends.len());
    let shown = first_out.saturating_sub(SHOWN)..ends.len().min(first_out + SHOWN);
    let around = ends.drain(shown).collect();
    let left_out = reports::left_behind(columns, &path, cut.cut).count() as u32;
    let drawn_at = match &spec.target {
        Target::Time(time) => time.0,
        _ => line(cut.last_record_in).map_or(manifest.end_time.0, |line| line.time_us),
    };
    Ok(Boundary {
        spec: asked.clone(),
        backup: manifest.label.clone(),
        passed_over: passed_over(loaded, &spec),
        resolved: reports::resolved(&spec.target, zone),
        cut_us: drawn_at,
        cut_lsn: cut.cut.0,
        followed: path.timeline(),
        last_in: line(cut.last_in()),
        first_out: line(cut.first_out()),
        last_record_in: line(cut.last_record_in),
        first_record_out: line(cut.first_record_out),
        around,
        kept: cut.commits().0,
        left_out,
        signals: signals(loaded, columns, &spec, &cut, &path, measure),
        problem: too_early(loaded, &spec).or_else(|| {
            let failure = problems::of_failure(cut.outcome.as_ref().err()?);
            Some(in_terms_of(asked, loaded, columns, failure))
        }),
    })
}

/// The backups that are newer than the one that is chosen, and why none of them is.
fn passed_over(loaded: &Loaded, spec: &RecoverySpec) -> Vec<Problem> {
    if !pitr_engine::WHOLE || spec.backup.is_some() {
        return Vec::new();
    }
    let cluster = loaded.base.cluster();
    let choice = choose(cluster.backups(), cluster.archive(), loaded.base.settings().segment, spec);
    if choice.chosen.is_none() {
        return Vec::new();
    }
    let newer = choice.considered.into_iter().take_while(|(_, verdict)| *verdict != BackupVerdict::Chosen);
    let why = |(label, verdict)| match verdict {
        BackupVerdict::Rejected(failure) => {
            let mut why = problems::of_failure(&failure);
            why.params.insert(0, ("newer".to_owned(), label));
            Some(why)
        }
        _ => None,
    };
    newer.filter_map(why).collect()
}

fn signals(
    loaded: &Loaded,
    columns: &Columns,
    spec: &RecoverySpec,
    cut: &Cut,
    path: &Path,
    measure: impl FnOnce(&RecoverySpec) -> Option<RecoveryReport>,
) -> Signals {
    let cluster = loaded.base.cluster();
    let settings = loaded.base.settings();
    let report = match &cut.outcome {
        // What is measured is the way to a server that takes connections, whatever is to happen at the target.
        Ok(_) => measure(&RecoverySpec { action: EngineAction::Promote, ..spec.clone() }),
        Err(_) => None,
    };
    let (rpo_us, rpo_transactions) = lost_before_the_damage(columns, cut, path);
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
fn lost_before_the_damage(columns: &Columns, cut: &Cut, path: &Path) -> (i64, u32) {
    let head = &columns.head;
    let incident = head.incident.and_then(|index| head.transactions.get(index as usize));
    let damage = incident.map_or(u32::MAX, |span| span.end_step);
    // Transactions stand in the order of their ends.
    let good: Vec<&TransactionSpan> = reports::acknowledged(columns).filter(|span| span.end_step < damage).collect();
    let is_kept = |span: &&&TransactionSpan| path.has_end(columns, span, cut.cut);
    let last_kept = good.iter().rfind(is_kept).map_or(head.begin_us, |span| span.end_us);
    let lost = good.iter().filter(|span| !is_kept(span)).count() as u32;
    match good.last() {
        Some(last) if lost > 0 => ((last.end_us - last_kept).max(0), lost),
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
