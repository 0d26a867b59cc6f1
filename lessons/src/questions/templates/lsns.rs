//! Targets said otherwise: as an LSN, as an XID, and which of them come to the same.

use super::days::{Wishes, lively, side};
use crate::questions::maker::{Expected, Maker, Offered};
use crate::questions::question::{Form, Kind, Question, Short};
use crate::questions::story::clock;
use pitr_engine::{Kind as RecordKind, RecordNote};

/// What a record is, in a word or two.
fn called(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Insert => "insert",
        RecordKind::Update => "update",
        RecordKind::Delete => "delete",
        RecordKind::Commit => "commit",
        RecordKind::Abort => "abort",
        RecordKind::Checkpoint => "checkpoint",
        RecordKind::SegmentSwitch => "segment switch",
        RecordKind::RestorePoint => "restore point",
        RecordKind::BackupStart => "backup start",
        RecordKind::BackupEnd => "backup end",
        RecordKind::CreateRelation => "create relation",
        RecordKind::TimelineStart => "timeline start",
        RecordKind::Sequence => "sequence",
        RecordKind::Lock => "lock",
    }
}

/// The last LSN that leaves a transaction out.
pub fn tightest_lsn(maker: &mut Maker) -> Option<Question> {
    let overlapping = maker.dice.between(2, 4) as usize;
    let wishes = Wishes { transactions: 6, overlapping: Some(overlapping), ..Wishes::default() };
    let day = lively(maker, wishes)?;
    let place = day.commit_at(*day.ends.get(overlapping - maker.dice.between(0, 1) as usize)?)?;
    let (commit, work) = day.commits.get(place)?.clone();
    let records = day.lived.records();
    let at = records.iter().position(|record| record.lsn == commit.lsn)?;
    let before: RecordNote = *records.get(at.checked_sub(1)?)?;
    let inclusive = maker.dice.flips();
    let right = if inclusive { before.lsn } else { commit.lsn };
    let to = |lsn: &str| format!("from b1 to lsn {lsn} {}", side(inclusive));
    let (_, restored) = day.lived.recovered(&to(&right.to_string()))?;
    if restored.report.fork != commit.lsn {
        // A segment ends between the two.
        return None;
    }
    maker.fact("xid", commit.xid);
    maker.fact("side", side(inclusive));
    maker.fact("commit_lsn", commit.lsn);
    maker.fact("commit_end", commit.end);
    maker.fact("before_lsn", before.lsn);
    maker.fact("first_lsn", work.first);
    maker.fact("statement", crate::questions::lived::clipped(work.said()));
    let right = vec![right.to_string()];
    let mut expected = Expected::default();
    let flipped = if inclusive { commit.lsn } else { before.lsn };
    let previous = day.commits.get(place.checked_sub(1)?)?.0;
    let wrong = [
        ("inclusive-flipped", flipped),
        ("behind-the-commit", commit.end),
        ("statement-decides", work.first),
        ("commit-before", previous.lsn),
    ];
    for (belief, lsn) in wrong {
        let does = day.lived.recover(&to(&lsn.to_string()))?.does;
        expected.wrong(lsn, does, maker.belief(belief));
    }
    let from = records.iter().position(|record| record.lsn == previous.lsn.min(work.first))?;
    let shown = records.iter().skip(from.saturating_sub(1)).take(at + 3 - from.saturating_sub(1));
    let evidence = shown.map(|record| {
        let xid = if record.xid.0 == 0 { String::new() } else { format!("XID {}", record.xid) };
        format!("{:<8} {:<14} {xid}", record.lsn.to_string(), called(record.kind)).trim_end().to_owned()
    });
    let known_wrong = expected.known(&right)?;
    let date_us = day.lived.script.settings.date.0;
    let short = Short {
        form: Form::Lsn,
        right,
        known_wrong,
        does: day.lived.line(&format!("recover {}", to("{answer}"))),
        note: String::new(),
        scale: Some(records.iter().map(|record| record.lsn.to_string()).collect()),
        offset_s: 0,
        date_us,
    };
    maker.question(side(inclusive), &day.lived.text, evidence.collect(), Kind::Short(short))
}

/// Which of several targets gives the same rows as a time.
pub fn same_result(maker: &mut Maker) -> Option<Question> {
    let overlapping = maker.dice.between(2, 4) as usize;
    let wishes = Wishes { transactions: 6, overlapping: Some(overlapping), ..Wishes::default() };
    let day = lively(maker, wishes)?;
    // Within the time that a transaction was open, at the commit of another or some seconds behind.
    let at = *day.ends.get(overlapping.checked_sub(1)?)?;
    let inclusive = maker.dice.flips();
    let later = if maker.dice.flips() { 0 } else { 10 * maker.dice.between(1, 3) };
    let target = format!("time '{}' {}", clock(at + later), side(inclusive));
    let (_, wanted) = day.lived.recovered(&format!("from b1 to {target}"))?;
    let (last, first) = (wanted.report.last_in?, wanted.report.first_out?);
    let by_lsn = maker.dice.flips();
    let said = |note: &RecordNote, inclusive: bool| match by_lsn {
        true => format!("lsn {} {}", note.lsn, side(inclusive)),
        false => format!("xid {} {}", note.xid, side(inclusive)),
    };
    maker.fact("target", &target);
    maker.fact("last_xid", last.xid);
    maker.fact("last_lsn", last.lsn);
    maker.fact("first_xid", first.xid);
    maker.fact("first_lsn", first.lsn);
    maker.fact("last_time", day.lived.clock(last.time?));
    maker.fact("first_time", day.lived.clock(first.time?));

    let mut offered = Offered::default();
    let right = if maker.dice.flips() { said(&last, true) } else { said(&first, false) };
    let tried = day.lived.recovered(&format!("from b1 to {right}"))?;
    if tried.1.tables != wanted.tables {
        return None;
    }
    let say = |maker: &mut Maker, target: &str| {
        maker.fact("other", target);
        maker.choice("target")
    };
    offered.right(say(maker, &right), tried.0, None);
    let place = day.commits.iter().position(|(note, _)| note.xid == last.xid)?;
    let by_number =
        day.commits.iter().map(|(note, _)| *note).filter(|note| note.xid > last.xid).min_by_key(|note| note.xid);
    let previous = day.commits.get(place.checked_sub(1)?)?.0;
    let wrong = [
        ("inclusive-flipped", Some((last, false))),
        ("open-counts", Some((first, true))),
        ("numbers-follow-commits", by_number.map(|note| (note, false))),
        ("one-too-early", Some((previous, true))),
    ];
    for (belief, target) in wrong {
        let Some((note, inclusive)) = target else { continue };
        let target = said(&note, inclusive);
        let (does, restored) = day.lived.recovered(&format!("from b1 to {target}"))?;
        if restored.tables != wanted.tables {
            let text = say(maker, &target);
            offered.wrong(text, does, maker.belief(belief));
        }
    }
    let kind = offered.single(&mut maker.dice)?;
    let evidence = day.lived.ends_from(day.commits.get(1)?.0.lsn);
    maker.question(if by_lsn { "lsn" } else { "xid" }, &day.lived.text, evidence, kind)
}
