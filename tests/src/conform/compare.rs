//! A recorded recovery, asked of the engine, and how what comes of it differs.

use super::places::Places;
use super::play::{BUDGET, OPERATOR, Played, ROUNDS_MAX};
use super::recording::{
    Action, Along, Outcome, Paused, RecordedFault, RecordedRecovery, RecordedTarget, Tables, TargetKind,
};
use super::server_log;
use super::texts::{without_comments, without_lsns};
use super::zones::{Refused, read_target};
use core::fmt;
use pitr_engine::types::{Micros, TimelineId, Value, Xid};
use pitr_engine::{
    Archive, AtTarget, Cluster, Command, Event, Fault, Recovery, RecoveryReport, RecoverySpec, Server, Target,
    TimelineChoice,
};
use std::collections::BTreeMap;

/// A point on which engine and recording differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub what: String,
    pub expected: String,
    pub got: String,
}

impl Difference {
    pub fn new(what: impl fmt::Display, expected: impl fmt::Display, got: impl fmt::Display) -> Difference {
        Difference { what: what.to_string(), expected: expected.to_string(), got: got.to_string() }
    }
}

/// In one line.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |text: &str| text.replace('\n', "\\n");
        write!(f, "{}: expected {}, got {}", self.what, line(&self.expected), line(&self.got))
    }
}

/// The engine's word for a timeline to follow.
pub fn choice(along: Along) -> TimelineChoice {
    match along {
        Along::Latest => TimelineChoice::Latest,
        Along::Current => TimelineChoice::Current,
        Along::Number(number) => TimelineChoice::Number(TimelineId(number)),
    }
}

/// The engine's target for a recorded one whose time, if it is one, is known.
pub fn target_of(places: &Places, archive: &Archive, target: &RecordedTarget) -> Result<Target, Difference> {
    let lacks = |what: &str| Difference::new(format!("target {target}"), what, "none");
    Ok(match target.kind {
        TargetKind::Time => Target::Time(Micros(target.time_us.ok_or_else(|| lacks("a time"))?)),
        TargetKind::Xid => Target::Xid(Xid(target.xid.ok_or_else(|| lacks("an XID"))?)),
        TargetKind::Name => Target::Name(target.name.clone().ok_or_else(|| lacks("a name"))?),
        TargetKind::Immediate => Target::Immediate,
        TargetKind::End => Target::End,
        TargetKind::Lsn => Target::Lsn(places.position(target, archive).ok_or_else(|| lacks("a mark at that place"))?),
    })
}

/// Lets the clock run until a recovery is over or waits at its target; what happened meanwhile.
pub fn run_recovery(cluster: &mut Cluster) -> Result<Vec<Event>, Difference> {
    let mut events = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let rests = |recovery: &Recovery| recovery.outcome().is_some() || recovery.is_paused();
        if cluster.recovery().is_none_or(rests) {
            return Ok(events);
        }
        events.extend(cluster.advance(cluster.now() + Micros::SECOND, BUDGET).events);
    }
    Err(Difference::new("a recovery", "an end", "none"))
}

/// Does a recorded recovery after the work that was played; says on what points it differs.
pub fn differences(played: &Played, recorded: &RecordedRecovery) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Err(stopped) = recover(played, recorded, &mut found) {
        found.push(stopped);
    }
    found
}

fn recover(played: &Played, recorded: &RecordedRecovery, found: &mut Vec<Difference>) -> Result<(), Difference> {
    let target = &recorded.target;
    if target.text.is_some() {
        let read = read_target(target);
        let expected = target.time_us.map(Micros).ok_or(Refused);
        if read != expected {
            let words =
                |read: Result<Micros, Refused>| read.map_or_else(|Refused| "refused".to_owned(), |at| at.to_string());
            return Err(Difference::new("reading of the text", words(expected), words(read)));
        }
        if read.is_err() {
            // Nothing is started with a target that cannot be read.
            return compare_ending(recorded, Err("bad_target"));
        }
    }
    let mut cluster = played.cluster.clone();
    if let Some(fault) = &target.fault {
        damage(&mut cluster, &played.places, fault)?;
    }
    execute(&mut cluster, &Command::LosePrimary)?;
    let elsewhere = played.places.is_elsewhere(target, cluster.archive());
    let spec = RecoverySpec {
        backup: Some(target.backup.clone()),
        target: target_of(&played.places, cluster.archive(), target)?,
        inclusive: target.inclusive.unwrap_or(true),
        timeline: choice(target.timeline),
        action: match target.action {
            Action::Promote => AtTarget::Promote,
            Action::Pause => AtTarget::Pause,
        },
        effort: pitr_engine::Effort::default(),
    };
    let mut events = match cluster.execute(OPERATOR, &Command::Recover(spec)) {
        Ok(events) => events,
        Err(error) => return compare_ending(recorded, Err(error.code())),
    };
    events.extend(run_recovery(&mut cluster)?);
    if cluster.recovery().is_some_and(Recovery::is_paused) {
        match &recorded.result.paused {
            Some(paused) => compare_paused(&cluster, recorded, paused, found)?,
            None => found.push(Difference::new("the recovery", "no pause", "a pause")),
        }
        execute(&mut cluster, &Command::Resume)?;
        events.extend(run_recovery(&mut cluster)?);
    } else if recorded.result.paused.is_some() {
        found.push(Difference::new("the recovery", "a pause", "none"));
    }
    let recovery = cluster.recovery().ok_or_else(|| Difference::new("the recovery", "an end", "no recovery"))?;
    server_log::compare(&played.places, elsewhere, recovery, &events, recorded, found);
    match recovery.outcome() {
        Some(Err(failure)) => compare_ending(recorded, Err(failure.code())),
        Some(Ok(report)) => {
            compare_ending(recorded, Ok(()))?;
            compare_recovered(&cluster, recovery, report, recorded, found)
        }
        None => Err(Difference::new("the recovery", "an end", "none")),
    }
}

fn execute(cluster: &mut Cluster, command: &Command) -> Result<(), Difference> {
    let done = cluster.execute(OPERATOR, command);
    done.map(drop).map_err(|error| Difference::new(format!("{command:?}"), "done", error.code()))
}

/// Damages the archive where the recorded one was damaged.
fn damage(cluster: &mut Cluster, places: &Places, fault: &RecordedFault) -> Result<(), Difference> {
    let faults: Vec<Fault> = match fault {
        RecordedFault::MissingSegment { segment } => {
            let timeline = segment.timeline;
            places.segments(*segment).into_iter().map(|segment| Fault::LoseSegment { timeline, segment }).collect()
        }
        RecordedFault::CorruptRecord { mark_lsn, mark_kind, segment } => {
            let lsn = places.mark_in_file(segment.timeline, *mark_lsn, *mark_kind, cluster.archive());
            lsn.map(|lsn| Fault::CorruptRecord { timeline: segment.timeline, lsn }).into_iter().collect()
        }
        RecordedFault::MissingHistory { timeline } => vec![Fault::LoseHistory { timeline: TimelineId(*timeline) }],
    };
    if faults.is_empty() {
        return Err(Difference::new("damage", format!("{fault:?}"), "no such place in the engine's log"));
    }
    faults.into_iter().try_for_each(|fault| execute(cluster, &Command::Damage(fault)))
}

/// Whether a recovery ended as recorded: with a server, or without one for that reason.
fn compare_ending(recorded: &RecordedRecovery, got: Result<(), &str>) -> Result<(), Difference> {
    let result = &recorded.result;
    let expected = match result.outcome {
        Outcome::Recovered => Ok(()),
        Outcome::Failed => Err(result.category.as_deref().unwrap_or("a failure")),
    };
    let words = |ending: Result<(), &str>| ending.map_or_else(str::to_owned, |()| "recovered".to_owned());
    if expected == got { Ok(()) } else { Err(Difference::new("the recovery", words(expected), words(got))) }
}

fn compare_recovered(
    cluster: &Cluster,
    recovery: &Recovery,
    report: &RecoveryReport,
    recorded: &RecordedRecovery,
    found: &mut Vec<Difference>,
) -> Result<(), Difference> {
    let result = &recorded.result;
    let server = recovery.server().ok_or_else(|| Difference::new("the recovery", "a server", "none"))?;
    compare_tables("", result.tables.as_ref(), tables(server)?, found);
    if let Some(expected) = &result.sequences {
        compare("next values", expected, &sequences(server)?, found);
    }
    if let Some(expected) = &result.new_timeline {
        compare("new timeline", expected, &report.timeline.to_string(), found);
    }
    if let Some(expected) = &result.history {
        let file = cluster.archive().history(report.timeline).map(String::from_utf8_lossy);
        let got = without_lsns(&without_comments(&file.unwrap_or_default()));
        compare("history file", &without_lsns(expected), &got, found);
    }
    Ok(())
}

/// A server that waits at its target can be read, but for the tables that an unfinished transaction has locked.
fn compare_paused(
    cluster: &Cluster,
    recorded: &RecordedRecovery,
    paused: &Paused,
    found: &mut Vec<Difference>,
) -> Result<(), Difference> {
    let server = cluster.recovery().and_then(Recovery::server);
    let server = server.ok_or_else(|| Difference::new("the pause", "a server", "none"))?;
    let locked = server.locked_tables();
    let defs = server.tables(Xid::NONE).map_err(|_| Difference::new("paused tables", "a list", "a damaged page"))?;
    let seen = defs.into_iter().filter(|def| locked.contains(&def.relation));
    let mut names: Vec<String> = seen.map(|def| def.name).collect();
    names.sort();
    let mut expected = paused.locked.clone();
    expected.sort();
    compare("locked while paused", &expected, &names, found);
    let readable =
        |tables: Tables| -> Tables { tables.into_iter().filter(|(name, _)| !paused.locked.contains(name)).collect() };
    if paused.same {
        let expected = recorded.result.tables.clone().map(readable);
        compare_tables("paused ", expected.as_ref(), readable(tables(server)?), found);
    }
    compare("next values while paused", &paused.sequences, &sequences(server)?, found);
    Ok(())
}

fn compare<T: PartialEq + fmt::Debug>(what: &str, expected: &T, got: &T, found: &mut Vec<Difference>) {
    if expected != got {
        found.push(Difference::new(what, format!("{expected:?}"), format!("{got:?}")));
    }
}

fn compare_tables(when: &str, expected: Option<&Tables>, mut got: Tables, found: &mut Vec<Difference>) {
    for (name, rows) in expected.into_iter().flatten() {
        let mut rows = rows.clone();
        rows.sort();
        match got.remove(name) {
            Some(found_rows) => compare(&format!("{when}table {name}"), &rows, &found_rows, found),
            None => found.push(Difference::new(format!("{when}table {name}"), format!("{rows:?}"), "no such table")),
        }
    }
    for (name, rows) in got {
        found.push(Difference::new(format!("{when}table {name}"), "no such table", format!("{rows:?}")));
    }
}

/// All that everybody sees, by key.
fn tables(server: &Server) -> Result<Tables, Difference> {
    let damaged = |_| Difference::new("the tables", "rows", "a damaged page");
    let mut tables = Tables::new();
    for def in server.tables(Xid::NONE).map_err(damaged)? {
        let rows = server.peek_rows(def.relation, Xid::NONE).map_err(damaged)?;
        let mut rows: Vec<(i64, Option<String>)> = rows.into_iter().filter_map(|row| pair(row.values)).collect();
        rows.sort();
        tables.insert(def.name, rows);
    }
    Ok(tables)
}

/// Key and value of a row.
fn pair(values: Vec<Value>) -> Option<(i64, Option<String>)> {
    let mut values = values.into_iter();
    match (values.next()?, values.next()?) {
        (Value::Int(key), Value::Text(value)) => Some((key, Some(value))),
        (Value::Int(key), Value::Null) => Some((key, None)),
        _ => None,
    }
}

/// The value that each sequence would give next.
fn sequences(server: &Server) -> Result<BTreeMap<String, i64>, Difference> {
    let found = server.sequences(Xid::NONE);
    let found = found.map_err(|_| Difference::new("the sequences", "values", "a damaged page"))?;
    Ok(found.into_iter().map(|(def, next)| (def.name, next)).collect())
}
