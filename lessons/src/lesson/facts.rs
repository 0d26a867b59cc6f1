//! What texts and conditions ask of a run, in words that read like a sentence.
//!
//! ```text
//! value      time of MOMENT, lsn of MOMENT, xid of MOMENT
//!            rows TABLE [live], cell TABLE KEY COLUMN [live], tables [live]
//!            commits before MOMENT, commits after MOMENT, commits between MOMENT and MOMENT, backups before MOMENT
//!            history TIMELINE, which is the text of its file
//!            span from MOMENT to MOMENT
//!            target kind, commits replayed, records replayed, bytes replayed, segments fetched, recovery time, backup chosen, timeline, parent timeline, outcome
//!            a number, or a 'text'
//!            any of them followed by `in RUN`, and then by `+ 1s` or `- 5m`
//! MOMENT     commit 'STATEMENT', abort 'STATEMENT', statement 'STATEMENT', begin 'STATEMENT': the first of a transaction in which a statement reads so, or else begins so
//!            sending 'STATEMENT': when it came in, which is earlier if it had to wait
//!            last commit before MOMENT, next commit after MOMENT
//!            backup LABEL (its end), start of backup LABEL, point NAME, note 'TEXT', last in, first out, start, end
//! condition  VALUE = VALUE, or with != < <= > >=
//! ```
//!
//! Tables are the recovered ones where a recovery has made some; `live` asks for the primary's.

pub use super::fact::{Fact, FactError};
use crate::tables::tables;
use pitr_engine::script::{Script, parse_duration};
use pitr_engine::types::{Lsn, Micros, TimelineId, Value, Xid};
use pitr_engine::{Event, EventKind, Kind, RecordNote, RecoveryReport, Run, Server, Target};
use std::rc::Rc;

/// A script carried out.
#[derive(Debug, Clone)]
pub struct Made {
    pub script: Script,
    pub run: Rc<Run>,
}

/// A moment of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: Micros,
    lsn: Option<Lsn>,
    xid: Option<Xid>,
    /// The event, counted from 0.
    event: usize,
}

/// Words of a question, a text in quotes being one.
fn words(text: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let length = match rest.strip_prefix('\'') {
            Some(behind) => behind.find('\'')? + 2,
            None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        let (word, behind) = rest.split_at_checked(length)?;
        found.push(word);
        rest = behind.trim_start();
    }
    Some(found)
}

fn quoted(word: &str) -> Option<&str> {
    word.strip_prefix('\'')?.strip_suffix('\'')
}

/// How runs are found by their names.
pub type Runs<'a> = &'a dyn Fn(&str) -> Result<Rc<Made>, FactError>;

/// What a run tells; `text` has no holes any more.
pub fn fact(text: &str, made: &Made, runs: Runs<'_>) -> Result<Fact, FactError> {
    let form = || FactError::Form { text: text.to_owned() };
    let words = words(text).ok_or_else(form)?;
    let (words, later) = match words.as_slice() {
        [front @ .., sign @ ("+" | "-"), duration] => {
            let by = parse_duration(duration).ok_or_else(form)?;
            (front, if *sign == "-" { Micros(-by.0) } else { by })
        }
        all => (all, Micros::ZERO),
    };
    let (words, other) = match words {
        [front @ .., "in", run] if !front.is_empty() && front != ["last"] => (front, Some(runs(run)?)),
        all => (all, None),
    };
    let asked = Asked { made: other.as_deref().unwrap_or(made), text };
    Ok(match asked.fact(words)? {
        Fact::Time(at) => Fact::Time(at + later),
        Fact::Span(span) => Fact::Span(span + later),
        other if later == Micros::ZERO => other,
        _ => return Err(form()),
    })
}

/// Whether something holds of a run.
pub fn holds(text: &str, made: &Made, runs: Runs<'_>) -> Result<bool, FactError> {
    let form = || FactError::Form { text: text.to_owned() };
    let signs = [" != ", " <= ", " >= ", " = ", " < ", " > "];
    let (sign, at) = signs.iter().find_map(|sign| Some((*sign, text.find(sign)?))).ok_or_else(form)?;
    let (left, right) = (text.get(..at).unwrap_or_default(), text.get(at + sign.len()..).unwrap_or_default());
    let (left, right) = (fact(left, made, runs)?, fact(right, made, runs)?);
    let sides = left.size().zip(right.size());
    Ok(match (sign.trim(), sides) {
        ("=", Some((left, right))) => left == right,
        ("!=", Some((left, right))) => left != right,
        ("<", Some((left, right))) => left < right,
        ("<=", Some((left, right))) => left <= right,
        (">", Some((left, right))) => left > right,
        (">=", Some((left, right))) => left >= right,
        ("=", None) => left == right,
        ("!=", None) => left != right,
        _ => return Err(form()),
    })
}

/// A moment, by its words.
pub fn moment(text: &str, made: &Made) -> Result<Moment, FactError> {
    let asked = Asked { made, text };
    asked.moment(&words(text).ok_or_else(|| asked.form())?)
}

/// The last event that is not after a moment.
pub fn step_at(made: &Made, at: Micros) -> u32 {
    made.run.events().partition_point(|event| event.at <= at).saturating_sub(1) as u32
}

/// In whose terms a target is given.
fn kind_of(target: &Target) -> &'static str {
    match target {
        Target::Time(_) => "time",
        Target::Lsn(_) => "lsn",
        Target::Xid(_) => "xid",
        Target::Name(_) => "name",
        Target::Immediate => "immediate",
        Target::End => "end",
    }
}

struct Asked<'a> {
    made: &'a Made,
    text: &'a str,
}

impl Asked<'_> {
    fn form(&self) -> FactError {
        FactError::Form { text: self.text.to_owned() }
    }

    fn lsn(&self, words: &[&str]) -> Result<Lsn, FactError> {
        self.moment(words)?.lsn.ok_or_else(|| FactError::NoSuch { what: format!("position for {}", words.join(" ")) })
    }

    fn fact(&self, words: &[&str]) -> Result<Fact, FactError> {
        Ok(match words {
            ["time", "of", moment @ ..] => Fact::Time(self.moment(moment)?.at),
            ["lsn", "of", moment @ ..] => Fact::Lsn(self.lsn(moment)?),
            ["xid", "of", moment @ ..] => {
                let none = || FactError::NoSuch { what: format!("transaction for {}", moment.join(" ")) };
                Fact::Xid(self.moment(moment)?.xid.ok_or_else(none)?)
            }
            ["rows", table, rest @ ..] => Fact::Number(self.rows(table, rest)?.len() as i64),
            ["cell", table, key, column, rest @ ..] => Fact::Text(self.cell(table, key, column, rest)?),
            ["tables", rest @ ..] => Fact::Text(self.tables(rest)?),
            ["commits", "before", moment @ ..] => self.commits(Lsn(0), self.lsn(moment)?),
            ["commits", "after", moment @ ..] => self.commits(Lsn(self.lsn(moment)?.0 + 1), Lsn(u64::MAX)),
            ["commits", "between", rest @ ..] => {
                let and = rest.iter().position(|word| *word == "and").ok_or_else(|| self.form())?;
                let (from, to) = (rest.get(..and).unwrap_or_default(), rest.get(and + 1..).unwrap_or_default());
                self.commits(Lsn(self.lsn(from)?.0 + 1), self.lsn(to)?)
            }
            ["backups", "before", moment @ ..] => {
                let until = self.moment(moment)?.at;
                let backups = self.made.run.cluster().backups().catalog();
                Fact::Number(backups.iter().filter(|manifest| manifest.end_time <= until).count() as i64)
            }
            ["span", "from", rest @ ..] => {
                let to = rest.iter().position(|word| *word == "to").ok_or_else(|| self.form())?;
                let (from, to) = (rest.get(..to).unwrap_or_default(), rest.get(to + 1..).unwrap_or_default());
                Fact::Span(self.moment(to)?.at - self.moment(from)?.at)
            }
            ["commits", "replayed"] => Fact::Number(i64::from(self.report()?.transactions)),
            ["records", "replayed"] => Fact::Number(self.report()?.records as i64),
            ["bytes", "replayed"] => Fact::Number(self.report()?.record_bytes as i64),
            ["segments", "fetched"] => Fact::Number(i64::from(self.report()?.segments)),
            ["recovery", "time"] => Fact::Span(self.report()?.rto()),
            ["backup", "chosen"] => Fact::Text(self.report()?.backup.clone()),
            ["target", "kind"] => Fact::Text(kind_of(&self.report()?.spec.target).to_owned()),
            ["history", number] => {
                let none = || FactError::NoSuch { what: format!("history file of timeline {number}") };
                let timeline = number.parse().map(TimelineId).map_err(|_| self.form())?;
                let bytes = self.made.run.cluster().archive().history(timeline).ok_or_else(none)?;
                Fact::Text(String::from_utf8_lossy(bytes).trim().to_owned())
            }
            ["timeline"] => Fact::Number(i64::from(self.report()?.timeline.0)),
            ["parent", "timeline"] => Fact::Number(i64::from(self.report()?.parent.0)),
            ["outcome"] => {
                let outcome = self.made.run.cluster().recovery().and_then(|recovery| recovery.outcome());
                let said =
                    outcome.map_or("none", |outcome| outcome.map_or_else(|failure| failure.code(), |_| "recovered"));
                Fact::Text(said.to_owned())
            }
            [word] if quoted(word).is_some() => Fact::Text(quoted(word).unwrap_or_default().to_owned()),
            [word] => self.literal(word)?,
            _ => return Err(self.form()),
        })
    }

    /// A number, a position or a time, as texts write them.
    fn literal(&self, word: &str) -> Result<Fact, FactError> {
        let (now, zone) = (self.made.run.cluster().now(), self.made.script.zone());
        let read = |form| Fact::read(word, form, now, zone);
        read("number").or_else(|| read("lsn")).or_else(|| read("time")).ok_or_else(|| self.form())
    }

    fn report(&self) -> Result<&RecoveryReport, FactError> {
        let none = || FactError::NoSuch { what: "recovery that came to its end".to_owned() };
        self.made.run.cluster().recovery().and_then(|recovery| recovery.outcome()?.ok()).ok_or_else(none)
    }

    fn server(&self, rest: &[&str]) -> Result<&Server, FactError> {
        let cluster = self.made.run.cluster();
        let recovered = cluster.recovery().and_then(|recovery| recovery.server());
        let server = match rest {
            [] => recovered.or(cluster.primary()),
            ["live"] => cluster.primary(),
            _ => return Err(self.form()),
        };
        server.ok_or_else(|| FactError::NoSuch { what: "server that runs".to_owned() })
    }

    fn rows(&self, table: &str, rest: &[&str]) -> Result<Vec<Vec<Value>>, FactError> {
        let none = || FactError::NoSuch { what: format!("table {table}") };
        let server = self.server(rest)?;
        let def = server.table(table, Xid::NONE).ok().flatten().ok_or_else(none)?;
        let rows = server.peek_rows(def.relation, Xid::NONE).map_err(|_| none())?;
        Ok(rows.into_iter().map(|row| row.values).collect())
    }

    fn cell(&self, table: &str, key: &str, column: &str, rest: &[&str]) -> Result<String, FactError> {
        let none = || FactError::NoSuch { what: format!("{column} of {key} in {table}") };
        let def = self.server(rest)?.table(table, Xid::NONE).ok().flatten().ok_or_else(none)?;
        let at = def.columns.iter().position(|own| own.name == column).ok_or_else(none)?;
        let rows = self.rows(table, rest)?;
        let row = rows.iter().find(|row| row.first().is_some_and(|value| value.to_string() == key)).ok_or_else(none)?;
        Ok(match row.get(at).ok_or_else(none)? {
            Value::Text(text) => text.clone(),
            other => other.to_string(),
        })
    }

    fn tables(&self, rest: &[&str]) -> Result<String, FactError> {
        let none = || FactError::NoSuch { what: "readable tables".to_owned() };
        let tables = tables(self.server(rest)?).ok_or_else(none)?;
        let said: Vec<String> = tables.iter().map(|(name, rows)| format!("{name} {rows:?}")).collect();
        Ok(said.join("\n"))
    }

    /// Commits on the primary's log between two positions, the first in and the second out.
    fn commits(&self, from: Lsn, to: Lsn) -> Fact {
        let fits = |record: &RecordNote| record.kind == Kind::Commit && record.lsn >= from && record.lsn < to;
        Fact::Number(self.records().filter(|(_, record)| fits(record)).count() as i64)
    }

    fn records(&self) -> impl Iterator<Item = (usize, RecordNote)> {
        self.made.run.events().iter().enumerate().filter_map(|(index, event)| match &event.kind {
            EventKind::RecordWritten { record, .. } => Some((index, *record)),
            _ => None,
        })
    }

    fn of_event(&self, event: usize, lsn: Option<Lsn>, xid: Option<Xid>) -> Moment {
        let at = self.made.run.events().get(event).map_or(Micros::ZERO, |event| event.at);
        Moment { at, lsn, xid, event }
    }

    fn of_record(&self, (event, record): (usize, RecordNote)) -> Moment {
        let xid = (record.xid != Xid::NONE).then_some(record.xid);
        let moment = self.of_event(event, Some(record.lsn), xid);
        Moment { at: record.time.unwrap_or(moment.at), ..moment }
    }

    /// The first event of a sort.
    fn event(&self, what: String, fits: impl Fn(&EventKind) -> bool) -> Result<usize, FactError> {
        let found = self.made.run.events().iter().position(|event| fits(&event.kind));
        found.ok_or(FactError::NoSuch { what })
    }

    /// The line with a statement that reads so, or else begins so.
    fn command(&self, word: &str) -> Result<usize, FactError> {
        let begins = quoted(word).ok_or_else(|| self.form())?;
        let lines = &self.made.script.commands;
        // One that reads just so is meant before one that only begins so.
        let found = lines.iter().position(|line| line.statement == begins);
        let found = found.or_else(|| lines.iter().position(|line| line.statement.starts_with(begins)));
        found.ok_or_else(|| FactError::NoSuch { what: format!("statement {word}") })
    }

    /// The event in which a statement that begins so ran, its transaction, and its session.
    fn statement(&self, word: &str) -> Result<(usize, Xid, String), FactError> {
        let (run, command) = (&self.made.run, self.command(word)?);
        let none = || FactError::NoSuch { what: format!("statement {word} that was carried out") };
        let line = self.made.script.commands.get(command).ok_or_else(none)?;
        let ran = |(index, event): (usize, &Event)| match &event.kind {
            EventKind::StatementRan { xid, session, .. } => Some((index, *xid, session.clone())),
            _ => None,
        };
        let own =
            run.events().iter().enumerate().filter(|(index, _)| run.command_of(*index) == Some(command)).find_map(ran);
        // What had to wait is carried out by another command than its own: the next thing that its session does.
        let sent = line.timed.at;
        let later = || {
            let all = run.events().iter().enumerate().filter(|(_, event)| event.at >= sent);
            all.filter_map(ran).find(|(_, _, session)| *session == line.timed.session)
        };
        own.or_else(later).ok_or_else(none)
    }

    fn ending(&self, word: &str, kind: Kind) -> Result<Moment, FactError> {
        let (_, xid, _) = self.statement(word)?;
        let found = self.records().find(|(_, record)| record.kind == kind && record.xid == xid);
        let none = || FactError::NoSuch { what: format!("end of the transaction of {word}") };
        found.map(|found| self.of_record(found)).ok_or_else(none)
    }

    fn moment(&self, words: &[&str]) -> Result<Moment, FactError> {
        let made = self.made;
        Ok(match words {
            ["commit", word] => self.ending(word, Kind::Commit)?,
            ["abort", word] => self.ending(word, Kind::Abort)?,
            ["statement", word] => {
                let (event, xid, _) = self.statement(word)?;
                let lsn = self.records().take_while(|(index, _)| *index < event).last().map(|(_, record)| record.lsn);
                self.of_event(event, lsn, Some(xid))
            }
            ["sending", word] => {
                let command = self.command(word)?;
                let at = made.script.commands.get(command).map_or(Micros::ZERO, |line| line.timed.at);
                Moment { at, lsn: None, xid: None, event: step_at(made, at) as usize }
            }
            ["begin", word] => {
                let (event, xid, of) = self.statement(word)?;
                let began =
                    |kind: &EventKind| matches!(kind, EventKind::TransactionBegan { session } if *session == of);
                let events = made.run.events().get(..event).unwrap_or_default();
                let found = events.iter().rposition(|event| began(&event.kind)).unwrap_or(event);
                self.of_event(found, None, Some(xid))
            }
            ["last", "commit", "before", rest @ ..] => {
                let until = self.lsn(rest)?;
                let found =
                    self.records().filter(|(_, record)| record.kind == Kind::Commit && record.lsn < until).last();
                found
                    .map(|found| self.of_record(found))
                    .ok_or_else(|| FactError::NoSuch { what: "commit before that".to_owned() })?
            }
            ["next", "commit", "after", rest @ ..] => {
                let from = self.lsn(rest)?;
                let found = self.records().find(|(_, record)| record.kind == Kind::Commit && record.lsn > from);
                found
                    .map(|found| self.of_record(found))
                    .ok_or_else(|| FactError::NoSuch { what: "commit after that".to_owned() })?
            }
            ["backup", label] => {
                let done =
                    |kind: &EventKind| matches!(kind, EventKind::BackupFinished { label: own, .. } if own == label);
                let event = self.event(format!("backup {label}"), done)?;
                let end = made.run.events().get(event).and_then(|event| match &event.kind {
                    EventKind::BackupFinished { end, .. } => Some(*end),
                    _ => None,
                });
                self.of_event(event, end, None)
            }
            ["start", "of", "backup", label] => {
                let begun =
                    |kind: &EventKind| matches!(kind, EventKind::BackupStarted { label: own, .. } if own == label);
                let event = self.event(format!("backup {label}"), begun)?;
                let redo = made.run.events().get(event).and_then(|event| match &event.kind {
                    EventKind::BackupStarted { redo, .. } => Some(*redo),
                    _ => None,
                });
                self.of_event(event, redo, None)
            }
            ["point", name] => {
                let name = &quoted(name).unwrap_or(name);
                let is =
                    |kind: &EventKind| matches!(kind, EventKind::RestorePointMade { name: own, .. } if own == name);
                let event = self.event(format!("restore point {name}"), is)?;
                let lsn = made.run.events().get(event).and_then(|event| match &event.kind {
                    EventKind::RestorePointMade { lsn, .. } => Some(*lsn),
                    _ => None,
                });
                self.of_event(event, lsn, None)
            }
            ["note", word] => {
                let begins = quoted(word).ok_or_else(|| self.form())?;
                let is = |kind: &EventKind| matches!(kind, EventKind::Noted { text, .. } if text.starts_with(begins));
                self.of_event(self.event(format!("note {word}"), is)?, None, None)
            }
            ["last", "in"] => self.next_to(self.report()?.last_in, "commit replayed last")?,
            ["first", "out"] => self.next_to(self.report()?.first_out, "commit left out first")?,
            ["start"] => self.of_event(0, Some(Lsn(0)), None),
            ["end"] => self.of_event(made.run.events().len().saturating_sub(1), Some(Lsn(u64::MAX - 1)), None),
            _ => return Err(self.form()),
        })
    }

    fn next_to(&self, note: Option<RecordNote>, what: &str) -> Result<Moment, FactError> {
        let note = note.ok_or_else(|| FactError::NoSuch { what: what.to_owned() })?;
        let event = self.records().find(|(_, record)| record.lsn == note.lsn).map_or(0, |(event, _)| event);
        Ok(self.of_record((event, note)))
    }
}
