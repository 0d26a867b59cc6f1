//! What a field of something that is taken apart is about, by the name that all views know it by: a record, a transaction, a segment, a
//! row.

use crate::bench::happening::{of_record, of_segment, record_at, timeline_of};
use crate::bench::histories::writer;
use crate::bench::point::{Kind, Pointed};
use crate::bench::steps::position;
use crate::bench::transactions::of_xid;
use crate::state::Run;
use crate::tables::grid::key_text;
use pitr_protocol::bench::{Anatomy, PageRow, Part, Sort, Thing};

/// What the whole is.
pub fn whole(run: &Run, thing: &Thing, anatomy: &Anatomy) -> Option<Pointed> {
    Some(match thing {
        Thing::Log { timeline, .. } if anatomy.what == "record" => record(run, Some(*timeline), anatomy.lsn?),
        Thing::Log { timeline, lsn } | Thing::Segment { timeline, lsn, .. } => {
            let holds = |at: &usize| {
                let segment = &run.head.segments[*at];
                segment.timeline == *timeline
                    && (segment.start_lsn..segment.start_lsn + u64::from(run.head.segment_bytes)).contains(lsn)
            };
            of_segment(run, (0..run.head.segments.len()).find(holds)?)?
        }
        Thing::Page { name, block, .. } => {
            Pointed { number: Some(u64::from(*block)), ..Pointed::named(Kind::Page, name) }
        }
        Thing::Manifest { label } => Pointed::named(Kind::Backup, label),
        Thing::History { timeline } => of_timeline(*timeline),
        Thing::ControlFile { .. } | Thing::CommitLog { .. } => return None,
    })
}

/// What each field is about.
#[derive(Debug)]
pub struct About(Vec<Option<Pointed>>);

impl About {
    /// As the thing is at a step.
    pub fn of(run: &Run, step: u32, thing: &Thing, anatomy: &Anatomy) -> About {
        let timeline = timeline_at(run, step, thing, anatomy);
        About(anatomy.fields.iter().map(|part| field(run, timeline, thing, anatomy, part)).collect())
    }

    pub fn field(&self, index: usize) -> Option<&Pointed> {
        self.0.get(index)?.as_ref()
    }

    /// What a byte is about: what the innermost of its fields is that is about anything.
    pub fn byte(&self, anatomy: &Anatomy, offset: u32) -> Option<&Pointed> {
        let holding = anatomy.fields.iter().zip(&self.0).filter(|(part, _)| (part.from..part.to).contains(&offset));
        let told = holding.filter_map(|(part, about)| Some((part.depth, about.as_ref()?)));
        told.max_by_key(|(depth, _)| *depth).map(|(_, about)| about)
    }
}

/// The timeline in whose log the positions and XIDs of a thing are to be found.
fn timeline_at(run: &Run, step: u32, thing: &Thing, anatomy: &Anatomy) -> Option<u32> {
    match thing {
        Thing::Log { timeline, .. } | Thing::Segment { timeline, .. } => Some(*timeline),
        Thing::Page { recovered, .. } | Thing::CommitLog { recovered, .. } => Some(timeline_of(run, step, *recovered)),
        _ => anatomy.fields.iter().find(|part| part.name == "timeline")?.says.parse().ok(),
    }
}

/// What a field is about; `None` if it is about no more than the whole.
fn field(run: &Run, timeline: Option<u32>, thing: &Thing, anatomy: &Anatomy, part: &Part) -> Option<Pointed> {
    let number = || part.says.parse::<u64>().ok();
    let of_xid = |xid| Pointed { timeline: timeline.filter(|_| run.head.timelines.len() > 1), ..of_xid(xid) };
    match (part.name.as_str(), part.sort) {
        (_, Sort::Record) => Some(record(run, timeline, anatomy.lsn? + u64::from(part.from))),
        ("page_lsn", Sort::Lsn) => {
            // It is the end of the record that has changed the page last.
            let end = position(&part.says)?;
            let (ends, timelines) = (&run.records.end_lsn, &run.head.timelines);
            let is_own = |at: usize| {
                timeline.is_none_or(|one| writer(timelines, one, end.saturating_sub(1)) == run.records.timeline[at])
            };
            of_record(run, (0..ends.len()).rev().find(|at| ends[*at] == end && is_own(*at))?)
        }
        (_, Sort::Lsn) => {
            let lsn = position(&part.says)?;
            record_at(run, None, lsn).map(|_| record(run, timeline, lsn))
        }
        ("xid", _) if matches!(thing, Thing::CommitLog { .. }) => part.index.map(of_xid),
        ("xid" | "xmin" | "xmax" | "subtransaction", _) => {
            number().and_then(|xid| u32::try_from(xid).ok()).filter(|xid| *xid > 0).map(of_xid)
        }
        ("timeline" | "parent", _) if number().is_some() => {
            number().and_then(|id| u32::try_from(id).ok()).filter(|id| *id > 0).map(of_timeline)
        }
        ("label" | "parent", _) => {
            let label = part.says.trim_matches('"');
            let is_known = run.head.backups.iter().any(|backup| run.name(backup.label) == label);
            is_known.then(|| Pointed::named(Kind::Backup, label))
        }
        ("first_segment" | "last_segment", _) => {
            let (timeline, number) = (timeline?, number()?);
            let is_it = |at: &usize| {
                let segment = &run.head.segments[*at];
                (segment.timeline, segment.number) == (timeline, number)
            };
            of_segment(run, (0..run.head.segments.len()).find(is_it)?)
        }
        ("row", _) => {
            let (Thing::Page { name, .. }, Some(row)) = (thing, row_of(anatomy, part)) else { return None };
            Some(Pointed { key: row.key.as_ref().map(key_text), ..Pointed::named(Kind::Row, name) })
        }
        _ => None,
    }
}

/// The row version that a field of a page is.
pub fn row_of<'a>(anatomy: &'a Anatomy, part: &Part) -> Option<&'a PageRow> {
    let slot = part.index.filter(|_| part.name == "row" && part.depth == 0)?;
    anatomy.rows.iter().find(|row| row.slot == slot)
}

fn record(run: &Run, timeline: Option<u32>, lsn: u64) -> Pointed {
    let known = record_at(run, timeline, lsn).and_then(|at| of_record(run, at));
    known.unwrap_or(Pointed { timeline, lsn: Some(lsn), ..Pointed::at(Kind::Record) })
}

fn of_timeline(timeline: u32) -> Pointed {
    Pointed { timeline: Some(timeline), ..Pointed::at(Kind::Timeline) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::deep::samples::forked;
    use pitr_protocol::{BackupSpan, RecordKind, Records, RunHead, SegmentSpan, Steps, Value};

    fn run() -> Run {
        let segment = |number| SegmentSpan {
            timeline: 1,
            number,
            start_lsn: number * 4096,
            used_to_lsn: 0,
            opened: (0, 0),
            sealed: None,
            sent: None,
            archived: None,
        };
        let head = RunHead {
            segment_bytes: 4096,
            names: vec!["b1".into()],
            segments: vec![segment(1), segment(2)],
            backups: vec![BackupSpan { label: 0, start: (0, 0), end: None, redo_lsn: 0, end_lsn: None, bytes: 0 }],
            ..RunHead::default()
        };
        let records = Records {
            lsn: vec![0x1028],
            end_lsn: vec![0x1100],
            timeline: vec![1],
            time_us: vec![0],
            kind: vec![RecordKind::Insert],
            xid: vec![7],
            session: vec![0],
            step: vec![1],
        };
        Run::new(head, records, Steps::default())
    }

    fn part(name: &str, says: &str, sort: Sort) -> Part {
        Part { depth: 0, name: name.into(), index: None, from: 0x28, to: 0x30, says: says.into(), sort }
    }

    fn anatomy(fields: Vec<Part>) -> Anatomy {
        let rows = vec![PageRow { slot: 2, key: Some(Value::Int(5)), writer: Some((1, 0x1028)) }];
        Anatomy {
            what: "x".into(),
            lsn: Some(0x1000),
            bytes: Vec::new(),
            part: 0,
            parts: 1,
            fields,
            troubles: vec![],
            rows,
        }
    }

    fn of(thing: &Thing, one: Part) -> Option<Pointed> {
        let told = anatomy(vec![part("timeline", "1", Sort::Plain)]);
        field(&run(), timeline_at(&run(), 0, thing, &told), thing, &told, &one)
    }

    #[test]
    fn fields_are_about_what_they_name() {
        let run = run();
        let segment = Thing::Segment { timeline: 1, lsn: 0x1000, page: 0 };
        let insert = of_record(&run, 0);
        assert_eq!(of(&segment, part("record", "", Sort::Record)), insert);
        let manifest = Thing::Manifest { label: "b1".into() };
        assert_eq!(of(&manifest, part("redo", "0/1028", Sort::Lsn)), insert);
        assert_eq!(of(&manifest, part("redo", "0/1029", Sort::Lsn)), None);
        assert_eq!(of(&manifest, part("last_segment", "2", Sort::Plain)), of_segment(&run, 1));
        assert_eq!(of(&manifest, part("parent", "\"b1\"", Sort::Plain)), Some(Pointed::named(Kind::Backup, "b1")));
        assert_eq!(of(&manifest, part("parent", "\"\"", Sort::Plain)), None);
        let history = Thing::History { timeline: 2 };
        assert_eq!(of(&history, part("parent", "1", Sort::Plain)), Some(of_timeline(1)));
        let commits = Thing::CommitLog { recovered: false, chunk: 0 };
        let fate = Part { index: Some(7), ..part("xid", "committed", Sort::Plain) };
        assert_eq!(of(&commits, fate), Some(of_xid(7)));
        assert_eq!(of(&segment, part("xid", "0", Sort::Plain)), None);
    }

    #[test]
    fn a_byte_is_about_what_the_innermost_field_is_that_is_about_anything() {
        let inner = Part { depth: 1, from: 0x28, to: 0x2c, ..part("xid", "7", Sort::Plain) };
        let bare = Part { depth: 2, from: 0x29, to: 0x2a, ..part("kind", "insert", Sort::Plain) };
        let told = anatomy(vec![part("record", "", Sort::Record), inner, bare]);
        let about = About::of(&run(), 0, &Thing::Segment { timeline: 1, lsn: 0x1000, page: 0 }, &told);
        assert_eq!([0, 2].map(|index| about.field(index).cloned()), [of_record(&run(), 0), None]);
        let byte = |at| about.byte(&told, at).cloned();
        assert_eq!((byte(0x29), byte(0x2d), byte(0x30)), (Some(of_xid(7)), of_record(&run(), 0), None));
    }

    #[test]
    fn a_row_of_a_page_is_the_row_and_the_page_lsn_the_last_record() {
        let page = Thing::Page { relation: 16, name: "users".into(), block: 0, recovered: false };
        let row = Part { index: Some(2), ..part("row", "", Sort::Group) };
        let wanted = Pointed { key: Some("i5".into()), ..Pointed::named(Kind::Row, "users") };
        assert_eq!(of(&page, row), Some(wanted));
        assert_eq!(of(&page, part("page_lsn", "0/1100", Sort::Lsn)), of_record(&run(), 0));
        assert_eq!(of(&page, part("page_lsn", "0/1028", Sort::Lsn)), None);
    }

    #[test]
    fn an_xid_in_a_servers_files_is_that_of_the_timeline_it_is_on() {
        let run = forked();
        let switched = run.head.timelines[1].began.0 + 1;
        let again = run.head.transactions.last().unwrap().xid;
        assert_eq!(run.head.transactions.iter().filter(|span| span.xid == again).count(), 2);
        let fate = Part { index: Some(again), ..part("xid", "committed", Sort::Plain) };
        let xmin = part("xmin", &again.to_string(), Sort::Plain);
        let page = Thing::Page { relation: 16, name: "users".into(), block: 0, recovered: false };
        for (thing, field) in [(Thing::CommitLog { recovered: false, chunk: 0 }, fate), (page, xmin)] {
            let told = anatomy(vec![field]);
            let of = |step| About::of(&run, step, &thing, &told).field(0).cloned();
            let wanted = |timeline| Some(Pointed { timeline: Some(timeline), ..of_xid(again) });
            assert_eq!([of(switched - 1), of(switched)], [wanted(1), wanted(2)], "{thing:?}");
        }
        // And a position is one of that timeline's log.
        let last = run.records.lsn.len() - 1;
        let lsn = part("page_lsn", &crate::format::lsn(run.records.end_lsn[last]), Sort::Lsn);
        let page = Thing::Page { relation: 16, name: "users".into(), block: 0, recovered: false };
        let told = anatomy(vec![lsn]);
        let of = |step| About::of(&run, step, &page, &told).field(0).and_then(|about| about.timeline);
        assert_eq!([of(switched - 1), of(switched)], [Some(1), Some(2)]);
    }

    #[test]
    fn the_whole_is_what_it_is_of() {
        let run = run();
        let of = |thing: Thing| whole(&run, &thing, &anatomy(Vec::new()));
        assert_eq!(of(Thing::Segment { timeline: 1, lsn: 0x2000, page: 0 }), of_segment(&run, 1));
        assert_eq!(of(Thing::Log { timeline: 1, lsn: 0x1000 }), of_segment(&run, 0), "a segment's header");
        assert_eq!(of(Thing::Manifest { label: "b1".into() }), Some(Pointed::named(Kind::Backup, "b1")));
        assert_eq!(of(Thing::History { timeline: 2 }), Some(of_timeline(2)));
        assert_eq!(of(Thing::ControlFile { recovered: false }), None);
    }
}
