//! The workbench's questions, asked as the page asks them.

#![cfg(feature = "whole")]

use pitr_protocol::bench::{Ask, Sort, Thing, Told, open, seal};
use pitr_protocol::{
    Decoded, Envelope, PROTOCOL_VERSION, Reply, Request, RunHead, ScriptSource, TargetKind, TargetSpec, Value, decode,
    encode,
};
use pitr_worker::Desk;

fn ask(desk: &mut Desk, request: Request) -> Vec<Reply> {
    desk.receive(&encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 3, body: request }));
    let answers = desk.take_outbox();
    answers
        .iter()
        .map(|bytes| match decode::<Reply>(bytes) {
            Decoded::Message(envelope) => envelope.body,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn told(desk: &mut Desk, question: &Ask) -> Told {
    match ask(desk, Request::Bench(seal(question))).remove(0) {
        Reply::Bench(sealed) => open(&sealed).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn load(desk: &mut Desk, source: ScriptSource) -> RunHead {
    match ask(desk, Request::Load(source)).remove(0) {
        Reply::Run(head) => *head,
        other => panic!("{other:?}"),
    }
}

fn desk() -> (Desk, RunHead) {
    let mut desk = Desk::new(Box::new(|| 0));
    let head = load(&mut desk, ScriptSource::Shipped("worked-example".into()));
    (desk, head)
}

fn execute(statement: &str, after: Option<u32>) -> Ask {
    Ask::Execute { session: "me".into(), statement: statement.into(), after }
}

fn refused(told: Told) -> String {
    match told {
        Told::Refused(problem) => problem.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_refused_is_told_at_its_word() {
    let (mut desk, _) = desk();
    for (statement, code, word) in [
        ("  insert into userz values (11, 'Radia', 'Boston')", "no_such_table", "userz"),
        ("INSERT INTO users VALUES (11, 11, 'Boston') # ü", "wrong_type", "11"),
        ("DELETE FROM users WHERE city = 'Köln' AND zip = 1;", "no_such_column", "zip"),
        ("recover from b9 to end", "no_such_backup", "b9"),
        (" COMMIT", "not_in_transaction", "COMMIT"),
        ("  recover to name 'nowhere' pause", "no_restore_point", "'nowhere'"),
        ("recover to xid 999", "target_not_reached", "999"),
        ("recover from b1 to end along 7", "no_such_timeline", "7"),
    ] {
        let Told::Refused(problem) = told(&mut desk, &execute(statement, None)) else { panic!("{statement}") };
        assert_eq!(problem.code, code);
        let place = problem.place.expect("it has a place");
        let cut = statement.chars().skip(place.column as usize - 1).take(place.width as usize);
        assert_eq!((place.line, cut.collect::<String>().as_str()), (1, word), "{statement}: {place:?}");
    }
}

#[test]
fn a_statement_becomes_the_last_line() {
    let (mut desk, head) = desk();
    let Told::Script(text) = told(&mut desk, &execute("insert into users values (11, 'Radia', 'Boston')", None)) else {
        panic!("no script")
    };
    assert!(text.lines().last().unwrap().ends_with("INSERT INTO users VALUES (11, 'Radia', 'Boston')"), "{text}");
    let longer = load(&mut desk, ScriptSource::Text(text));
    assert!(longer.step_count > head.step_count);
    assert_eq!(refused(told(&mut desk, &execute("insert into users values (11, 'R', 'B')", None))), "duplicate_key");
    assert_eq!(refused(told(&mut desk, &execute("frobnicate", None))), "unknown_verb");
    let nobody = Ask::Execute { session: "a b".into(), statement: "checkpoint".into(), after: None };
    assert_eq!(refused(told(&mut desk, &nobody)), "bad_session");
}

#[test]
fn a_statement_in_the_past_is_another_run_from_there() {
    let (mut desk, head) = desk();
    let damage = head.transactions.iter().find(|span| span.xid == 113).unwrap();
    // In the middle of the DELETE: it is not in the branch, all before it is.
    for step in [damage.begin_step, damage.end_step - 1] {
        let Told::Script(text) = told(&mut desk, &execute("checkpoint", Some(step))) else { panic!("no script") };
        assert!(!text.contains("DELETE FROM users\n"), "{text}");
        assert!(text.contains("city = 'Arlington'") && text.lines().last().unwrap().ends_with("checkpoint"), "{text}");
        let first = load(&mut Desk::new(Box::new(|| 0)), ScriptSource::Text(text));
        assert!(first.step_count < head.step_count);
    }
    let Told::Script(text) = told(&mut desk, &execute("checkpoint", Some(damage.end_step + 1))) else { panic!() };
    assert!(text.contains("DELETE FROM users\n"), "{text}");
}

#[test]
fn a_row_is_explained_now_and_recovered() {
    let (mut desk, head) = desk();
    let why = |recovered, step| Ask::Why { table: "users".into(), key: Value::Int(1), recovered, step };
    let Told::Why(now) = told(&mut desk, &why(false, head.step_count - 1)) else { panic!("no answer") };
    assert_eq!((now.verdict.as_str(), now.row), ("deleted", None));
    assert_eq!(
        now.links.iter().map(|link| (link.act.as_str(), link.xid)).collect::<Vec<_>>(),
        [("inserted", 100), ("deleted", 113)]
    );
    let target = TargetSpec::new(TargetKind::Time, "02:59:59");
    let Reply::Run(head) = ask(&mut desk, Request::Recover(target)).remove(0) else { panic!("no run") };
    let Told::Why(back) = told(&mut desk, &why(true, head.step_count - 1)) else { panic!("no answer") };
    assert_eq!((back.verdict.as_str(), back.row.as_deref()), ("present", Some("(1, 'Ada Lovelace', 'London')")));
    assert_eq!(back.links[1].end.as_ref().map(|end| end.standing.as_str()), Some("past_stop"));
    // Without a recovery there is none to ask about.
    assert_eq!(refused(told(&mut desk, &why(true, 3))), "nothing_recovered");
}

#[test]
fn a_link_leads_back_to_the_run() {
    let (mut desk, _) = desk();
    let Told::Script(text) = told(&mut desk, &execute("restore point 'here'", None)) else { panic!("no script") };
    load(&mut desk, ScriptSource::Text(text));
    let digest = |desk: &mut Desk| ask(desk, Request::Digest).remove(0);
    let before = digest(&mut desk);
    let target = Some(TargetSpec::new(TargetKind::Xid, "112"));
    let seen = vec![("axis".to_owned(), "lsn".to_owned()), ("sight".to_owned(), ".250 .500".to_owned())];
    let linked = Ask::Link { step: 17, target: target.clone(), view: seen.clone() };
    let Told::Link(link) = told(&mut desk, &linked) else { panic!("no link") };
    assert!(link.len() < 200, "{link}");
    let mut other = self::desk().0;
    let address = format!("https://host/docs/lab/#{link}");
    let Told::Linked { script, step, target: back, view } = told(&mut other, &Ask::Open { link: address }) else {
        panic!("no run")
    };
    assert_eq!((step, back, view), (Some(17), target, seen));
    load(&mut other, ScriptSource::Text(script));
    assert_eq!(digest(&mut other), before);
    assert_eq!(refused(told(&mut other, &Ask::Open { link: "1.AAAA".into() })), "link_damaged");
    assert_eq!(refused(told(&mut other, &Ask::Open { link: "hello".into() })), "no_link");
}

#[test]
fn a_recovery_is_said_in_other_words() {
    let (mut desk, _) = desk();
    let target = TargetSpec::new(TargetKind::Time, "02:59:59");
    let Told::Elsewhere(systems) = told(&mut desk, &Ask::Elsewhere(target)) else { panic!("nothing said") };
    let names: Vec<&str> = systems.iter().map(|system| system.name.as_str()).collect();
    assert_eq!(names, ["postgresql", "mysql", "dynamodb"]);
    let said = systems[0].steps.iter().map(|step| step.text.as_str()).collect::<String>();
    assert!(said.contains("recovery_target_time = '2026-03-04 02:59:59+00'"), "{said}");
    assert!(systems[2].notes.iter().any(|note| note.code == "new_table"), "{systems:?}");
    let nonsense = TargetSpec::new(TargetKind::Xid, "soon");
    assert_eq!(refused(told(&mut desk, &Ask::Elsewhere(nonsense))), "bad_xid");
}

#[test]
fn a_target_is_told_in_rows() {
    let (mut desk, _) = desk();
    let rows = |desk: &mut Desk, text: &str| match told(desk, &Ask::Rows(TargetSpec::new(TargetKind::Time, text))) {
        Told::Rows(rows) => rows.iter().map(|of| format!("{of:?}")).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        rows(&mut desk, "02:59:59"),
        [
            "TableBalance { table: \"orders\", kept: 9, back: 0, gone: 2, changed: 0 }",
            "TableBalance { table: \"users\", kept: 0, back: 8, gone: 0, changed: 0 }",
        ]
    );
    // Past the damage nothing comes back, and the orders between are there.
    assert_eq!(
        rows(&mut desk, "03:05:00"),
        [
            "TableBalance { table: \"orders\", kept: 10, back: 0, gone: 1, changed: 0 }",
            "TableBalance { table: \"users\", kept: 0, back: 0, gone: 0, changed: 0 }",
        ]
    );
    let beyond = TargetSpec::new(TargetKind::Xid, "999");
    assert_eq!(refused(told(&mut desk, &Ask::Rows(beyond))), "target_not_reached");
}

#[test]
fn what_can_be_named_is_what_is_there_at_the_step() {
    let (mut desk, head) = desk();
    let mut names = |step| match told(&mut desk, &Ask::Names { step }) {
        Told::Names(names) => names,
        other => panic!("{other:?}"),
    };
    let (first, last) = (names(0), names(head.step_count - 1));
    assert!(first.tables.is_empty() && first.backups.is_empty(), "{first:?}");
    assert!(first.verbs.iter().any(|verb| verb == "restore point") && first.verbs == last.verbs, "{:?}", first.verbs);
    let tables: Vec<&str> = last.tables.iter().map(|(table, _)| table.as_str()).collect();
    assert_eq!(tables, ["orders", "users"]);
    assert_eq!(last.tables[1].1, ["id", "name", "city"]);
    assert_eq!(last.backups, ["b1"]);
    assert!(last.restore_points.is_empty());

    // A restore point is known from the step at which it is made; a table is not, once it is dropped.
    let Told::Script(text) = told(&mut desk, &execute("restore point 'here'", None)) else { panic!("no script") };
    load(&mut desk, ScriptSource::Text(text));
    let Told::Script(text) = told(&mut desk, &execute("DROP TABLE orders", None)) else { panic!("no script") };
    let longer = load(&mut desk, ScriptSource::Text(text));
    let Told::Names(now) = told(&mut desk, &Ask::Names { step: longer.step_count - 1 }) else { panic!("no names") };
    assert_eq!(now.restore_points, ["here"]);
    assert_eq!(now.tables.len(), 1, "{:?}", now.tables);
    let Told::Names(before) = told(&mut desk, &Ask::Names { step: head.step_count - 1 }) else { panic!("no names") };
    assert!(before.restore_points.is_empty() && before.tables.len() == 2, "{before:?}");
}

#[test]
fn several_statements_are_carried_out_each_after_its_time() {
    let (mut desk, head) = desk();
    let statements =
        [(0, "BEGIN"), (2_000_000, "INSERT INTO users VALUES (11, 'Radia', 'Boston')"), (500_000, "COMMIT")];
    let statements = statements.map(|(after, statement)| (after, statement.to_owned())).to_vec();
    let all = |statements: &[(u64, String)], after| Ask::ExecuteAll {
        session: "me".into(),
        statements: statements.to_vec(),
        after,
    };
    let Told::Script(text) = told(&mut desk, &all(&statements, None)) else { panic!("no script") };
    let tail: Vec<&str> = text.lines().rev().take(3).collect();
    let said: Vec<&str> = tail.iter().rev().filter_map(|line| line.split("me").nth(1)).map(str::trim).collect();
    assert_eq!(said, ["BEGIN", "INSERT INTO users VALUES (11, 'Radia', 'Boston')", "COMMIT"], "{text}");
    let longer = load(&mut desk, ScriptSource::Text(text));
    assert_eq!(longer.end_us - head.end_us, 2_500_000);
    assert_eq!(longer.transactions.iter().filter(|one| one.begin_us >= head.end_us).count(), 1, "one transaction");

    // All or none: what one of them cannot do leaves the run alone.
    let wrong = [(0, "restore point 'half'".to_owned()), (0, "DELETE FROM nowhere".to_owned())];
    assert_eq!(refused(told(&mut desk, &all(&wrong, None))), "no_such_table");
    let Told::Names(names) = told(&mut desk, &Ask::Names { step: longer.step_count - 1 }) else { panic!("no names") };
    assert!(names.restore_points.is_empty());
    // Of what cannot be read, too; and in the past they are a branch.
    let wrong = [(0, "checkpoint".to_owned()), (0, "frobnicate".to_owned())];
    assert_eq!(refused(told(&mut desk, &all(&wrong, None))), "unknown_verb");
    let damage = head.transactions.iter().find(|span| span.xid == 113).unwrap();
    let Told::Script(text) = told(&mut desk, &all(&statements, Some(damage.begin_step))) else { panic!("no script") };
    assert!(!text.contains("DELETE FROM users\n") && text.ends_with("COMMIT\n"), "{text}");
}

#[test]
fn a_block_that_fails_is_told_at_the_statement_that_failed() {
    let (mut desk, _) = desk();
    let script = "# A block that fails
01:00:00 ops CREATE TABLE t (id int primary key)
01:00:01 ops INSERT INTO t VALUES (1)
01:00:02 app BEGIN
01:00:03 app INSERT INTO t VALUES (1)
01:00:04 ops INSERT INTO t VALUES (2)
01:00:05 app INSERT INTO t VALUES (3)
01:00:06 app COMMIT
";
    let load = Request::Load(ScriptSource::Text(script.into()));
    let Reply::Refused(problem) = ask(&mut desk, load).remove(0) else { panic!("it is refused") };
    let place = problem.place.expect("it has a place");
    assert_eq!((problem.code.as_str(), place.line, place.column), ("duplicate_key", 5, 36), "{problem:?}");
    // One that ends its block is no mistake: it is what is to be seen.
    let mended = script.replace("app INSERT INTO t VALUES (3)", "app ROLLBACK").replace("01:00:06 app COMMIT\n", "");
    assert!(matches!(ask(&mut desk, Request::Load(ScriptSource::Text(mended))).remove(0), Reply::Run(_)));
}

#[test]
fn the_rows_of_a_long_table_come_in_parts() {
    let (mut desk, _) = desk();
    let rows: Vec<String> = (1..=450).rev().map(|id| format!("({id})")).collect();
    let script = format!(
        "# Many\n01:00:00 ops CREATE TABLE t (id int primary key)\n01:00:01 ops CREATE TABLE few (id int primary key)\n01:00:02 ops INSERT INTO few VALUES (1)\n01:00:03 ops INSERT INTO t VALUES {}\n",
        rows.join(", ")
    );
    let head = load(&mut desk, ScriptSource::Text(script));
    let mut page = |table: &str, recovered, from, step| {
        let asked = Ask::RowsFrom { table: table.into(), recovered, from, step };
        let Told::RowsFrom(page) = told(&mut desk, &asked) else { panic!("no rows") };
        page
    };
    let last = head.step_count - 1;
    let keys = |page: &pitr_protocol::inside::RowsPage| -> Vec<Value> {
        page.table.iter().flat_map(|table| &table.rows).map(|row| row.values[0].clone()).collect()
    };
    let first = page("t", false, 0, last);
    assert_eq!(first.long.iter().map(|long| (long.name.as_str(), long.rows)).collect::<Vec<_>>(), [("t", 450)]);
    assert_eq!(keys(&first), (1..=200).map(Value::Int).collect::<Vec<_>>());
    assert_eq!(keys(&page("t", false, 250, last)), (201..=400).map(Value::Int).collect::<Vec<_>>());
    let end = page("t", false, u64::MAX, last);
    assert_eq!((end.from, keys(&end).len()), (400, 50));
    // What is not there gives what is: nothing is recovered yet, and no other table is long.
    assert_eq!(page("t", true, 0, last).table, first.table);
    assert_eq!(page("few", false, 0, last).table, first.table);
    assert!(page("t", false, 0, 0).table.is_none());
}

#[test]
fn a_segment_comes_in_pages_and_its_records_are_found_from_it() {
    let (mut desk, head) = desk();
    let step = head.noticed_step;
    let mut take = |thing| told(&mut desk, &Ask::Take { thing, step });
    let mut records = 0;
    for segment in &head.segments {
        let (timeline, lsn) = (segment.timeline, segment.start_lsn);
        let mut page = 0;
        loop {
            let Told::Anatomy(told) = take(Thing::Segment { timeline, lsn, page }) else { break };
            assert_eq!((told.what.as_str(), told.part), ("segment", page));
            assert_eq!(told.fields[0].name == "segment_header", page == 0);
            for part in told.fields.iter().filter(|part| part.sort == Sort::Record) {
                let at = told.lsn.unwrap() + u64::from(part.from);
                let Told::Anatomy(record) = take(Thing::Log { timeline, lsn: at }) else { panic!("no record at {at}") };
                assert_eq!(record.what, "record");
                assert!(part.name == "continued_record" || record.lsn == Some(at));
                records += 1;
            }
            page += 1;
            if page == told.parts {
                break;
            }
        }
    }
    assert!(records > 20, "{records}");
    let last = Thing::Segment { timeline: 1, lsn: head.segments[0].start_lsn, page: 99 };
    let Told::Anatomy(last) = take(last) else { panic!("no page") };
    assert_eq!(last.part, last.parts - 1, "behind the last is the last");
}

#[test]
fn every_chunk_of_the_commit_log_can_be_taken_apart() {
    let mut desk = Desk::new(Box::new(|| 0));
    let script = "# many\nscenario date 2026-03-04, xid 4090\n01:00:00 a CREATE TABLE t (id int primary key)\n";
    let rows: String = (1..20).map(|id| format!("01:00:{id:02} a INSERT INTO t VALUES ({id})\n")).collect();
    let head = load(&mut desk, ScriptSource::Text([script, &rows, "01:01:00 ops checkpoint\n"].concat()));
    let mut take = |chunk| {
        let thing = Thing::CommitLog { recovered: false, chunk };
        told(&mut desk, &Ask::Take { thing, step: head.noticed_step })
    };
    let Told::Anatomy(second) = take(1) else { panic!("no second chunk") };
    assert_eq!((second.part, second.parts), (1, 2));
    assert!(second.fields.iter().any(|part| part.name == "xid" && part.index == Some(4096)), "{:?}", second.fields);
    assert_eq!(refused(take(2)), "no_such_thing");
}
