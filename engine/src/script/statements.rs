//! Statements: which verb, then what it takes. SQL goes on in `sql`, the operator's verbs are here.

use super::amounts::parse_duration;
use super::cursor::{Cursor, split_comment};
use super::errors::{Fault, ScriptError, clip};
use super::near::nearest;
use super::targets::{KINDS, TargetTextError, parse_target};
use super::{MAX_BYTES, faults, invariants, operators, power, schedule, sql, tending};
use crate::cluster::{Command, RecoverySpec, RowView, Target};
use crate::types::{Micros, Zone};

/// Every first word of a statement, and the beginning that it belongs to, as shown to a person.
const VERBS: &[(&str, &str)] = &[
    ("begin", "BEGIN"),
    ("commit", "COMMIT"),
    ("rollback", "ROLLBACK"),
    ("savepoint", "SAVEPOINT"),
    ("release", "RELEASE"),
    ("create", "CREATE TABLE"),
    ("insert", "INSERT INTO"),
    ("update", "UPDATE"),
    ("delete", "DELETE FROM"),
    ("select", "SELECT * FROM"),
    ("truncate", "TRUNCATE"),
    ("drop", "DROP TABLE"),
    ("alter", "ALTER TABLE"),
    ("nextval", "NEXTVAL"),
    ("checkpoint", "checkpoint"),
    ("switch", "switch segment"),
    ("restore", "restore point"),
    ("backup", "backup"),
    ("verify", "verify"),
    ("merge", "merge"),
    ("recover", "recover"),
    ("resume", "resume"),
    ("invariant", "invariant"),
    ("clock", "clock"),
    ("workload", "workload"),
    ("lose", "lose primary"),
    ("set", "SET"),
    ("crash", "crash"),
    ("restart", "restart"),
    ("start", "start archiver"),
    ("note", "note"),
    ("scenario", "scenario"),
    ("expect", "expect"),
    ("show", "show"),
];

/// The verbs that the smaller build does not even know; none of them is near one that it knows.
const MORE_VERBS: &[(&str, &str)] = &[
    ("corrupt", "corrupt record"),
    ("explain", "explain"),
    ("continue", "continue"),
    ("flip", "flip bit"),
    ("cut", "cut segment"),
    ("delay", "delay segment"),
    ("expire", "expire"),
    ("hold", "hold backup"),
    ("rotate", "rotate key"),
    ("fill", "fill disk"),
    ("stop", "stop archiver"),
    ("when", "when"),
    ("archiver", "archiver lies"),
];

/// All of them.
fn known() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    VERBS.iter().chain(if crate::WHOLE { MORE_VERBS } else { &[] })
}

/// The verbs, as shown to a person.
pub fn verbs() -> impl Iterator<Item = &'static str> {
    known().map(|(_, shown)| *shown)
}

/// Whether statements begin with this word.
pub(super) fn is_verb(word: &str) -> bool {
    known().any(|(verb, _)| verb.eq_ignore_ascii_case(word))
}

/// The verb that was meant, as shown to a person.
pub(super) fn nearest_verb(word: &str) -> Option<&'static str> {
    let meant = nearest(word, known().map(|(verb, _)| *verb))?;
    known().find(|(verb, _)| *verb == meant).map(|(_, shown)| *shown)
}

/// When and where a statement is: what its times are read by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub now: Micros,
    pub zone: Zone,
}

/// Reads a statement that stands alone, as in a statement box: without time and session. A time in it that has no date is the latest one not after `now`.
pub fn parse_statement(text: &str, now: Micros, zone: Zone) -> Result<Command, ScriptError> {
    let cursor = Cursor::new(1, split_comment(text).0);
    if text.len() > MAX_BYTES {
        return Err(cursor.fault_over("", Fault::ScriptTooLong { bytes: text.len(), limit: MAX_BYTES }));
    }
    statement(cursor, Moment { now, zone })
}

/// Reads a statement to the end of its line.
pub(super) fn statement(mut cursor: Cursor<'_>, moment: Moment) -> Result<Command, ScriptError> {
    let start = cursor;
    let verb = cursor.head();
    let command = match verb.to_ascii_lowercase().as_str() {
        "begin" => sql::begin(&mut cursor)?,
        "commit" => Command::Commit,
        "rollback" => sql::rollback(&mut cursor)?,
        "create" => sql::create(&mut cursor)?,
        "insert" => sql::insert(&mut cursor)?,
        "update" => sql::update(&mut cursor)?,
        "delete" if !crate::WHOLE => sql::delete(&mut cursor).map_err(|_| needs_whole(&start))?,
        "delete" => match faults::delete(&mut cursor)? {
            Some(command) => command,
            None => sql::delete(&mut cursor)?,
        },
        "select" => sql::select(&mut cursor)?,
        "checkpoint" => Command::Checkpoint,
        "switch" => operators::switch(&mut cursor)?,
        "restore" => operators::restore(&mut cursor)?,
        "backup" => operators::backup(&mut cursor)?,
        "recover" => Command::Recover(recovery(&mut cursor, moment)?),
        "workload" => workload(&mut cursor)?,
        "lose" => faults::lose(&mut cursor)?,
        "note" => Command::Note { text: cursor.text()? },
        "scenario" | "expect" | "show" => {
            return Err(start.fault_over(verb, Fault::StandsAlone { word: verb.to_owned() }));
        }
        "" => return Err(start.expected("STATEMENT")),
        _ if !is_verb(verb) => return Err(start.fault_over(verb, unknown_verb(verb))),
        more => {
            if !crate::WHOLE {
                return Err(needs_whole(&start));
            }
            one_more(more, &mut cursor, moment)?
        }
    };
    cursor.finish()?;
    Ok(command)
}

/// The statements that the smaller build leaves out.
fn one_more(verb: &str, cursor: &mut Cursor<'_>, moment: Moment) -> Result<Command, ScriptError> {
    Ok(match verb {
        "savepoint" => Command::Savepoint { name: sql::name(cursor, "NAME")? },
        "release" => match faults::release(cursor)? {
            Some(command) => command,
            None => sql::release(cursor)?,
        },
        "truncate" => sql::truncate(cursor)?,
        "alter" => sql::alter(cursor)?,
        "drop" => sql::drop_table(cursor)?,
        "set" => sql::set(cursor)?,
        "nextval" => sql::next_value(cursor)?,
        "invariant" => invariants::invariant(cursor)?,
        "verify" | "merge" => tending::statement(verb, cursor)?,
        "resume" => Command::Resume,
        "continue" => Command::Continue(go_on(cursor, moment)?),
        "clock" => operators::clock(cursor, moment)?,
        "explain" => explain(cursor, moment)?,
        "when" => schedule::when(cursor, moment)?,
        "crash" => Command::Crash(power::power_loss(cursor)?),
        "restart" => Command::Restart,
        more => match faults::statement(more, cursor)? {
            Some(command) => command,
            None => return Err(cursor.expected("STATEMENT")),
        },
    })
}

/// What stands here is left out of this build, see [`crate::WHOLE`].
pub(super) fn needs_whole(cursor: &Cursor<'_>) -> ScriptError {
    cursor.fault_over(cursor.rest(), Fault::NeedsWholeEngine)
}

/// No statement begins with this word.
pub(super) fn unknown_verb(word: &str) -> Fault {
    match nearest_verb(word) {
        // It may be one of those that the smaller build does not know.
        None if !crate::WHOLE => Fault::NeedsWholeEngine,
        nearest => Fault::UnknownVerb { word: clip(word), nearest },
    }
}

/// `[from LABEL] to KIND TEXT [inclusive | exclusive] [along TIMELINE] [prefetch N] [workers N] [pause | shutdown]`
fn recovery(cursor: &mut Cursor<'_>, moment: Moment) -> Result<RecoverySpec, ScriptError> {
    let backup = if cursor.takes_word("from") { Some(label(cursor)?) } else { None };
    if !cursor.takes_word("to") {
        return Err(cursor.expected_word(if backup.is_some() { "to" } else { "from LABEL, to" }));
    }
    let start = *cursor;
    let kind = cursor.word().to_ascii_lowercase();
    let text_start = *cursor;
    let text = match kind.as_str() {
        "time" | "name" => cursor.text()?,
        "lsn" | "xid" => cursor.word().to_owned(),
        "immediate" | "end" => String::new(),
        "" => return Err(start.expected(KINDS_SHOWN)),
        _ => {
            let fault = TargetTextError::Kind { kind: clip(&kind) };
            return Err(start.fault_over(start.rest().get(..kind.len()).unwrap_or_default(), fault.into()));
        }
    };
    if text.is_empty() && matches!(kind.as_str(), "lsn" | "xid") {
        return Err(text_start.expected(if kind == "lsn" { "0/3A40" } else { "NUMBER" }));
    }
    let target = parse_target(&kind, &text, moment.now, moment.zone)
        .map_err(|error| text_start.fault_over(read_between(&text_start, cursor), error.into()))?;
    let can_exclude = matches!(target, Target::Time(_) | Target::Lsn(_) | Target::Xid(_));
    let inclusive = !(can_exclude && cursor.takes_word("exclusive"));
    if can_exclude && inclusive {
        cursor.takes_word("inclusive");
    }
    let (timeline, effort, action) = operators::along(cursor)?;
    Ok(RecoverySpec { backup, target, inclusive, timeline, action, effort })
}

/// As [`recovery`], without a backup: the server has one.
fn go_on(cursor: &mut Cursor<'_>, moment: Moment) -> Result<RecoverySpec, ScriptError> {
    let start = *cursor;
    let spec = recovery(cursor, moment)?;
    if spec.backup.is_some() { Err(start.expected_word("to")) } else { Ok(spec) }
}

/// `TABLE KEY [in recovery | from LABEL to ... | to ...]`
fn explain(cursor: &mut Cursor<'_>, moment: Moment) -> Result<Command, ScriptError> {
    let table = sql::name(cursor, "TABLE")?;
    let key = sql::literal(cursor)?;
    let view = if cursor.is_at_end() {
        RowView::Now
    } else if cursor.takes_word("in") {
        operator_keyword(cursor, "recovery")?;
        RowView::Recovery
    } else {
        RowView::Target(Box::new(recovery(cursor, moment)?))
    };
    Ok(Command::ExplainRow { table, key, view })
}

/// The kinds of targets, as notation.
const KINDS_SHOWN: &str = "time '02:59:59', lsn 0/3A40, xid 113, name 'TEXT', immediate, end";
const _: () = assert!(KINDS.len() == 6, "KINDS_SHOWN lists them");

/// `TABLE every DURATION`
fn workload(cursor: &mut Cursor<'_>) -> Result<Command, ScriptError> {
    let table = sql::name(cursor, "TABLE")?;
    operator_keyword(cursor, "every")?;
    let start = *cursor;
    let text = cursor.word();
    if text.is_empty() {
        return Err(start.expected("DURATION"));
    }
    match parse_duration(text).filter(|every| *every > Micros::ZERO) {
        #[cfg(feature = "whole")]
        Some(every) if !cursor.is_at_end() => {
            super::workloads::work(cursor).map(|work| Command::WorkloadOf { table, every, work })
        }
        #[cfg(not(feature = "whole"))]
        Some(_) if !cursor.is_at_end() => Err(needs_whole(cursor)),
        Some(every) => Ok(Command::Workload { table, every }),
        None => Err(start.fault_over(text, Fault::BadDuration { text: clip(text) })),
    }
}

pub(super) fn operator_keyword(cursor: &mut Cursor<'_>, keyword: &'static str) -> Result<(), ScriptError> {
    if cursor.takes_word(keyword) { Ok(()) } else { Err(cursor.expected_word(keyword)) }
}

/// The label of a backup: a word of letters, digits, `_`, `-` and `.`.
pub(super) fn label(cursor: &mut Cursor<'_>) -> Result<String, ScriptError> {
    let start = *cursor;
    match cursor.head() {
        "" => Err(start.expected_word("LABEL")),
        label => Ok(label.to_owned()),
    }
}

/// A text that is more than blanks: a name.
pub(super) fn filled_text(cursor: &mut Cursor<'_>) -> Result<String, ScriptError> {
    let start = *cursor;
    let text = cursor.text()?;
    if text.trim().is_empty() {
        return Err(start.fault_over(read_between(&start, cursor), TargetTextError::EmptyName.into()));
    }
    Ok(text)
}

/// What was read between two places of a line.
pub(super) fn read_between<'a>(from: &Cursor<'a>, to: &Cursor<'a>) -> &'a str {
    let length = from.rest().len() - to.rest().len().min(from.rest().len());
    from.rest().get(..length).unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_build_takes_no_verb_for_another() {
        for (verb, _) in MORE_VERBS {
            assert_eq!(nearest(verb, VERBS.iter().map(|(verb, _)| *verb)), None, "{verb}");
        }
    }
}
