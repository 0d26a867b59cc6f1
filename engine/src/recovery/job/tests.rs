//! Recoveries that do more at once come to the same bytes sooner; one that shuts down goes on as if it had not; the end of the log is named.

use super::pace::{pages_of, worker_of};
use super::*;
use crate::cluster::{Cluster, Command, Effort, Status, Target};
use crate::fault::Fault;
use crate::recovery::find_boundary;
use crate::script::parse_statement;
use crate::types::{PageId, SegmentNumber, SegmentSize, Zone};
use crate::wal::{PageForm, Record, WhyEnd};

struct Shop(Cluster);

impl Shop {
    /// A shop with many pages in small segments, and a backup near the beginning.
    fn open() -> Shop {
        let settings = Settings {
            segment: SegmentSize::new(1024).expect("is one"),
            page_bytes: 1024,
            scale: 100_000,
            ..Settings::default()
        };
        let begin = settings.date;
        let mut shop = Shop(Cluster::new(settings, begin).0);
        for table in ["a", "b", "c", "d"] {
            shop.says(&format!("CREATE TABLE {table} (id int, text text)"));
        }
        shop.says("CREATE SEQUENCE s");
        shop.says("backup b1");
        shop.goes_on(60);
        for row in 1..=60 {
            let long = "x".repeat(30 + row % 50);
            let table = ["a", "b", "c", "d"][row % 4];
            shop.says(&format!("INSERT INTO {table} VALUES ({row}, '{long}')"));
            if row % 7 == 0 {
                shop.says(&format!("UPDATE {table} SET text = '{long}{long}' WHERE id = {row}"));
                shop.says("NEXTVAL s 5");
            }
            match row {
                20 => drop(shop.says("restore point 'early'")),
                25 => drop(shop.says("checkpoint")),
                40 => drop(shop.says("restore point 'late'")),
                _ => {}
            }
        }
        shop.says("DELETE FROM a WHERE id > 20");
        shop.says("switch segment");
        shop.goes_on(3600);
        shop
    }

    fn says(&mut self, statement: &str) -> bool {
        let command = parse_statement(statement, self.0.now(), Zone::default()).expect(statement);
        let done = self.0.execute("app", &command).is_ok();
        self.goes_on(1);
        done
    }

    fn goes_on(&mut self, seconds: i64) {
        let until = self.0.now() + Micros::seconds(seconds);
        while self.0.advance(until, 1000).status != Status::Reached {}
    }

    fn recovers(&self, statement: &str) -> Recovery {
        let mut copy = Shop(self.0.clone());
        assert!(copy.says(statement), "{statement}");
        copy.goes_on(100_000);
        copy.0.recovery().expect("has begun").clone()
    }
}

fn report(recovery: &Recovery) -> &Report {
    recovery.outcome().expect("is over").expect("came to its target")
}

/// Every page of a server, as it would be read now.
fn pages(server: &Server) -> Vec<(PageId, Vec<u8>)> {
    let ids =
        server.relations().flat_map(|(relation, blocks)| (0..blocks).map(move |block| PageId { relation, block }));
    ids.map(|id| (id, server.peek_page(id).map(|page| page.sealed()).unwrap_or_default())).collect()
}

#[test]
fn more_at_once_is_sooner_and_the_same() {
    let shop = Shop::open();
    for target in ["end", "name 'late'", "xid 30", "immediate"] {
        let serial = shop.recovers(&format!("recover to {target}"));
        let mut fastest = report(&serial).rto();
        let alone = report(&serial);
        assert_eq!(alone.overlapped, [Micros::ZERO; 2]);
        for (prefetch, workers) in [(0, 2), (0, 8), (1, 1), (4, 1), (16, 1), (1, 4), (4, 4), (16, 16)] {
            let prefetching = if prefetch > 0 { format!(" prefetch {prefetch}") } else { String::new() };
            let text = format!("recover to {target}{prefetching} workers {workers}");
            let parallel = shop.recovers(&text);
            let sooner = report(&parallel);
            assert!(sooner.rto() <= alone.rto(), "{text}");
            assert_eq!(pages(parallel.server().unwrap()), pages(serial.server().unwrap()), "{text}");
            assert_eq!(parallel.server().unwrap().next_xid(), serial.server().unwrap().next_xid());
            assert_eq!(parallel.replayed(), serial.replayed());
            // What went on beside is what was saved: the work is the same.
            let [fetching, replaying] = sooner.overlapped;
            assert_eq!(sooner.took[Phase::Redo as usize] + replaying, alone.took[Phase::Redo as usize], "{text}");
            assert!(workers == 1 || replaying > Micros::ZERO || target == "immediate", "{text}");
            assert!(prefetch == 0 || fetching > Micros::ZERO || target == "immediate", "{text}");
            assert_eq!(sooner.segments, alone.segments, "{text}: what was fetched in vain is not counted");
            fastest = fastest.min(sooner.rto());
        }
        assert!(fastest < alone.rto() || target == "immediate", "{target}");
    }
}

#[test]
fn more_fetched_ahead_is_never_later() {
    let shop = Shop::open();
    let rto = |prefetch| report(&shop.recovers(&format!("recover to end prefetch {prefetch}"))).rto();
    let times: Vec<Micros> = [1, 2, 4, 8, 16].map(rto).to_vec();
    assert!(times.windows(2).all(|pair| pair[1] <= pair[0]), "{times:?}");
    // One latency and all the transfers are the least that the log can take.
    let ended = shop.recovers("recover to end prefetch 64");
    let log = u64::from(report(&ended).segments) * 1024 * shop.0.settings().scale;
    let store = shop.0.settings().devices.archive_store;
    assert!(report(&ended).took[Phase::FetchLog as usize] + report(&ended).overlapped[0] >= store.takes(log));
}

/// The soundness of the rule by which workers share a replay: each worker's share is replayed by itself, one worker after another.
#[test]
fn each_page_needs_its_own_records_alone() {
    let shop = Shop::open();
    let manifest = shop.0.backups().catalog().remove(0);
    let fresh = || {
        let mut recovery = shop.recovers("recover to immediate");
        recovery.server.take().expect("is there")
    };
    let history = History::of(TimelineId::FIRST, shop.0.archive());
    let size = shop.0.settings().segment;
    let reader = || LogReader::new(Archived::new(shop.0.archive(), &history, size), size, manifest.end);
    let mut serial = fresh();
    let mut in_order = reader();
    let mut of_two_pages = 0;
    while let Ok(found) = in_order.read() {
        of_two_pages += u32::from(pages_of(&found.record.body)[1].is_some());
        redo(&mut serial, &found).expect("can be replayed");
    }
    assert!(of_two_pages > 0);
    for workers in [2, 3, 8] {
        let mut shared = fresh();
        // Whoever hands the records out keeps count of the tables' files and blocks.
        let mut handed_out = reader();
        while let Ok(found) = handed_out.read() {
            match found.record.body {
                Body::CreateRelation { relation } => shared.note_relation(relation),
                ref body => assert!(pages_of(body).into_iter().flatten().all(|page| shared.note_block(page))),
            }
        }
        for worker in (0..workers as usize).rev() {
            let mut all = reader();
            while let Ok(found) = all.read() {
                for (page, part) in parts(&found) {
                    if page.map_or(0, |page| worker_of(page, workers)) == worker {
                        redo(&mut shared, &part).expect("can be replayed");
                    }
                }
            }
        }
        assert_eq!(pages(&shared), pages(&serial), "{workers} workers");
        assert_eq!(shared.next_xid(), serial.next_xid());
        let fates =
            |server: &Server| (0..200).map(|xid| server.commit_log.fate(crate::types::Xid(xid))).collect::<Vec<_>>();
        assert_eq!(fates(&shared), fates(&serial));
    }
}

/// A record as one part for each page that it changes.
fn parts<'a>(found: &ReadRecord<'a>) -> Vec<(Option<PageId>, ReadRecord<'a>)> {
    let part = |body| ReadRecord { record: Record { body, ..found.record.clone() }, ..found.clone() };
    match (&found.record.body, pages_of(&found.record.body)) {
        (Body::Update { old, old_slot, new, new_slot, row }, [Some(first), Some(second)]) => {
            assert!(!matches!(old.form, PageForm::New));
            let ended = Body::Delete { page: old.clone(), slot: *old_slot };
            let added = Body::Insert { page: new.clone(), slot: *new_slot, row };
            vec![(Some(first), part(ended)), (Some(second), part(added))]
        }
        (_, [page, _]) => vec![(page, found.clone())],
    }
}

#[test]
fn a_server_that_shut_down_goes_on_as_if_it_had_not() {
    let shop = Shop::open();
    let mut stopped = Shop(shop.0.clone());
    assert!(stopped.says("recover to name 'early' shutdown"));
    stopped.goes_on(10_000);
    let down = stopped.0.recovery().expect("has begun");
    assert!(down.is_down() && down.server().is_none() && down.outcome().is_none() && down.next_at().is_none());
    // A target behind it is reached, with the same pages as without the stop.
    let mut late = Shop(stopped.0.clone());
    assert!(late.says("continue to name 'late'"));
    late.goes_on(10_000);
    let (through, late) = (shop.recovers("recover to name 'late'"), late.0.recovery().expect("has begun").clone());
    assert_eq!(pages(late.server().unwrap()), pages(through.server().unwrap()));
    assert_eq!(
        (report(&late).fork, report(&late).transactions),
        (report(&through).fork, report(&through).transactions)
    );
    assert_eq!(late.replayed(), through.replayed());
    // The same target is met again; it may be paused at, too.
    let mut again = Shop(stopped.0.clone());
    assert!(again.says("continue to name 'early' pause"));
    again.goes_on(10_000);
    assert!(again.0.recovery().expect("has begun").is_paused());
    // A target before it is not.
    let mut before = Shop(stopped.0.clone());
    assert!(before.says("continue to immediate"));
    before.goes_on(10_000);
    let early = shop.recovers("recover to name 'early'");
    assert_eq!(
        report(before.0.recovery().expect("has begun")).fork,
        report(&early).fork,
        "consistent where it had come to"
    );
    let mut before = Shop(stopped.0.clone());
    assert!(before.says("continue to xid 12"));
    before.goes_on(10_000);
    let failure = before.0.recovery().and_then(|recovery| recovery.outcome()).expect("is over").expect_err("fails");
    assert_eq!(failure.code(), "before_consistent");
    // Nothing else is started again; another recovery may be begun.
    assert!(!Shop(shop.0.clone()).says("continue to end"));
    assert!(stopped.says("recover to end"));
}

#[test]
fn the_end_of_the_log_is_named() {
    let shop = Shop::open();
    let whole = shop.recovers("recover to end");
    let end = report(&whole).log_end.expect("it went to the end");
    assert!(matches!(end.why, WhyEnd::NoSegment(_)));
    assert_eq!(report(&shop.recovers("recover to name 'late'")).log_end, None);
    let middle = report(&shop.recovers("recover to name 'late'")).fork;
    let size = shop.0.settings().segment;
    let (timeline, segment) = (TimelineId::FIRST, size.segment_of(middle));
    for (fault, why) in [
        (Fault::CorruptRecord { timeline, lsn: middle }, WhyEnd::BadChecksum),
        (Fault::LoseSegment { timeline, segment: segment.next() }, WhyEnd::NoSegment(SegmentNumber(segment.0 + 1))),
    ] {
        let mut damaged = Shop(shop.0.clone());
        damaged.0.execute("ops", &Command::Damage(fault)).expect("there is something to damage");
        let recovery = damaged.recovers("recover to end");
        let end = report(&recovery).log_end.expect("it went to the end");
        assert_eq!(end.why, why);
        assert!(end.at >= middle && end.at < report(&whole).fork);
        // A target behind it is not met, and the failure says why, as the look before it does.
        let spec = RecoverySpec { effort: Effort::default(), ..RecoverySpec::to(Target::Lsn(report(&whole).fork)) };
        let failure = damaged.recovers("recover to lsn F/0").outcome().expect("is over").expect_err("fails").clone();
        assert!(failure.params().contains(&("why", why.to_string())), "{failure:?}");
        let manifest = damaged.0.backups().catalog().remove(0);
        let boundary = find_boundary(damaged.0.archive(), size, &manifest, &spec);
        assert!(boundary.outcome.expect_err("fails too").params().contains(&("why", why.to_string())));
    }
}

/// The look before a recovery agrees with the recovery, whatever the target: the cut, what is next to it, the commits kept, the failure.
#[test]
fn the_look_before_agrees_with_the_recovery() {
    let shop = Shop::open();
    let manifest = shop.0.backups().catalog().remove(0);
    let history = History::of(TimelineId::FIRST, shop.0.archive());
    let size = shop.0.settings().segment;
    let mut notes = Vec::new();
    let mut reader = LogReader::new(Archived::new(shop.0.archive(), &history, size), size, manifest.redo);
    while let Ok(found) = reader.read() {
        notes.push(RecordNote::of(&found));
    }
    let mut targets = vec![Target::End, Target::Immediate, Target::Name("late".into()), Target::Name("never".into())];
    for note in notes.iter().step_by(3) {
        targets.push(Target::Lsn(note.lsn));
        targets.extend(note.time.map(Target::Time));
        targets.push(Target::Xid(note.xid));
    }
    let mut stopped = 0;
    for (place, target) in targets.into_iter().enumerate() {
        let spec = RecoverySpec { inclusive: place % 2 == 0, ..RecoverySpec::to(target) };
        let boundary = find_boundary(shop.0.archive(), size, &manifest, &spec);
        let mut copy = Shop(shop.0.clone());
        let whole = RecoverySpec { backup: Some("b1".into()), ..spec };
        copy.0.execute("ops", &Command::Recover(whole.clone())).expect("can begin");
        copy.goes_on(100_000);
        let recovery = copy.0.recovery().expect("has begun");
        match (recovery.outcome().expect("is over"), &boundary.outcome) {
            (Ok(report), Ok(reason)) => {
                stopped += 1;
                assert_eq!((report.reason, report.fork), (*reason, boundary.cut), "{whole:?}");
                assert_eq!(report.transactions, boundary.commits().0, "{whole:?}");
                assert_eq!(report.last_in, boundary.last_in(), "{whole:?}");
                assert_eq!(report.last_record_in, boundary.last_record_in, "{whole:?}");
                assert_eq!(boundary.lost().count() as u32, boundary.commits().1);
            }
            (Err(failure), Err(expected)) => assert_eq!(failure, expected, "{whole:?}"),
            (found, looked) => panic!("{whole:?}: {found:?}, and the look before said {looked:?}"),
        }
    }
    assert!(stopped > 40, "{stopped}");
}
