//! PostgreSQL 15: lines of its configuration, `recovery.signal`, a start.
//!
//! Every choice that counts is written, defaults too: a reader sees what was decided, and the server's own default action is to pause.

use super::{Form, Known, Note, Said, shell_word};
use crate::cluster::{AtTarget, RecoverySpec, Target, TimelineChoice};

/// Where the recovered server's files go: beside those of the damaged one.
const DATA: &str = "/srv/recovered";
const BACKUPS: &str = "/srv/backups";
const ARCHIVE: &str = "/srv/archive";
/// The most bytes of a restore point's name.
const NAME_BYTES_MAX: usize = 63;

pub fn say(spec: &RecoverySpec, known: &Known) -> Said {
    let mut said = Said::default();
    let backup = known.backups.last().or(spec.backup.as_ref());
    if spec.backup.is_none() {
        said.notes.push(Note::BackupIsYours);
    }
    if known.backups.len() > 1 {
        said.notes.push(Note::FullBackupOnly { backups: known.backups.clone() });
    }
    let from = backup.map_or("\"$BACKUP\"".to_owned(), |backup| shell_word(&format!("{BACKUPS}/{backup}")));
    said.does(Form::Shell, format!("cp -a {from} {DATA}"));

    let lines: Vec<String> = settings(spec).iter().map(|(name, value)| format!("{name} = {}", quoted(value))).collect();
    said.does(Form::File("postgresql.auto.conf"), lines.join("\n"));
    said.does(Form::Shell, format!("touch {DATA}/recovery.signal\npg_ctl -D {DATA} start"));

    if let Target::Name(name) = &spec.target
        && name.len() > NAME_BYTES_MAX
    {
        said.notes.push(Note::NameTooLong { bytes: name.len() });
    }
    match (spec.action, &spec.target) {
        (AtTarget::Promote, _) => {}
        (_, Target::End) => said.notes.push(Note::ActionNeedsTarget),
        (AtTarget::Pause, _) => said.does(Form::Shell, "psql -c 'SELECT pg_wal_replay_resume()'"),
        (AtTarget::Shutdown, _) => said.notes.push(Note::ShutsDownAgain),
    }
    said
}

/// The settings that a recovery takes, each with its value as it is before quoting.
pub fn settings(spec: &RecoverySpec) -> Vec<(&'static str, String)> {
    let mut settings = vec![("restore_command", format!("cp {ARCHIVE}/%f \"%p\""))];
    match &spec.target {
        Target::Time(time) => settings.push(("recovery_target_time", time.to_string())),
        Target::Lsn(lsn) => settings.push(("recovery_target_lsn", lsn.to_string())),
        Target::Xid(xid) => settings.push(("recovery_target_xid", xid.to_string())),
        Target::Name(name) => settings.push(("recovery_target_name", name.clone())),
        Target::Immediate => settings.push(("recovery_target", "immediate".to_owned())),
        Target::End => {}
    }
    if matches!(spec.target, Target::Time(_) | Target::Lsn(_) | Target::Xid(_)) {
        settings.push(("recovery_target_inclusive", if spec.inclusive { "on" } else { "off" }.to_owned()));
    }
    let timeline = match spec.timeline {
        TimelineChoice::Latest => "latest".to_owned(),
        TimelineChoice::Current => "current".to_owned(),
        TimelineChoice::Number(number) => number.to_string(),
    };
    settings.push(("recovery_target_timeline", timeline));
    if spec.target != Target::End {
        let action = match spec.action {
            AtTarget::Promote => "promote",
            AtTarget::Pause => "pause",
            AtTarget::Shutdown => "shutdown",
        };
        settings.push(("recovery_target_action", action.to_owned()));
    }
    settings
}

/// A value as the configuration's reader takes it: quotes doubled, backslashes and ends of lines escaped.
fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('\'');
    for char in value.chars() {
        match char {
            '\'' => text.push_str("''"),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            other => text.push(other),
        }
    }
    text.push('\'');
    text
}
