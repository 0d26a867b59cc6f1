//! How much log a recovery needs: in files, and in bytes.

use crate::questions::lived::Lived;
use crate::questions::maker::{Expected, Maker, Offered};
use crate::questions::question::{Form, Kind, Question, Short};
use crate::questions::story::{Day, Story, clock};
use pitr_engine::types::{SegmentNumber, TimelineId};
use pitr_engine::{EventKind, Manifest};

/// A day with two backups and a small segment every few minutes.
fn filed(maker: &mut Maker, step: i64) -> Option<(Story, Lived, Vec<i64>)> {
    let mut story = Story::begin(maker.dice.parted(), ", archive timeout 6m")?;
    let start = story.start();
    story.say(start + 120, "ops", "backup b1");
    let transactions = maker.dice.between(6, 8) as usize;
    let ends = story.day(Day { from: start + 300, step, transactions, ..Day::default() });
    let begun = ends.get(maker.dice.between(1, 3) as usize)? + 10 * maker.dice.between(1, 5);
    story.say(begun, "ops", "backup b2");
    story.close(ends.last()? + 120);
    let lived = story.live()?;
    Some((story, lived, ends))
}

/// Backups with their positions, as the manifests say.
fn backup_line(lived: &Lived, backup: &Manifest) -> String {
    let at = lived.clock(backup.start_time);
    format!("{at}  backup {}: redo {}, end {}", backup.label, backup.redo, backup.end)
}

/// The segments that a recovery fetched.
pub fn fetched(run: &pitr_engine::Run, behind: usize) -> Vec<(TimelineId, SegmentNumber)> {
    let events = run.events().iter().skip(behind);
    let fetched = events.filter_map(|event| match event.kind {
        EventKind::SegmentFetched { timeline, segment, .. } => Some((timeline, segment)),
        _ => None,
    });
    fetched.collect()
}

/// Which of the archive's segments a recovery cannot do without.
pub fn smallest_segments(maker: &mut Maker) -> Option<Question> {
    let step = 60 * maker.dice.between(4, 6);
    let (_, lived, ends) = filed(maker, step)?;
    let label = if maker.dice.flips() { "b1" } else { "b2" };
    let backup = lived.manifest(label)?;
    let target = *maker.dice.pick(ends.get(2..ends.len().checked_sub(1)?)?)? + 10 * maker.dice.between(0, 3);
    let rest = format!("from {label} to time '{}' inclusive", clock(target));
    let (does, restored) = lived.recovered(&rest)?;
    let needed = fetched(&lived.run_with(&does)?, lived.run.events().len());
    let size = lived.script.settings.segment;
    let archive = lived.run.cluster().archive();
    let all: Vec<(TimelineId, SegmentNumber)> =
        archive.segments().map(|(timeline, number, _)| (timeline, number)).collect();
    let first_out = restored.report.first_out?;
    let last = size.segment_of(first_out.lsn);
    let first = size.segment_of(backup.redo);
    let (Some(first_name), Some(last_name)) = (needed.first(), needed.last()) else { return None };
    maker.fact("backup", label);
    maker.fact("target_time", clock(target));
    maker.fact("redo", backup.redo);
    maker.fact("first_segment", size.file_name(first_name.0, first_name.1));
    maker.fact("last_segment", size.file_name(last_name.0, last_name.1));
    maker.fact("stop_lsn", first_out.lsn);
    maker.fact("stop_time", lived.clock(first_out.time?));
    if first_name.1 != first || last_name.1 != last || !(4..=8).contains(&all.len()) {
        return None;
    }
    let mut offered = Offered::default();
    for (timeline, segment) in all {
        let name = size.file_name(timeline, segment);
        maker.fact("segment", &name);
        // A recovery without this one.
        let lost = format!("{}{}", lived.line(&format!("lose segment {} on {timeline}", segment.0)), does);
        let tried = lived.try_lines(lost.clone())?;
        let same = tried.outcome.is_ok_and(|without| without.tables == restored.tables);
        if same == needed.contains(&(timeline, segment)) {
            return None;
        }
        if same {
            let belief = if segment < first { "all-since-the-first-backup" } else { "log-behind-the-target" };
            offered.wrong(name, lost, maker.belief(belief));
        } else {
            let belief = if segment == first {
                "backup-brings-its-log"
            } else if segment == last {
                "stops-without-reading-on"
            } else {
                "only-the-ends"
            };
            offered.right(name, lost, Some(maker.belief(belief)));
        }
    }
    let mut evidence = lived.ends_from(lived.commits().first()?.0.end);
    for label in ["b1", "b2"] {
        evidence.push(backup_line(&lived, &lived.manifest(label)?));
    }
    evidence.sort();
    let kind = offered.multiple()?;
    maker.question("needed", &lived.text, evidence, kind)
}

/// How many bytes of log a recovery reads, from one backup and from another.
pub fn bytes_replayed(maker: &mut Maker) -> Option<Question> {
    let step = 60 * maker.dice.between(2, 4);
    let (_, lived, _) = filed(maker, step)?;
    let (b1, b2) = (lived.manifest("b1")?, lived.manifest("b2")?);
    let commits: Vec<_> = lived.commits().into_iter().filter(|(note, _)| note.lsn > b2.end).collect();
    let (target, _) = maker.dice.pick(commits.get(..commits.len().checked_sub(1)?)?)?.clone();
    let (label, other) = if maker.dice.flips() { (&b1, &b2) } else { (&b2, &b1) };
    let to = format!("xid {} inclusive", target.xid);
    let (does, restored) = lived.recovered(&format!("from {} to {to}", label.label))?;
    let (other_does, _) = lived.recovered(&format!("from {} to {to}", other.label))?;
    let stop = restored.report.fork;
    maker.fact("backup", &label.label);
    maker.fact("other_backup", &other.label);
    maker.fact("redo", label.redo);
    maker.fact("other_redo", other.redo);
    maker.fact("end", label.end);
    maker.fact("stop", stop);
    maker.fact("target_xid", target.xid);
    maker.fact("bytes", stop.since(label.redo));
    maker.fact("other_bytes", stop.since(other.redo));
    maker.fact("more_bytes", b2.redo.since(b1.redo));
    let compares = maker.dice.between(0, 2) == 0;
    let right = if compares { b2.redo.since(b1.redo) } else { stop.since(label.redo) };
    let note = if compares { "two-replays" } else { "one-replay" };
    let right = vec![right.to_string()];
    let found = |maker: &Maker| (right.concat(), maker.note(note));
    let mut expected = Expected::default();
    if compares {
        let (of_b1, of_b2) = if label.label == b1.label { (&does, &other_does) } else { (&other_does, &does) };
        expected.wrong(stop.since(b1.redo), of_b1, maker.belief("one-backup-alone"));
        expected.wrong(stop.since(b2.redo), of_b2, maker.belief("one-backup-alone"));
        for bytes in [b2.end.since(b1.end), b2.redo.since(b1.end)] {
            expected.beside(bytes, &does, maker.belief("from-the-backups-end"), found(maker));
        }
    } else {
        expected.wrong(stop.since(other.redo), other_does, maker.belief("other-backup"));
        expected.beside(stop.since(label.end), &does, maker.belief("from-the-backups-end"), found(maker));
        let (before, stopped) = lived.recovered(&format!("from {} to xid {} exclusive", label.label, target.xid))?;
        let bytes = target.lsn.since(label.redo);
        if stopped.report.fork == target.lsn {
            expected.wrong(bytes, before, maker.belief("stops-before-the-commit"));
        } else {
            // A segment ends between the two records.
            expected.beside(bytes, before, maker.belief("stops-before-the-commit"), found(maker));
        }
        expected.beside(stop.0, &does, maker.belief("from-the-beginning"), found(maker));
    }
    let known_wrong = expected.known(&right)?;
    let mut evidence = vec![backup_line(&lived, &b1), backup_line(&lived, &b2)];
    let clock = lived.clock(target.time?);
    evidence.push(format!("{clock}  XID {} commits: record from {} to {}", target.xid, target.lsn, stop));
    evidence.sort();
    let date_us = lived.script.settings.date.0;
    let (note, scale) = (maker.note(note), Some(Vec::new()));
    let short = Short { form: Form::Number, right, known_wrong, does, note, scale, offset_s: 0, date_us };
    maker.question(if compares { "more" } else { "bytes" }, &lived.text, evidence, Kind::Short(short))
}
