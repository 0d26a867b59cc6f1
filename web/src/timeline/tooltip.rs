//! What a thing of the picture is, in two lines.

use super::shapes::{Point, Thing};
use crate::format;
use crate::state::Run;
use crate::view::{plain, tag};
use crate::words::{count, t};
use pitr_protocol::{Fate, segment_text};
use yew::prelude::*;

/// What a thing is, beside it.
pub fn tooltip(run: &Run, thing: Thing, at: Point) -> Html {
    describe(run, thing).map_or_else(Html::default, |(title, lines)| tip(title, lines, at))
}

/// A title and lines, beside a place.
pub fn tip(title: String, lines: Vec<String>, at: Point) -> Html {
    let style = format!("--x:{}px;--y:{}px", format::px(at.x), format::px(at.y));
    let mut tip = tag("div", "tooltip")
        .key("tip".to_owned())
        .attr("aria-hidden", "true")
        .attr("style", &style)
        .child(plain("strong", "", title));
    for line in lines {
        tip = tip.child(plain("span", "", line));
    }
    tip.html()
}

/// A thing's name, and what there is to say of it.
pub fn describe(run: &Run, thing: Thing) -> Option<(String, Vec<String>)> {
    let head = &run.head;
    let clock = |us| run.clock_ms(us);
    match thing {
        Thing::Transaction(index) => {
            let transaction = head.transactions.get(index)?;
            let xid = transaction.xid.to_string();
            let key = match transaction.fate {
                Fate::Committed => "tip.committed",
                Fate::RolledBack => "tip.rolled_back",
                Fate::Open => "tip.open",
            };
            let (begin, end) = (clock(transaction.begin_us), clock(transaction.end_us));
            let rows = count("tip.rows", u64::from(transaction.rows), &[]);
            let session = run.name(transaction.session);
            let title = t("tip.transaction", &[("xid", &xid), ("session", session)]);
            Some((
                title,
                vec![
                    run.name(transaction.statement).to_owned(),
                    t(key, &[("begin", &begin), ("end", &end), ("rows", &rows)]),
                ],
            ))
        }
        Thing::Record(index) => {
            let records = &run.records;
            let kind = records.kind.get(index)?;
            let (lsn, end) = (*records.lsn.get(index)?, *records.end_lsn.get(index)?);
            let name = t(&format!("record.{}", kind.code()), &[]);
            let title = match records.xid.get(index) {
                Some(xid) if *xid > 0 => t("tip.record_of", &[("record", &name), ("xid", &xid.to_string())]),
                _ => name,
            };
            let bytes = format::bytes(end.saturating_sub(lsn));
            let time = clock(*records.time_us.get(index)?);
            Some((title, vec![t("tip.record", &[("lsn", &format::lsn(lsn)), ("bytes", &bytes), ("time", &time)])]))
        }
        Thing::Segment(index) => {
            let segment = head.segments.get(index)?;
            let title = segment_text(segment.timeline, segment.number, head.segment_bytes);
            let used = format::bytes(segment.used_to_lsn.saturating_sub(segment.start_lsn));
            let opened = t("tip.segment", &[("opened", &clock(segment.opened.1)), ("used", &used)]);
            let trip = match (segment.sealed, segment.archived) {
                (_, Some((_, us))) => t("tip.segment_archived", &[("time", &clock(us))]),
                (Some(_), None) => t("tip.segment_sealed", &[]),
                (None, None) => t("tip.segment_open", &[]),
            };
            Some((title, vec![opened, trip]))
        }
        Thing::Backup(index) => {
            let backup = head.backups.get(index)?;
            let title = t("tip.backup", &[("name", run.name(backup.label))]);
            let end = backup.end.map_or_else(|| t("tip.not_yet", &[]), |end| clock(end.1));
            let times = t("tip.backup_times", &[("start", &clock(backup.start.1)), ("end", &end)]);
            let redo = format::lsn(backup.redo_lsn);
            let volume = format::bytes(backup.bytes.saturating_mul(head.scale));
            Some((title, vec![times, t("tip.backup_redo", &[("redo", &redo), ("bytes", &volume)])]))
        }
        Thing::Timeline(index) => {
            let timeline = head.timelines.get(index)?;
            let title = t("timeline.number", &[("number", &timeline.id.to_string())]);
            let lines = match timeline.parent {
                Some(parent) => vec![t(
                    "tip.timeline_fork",
                    &[
                        ("parent", &parent.to_string()),
                        ("lsn", &format::lsn(timeline.fork_lsn)),
                        ("time", &clock(timeline.fork_us)),
                    ],
                )],
                None => vec![t("tip.timeline_first", &[])],
            };
            Some((title, lines))
        }
        Thing::Note(step) => {
            let text = run.steps.text.get(step as usize).map_or("", |text| run.name(*text));
            Some((t("tip.note", &[("time", &clock(run.step_time(step)))]), vec![text.to_owned()]))
        }
        Thing::Phase(index) => {
            let phase = head.report.as_ref()?.phases.get(index)?;
            Some((t(&format!("phase.{}", phase.phase.code()), &[]), vec![format::duration(phase.took_us)]))
        }
    }
}
