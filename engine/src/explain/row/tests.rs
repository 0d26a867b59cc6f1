//! The answers agree with the rows that are really there, and say why.

use super::*;
use crate::cluster::{Cluster, Command, RecoverySpec, RowView, Settings, Target};
use crate::fault::Fault;
use crate::script::parse_statement;
use crate::server::Server;
use crate::types::{SegmentNumber, SegmentSize, Zone};
use std::collections::BTreeMap;

const KEYS: i64 = 9;

/// A cluster that is told what to do, a second for each statement.
struct Shop {
    cluster: Cluster,
}

impl Shop {
    fn open() -> Shop {
        let small = SegmentSize::new(1024).expect("is one");
        let settings = Settings { segment: small, page_bytes: 1024, first_xid: Xid(100), ..Settings::default() };
        let begin = settings.date;
        Shop { cluster: Cluster::new(settings, begin).0 }
    }

    /// Whether the statement was carried out.
    fn says(&mut self, session: &str, statement: &str) -> bool {
        let command = parse_statement(statement, self.cluster.now(), Zone::default()).expect(statement);
        let done = self.cluster.execute(session, &command).is_ok();
        self.goes_on(1);
        done
    }

    fn goes_on(&mut self, seconds: i64) {
        let until = self.cluster.now() + Micros::seconds(seconds);
        while self.cluster.advance(until, 1000).status != crate::cluster::Status::Reached {}
    }

    /// Sends everything to the archive.
    fn archives(&mut self) {
        self.says("ops", "switch segment");
        self.goes_on(600);
    }

    fn recovers(&mut self, spec: RecoverySpec) -> Option<&Server> {
        self.cluster.execute("ops", &Command::Recover(spec)).expect("can begin");
        self.goes_on(3600);
        let recovery = self.cluster.recovery().expect("has begun");
        recovery.outcome().expect("is over").ok().and_then(|_| recovery.server())
    }

    fn explains(&self, key: i64, view: &RowView) -> RowChain {
        self.cluster.explain_row("users", &Value::Int(key), view).expect("can be told")
    }

    /// Checks the answers for every key against the rows of a server.
    fn checks(&self, server: &Server, view: &RowView) {
        let table = server.table("users", Xid::NONE).expect("is whole");
        let rows =
            table.map(|table| server.peek_rows(table.relation, Xid::NONE).expect("is whole")).unwrap_or_default();
        for key in 1..=KEYS {
            let row = rows.iter().find(|row| row.values[0] == Value::Int(key)).map(|row| row.values.clone());
            let told = self.explains(key, view);
            assert_eq!(told.values, row, "{view:?}\n{told}");
            assert_eq!(told.verdict == Verdict::Present, row.is_some(), "{told}");
        }
    }
}

/// The same numbers for the same seed (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

fn one_statement(dice: &mut Dice) -> String {
    let key = 1 + dice.below(KEYS as u64);
    match dice.below(24) {
        0..=3 => format!("INSERT INTO users VALUES ({key}, 'n{}')", dice.below(100)),
        4..=6 => format!("UPDATE users SET name = 'u{}' WHERE id = {key}", dice.below(100)),
        7 => format!("UPDATE users SET id = {} WHERE id = {key}", 1 + dice.below(KEYS as u64)),
        8 | 9 => format!("DELETE FROM users WHERE id = {key}"),
        10..=12 => "BEGIN".into(),
        13..=15 => "COMMIT".into(),
        16 => "ROLLBACK".into(),
        17 => "SAVEPOINT s".into(),
        18 => "ROLLBACK TO s".into(),
        19 => "RELEASE s".into(),
        20 if dice.below(4) == 0 => "TRUNCATE users".into(),
        21 if dice.below(6) == 0 => "DROP TABLE users".into(),
        21 | 22 => "CREATE TABLE users (id int, name text)".into(),
        _ => "checkpoint".into(),
    }
}

#[test]
fn the_answers_agree_with_the_rows_of_every_recovery() {
    let (mut compared, mut switched, mut verdicts) = (0, 0, BTreeMap::new());
    for seed in 1..=12 {
        let mut dice = Dice(seed * 0x9E37_79B9);
        let mut shop = Shop::open();
        shop.says("a", "CREATE TABLE users (id int, name text)");
        let sessions = ["a", "b", "c"];
        for step in 0..90 {
            let statement = one_statement(&mut dice);
            let session = sessions[dice.below(3) as usize];
            shop.says(session, &statement);
            if step == 20 {
                shop.says("ops", "backup b1");
            }
        }
        shop.archives();
        shop.checks(shop.cluster.primary().expect("is there"), &RowView::Now);
        let end = shop.cluster.primary().expect("is there").log.end();
        let begin = shop.cluster.backups().catalog()[0].end;
        for _ in 0..5 {
            let target = match dice.below(4) {
                0 => Target::End,
                1 => Target::Time(shop.cluster.settings().date + Micros::seconds(25 + dice.below(70) as i64)),
                2 => Target::Lsn(Lsn(begin.0 + dice.below(end.0 - begin.0))),
                _ => Target::Xid(Xid(105 + dice.below(40) as u32)),
            };
            let spec = RecoverySpec { inclusive: dice.below(2) == 0, ..RecoverySpec::to(target) };
            let view = RowView::Target(Box::new(spec.clone()));
            let before: Vec<RowChain> = (1..=KEYS).map(|key| shop.explains(key, &view)).collect();
            let before_it_runs = shop.cluster.states_apart(&RowView::Now, &view).expect("can be told");
            if let Some(server) = shop.recovers(spec) {
                let server = server.clone();
                assert_eq!(before_it_runs.rows, really_apart(shop.cluster.primary().expect("is there"), &server));
                let report = shop.cluster.recovery().and_then(|recovery| recovery.outcome()).expect("is over");
                let cut = report.expect("came to its target").fork;
                assert_eq!(before_it_runs.commits, (commits_behind(&shop, cut), 0));
                compared += 1;
                shop.checks(&server, &RowView::Recovery);
                for (key, chain) in (1..=KEYS).zip(before) {
                    assert_eq!(shop.explains(key, &RowView::Recovery).values, chain.values);
                    *verdicts.entry(chain.verdict.code()).or_insert(0) += 1;
                }
            }
        }
        // The recovered server takes over, and goes on on its own timeline.
        if shop.says("ops", "switch over") {
            switched += 1;
            for _ in 0..30 {
                let statement = one_statement(&mut dice);
                shop.says("a", &statement);
            }
            shop.archives();
            shop.checks(shop.cluster.primary().expect("is there"), &RowView::Now);
        }
    }
    assert!(compared > 20 && switched > 3 && verdicts.len() > 6, "{compared} {switched} {verdicts:?}");
}

/// The rows that two servers do not have in common, by looking at them.
fn really_apart(before: &Server, after: &Server) -> Vec<RowChange> {
    let rows = |server: &Server| {
        let mut rows = BTreeMap::new();
        for table in server.tables(Xid::NONE).expect("is whole") {
            for row in server.peek_rows(table.relation, Xid::NONE).expect("is whole") {
                rows.insert((table.name.clone(), row.values[0].clone()), row.values);
            }
        }
        rows
    };
    let (before, after) = (rows(before), rows(after));
    let mut keys: Vec<&(String, Value)> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let change = |place: &(String, Value)| RowChange {
        table: place.0.clone(),
        key: place.1.clone(),
        before: before.get(place).cloned(),
        after: after.get(place).cloned(),
    };
    keys.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

/// How many commits stand in the log of the first timeline from there on.
fn commits_behind(shop: &Shop, cut: Lsn) -> u32 {
    let archive = shop.cluster.archive();
    let (told, _) = crate::explain::log_of_archive(archive, shop.cluster.settings().segment, TimelineId::FIRST);
    let commit = crate::explain::Meaning::Kind(crate::wal::Kind::Commit);
    let is_behind = |record: &&crate::explain::Decoded| {
        record.field(&["kind"]).is_some_and(|kind| kind.meaning == commit) && record.places[0].lsn >= cut
    };
    told.iter().filter(is_behind).count() as u32
}

/// A shop in which every verdict can be had, with where things stand.
#[test]
fn each_verdict_has_its_chain() {
    let mut shop = Shop::open();
    for statement in [
        "CREATE TABLE users (id int, name text)",
        "INSERT INTO users VALUES (1, 'Ada')",
        "backup b1",
        "note ''",
        "note ''",
        "INSERT INTO users VALUES (2, 'Grace'), (3, 'Edsger'), (4, 'Barbara')",
        "DELETE FROM users WHERE id = 2",
        "UPDATE users SET id = 33 WHERE id = 3",
        "BEGIN",
        "INSERT INTO users VALUES (5, 'Donald')",
        "ROLLBACK",
        "BEGIN",
        "INSERT INTO users VALUES (6, 'Tony')",
    ] {
        assert!(shop.says("app", statement), "{statement}");
    }
    assert!(shop.says("ops", "restore point 'here'"));
    for statement in ["COMMIT", "INSERT INTO users VALUES (7, 'Radia')", "DELETE FROM users WHERE id = 4"] {
        assert!(shop.says("app", statement), "{statement}");
    }
    shop.archives();
    let verdict = |shop: &Shop, key, view: &RowView| shop.explains(key, view).verdict;
    let here = RowView::Target(Box::new(RecoverySpec::to(Target::Name("here".into()))));
    let expected = [
        (1, Verdict::Present, Verdict::Present),
        (2, Verdict::Deleted, Verdict::Deleted),
        (3, Verdict::KeyChanged, Verdict::KeyChanged),
        (33, Verdict::Present, Verdict::Present),
        (4, Verdict::Deleted, Verdict::Present),
        (5, Verdict::RolledBack, Verdict::RolledBack),
        (6, Verdict::Present, Verdict::CommitPastStop),
        (7, Verdict::Present, Verdict::WrittenPastStop),
        (8, Verdict::NeverWritten, Verdict::NeverWritten),
    ];
    for (key, now, then) in expected {
        assert_eq!(verdict(&shop, key, &RowView::Now), now, "{}", shop.explains(key, &RowView::Now));
        assert_eq!(verdict(&shop, key, &here), then, "{}", shop.explains(key, &here));
    }
    assert_eq!(shop.cluster.explain_row("nobodys", &Value::Int(1), &here).unwrap().verdict, Verdict::NoTable);
    // What stands in the log before the backup came with the backup.
    let ada = shop.explains(1, &here);
    assert_eq!((ada.links.len(), ada.links[0].standing), (1, Standing::InBackup), "{ada}");
    // The deletion is known although it lies past the stop.
    let barbara = shop.explains(4, &here);
    assert_eq!(barbara.links[1].standing, Standing::Past, "{barbara}");
    assert!(matches!(barbara.links[1].ending, Ending::Committed { standing: Standing::Past, .. }), "{barbara}");
    // The other timeline keeps what this one has not.
    shop.recovers(RecoverySpec::to(Target::Name("here".into()))).expect("comes to its target");
    assert!(shop.says("ops", "switch over"));
    assert_eq!(verdict(&shop, 7, &RowView::Now), Verdict::OtherTimeline);
    assert!(shop.says("app", "TRUNCATE users"));
    assert_eq!(verdict(&shop, 1, &RowView::Now), Verdict::TableEmptied);
    assert!(shop.says("app", "INSERT INTO users VALUES (9, 'Lynn')"));
    assert_eq!(verdict(&shop, 9, &RowView::Now), Verdict::Present);
    assert!(shop.says("app", "DROP TABLE users"));
    assert_eq!(verdict(&shop, 9, &RowView::Now), Verdict::TableDropped);
    assert_eq!(verdict(&shop, 8, &RowView::Now), Verdict::NoTable);
}

#[test]
fn a_lost_segment_is_named() {
    let mut shop = Shop::open();
    for statement in ["CREATE TABLE users (id int, name text)", "backup b1", "note ''", "note ''"] {
        assert!(shop.says("app", statement), "{statement}");
    }
    shop.archives();
    let lost = shop.cluster.primary().expect("is there").log.next_record();
    assert!(shop.says("app", "INSERT INTO users VALUES (1, 'Ada')"));
    shop.archives();
    assert!(shop.says("app", "INSERT INTO users VALUES (2, 'Grace')"));
    shop.archives();
    let segment = shop.cluster.settings().segment.segment_of(lost);
    let fault = Fault::LoseSegment { timeline: TimelineId(1), segment };
    shop.cluster.execute("ops", &Command::Damage(fault)).expect("is there");
    let end = RowView::Target(Box::new(RecoverySpec::to(Target::End)));
    let (ada, grace) = (shop.explains(1, &end), shop.explains(2, &end));
    assert_eq!(ada.verdict, Verdict::LogLost, "{ada}");
    assert_eq!(ada.ends[0].why, crate::wal::WhyEnd::NoSegment(SegmentNumber(segment.0)));
    assert_eq!(grace.verdict, Verdict::WrittenPastStop, "{grace}");
    assert_eq!(shop.explains(1, &RowView::Now).verdict, Verdict::Present);
}
