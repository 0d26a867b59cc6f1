//! Recoveries held to the model.

use super::sequences::sequences;
use super::{Backup, Expected, Model, Recovered, Table, Tables};
use crate::carried::rows;
use crate::histories::{History, Random, Told};
use pitr_engine::types::{Lsn, Micros, TimelineId, Value, Xid};
use pitr_engine::{AtTarget, Cluster, Command, Event, RecoveryFailure, RecoverySpec, Server, Target, TimelineChoice};
use std::collections::BTreeMap;

/// A recovery that came to something else than the model has it.
#[derive(Debug, Clone)]
pub struct Broken {
    pub spec: RecoverySpec,
    pub about: String,
}

/// How often each came out: `recovered`, or the code of a failure.
pub type Outcomes = BTreeMap<&'static str, u32>;

/// A history at its end, with nothing under way any more, and its model.
#[derive(Debug)]
pub struct Ended {
    pub cluster: Cluster,
    pub model: Model,
}

impl Ended {
    pub fn of(history: &History) -> Ended {
        let mut cluster = history.cluster.clone();
        let mut told = history.told.clone();
        // Another recovery can begin only when none waits at its target.
        if let Ok(events) = cluster.execute("ops", &Command::Resume) {
            told.extend(events.into_iter().chain(run_out(&mut cluster)).map(Told::Happened));
        }
        let model = Model::of(&history.script.settings, &told);
        // What goes on by itself would add to the archive while a recovery reads it.
        if cluster.primary().is_some() {
            let _ = cluster.execute("ops", &Command::LosePrimary);
        }
        Ended { cluster, model }
    }

    /// Tries that many recoveries; how they came out, or the first that is not as it must be.
    pub fn hold(&self, random: &mut Random, count: u64) -> Result<Outcomes, Box<Broken>> {
        if let Some(surprise) = self.model.surprises.first() {
            let spec = RecoverySpec::to(Target::End);
            return Err(Broken { spec, about: surprise.clone() }.into());
        }
        let mut outcomes = Outcomes::new();
        for _ in 0..count {
            let spec = self.spec(random);
            let tried = self.try_one(&spec);
            let mut met = self.met(&spec);
            met.push(tried.map_err(|about| Broken { spec, about })?);
            for what in met {
                *outcomes.entry(what).or_default() += 1;
            }
        }
        Ok(outcomes)
    }

    /// A recovery beside the lost primary, compared with what the model expects.
    pub fn try_one(&self, spec: &RecoverySpec) -> Result<&'static str, String> {
        let expected = self.model.expect(spec);
        let found = recover(&self.cluster, spec);
        judge(&expected, &found)
    }

    /// What is remarkable about a recovery that comes to its target.
    fn met(&self, spec: &RecoverySpec) -> Vec<&'static str> {
        let Expected::Recovers(recovered) = self.model.expect(spec) else { return Vec::new() };
        let backup = self.model.backups.iter().find(|backup| backup.label == recovered.backup);
        let backup = |is: fn(&Backup) -> bool| backup.is_some_and(is);
        let remarks = [
            ("from a chain", backup(|backup| backup.continues.is_some())),
            ("of a restored database", backup(|backup| backup.timeline > 1)),
            ("four timelines deep", self.model.ages(recovered.parent).len() >= 4),
            ("sequences", !recovered.sequences.is_empty()),
            ("workloads", self.model.workloads.heard > 10),
        ];
        remarks.into_iter().filter(|(_, met)| *met).map(|(what, _)| what).collect()
    }

    /// Merges each chain into a full backup, and recovers from both; how many came to their targets, and to the same as the model.
    pub fn merges(&self, random: &mut Random) -> Result<u32, Box<Broken>> {
        let mut same = 0;
        for last in self.model.backups.iter().filter(|backup| backup.continues.is_some()) {
            let mut merged = Ended { cluster: self.cluster.clone(), model: self.model.clone() };
            let (label, into) = (last.label.clone(), "merged".to_owned());
            let merge = Command::Merge { first: None, last: label.clone(), into: into.clone() };
            let spec = RecoverySpec::to(Target::End);
            let broken = |about: String| Broken { spec: spec.clone(), about };
            merged.cluster.execute("ops", &merge).map_err(|error| broken(format!("{label}: {error:?}")))?;
            run_out(&mut merged.cluster);
            merged.model.backups.push(Backup { label: into.clone(), ..last.clone() });
            for _ in 0..4 {
                let spec = self.spec(random);
                for backup in [&label, &into] {
                    let spec = RecoverySpec { backup: Some(backup.clone()), ..spec.clone() };
                    let outcome = merged.try_one(&spec);
                    let outcome =
                        outcome.map_err(|about| Broken { spec, about: format!("{label} merged: {about}") })?;
                    same += u32::from(outcome == "recovered");
                }
            }
        }
        Ok(same)
    }

    fn spec(&self, random: &mut Random) -> RecoverySpec {
        let model = &self.model;
        let backup = random.pick(&model.backups);
        let from = backup.filter(|_| random.chance(85)).map_or(0, |backup| model.facts[backup.end].note.lsn.0);
        let behind: Vec<usize> = (0..model.facts.len()).filter(|fact| model.facts[*fact].note.lsn.0 >= from).collect();
        let fact = random.pick(&behind).map(|fact| &model.facts[*fact]);
        let times: Vec<Micros> = behind.iter().filter_map(|fact| model.facts[*fact].note.time).collect();
        let names: Vec<&String> = behind.iter().filter_map(|fact| model.facts[*fact].name.as_ref()).collect();
        let note = fact.map(|fact| fact.note);
        let target = match random.weighted(&[25, 20, 20, 15, 5, 15]) {
            0 => {
                let time = random.pick(&times).copied().unwrap_or(self.cluster.now());
                Target::Time(time + Micros(random.between(-1, 1)))
            }
            1 => Target::Lsn(note.map_or(Lsn::ZERO, |note| note.lsn).advanced(random.below(3) * 4)),
            2 => Target::Xid(note.map_or(Xid(1), |note| Xid(note.xid.0.max(1)))),
            3 => Target::Name(random.pick(&names).map_or("nowhere".to_owned(), |name| (*name).clone())),
            4 => Target::Immediate,
            _ => Target::End,
        };
        let can_exclude = matches!(target, Target::Time(_) | Target::Lsn(_) | Target::Xid(_));
        let mut spec = RecoverySpec::to(target);
        spec.inclusive = !can_exclude || random.chance(50);
        spec.backup = backup.filter(|_| random.chance(85)).map(|backup| backup.label.clone());
        let most = u64::from(*model.histories.keys().next_back().unwrap_or(&1)) + 1;
        spec.timeline = match random.weighted(&[40, 20, 40]) {
            0 => TimelineChoice::Latest,
            1 => TimelineChoice::Current,
            _ => TimelineChoice::Number(TimelineId(1 + random.below(most) as u32)),
        };
        if random.chance(20) {
            spec.action = AtTarget::Pause;
        }
        spec
    }
}

/// How a recovery came out, if it did as the model has it; else in what it differs.
pub fn judge(expected: &Expected, found: &Expected) -> Result<&'static str, String> {
    let outcome = match found {
        Expected::Refused(code) | Expected::Fails(code) => *code,
        Expected::Recovers(_) => "recovered",
    };
    if found == expected { Ok(outcome) } else { Err(difference(expected, found)) }
}

/// Recovers in a copy of a cluster; what came of it, in the model's terms.
pub fn recover(cluster: &Cluster, spec: &RecoverySpec) -> Expected {
    let mut cluster = cluster.clone();
    if let Err(error) = cluster.execute("ops", &Command::Recover(spec.clone())) {
        return Expected::Refused(error.code());
    }
    run_out(&mut cluster);
    // A recovery that waits at its target can be read as well as one that has ended.
    let content = |server: &Server| (tables(server), sequences(server));
    let paused = cluster.recovery().and_then(|recovery| recovery.server()).map(content);
    if cluster.execute("ops", &Command::Resume).is_ok() {
        run_out(&mut cluster);
    }
    let recovery = cluster.recovery();
    let outcome = recovery.and_then(|recovery| recovery.outcome());
    match outcome {
        None => Expected::Fails("it does not end"),
        Some(Err(failure)) => Expected::Fails(RecoveryFailure::code(failure)),
        Some(Ok(report)) => {
            let server = recovery.and_then(|recovery| recovery.server());
            let (tables, sequences) = server.map(content).unwrap_or_default();
            if paused != Some((tables.clone(), sequences.clone())) {
                return Expected::Fails("what is read while it waits is not what is there in the end");
            }
            Expected::Recovers(Recovered {
                tables,
                sequences,
                timeline: report.timeline.0,
                parent: report.parent.0,
                fork: report.fork.0,
                commits: report.transactions,
                records: report.records,
                backup: report.backup.clone(),
                replayed: Vec::new(),
            })
        }
    }
}

/// Lets the clock run until nothing is under way.
pub fn run_out(cluster: &mut Cluster) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(at) = cluster.busy_until() {
        events.extend(cluster.advance(at, 1000).events);
    }
    events
}

/// The tables of a server in the model's terms; one that cannot be read has none of them, but one of that name.
pub fn tables(server: &Server) -> Tables {
    let unreadable = || Tables::from([("(unreadable)".to_owned(), Table::default())]);
    let Ok(defs) = server.tables(Xid::NONE) else { return unreadable() };
    let mut tables = Tables::new();
    for def in defs {
        let Some(found) = rows(server, &def.name) else { return unreadable() };
        let kinds = def.columns.iter().map(|column| column.kind).collect();
        let columns = def.columns.iter().map(|column| column.name.clone()).collect();
        let count = found.len();
        let by_key: BTreeMap<Value, Vec<Value>> = found.into_iter().map(|row| (row[0].clone(), row)).collect();
        if by_key.len() != count {
            return Tables::from([("(a key stands twice)".to_owned(), Table::default())]);
        }
        tables.insert(def.name, Table { columns, kinds, rows: by_key, ..Table::default() });
    }
    tables
}

/// In what two outcomes differ, in words.
pub fn difference(expected: &Expected, found: &Expected) -> String {
    let (Expected::Recovers(expected), Expected::Recovers(found)) = (expected, found) else {
        return format!("expected {}, found {}", brief(expected), brief(found));
    };
    let mut lines = vec![format!("expected {}\nfound    {}", heading(expected), heading(found))];
    let names: Vec<&String> = expected.tables.keys().chain(found.tables.keys()).collect();
    for name in names {
        let (wanted, got) = (expected.tables.get(name), found.tables.get(name));
        match (wanted, got) {
            (Some(wanted), Some(got)) if wanted != got => {
                let missing = wanted.rows.values().filter(|row| !got.rows.values().any(|other| other == *row));
                lines.extend(missing.map(|row| format!("{name}: missing {row:?}")));
                let added = got.rows.values().filter(|row| !wanted.rows.values().any(|other| other == *row));
                lines.extend(added.map(|row| format!("{name}: not expected {row:?}")));
            }
            (Some(_), None) => lines.push(format!("{name}: missing")),
            (None, Some(_)) => lines.push(format!("{name}: not expected")),
            _ => {}
        }
    }
    if expected.sequences != found.sequences {
        lines.push(format!("sequences: {:?}, not {:?}", found.sequences, expected.sequences));
    }
    lines.join("\n")
}

fn brief(outcome: &Expected) -> String {
    match outcome {
        Expected::Refused(code) => format!("the command refused: {code}"),
        Expected::Fails(code) => format!("failure {code}"),
        Expected::Recovers(recovered) => heading(recovered),
    }
}

fn heading(recovered: &Recovered) -> String {
    let Recovered { timeline, parent, fork, commits, records, backup, .. } = recovered;
    let fork = Lsn(*fork);
    format!("{records} records and {commits} commits from {backup}, timeline {timeline} of {parent} at {fork}")
}
