//! A script as bytes, for a program that shall run it without carrying a parser.
//!
//! Only what the smaller build can run has such a form (see [`crate::WHOLE`]): a script of anything else has none. Reading is total.

use super::{Remark, Script, ScriptLine};
use crate::cluster::{Assignment, Command, Comparison, Expression, Filter, Settings, TimedCommand};
use crate::codec::{Reader, Writer};
use crate::storage::{decode_values, encode_row};
use crate::types::{Column, ColumnType, Micros, SegmentSize, Value, Xid, Zone};
use std::sync::Arc;

const COMPARISONS: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
];

const KINDS: [ColumnType; 4] = [ColumnType::Int, ColumnType::Text, ColumnType::Bool, ColumnType::Timestamp];

impl Script {
    /// Its bytes; `None` if something in it has no such form.
    pub fn compile(&self) -> Option<Vec<u8>> {
        let known = Settings { seed: self.settings.seed, ..read_settings(&mut Reader::new(&settings_bytes(self)))? };
        if known != self.settings || !self.expectations.is_empty() {
            return None;
        }
        let mut out = Writer::default();
        out.text(&self.title);
        out.raw(&settings_bytes(self));
        out.u16(u16::try_from(self.remarks.len()).ok()?);
        for remark in &self.remarks {
            out.u16(u16::try_from(remark.line).ok()?);
            out.text(&remark.text);
        }
        for line in &self.commands {
            out.time(line.timed.at);
            out.text(&line.timed.session);
            out.u16(u16::try_from(line.line).ok()?);
            out.text(&line.statement);
            write_command(&mut out, &line.timed.command)?;
        }
        let bytes = out.finish();
        (Script::from_compiled(&bytes).as_ref() == Some(self)).then_some(bytes)
    }

    /// Reads such bytes.
    pub fn from_compiled(bytes: &[u8]) -> Option<Script> {
        let from = &mut Reader::new(bytes);
        let title = from.text()?.to_owned();
        let settings = read_settings(from)?;
        let remarks = list(from, |from| Some(Remark { line: u32::from(from.u16()?), text: from.text()?.to_owned() }))?;
        let mut commands = Vec::new();
        while !from.is_empty() {
            let (at, session) = (from.time()?, from.text()?.to_owned());
            let (line, statement) = (u32::from(from.u16()?), from.text()?.to_owned());
            let command = Arc::new(read_command(from)?);
            commands.push(ScriptLine { timed: TimedCommand { at, session, command }, line, statement });
        }
        Some(Script { title, settings, commands, expectations: Vec::new(), remarks })
    }
}

fn settings_bytes(script: &Script) -> Vec<u8> {
    let settings = &script.settings;
    let mut out = Writer::default();
    out.u64(settings.seed);
    out.time(settings.date);
    out.u32(settings.zone.offset_s as u32);
    out.u64(settings.scale);
    out.u32(settings.segment.bytes());
    out.u32(settings.page_bytes);
    out.xid(settings.first_xid);
    for every in [settings.archive_timeout, settings.backup_every] {
        out.time(every.unwrap_or_default());
    }
    out.finish()
}

fn read_settings(from: &mut Reader<'_>) -> Option<Settings> {
    let seed = from.u64()?;
    let date = from.time()?;
    let zone = Zone { offset_s: from.u32()? as i32 };
    let scale = from.u64()?;
    let segment = SegmentSize::new(from.u32()?)?;
    let page_bytes = from.u32()?;
    let first_xid = from.xid()?;
    let mut every = || from.time().map(|every| Some(every).filter(|every| *every != Micros::ZERO));
    let (archive_timeout, backup_every) = (every()?, every()?);
    let common = Settings::default();
    Some(Settings { seed, date, zone, scale, segment, page_bytes, first_xid, archive_timeout, backup_every, ..common })
}

fn write_command(out: &mut Writer, command: &Command) -> Option<()> {
    match command {
        Command::Begin => out.u8(0),
        Command::Commit => out.u8(1),
        Command::Rollback => out.u8(2),
        Command::CreateTable { table, columns } => {
            out.u8(3);
            out.text(table);
            out.u16(columns.len() as u16);
            for column in columns {
                out.text(&column.name);
                out.u8(KINDS.iter().position(|kind| *kind == column.kind)? as u8);
            }
        }
        Command::Insert { table, columns: None, rows } => {
            out.u8(4);
            out.text(table);
            out.u16(rows.len() as u16);
            rows.iter().for_each(|row| out.long(&encode_row(Xid::NONE, row)));
        }
        Command::Update { table, set, filter } => {
            out.u8(5);
            out.text(table);
            out.u16(set.len() as u16);
            for assignment in set {
                out.text(&assignment.column);
                match &assignment.value {
                    Expression::Literal(value) => {
                        out.text("");
                        write_value(out, value);
                    }
                    Expression::ColumnPlus { column, plus } => {
                        out.text(column);
                        out.i64(*plus);
                    }
                }
            }
            write_filter(out, filter.as_ref())?;
        }
        Command::Delete { table, filter } => {
            out.u8(6);
            out.text(table);
            write_filter(out, filter.as_ref())?;
        }
        Command::Backup { label } => {
            out.u8(7);
            out.text(label);
        }
        Command::Note { text } => {
            out.u8(8);
            out.text(text);
        }
        _ => return None,
    }
    Some(())
}

fn read_command(from: &mut Reader<'_>) -> Option<Command> {
    let kind = from.u8()?;
    if kind < 3 {
        return Some(match kind {
            0 => Command::Begin,
            1 => Command::Commit,
            _ => Command::Rollback,
        });
    }
    let name = from.text()?.to_owned();
    Some(match kind {
        3 => Command::CreateTable {
            table: name,
            columns: list(from, |from| {
                Some(Column { name: from.text()?.to_owned(), kind: *KINDS.get(usize::from(from.u8()?))? })
            })?,
        },
        4 => Command::Insert {
            table: name,
            columns: None,
            rows: list(from, |from| Some(decode_values(from.long()?)?.values))?,
        },
        5 => Command::Update { table: name, set: list(from, read_assignment)?, filter: read_filter(from)? },
        6 => Command::Delete { table: name, filter: read_filter(from)? },
        7 => Command::Backup { label: name },
        8 => Command::Note { text: name },
        _ => return None,
    })
}

fn read_assignment(from: &mut Reader<'_>) -> Option<Assignment> {
    let column = from.text()?.to_owned();
    let value = match from.text()? {
        "" => Expression::Literal(read_value(from)?),
        other => Expression::ColumnPlus { column: other.to_owned(), plus: from.i64()? },
    };
    Some(Assignment { column, value })
}

/// Of conditions only a single comparison has a form.
fn write_filter(out: &mut Writer, filter: Option<&Filter>) -> Option<()> {
    match filter {
        None => out.text(""),
        Some(Filter::Compare { column, operator, value }) => {
            out.text(column);
            out.u8(COMPARISONS.iter().position(|known| known == operator)? as u8);
            write_value(out, value);
        }
        Some(_) => return None,
    }
    Some(())
}

fn read_filter(from: &mut Reader<'_>) -> Option<Option<Filter>> {
    let column = from.text()?.to_owned();
    if column.is_empty() {
        return Some(None);
    }
    let operator = *COMPARISONS.get(usize::from(from.u8()?))?;
    Some(Some(Filter::Compare { column, operator, value: read_value(from)? }))
}

fn write_value(out: &mut Writer, value: &Value) {
    out.long(&encode_row(Xid::NONE, core::slice::from_ref(value)));
}

fn read_value(from: &mut Reader<'_>) -> Option<Value> {
    decode_values(from.long()?)?.values.pop()
}

/// A 16-bit count, then as many.
fn list<T>(from: &mut Reader<'_>, mut read: impl FnMut(&mut Reader<'_>) -> Option<T>) -> Option<Vec<T>> {
    (0..from.u16()?).map(|_| read(from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::parse;

    fn script(text: &str) -> Script {
        parse(text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_script_reads_back() {
        let script = script(
            "# A night\nscenario seed 7, date 2026-03-04, zone +02:00, scale 250000, segment 1KiB, archive timeout 5m\n\
             # remarked\n02:00 app CREATE TABLE t (id int, a text, b bool, c timestamp)\n\
             02:01 app BEGIN\n02:01 app INSERT INTO t VALUES (1, NULL, true, '2026-03-04 01:00:00'), (2, 'it''s', false, NULL)\n\
             02:02 app UPDATE t SET a = 'x', id = id + -4 WHERE id >= 2\n02:03 app DELETE FROM t\n02:03 app ROLLBACK\n\
             02:04 app COMMIT\n02:05 backup b1\n02:06 note 'gone'\n",
        );
        let bytes = script.compile().unwrap();
        assert_eq!(Script::from_compiled(&bytes).unwrap().to_string(), script.to_string());
        for length in 0..bytes.len() {
            assert_ne!(Script::from_compiled(&bytes[..length]).as_ref(), Some(&script), "{length}");
        }
    }

    #[test]
    fn what_only_a_parser_reads_has_no_such_form() {
        for text in ["02:00 SELECT * FROM t", "02:00 DELETE FROM t WHERE a = 1 AND b = 2", "expect table t rows 1"] {
            assert_eq!(script(text).compile(), None, "{text}");
        }
        assert_eq!(script("scenario buffers 16\n02:00 BEGIN").compile(), None);
    }
}
