//! MySQL and MariaDB: a dump, and `mysqlbinlog` from its place in the binary log to the stop, piped into a server.
//!
//! The stop is *exclusive* in both its forms: the first event at or past it ends the call. Times have whole seconds, so an inclusive target
//! needs the second after its own. Positions are of a log that is not the engine's; they are left as variables of the shell.

use super::{Form, Known, Note, Said, shell_word};
use crate::cluster::{RecoverySpec, Target};
use crate::types::Micros;

pub fn say(spec: &RecoverySpec, known: &Known) -> Said {
    let mut said = Said::default();
    if let Target::Name(name) = &spec.target {
        said.notes.push(Note::NoNames { name: name.clone() });
        return said;
    }
    match known.backups.last().or(spec.backup.as_ref()) {
        Some(backup) => said.does(Form::Shell, format!("mysql < {}", shell_word(&format!("{backup}.sql")))),
        None => said.does(Form::Shell, "mysql < \"$DUMP\""),
    }
    if spec.backup.is_none() {
        said.notes.push(Note::BackupIsYours);
    }
    if known.backups.len() > 1 {
        said.notes.push(Note::FullBackupOnly { backups: known.backups.clone() });
    }
    let stop = stop(spec, &mut said.notes);
    if spec.target == Target::Immediate {
        said.notes.push(Note::BackupAlone);
    } else {
        let stop = stop.map(|stop| format!(" {stop}")).unwrap_or_default();
        let zone = if matches!(spec.target, Target::Time(_)) { "TZ=UTC " } else { "" };
        let call = format!("{zone}mysqlbinlog --start-position=\"$BACKUP_POSITION\"{stop} binlog.0* | mysql");
        // In a pipe only the last status counts, and a tool that broke off would look like success.
        said.does(Form::Shell, format!("set -o pipefail\n{call}"));
    }
    said.lacks_timelines_and_actions(spec);
    said
}

/// The option that ends the call, and what it does otherwise than the target.
fn stop(spec: &RecoverySpec, notes: &mut Vec<Note>) -> Option<String> {
    match spec.target {
        Target::Time(target) => {
            let second = whole_second(target);
            let stop = if spec.inclusive { second + Micros::SECOND } else { second };
            if spec.inclusive {
                notes.push(Note::SecondComesIn { target, stop });
            } else if stop != target {
                notes.push(Note::SecondStaysOut { target, stop });
            }
            notes.extend([Note::TimeOfTheStart, Note::ZoneOfTheTool, Note::NotReachedOnlyWarns]);
            Some(format!("--stop-datetime='{}'", local(stop)))
        }
        Target::Lsn(lsn) => {
            notes.push(Note::AnotherPosition { lsn });
            by_position(spec, notes)
        }
        Target::Xid(xid) => {
            notes.push(Note::NoXid { xid });
            by_position(spec, notes)
        }
        Target::Name(_) | Target::Immediate | Target::End => None,
    }
}

fn by_position(spec: &RecoverySpec, notes: &mut Vec<Note>) -> Option<String> {
    if spec.inclusive {
        notes.push(Note::StopIsExclusive);
    }
    notes.extend([Note::LastFileCounts, Note::NotReachedOnlyWarns]);
    Some("--stop-position=\"$STOP_POSITION\"".to_owned())
}

/// The beginning of an instant's second.
pub fn whole_second(instant: Micros) -> Micros {
    instant - Micros(instant.0.rem_euclid(Micros::SECOND.0))
}

/// `YYYY-MM-DD HH:MM:SS`: no offset can be written.
fn local(instant: Micros) -> String {
    let (year, month, day) = instant.date();
    format!("{year:04}-{month:02}-{day:02} {}", instant.clock())
}
