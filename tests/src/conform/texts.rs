//! The lines that both servers write about a recovery, with what must differ left out.

use super::recording::MarkKind;
use pitr_engine::types::Lsn;

/// A history file without the lines that a server passes over when it reads one: the engine puts a checksum there.
pub fn without_comments(file: &str) -> String {
    file.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect()
}

/// A text with `*` for each LSN in it: the two logs have other positions.
pub fn without_lsns(text: &str) -> String {
    let is_of_lsn = |char: char| char.is_ascii_hexdigit() || char == '/';
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|char| is_of_lsn(char) != is_of_lsn(first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        out.push_str(if run.parse::<Lsn>().is_ok() { "*" } else { run });
        rest = behind;
    }
    out
}

/// The word for a kind of mark in a recording.
pub fn kind_name(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Commit => "commit",
        MarkKind::Abort => "abort",
        MarkKind::RestorePoint => "restore_point",
        MarkKind::BackupEnd => "backup_end",
        MarkKind::TimelineStart => "timeline_start",
        MarkKind::Sequence => "sequence",
    }
}
