//! What is told agrees with what was written: every byte in one field, every value its own, whatever the bytes.

use super::*;
use crate::backup::{BackupFile, Manifest, Parent};
use crate::checkpoint::Control;
use crate::cluster::{Cluster, Settings};
use crate::recovery::{Archived, History};
use crate::storage::{FileName, Page, encode_row};
use crate::types::{Lsn, Micros, PageId, RelationId, SegmentNumber, SegmentSize, TimelineId, Value, Xid};
use crate::wal::{Body, PageChange, PageForm, PageImage, Record, SegmentHeader};
use core::ops::Range;
use proptest::prelude::*;

/// Checks that fields cover a range without gap or overlap, and their parts them.
fn tiles(fields: &[Field], range: Range<u32>) {
    let mut at = range.start;
    for field in fields {
        assert_eq!(field.range.start, at, "{} begins where the one before ends", field.name);
        assert!(field.range.end > at, "{} has bytes", field.name);
        at = field.range.end;
        let share_a_byte = field.fields.iter().all(|part| part.range == field.range);
        if !share_a_byte {
            tiles(&field.fields, field.range.clone());
        }
    }
    assert_eq!(at, range.end, "nothing is left over");
}

fn check_tiled(decoded: &Decoded) {
    tiles(&decoded.fields, 0..decoded.bytes.len() as u32);
    assert!(!decoded.to_string().is_empty());
}

/// Checks that a changed byte changes the field that it is in, and no other that stands before it or does not depend on it.
fn check_flips(bytes: &[u8], decode: impl Fn(&[u8]) -> Decoded) {
    let whole = decode(bytes);
    check_tiled(&whole);
    assert_eq!(whole.troubles, [], "{whole}");
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1;
        let other = decode(&changed);
        check_tiled(&other);
        let (before, after) = (whole.leaves(), other.leaves());
        let steers = |field: &Field| {
            let names =
                ["kind", "form", "type", "length", "image_length", "slots", "columns", "files", "offset", "label"];
            let counts =
                ["count", "subtransactions", "hole_offset", "hole_bytes", "magic", "segment_size", "xid", "nobody"];
            names.contains(&field.name) || counts.contains(&field.name) || matches!(field.meaning, Meaning::Text(_))
        };
        let place =
            before.iter().position(|field| field.range.contains(&(at as u32))).expect("every byte is in a field");
        let field = before[place];
        let is_checksum = |field: &Field| matches!(field.meaning, Meaning::Checksum { .. });
        if !matches!(field.meaning, Meaning::Unused | Meaning::Bytes) && !steers(field) {
            assert_ne!(field.meaning, after[place].meaning, "byte {at} is of {}", field.name);
        }
        for (index, untouched) in before.iter().enumerate() {
            let stands_behind = index >= place && steers(field);
            if index != place && !stands_behind && !is_checksum(untouched) {
                assert_eq!(*untouched, after[index], "byte {at} is of {}, not of {}", field.name, untouched.name);
            }
        }
    }
}

fn a_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Timestamp),
        "\\PC{0,12}".prop_map(Value::Text),
    ]
}

fn a_row() -> impl Strategy<Value = Vec<u8>> {
    (any::<u32>(), prop::collection::vec(a_value(), 0..5)).prop_map(|(xid, values)| encode_row(Xid(xid), &values))
}

fn a_page() -> impl Strategy<Value = Page> {
    (any::<u64>(), prop::collection::vec(a_row(), 0..6)).prop_map(|(lsn, rows)| {
        let mut page = Page::new(PageId { relation: RelationId(16), block: 3 }, 1024);
        for row in rows {
            page.add_row(&row);
        }
        page.set_lsn(Lsn(lsn));
        page
    })
}

/// A page's share in a record: its form, and the page if that is an image.
fn a_change() -> impl Strategy<Value = (u8, Page, PageId)> {
    let id =
        (any::<u32>(), any::<u32>()).prop_map(|(relation, block)| PageId { relation: RelationId(relation), block });
    (0_u8..3, a_page(), id)
}

fn with_change<T>((form, page, id): &(u8, Page, PageId), use_it: impl FnOnce(PageChange<'_>) -> T) -> T {
    let around = page.without_hole();
    let (hole_offset, hole_bytes) = page.hole();
    let form = match form {
        0 => PageForm::Change,
        1 => PageForm::New,
        _ => PageForm::Image(PageImage { hole_offset, hole_bytes, bytes: &around }),
    };
    use_it(PageChange { page: *id, form })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_change_of_rows_is_told(kind in 0..4, one in a_change(), two in a_change(), row in a_row(), slots: (u16, u16), xid: u32) {
        let encode = |body: Body<'_>| Record { xid: Xid(xid), previous: Lsn(0x1028), body }.encode();
        let bytes = with_change(&one, |page| with_change(&two, |new| encode(match kind {
            0 => Body::Insert { page, slot: slots.0, row: &row },
            1 => Body::Delete { page, slot: slots.0 },
            2 => Body::Update { old: page, old_slot: slots.0, new, new_slot: slots.1, row: &row },
            _ => Body::Sequence { relation: page.page.relation, row: &row },
        })));
        check_flips(&bytes, decode_record);
    }

    #[test]
    fn a_page_is_told(page in a_page()) {
        let decoded = decode_page(&page.sealed());
        check_tiled(&decoded);
        prop_assert_eq!(&decoded.troubles, &[]);
        prop_assert_eq!(decoded.field(&["page_lsn"]).map(|field| &field.meaning), Some(&Meaning::Lsn(page.lsn())));
        for slot in 0..page.slot_count() {
            let row = decoded.fields.iter().find(|field| field.name == "row" && field.index == Some(slot.into()));
            let range = row.map(|row| row.range.start as usize..row.range.end as usize).unwrap_or_default();
            prop_assert_eq!(decoded.bytes.get(range), page.row(slot));
        }
    }

    #[test]
    fn any_bytes_are_told(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0_u8..20) {
        for decode in [decode_record, decode_page, decode_row, decode_segment_header, decode_manifest, decode_control, decode_history] {
            check_tiled(&decode(&bytes));
        }
        check_tiled(&decode_commit_log(&bytes, u32::MAX));
        // The same as a record's body.
        let mut framed = vec![0; 24];
        framed[16] = kind;
        framed.extend_from_slice(&bytes);
        let length = framed.len() as u32;
        framed[..4].copy_from_slice(&length.to_le_bytes());
        let told = decode_record(&framed);
        check_tiled(&told);
        let wrong = told.troubles.iter().any(|trouble| trouble.why != Why::BadChecksum);
        prop_assert!(wrong || Record::decode(&framed).is_some());
    }
}

#[test]
fn what_is_not_about_rows_is_told() {
    let (time, redo) = (Micros(1_772_593_200_000_000), Lsn(0x1028));
    let (next_xid, next_relation, timeline) = (Xid(101), RelationId(18), TimelineId(1));
    let bodies = [
        Body::Checkpoint { redo, timeline, next_xid, next_relation, time },
        Body::SegmentSwitch,
        Body::RestorePoint { time, name: "before the migration" },
        Body::BackupStart { redo, label: "b1" },
        Body::BackupEnd { redo, label: "b1" },
        Body::Commit { time, subtransactions: vec![Xid(7), Xid(9)], dropped: vec![RelationId(16)] },
        Body::Abort { time, subtransactions: vec![], dropped: vec![RelationId(17)] },
        Body::CreateRelation { relation: RelationId(17) },
        Body::TimelineStart { timeline: TimelineId(2), parent: timeline, next_xid, next_relation, time },
        Body::Lock { relation: RelationId(17) },
    ];
    for body in bodies {
        let kind = body.kind();
        let bytes = Record { xid: Xid(101), previous: redo, body }.encode();
        check_flips(&bytes, decode_record);
        let told = decode_record(&bytes);
        assert_eq!(told.field(&["kind"]).map(|field| &field.meaning), Some(&Meaning::Kind(kind)));
        assert_eq!(told.field(&["xid"]).map(|field| &field.meaning), Some(&Meaning::Number(101)));
    }
}

#[test]
fn files_are_told() {
    let header = SegmentHeader {
        timeline: TimelineId(2),
        size: SegmentSize::TEACHING,
        start: Lsn(0x3000),
        system: 7,
        continued: 12,
    };
    check_flips(&header.encode(), decode_segment_header);
    let control = Control {
        system: 7,
        timeline: TimelineId(1),
        checkpoint: Lsn(0x1100),
        redo: Lsn(0x10C0),
        next_xid: Xid(101),
        next_relation: RelationId(17),
    };
    check_flips(&control.encode(), decode_control);
    let file = |name| BackupFile { name, bytes: 8192, checksum: 77, length: 9, changed: None };
    let changed = |name| BackupFile { changed: Some(vec![0, 8]), ..file(name) };
    let manifest = Manifest {
        label: "b1".into(),
        system: 7,
        timeline: TimelineId(1),
        page_bytes: 8192,
        segment_bytes: 4096,
        redo: Lsn(0x1028),
        checkpoint: Lsn(0x1100),
        start: Lsn(0x1180),
        end: Lsn(0x1200),
        start_time: Micros(5),
        end_time: Micros(6),
        required_segments: (SegmentNumber(1), SegmentNumber(2)),
        parent: Some(Parent { label: "b0".into(), checksum: 77 }),
        files: vec![file(FileName::Control), file(FileName::CommitLog), changed(FileName::Relation(RelationId(16)))],
    };
    check_flips(&manifest.encode(), decode_manifest);
    let history = decode_history(b"1\t0/3A40\tbefore 2026-03-04 03:00:00+00\n\n\n2\t0/5000\tat restore point \"x\"\n");
    check_tiled(&history);
    assert_eq!(history.troubles, []);
    let forks: Vec<&Meaning> =
        history.leaves().into_iter().filter(|field| field.name == "fork").map(|field| &field.meaning).collect();
    assert_eq!(forks, [&Meaning::Lsn(Lsn(0x3A40)), &Meaning::Lsn(Lsn(0x5000))]);
    assert_eq!(decode_history(b"one\ttwo\n").troubles, [Trouble { at: 0, why: Why::BadLine }]);
    let fates = decode_commit_log(&[0, 0, 0b0110_0001, 0], 1);
    check_tiled(&fates);
    let ended: Vec<(Option<u32>, String)> =
        fates.fields[1].fields.iter().map(|fate| (fate.index, fate.meaning.to_string())).collect();
    assert_eq!(ended, [(Some(24), "committed".into()), (Some(26), "aborted".into()), (Some(27), "committed".into())]);
}

/// A small shop whose log goes through several segments.
pub(super) fn a_shop() -> Cluster {
    let long = "x".repeat(700);
    let text = format!(
        "scenario seed 7, segment 1KiB, page 1KiB\n\
        02:00:00 app CREATE TABLE users (id int, name text)\n\
        02:00:01 app INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace')\n\
        02:00:02 app UPDATE users SET name = 'Countess' WHERE id = 1\n\
        02:00:03 ops backup b1\n\
        02:10:00 app DELETE FROM users WHERE id = 2\n\
        02:10:01 ops restore point 'late'\n\
        02:10:02 ops switch segment\n\
        02:15:00 app INSERT INTO users VALUES (4, '{long}'), (5, '{long}')\n\
        02:20:00 app INSERT INTO users VALUES (3, 'Edsger')\n"
    );
    let script = crate::script::parse(&text).expect("is a script");
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    let run = crate::run::Run::new(script.settings, commands).expect("can be carried out");
    run.cluster().clone()
}

#[test]
fn every_position_of_a_log_is_told() {
    let shop = a_shop();
    let server = shop.primary().expect("is there");
    let (told, end) = log_of_server(server);
    assert_eq!((end.at, end.why), (server.log.end(), crate::wal::WhyEnd::Nothing));
    let records: Vec<&Decoded> = told.iter().filter(|thing| thing.what == "record").collect();
    assert!(records.len() > 10 && records.iter().any(|record| record.places.len() > 1));
    let history = History::of(TimelineId(1), shop.archive());
    let size = Settings { segment: SegmentSize::new(1024).expect("is one"), ..Settings::default() }.segment;
    let mut source = Archived::new(shop.archive(), &history, size).in_any_order();
    let (archived, _) = log_of_archive(shop.archive(), size, TimelineId(1));
    assert!(archived.len() > 10);
    for thing in &archived {
        check_tiled(thing);
        assert_eq!(thing.troubles, [], "{thing}");
        for offset in 0..thing.bytes.len() as u32 {
            let at = thing.lsn_of(offset).expect("it stands in the log");
            assert_eq!(decode_log_at(&mut source, size, at).as_ref(), Ok(thing), "byte at {at}");
        }
        for field in thing.leaves() {
            let bytes: u64 = thing.lsns_of(&field.range).iter().map(|(from, to)| to.since(*from)).sum();
            assert_eq!(bytes, u64::from(field.range.end - field.range.start));
        }
    }
}

#[test]
fn a_log_with_a_damaged_header_is_told_as_far_as_it_is_read() {
    let shop = a_shop();
    let size = shop.settings().segment;
    let mut archive = shop.archive().clone();
    let segments: Vec<SegmentNumber> = archive.segments().map(|(_, segment, _)| segment).collect();
    assert!(segments.len() > 2);
    let history = History::of(TimelineId(1), &archive);
    for segment in segments {
        for byte in 0..crate::wal::SEGMENT_HEADER_BYTES {
            let flip = |bytes: &mut Vec<u8>| {
                bytes[byte] ^= 1;
                true
            };
            assert!(archive.change_segment(TimelineId(1), segment, flip));
            let (told, end) = log_of_archive(&archive, size, TimelineId(1));
            let mut reader = crate::wal::LogReader::new(
                Archived::new(&archive, &history, size),
                size,
                size.start_of(SegmentNumber(1)),
            );
            let mut read = 0;
            let stops = loop {
                match reader.read() {
                    Ok(_) => read += 1,
                    Err(end) => break end,
                }
            };
            assert_eq!(stops.why, crate::wal::WhyEnd::BadHeader(segment), "byte {byte} of {segment:?}");
            assert_eq!(end.why, stops.why, "byte {byte} of {segment:?}");
            assert_eq!(told.iter().filter(|thing| thing.what == "record").count(), read, "byte {byte} of {segment:?}");
            assert!(archive.change_segment(TimelineId(1), segment, flip));
        }
    }
}

#[test]
fn a_record_stands_beside_its_bytes() {
    let row = encode_row(Xid(108), &[Value::Int(7), Value::Text("Grace".into())]);
    let page = PageChange { page: PageId { relation: RelationId(16), block: 0 }, form: PageForm::Change };
    let bytes =
        Record { xid: Xid(108), previous: Lsn(0x3A00), body: Body::Insert { page, slot: 6, row: &row } }.encode();
    let mut told = decode_record(&bytes);
    let first = Place { offset: 0, lsn: Lsn(0x3FE0), bytes: 32 };
    told.places = vec![first, Place { offset: 32, lsn: Lsn(0x4028), bytes: bytes.len() as u32 - 32 }];
    assert_eq!(told.to_string(), include_str!("told.txt"));
    let damaged = decode_record(&bytes[..30]);
    assert_eq!(
        damaged.troubles.iter().map(|trouble| (trouble.at, trouble.why.code())).collect::<Vec<_>>(),
        [(4, "bad_length"), (24, "bad_checksum"), (28, "cut_short")]
    );
}
