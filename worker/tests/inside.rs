//! What the study asks about the machine's parts, and about a recovery's steps.

#![cfg(feature = "whole")]

use pitr_protocol::bench::{Ask, Part, Thing, Told, open, seal};
use pitr_protocol::inside::{ArchivePlace, Inside, LogPlace, PageCare, PageMove, ServerLine, Trace, TraceOf};
use pitr_protocol::{
    Decoded, Envelope, PROTOCOL_VERSION, RecordKind, Records, Reply, Request, RunHead, ScriptSource, StepKind, Steps,
    TargetKind, TargetSpec, Value, decode, encode,
};
use pitr_worker::Desk;

struct Page {
    desk: Desk,
    head: RunHead,
    records: Records,
    steps: Steps,
}

impl Page {
    fn of(source: ScriptSource) -> Page {
        let desk = Desk::new(Box::new(|| 0));
        let mut page = Page { desk, head: RunHead::default(), records: Records::default(), steps: Steps::default() };
        page.run(Request::Load(source));
        page
    }

    fn worked_example() -> Page {
        Page::of(ScriptSource::Shipped("worked-example".into()))
    }

    fn ask(&mut self, request: Request) -> Vec<Reply> {
        self.desk.receive(&encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 3, body: request }));
        let answers = self.desk.take_outbox();
        let body = |bytes: &Vec<u8>| match decode::<Reply>(bytes) {
            Decoded::Message(envelope) => envelope.body,
            other => panic!("{other:?}"),
        };
        answers.iter().map(body).collect()
    }

    fn run(&mut self, request: Request) {
        for reply in self.ask(request) {
            match reply {
                Reply::Run(head) => self.head = *head,
                Reply::Records(records) => self.records = records,
                Reply::Steps(steps) => self.steps = steps,
                Reply::Refused(problem) => panic!("{problem:?}"),
                _ => {}
            }
        }
    }

    fn told(&mut self, ask: &Ask) -> Told {
        match self.ask(Request::Bench(seal(ask))).remove(0) {
            Reply::Bench(sealed) => open(&sealed).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn inside(&mut self, step: u32) -> Inside {
        match self.told(&Ask::Inside { step }) {
            Told::Inside(inside) => inside,
            other => panic!("{other:?}"),
        }
    }

    fn trace(&mut self, of: TraceOf, step: u32) -> Trace {
        match self.told(&Ask::Trace { of, step }) {
            Told::Trace(trace) => trace,
            other => panic!("{other:?}"),
        }
    }

    fn server_log(&mut self) -> Vec<ServerLine> {
        match self.told(&Ask::ServerLog) {
            Told::ServerLog(lines) => lines,
            other => panic!("{other:?}"),
        }
    }

    fn steps_of(&self, kind: StepKind) -> Vec<u32> {
        (0..self.steps.kind.len()).filter(|step| self.steps.kind[*step] == kind).map(|step| step as u32).collect()
    }
}

#[test]
fn a_dirty_page_has_two_lsns_until_it_is_written_and_synced() {
    let mut page = Page::worked_example();
    let inserts: Vec<usize> = (0..page.records.lsn.len())
        .filter(|at| page.records.kind[*at] == RecordKind::Update && page.records.xid[*at] > 0)
        .collect();
    let at = inserts[0];
    let (step, end) = (page.records.step[at], page.records.end_lsn[at]);
    let inside = page.inside(step);
    let live = inside.live.expect("a server");
    let changed: Vec<_> = live.pages.iter().filter(|one| one.moved == PageMove::Changed).collect();
    assert_eq!(changed.len(), 1, "{:?}", live.pages);
    let one = changed[0];
    assert_eq!((one.care, one.memory_lsn), (PageCare::Dirty, Some(end)));
    assert!(one.disk_lsn < one.memory_lsn, "{one:?}");
    assert_eq!(live.buffer.last().map(|record| record.end_lsn), Some(end));
    assert_eq!(live.buffer_count as usize, live.buffer.len());

    let written = page.steps_of(StepKind::PageWritten);
    let last = *written.last().unwrap();
    let inside = page.inside(last);
    let live = inside.live.expect("a server");
    let one = live.pages.iter().find(|one| one.moved == PageMove::Written).expect("the page of the event");
    assert_eq!(one.care, PageCare::Written);
    assert_eq!(one.disk_lsn, one.memory_lsn);
    assert_ne!(one.durable_lsn, one.disk_lsn, "nothing has made it durable yet");
    let done = *page.steps_of(StepKind::CheckpointDone).iter().find(|done| **done > last).unwrap();
    let inside = page.inside(done);
    let live = inside.live.expect("a server");
    let same = live.pages.iter().find(|other| (other.relation, other.block) == (one.relation, one.block)).unwrap();
    assert_eq!((same.care, same.durable_lsn), (PageCare::Clean, one.memory_lsn));
}

#[test]
fn segments_go_from_open_to_archived() {
    let mut page = Page::worked_example();
    let sealed = page.steps_of(StepKind::SegmentSealed)[0];
    let of = |inside: &Inside| inside.segments[0].clone();
    let first = of(&page.inside(sealed));
    assert_eq!((first.in_archive, first.moved), (ArchivePlace::Never, true), "{first:?}");
    let sent = page.steps_of(StepKind::SegmentSent)[0];
    assert_eq!(of(&page.inside(sent)).on_disk, LogPlace::Sending);
    let archived = page.steps_of(StepKind::SegmentArchived)[0];
    let first = of(&page.inside(archived));
    assert_eq!((first.on_disk, first.in_archive), (LogPlace::Done, ArchivePlace::Hot), "{first:?}");
    let opened = page.steps_of(StepKind::SegmentOpened)[1];
    let inside = page.inside(opened);
    assert_eq!(inside.segments.last().map(|last| (last.on_disk, last.moved)), Some((LogPlace::Open, true)));
}

#[test]
fn failed_tries_and_the_backlog_are_told() {
    let script = "# an archiver that fails\nscenario date 2026-03-04\n\
        00:00:00 a CREATE TABLE t (id int primary key)\n00:00:00 ops stop archiver\n\
        00:00:01 a INSERT INTO t VALUES (1)\n00:00:02 ops switch segment\n\
        00:00:03 a INSERT INTO t VALUES (2)\n00:00:04 ops switch segment\n00:00:20 ops note 'x'\n";
    let mut page = Page::of(ScriptSource::Text(script.into()));
    let inside = page.inside(page.steps.kind.len() as u32 - 1);
    assert_eq!(inside.backlog, 2);
    let first = &inside.segments[0];
    assert!(first.failures >= 3 && first.in_archive == ArchivePlace::Never, "{first:?}");
    assert_eq!(inside.segments[1].failures, 0, "it waits behind the first");
}

#[test]
fn backups_name_what_they_continue() {
    let script = "# a chain\nscenario date 2026-03-04\n\
        00:00:00 a CREATE TABLE t (id int primary key)\n00:00:01 a INSERT INTO t VALUES (1)\n\
        00:00:02 ops backup b0\n00:10:00 a INSERT INTO t VALUES (2)\n\
        00:10:01 ops backup b1 incremental from b0\n00:20:00 ops note 'x'\n";
    let mut page = Page::of(ScriptSource::Text(script.into()));
    let inside = page.inside(page.steps.kind.len() as u32 - 1);
    let told: Vec<_> =
        inside.backups.iter().map(|one| (one.label.as_str(), one.parent.as_deref(), one.depth, one.complete)).collect();
    assert_eq!(told, [("b0", None, 0, true), ("b1", Some("b0"), 1, true)]);
}

#[test]
fn the_way_back_is_told_page_by_page() {
    let mut page = Page::worked_example();
    page.run(Request::Recover(TargetSpec::new(TargetKind::Time, "02:59:59")));
    let restored = *page.steps_of(StepKind::FileRestored).last().unwrap();
    let inside = page.inside(restored);
    let new = inside.recovered.expect("its disk");
    assert!(new.pages.iter().all(|one| one.disk_lsn.is_some()), "{:?}", new.pages);
    assert!(inside.backups.iter().any(|backup| backup.restored));
    let replayed = page.steps_of(StepKind::RecordReplayed);
    let touching = replayed.iter().find(|step| {
        let inside = page.inside(**step);
        let new = inside.recovered.expect("a server");
        new.pages
            .iter()
            .any(|one| one.moved == PageMove::Redone && one.care == PageCare::Dirty && one.disk_lsn < one.memory_lsn)
    });
    assert!(touching.is_some(), "redo changes a page in memory");
    let end = page.inside(page.steps.kind.len() as u32 - 1);
    assert!(end.segments.iter().any(|segment| segment.fetched));
}

#[test]
fn every_page_of_every_relation_is_named_by_the_catalog() {
    let script = "# made from another\nscenario date 2026-03-04\n\
        00:00:00 a CREATE TABLE t (id int primary key)\n00:00:00 a CREATE SEQUENCE s\n00:00:01 a BEGIN\n\
        00:00:01 a CREATE TABLE open_one (id int primary key)\n00:00:02 a INSERT INTO open_one VALUES (1)\n\
        00:00:03 load workload t every 10ms\n00:01:00 ops note 'x'\n";
    let script = script
        .replace("CREATE TABLE t (id int primary key)", "CREATE TABLE t (id int primary key, account int, item text)");
    let mut page = Page::of(ScriptSource::Text(script));
    let step = page.steps.kind.len() as u32 - 1;
    let Told::Relations(relations) = page.told(&Ask::Relations { step }) else { panic!("no relations") };
    let names: Vec<&str> = relations.iter().map(|relation| relation.name.as_str()).collect();
    for name in ["catalog", "t", "s", "open_one"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(relations.iter().any(|relation| relation.name == "t" && relation.blocks > 1), "{relations:?}");
}

#[test]
fn a_record_a_page_and_a_row_lead_to_one_another() {
    let mut page = Page::worked_example();
    let last = page.head.noticed_step;
    let update = (0..page.records.lsn.len()).find(|at| page.records.kind[*at] == RecordKind::Update).unwrap();
    let (timeline, lsn) = (page.records.timeline[update], page.records.lsn[update]);
    let of_record = page.trace(TraceOf::Record { timeline, lsn }, last);
    assert_eq!((of_record.records.len(), of_record.pages.len(), of_record.rows.len()), (1, 1, 1), "{of_record:?}");
    let (relation, block) = of_record.pages[0];
    let of_page = page.trace(TraceOf::Page { relation, block, recovered: false }, last);
    assert!(of_page.records.contains(&(timeline, lsn)), "{of_page:?}");
    let (table, key) = of_record.rows[0].clone();
    assert_eq!(of_record.relations, [(relation, table.clone())], "a page is told by its table, too");
    let named = TraceOf::NamedPage { table: table.clone(), block, recovered: false };
    assert_eq!(page.trace(named, last), of_page);
    // Its bytes know who wrote the row.
    let thing = Thing::Page { relation, name: table.clone(), block, recovered: false };
    let Told::Anatomy(anatomy) = page.told(&Ask::Take { thing, step: last }) else { panic!("no anatomy") };
    let row = anatomy.rows.iter().find(|row| row.writer == Some((timeline, lsn))).expect("the update made a version");
    assert_eq!(row.key.as_ref(), Some(&key));
    let is_it = |part: &&Part| part.name == "row" && part.index == Some(row.slot);
    assert!(anatomy.fields.iter().find(is_it).is_some(), "{:?}", anatomy.fields);
    let before = page.steps_of(StepKind::Committed)[6];
    let of_row = page.trace(TraceOf::Row { table: table.clone(), key: key.clone(), recovered: false }, last);
    assert!(of_row.records.contains(&(timeline, lsn)), "{of_row:?}");
    let there = page.trace(TraceOf::Row { table, key: key.clone(), recovered: false }, before);
    assert_eq!(there.pages, [(relation, block)], "{there:?}");
    assert!(matches!(key, Value::Int(_)));
    let nothing = Ask::Trace { of: TraceOf::Record { timeline: 9, lsn: 1 }, step: 0 };
    assert!(matches!(page.told(&nothing), Told::Refused(_)));
}

#[test]
fn the_server_writes_its_log_beside_the_steps() {
    let mut page = Page::worked_example();
    assert_eq!(page.server_log(), [], "nothing is recovered yet");
    page.run(Request::Recover(TargetSpec::new(TargetKind::Time, "02:59:59")));
    let lines = page.server_log();
    let codes: Vec<&str> = lines.iter().map(|line| line.line.code.as_str()).collect();
    let mut order = codes.iter();
    for code in [
        "starting_time",
        "restored_file",
        "redo_starts",
        "consistent",
        "stopping_before_commit",
        "redo_done",
        "last_completed",
        "new_timeline",
        "complete",
        "ready",
    ] {
        assert!(order.any(|other| *other == code), "{code} in {codes:?}");
    }
    let began = page.head.recovery_step.unwrap();
    assert_eq!(lines[0].step, began);
    let consistent = lines.iter().find(|line| line.line.code == "consistent").unwrap();
    assert_eq!(page.steps.kind[consistent.step as usize], StepKind::ConsistencyReached);
    let stop = lines.iter().find(|line| line.line.code == "stopping_before_commit").unwrap();
    let params: Vec<&str> = stop.line.params.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(params[0], "113");
}

#[test]
fn a_stop_before_the_backup_is_consistent_is_told_before_its_failure() {
    let script = |target: &str| {
        let text = "scenario xid 10
01:00:00 ops    CREATE TABLE notes (id int, text text)
01:01:00 ops    backup start b1
01:01:01 app-1  INSERT INTO notes VALUES (1, 'while the backup was taken')
01:01:02 ops    restore point 'early'
01:01:03 ops    backup stop b1
01:03:00 ops    switch segment
01:10:00 ops    recover from b1 to ";
        ScriptSource::Text(format!("{text}{target}\n"))
    };
    let stops = [
        ("time '01:01:00.5'", "stopping_before_commit"),
        ("name 'early'", "stopping_at_name"),
        ("xid 11", "stopping_after_commit"),
        ("xid 11 exclusive", "stopping_before_commit"),
    ];
    for (target, stop) in stops {
        let mut page = Page::of(script(target));
        let lines = page.server_log();
        let codes: Vec<&str> = lines.iter().map(|line| line.line.code.as_str()).collect();
        assert_eq!(codes[codes.len() - 2..], [stop, "before_consistent"], "{target}: {codes:?}");
    }
}
