//! DynamoDB: a request for each table, to a time or to the latest that there is.

use super::mysql::whole_second;
use super::{Form, Known, Note, Said};
use crate::cluster::{RecoverySpec, Target};
use crate::types::Micros;
use core::fmt::Write as _;

pub fn say(spec: &RecoverySpec, known: &Known) -> Said {
    let mut said = Said::default();
    let moment = match spec.target {
        Target::Time(target) => {
            let second = whole_second(target);
            // The second of an exclusive target is not before it, unless the target lies within that second.
            let asked = if spec.inclusive || second < target { second } else { second - Micros::SECOND };
            if asked != target {
                said.notes.push(Note::WholeSeconds { target, asked });
            }
            said.notes.push(Note::EdgeUnknown { asked });
            // What may stand in JSON for a timestamp: seconds since 1970.
            format!("\"RestoreDateTime\": {}", asked.0.div_euclid(Micros::SECOND.0))
        }
        Target::End => {
            said.notes.push(Note::LatestLags);
            "\"UseLatestRestorableTime\": true".to_owned()
        }
        Target::Lsn(_) | Target::Xid(_) | Target::Name(_) | Target::Immediate => {
            said.notes.push(Note::OnlyTime);
            return said;
        }
    };
    for table in &known.tables {
        let (source, target) = (json(table), json(&format!("{table}-restored")));
        let body = format!("{{\n  \"SourceTableName\": {source},\n  \"TargetTableName\": {target},\n  {moment}\n}}");
        said.does(Form::Request("RestoreTableToPointInTime"), body);
    }
    said.notes.extend([Note::NewTable, Note::NotCarriedOver]);
    if known.tables.len() > 1 {
        said.notes.push(Note::OneTableEach { tables: known.tables.len() });
    }
    if let Some(backup) = &spec.backup {
        said.notes.push(Note::NoBackupChoice { backup: backup.clone() });
    }
    said.lacks_timelines_and_actions(spec);
    said
}

/// A text in JSON.
fn json(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            // Writing to a text does not fail.
            control if control < ' ' => drop(write!(quoted, "\\u{:04x}", control as u32)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
