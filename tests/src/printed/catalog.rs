//! What can be recovered, which backup a recovery starts from, and what is wrong with one, in words.

use super::Place;
use super::words::why;
use pitr_engine::script::parse_statement;
use pitr_engine::{
    BackupVerdict, CatalogEntry, Command, Defect, FileName, Gap, PageError, Point, Restorable, Verification,
    segments_for,
};

impl Place<'_> {
    /// What the catalog says that can be recovered.
    pub(super) fn catalog(&self) -> Vec<String> {
        let catalog = self.state.catalog();
        let mut lines: Vec<String> = catalog.backups.iter().flat_map(entry).collect();
        for (name, found) in [("earliest", catalog.earliest()), ("latest", catalog.latest())] {
            lines.push(match found {
                Some(Restorable { backup, timeline, point: at }) => {
                    format!("{name} {} from {backup} along {timeline}", point(at))
                }
                None => format!("{name} nothing"),
            });
        }
        lines
    }

    /// Behind `choice`, a recovery as `recover` has it: which backup it would start from, and the segments that it would need.
    pub(super) fn choice(&self, what: &str) -> Result<Vec<String>, String> {
        let recovery = what.trim_start().trim_start_matches("choice");
        let zone = self.carried.script.zone();
        let spec = match parse_statement(&format!("recover {recovery}"), self.state.now(), zone) {
            Ok(Command::Recover(spec)) => spec,
            Ok(_) => return Err(format!("no recovery: {recovery}")),
            Err(error) => return Err(error.to_string()),
        };
        let choice = self.state.explain_choice(&spec);
        let considered = choice.considered.iter();
        let mut lines: Vec<String> = considered.map(|(label, of)| format!("{label}: {}", verdict(of))).collect();
        if let Some(manifest) = &choice.chosen
            && let Ok(needed) = segments_for(self.state.archive(), manifest, &spec)
        {
            let size = self.state.settings().segment;
            let files = needed.into_iter().map(|(timeline, segment)| size.file_name(timeline, segment));
            lines.push(format!("needs {}", files.collect::<Vec<_>>().join(" ")));
        }
        Ok(lines)
    }
}

/// What is said of a backup that a recovery could start from.
fn verdict(verdict: &BackupVerdict) -> String {
    match verdict {
        BackupVerdict::Chosen => "chosen".to_owned(),
        BackupVerdict::Older => "would do, with more log".to_owned(),
        BackupVerdict::Rejected(why) => {
            let params = why.params().into_iter().filter(|(name, _)| *name != "backup" && *name != "target");
            let params: String = params.map(|(name, value)| format!(", {name} {value}")).collect();
            format!("{}{params}", why.code())
        }
    }
}

/// What came of verifying a backup: the verdict, and a line for each thing that is wrong.
pub fn verification(found: &Verification) -> Vec<String> {
    let Verification { backup, elements, files, pages, bytes, segments, defects } = found;
    let verdict = if defects.is_empty() { "sound" } else { "not to be relied on" };
    let read = format!("{elements} backups, {files} files, {pages} pages, {bytes} bytes, {segments} segments");
    [format!("{backup}: {verdict}; {read}")].into_iter().chain(defects.iter().map(defect)).collect()
}

fn defect(defect: &Defect) -> String {
    match defect {
        Defect::Chain { element, why } => format!("backup {element}: {why}"),
        Defect::FileMissing { backup, file } => format!("backup {backup}, {file}: missing"),
        Defect::Sealed { backup, file } => format!("backup {backup}, {file}: sealed, and does not open"),
        Defect::FileUnlisted { backup, file } => format!("backup {backup}, {file}: not in the manifest"),
        Defect::FileLength { backup, file, wanted, got } => {
            format!("backup {backup}, {file}: {got} bytes, not {wanted}")
        }
        Defect::FileChecksum { backup, file, wanted, got } => {
            format!("backup {backup}, {file}: checksum {got:08x}, not {wanted:08x}")
        }
        Defect::Page { backup, page, why } => {
            let why = match why {
                PageError::Checksum => "its checksum disagrees",
                PageError::Misplaced => "another page stands there",
                PageError::Contents => "what it says of its rows cannot be",
            };
            format!("backup {backup}, {}, page {}: {why}", FileName::Relation(page.relation), page.block)
        }
        Defect::SegmentMissing { segment } => format!("log segment {}: not in the archive", segment.0),
        Defect::LogEnds { at, segment, why: end } => {
            format!("log segment {}: no record can be read at {at}: {}", segment.0, why(*end))
        }
        Defect::NoBackupEnd { wanted } => format!("log: no backup-end record ends at {wanted}"),
    }
}

/// A backup, and what can be recovered from it.
fn entry(entry: &CatalogEntry) -> Vec<String> {
    let mut lines = verification(&entry.verification);
    lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, "  "));
    if entry.chain.len() > 1 {
        lines.push(format!("  chain {}", entry.chain.join(", ")));
    }
    for reach in &entry.reaches {
        match &reach.range {
            Ok((earliest, latest)) => {
                lines.push(format!("  along {}: {} to {}", reach.timeline, point(*earliest), point(*latest)));
                if let Some(last) = reach.last {
                    let time = last.time.map(|time| time.to_string()).unwrap_or_default();
                    lines.push(format!("    by LSN, XID or end also the last, XID {} at {time}", last.xid));
                }
            }
            Err(failure) => lines.push(format!("  along {}: {}", reach.timeline, failure.code())),
        }
        lines.extend(reach.gaps.iter().map(|one| format!("    {}", gap(one))));
    }
    lines
}

fn point(point: Point) -> String {
    match point.time {
        Some(time) => format!("{} ({time})", point.lsn),
        None => format!("{} (no time leads there)", point.lsn),
    }
}

fn gap(gap: &Gap) -> String {
    let missing = match (gap.missing.first(), gap.missing.last()) {
        (Some(first), Some(last)) => format!(", segments {} to {}", first.0, last.0),
        _ => String::new(),
    };
    let behind = match (gap.resumes, gap.last) {
        (Some(resumes), Some(last)) => {
            let time = last.time.map(|time| time.to_string()).unwrap_or_default();
            format!("from {resumes} on cut off: {} ends, the last XID {} at {time}", gap.cut_off, last.xid)
        }
        (Some(resumes), None) => format!("from {resumes} on cut off: no end of a transaction"),
        (None, _) => "nothing can be read behind it".to_owned(),
    };
    format!("gap at {}: {}{missing}; {behind}", gap.at, why(gap.why))
}
