//! Recoveries of every kind, asked of the desk as the page asks them.

use pitr_protocol::{
    Along, AtTarget, Boundary, Decoded, Envelope, PROTOCOL_VERSION, Problem, RecoveryPhase, Reply, Report, Request,
    RunHead, ScriptSource, Stop, StopReason, TargetKind, TargetSpec, decode, encode,
};
use pitr_worker::Desk;

/// Two restore points of the same name among three, and a second backup.
const NAMED: &str = "# Named
scenario archive timeout 1m, xid 10
01:00:00 ops    CREATE TABLE notes (id int, text text)
01:01:00 ops    backup b1
01:02:00 app-1  INSERT INTO notes VALUES (1, 'one')
01:03:00 ops    restore point 'before the import'
01:04:00 app-1  INSERT INTO notes VALUES (2, 'two')
01:05:00 ops    restore point 'after it'
01:06:00 app-1  INSERT INTO notes VALUES (3, 'three')
01:07:00 ops    restore point 'before the import'
01:08:00 ops    invariant all: rows notes >= 2
01:09:00 ops    backup b2
01:10:00 app-1  INSERT INTO notes VALUES (4, 'four')
01:20:00 ops    note 'that was it'
";

/// Two forks: timeline 2 leaves 1 before XID 12, timeline 3 leaves 2 before what 2 wrote last.
const FORKS: &str = "# Forks
scenario archive timeout 1m, xid 10
01:00:00 ops    CREATE TABLE notes (id int, text text)
01:01:00 ops    backup b1
01:02:00 app-1  INSERT INTO notes VALUES (1, 'one')
01:04:00 app-1  INSERT INTO notes VALUES (2, 'lost on 1')
01:10:00 ops    recover to xid 12 exclusive
01:11:00 ops    switch over
01:12:00 app-1  INSERT INTO notes VALUES (3, 'on 2')
01:13:00 app-1  INSERT INTO notes VALUES (4, 'lost on 2')
01:20:00 ops    recover to xid 14 exclusive
01:21:00 ops    switch over
01:22:00 app-1  INSERT INTO notes VALUES (5, 'on 3')
01:30:00 ops    note 'which one?'
";

struct Page(Desk);

impl Page {
    fn of(script: &str) -> (Page, RunHead) {
        let mut page = Page(Desk::new(Box::new(|| 0)));
        let head = page.run(Request::Load(ScriptSource::Text(script.into()))).expect("it can be run");
        (page, head)
    }

    fn ask(&mut self, request: Request) -> Vec<Reply> {
        self.0.receive(&encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 3, body: request }));
        let replies = self.0.take_outbox();
        let reply = |bytes: &Vec<u8>| match decode::<Reply>(bytes) {
            Decoded::Message(envelope) => envelope.body,
            other => panic!("{other:?}"),
        };
        replies.iter().map(reply).collect()
    }

    /// The head of the run that comes of it.
    fn run(&mut self, request: Request) -> Result<RunHead, Problem> {
        let mut replies = self.ask(request);
        match (replies.remove(0), replies.pop()) {
            (Reply::Run(head), _) => Ok(*head),
            (Reply::Refused(problem), None) => Err(problem),
            other => panic!("{other:?}"),
        }
    }

    fn report(&mut self, request: Request) -> Report {
        *self.run(request).expect("it is done").report.expect("there is a report")
    }

    fn boundary(&mut self, spec: &TargetSpec) -> Boundary {
        match self.ask(Request::Boundary(spec.clone())).pop() {
            Some(Reply::Boundary(boundary)) => *boundary,
            other => panic!("{other:?}"),
        }
    }

    fn stops(&mut self, kind: TargetKind, along: Along) -> Vec<Stop> {
        match self.ask(Request::Stops { kind, along }).pop() {
            Some(Reply::Stops { stops, .. }) => stops,
            other => panic!("{other:?}"),
        }
    }

    /// The keys of the recovered rows, and what the recovery is at, at the end of the run.
    fn recovered(&mut self, head: &RunHead) -> (Vec<String>, RecoveryPhase) {
        match self.ask(Request::Seek { step: head.step_count - 1 }).pop() {
            Some(Reply::Frame(frame)) => {
                let recovery = frame.recovery.expect("there is one");
                let rows = recovery.tables.iter().flat_map(|table| &table.rows);
                (rows.map(|row| format!("{:?}", row.values[0])).collect(), recovery.phase)
            }
            other => panic!("{other:?}"),
        }
    }
}

fn xids(stops: &[Stop]) -> Vec<u32> {
    stops.iter().map(|stop| stop.xid).collect()
}

#[test]
fn a_restore_point_is_a_target() {
    let (mut page, _) = Page::of(NAMED);
    let names = page.stops(TargetKind::Name, Along::Latest);
    let names: Vec<&str> = names.iter().map(|stop| stop.text.as_str()).collect();
    assert_eq!(names, ["before the import", "after it"], "the second of a name is never met");
    let spec = TargetSpec::new(TargetKind::Name, "before the import");
    let boundary = page.boundary(&spec);
    assert_eq!((boundary.backup.as_str(), boundary.kept, boundary.left_out), ("b1", 1, 3), "b2 begins behind both");
    assert_eq!((boundary.passed_over.len(), boundary.problem), (1, None));
    let report = page.report(Request::Recover(spec.clone()));
    assert_eq!((report.reason, report.transactions, report.spec), (StopReason::AtRestorePoint, 1, spec));
    let nowhere = TargetSpec::new(TargetKind::Name, "tomorrow");
    let problem = page.run(Request::Recover(nowhere)).expect_err("it is never met");
    assert_eq!(problem.code, "no_such_restore_point");
    assert_eq!(problem.params[1].1, "before the import, after it");
}

#[test]
fn a_server_that_takes_over_brings_the_segment_of_its_fork_along() {
    let (_, head) = Page::of(FORKS);
    let size = u64::from(head.segment_bytes);
    for forked in &head.timelines[1..] {
        let own: Vec<_> = head.segments.iter().filter(|one| one.timeline == forked.id).collect();
        let first = own.first().expect("it has written");
        assert_eq!(first.number, forked.fork_lsn / size, "timeline {}", forked.id);
        assert_eq!(first.opened, forked.began);
        assert!(first.sealed.is_some() && first.archived.is_some(), "it goes to the archive as any other: {first:?}");
        assert!(own.windows(2).all(|pair| pair[0].number + 1 == pair[1].number), "none is missing: {own:?}");
    }
}

#[test]
fn kinds_without_a_text() {
    let (mut page, _) = Page::of(NAMED);
    for (kind, reason, transactions) in
        [(TargetKind::Immediate, StopReason::AtConsistency, 0), (TargetKind::End, StopReason::EndOfLog, 1)]
    {
        let spec = TargetSpec::new(kind, "");
        let [stop] = &page.stops(kind, Along::Latest)[..] else { panic!("one stop of {kind:?}") };
        let boundary = page.boundary(&spec);
        assert_eq!((boundary.problem.clone(), boundary.cut_lsn), (None, stop.lsn), "{kind:?}");
        let report = page.report(Request::Recover(spec));
        assert_eq!((report.reason, report.transactions), (reason, transactions));
        assert_eq!(report.log_end.is_some(), kind == TargetKind::End);
    }
}

#[test]
fn a_script_comes_back_with_the_target_that_it_has() {
    for line in ["name 'after it'", "immediate", "end along 1", "xid 12 exclusive shutdown", "lsn 0/4000 pause"] {
        let (_, head) = Page::of(&format!("{NAMED}01:30:00 ops recover from b1 to {line}\n"));
        let spec = head.report.expect("a report").spec;
        let (mut page, _) = Page::of(NAMED);
        let again = page.run(Request::Recover(spec)).expect("it is done");
        let last = again.script.lines().last().unwrap_or_default().to_owned();
        assert!(last.contains(line.trim_end_matches(" inclusive")) || last.contains("pause"), "{line}: {last}");
    }
}

#[test]
fn what_is_newer_and_passed_over_is_told() {
    let (mut page, _) = Page::of(NAMED);
    let boundary = page.boundary(&TargetSpec::new(TargetKind::Time, "01:04:30"));
    assert_eq!(boundary.backup, "b1");
    let newer: Vec<(&str, &str)> =
        boundary.passed_over.iter().map(|why| (why.params[0].1.as_str(), why.code.as_str())).collect();
    assert_eq!(newer, [("b2", "before_consistent")]);
    assert!(page.boundary(&TargetSpec::new(TargetKind::End, "")).passed_over.is_empty());
}

#[test]
fn what_was_checked_is_told() {
    let (mut page, _) = Page::of(NAMED);
    for (text, holds) in [("12", true), ("11", false)] {
        let spec = TargetSpec { backup: Some("b1".into()), ..TargetSpec::new(TargetKind::Xid, text) };
        let report = page.report(Request::Recover(spec));
        let checks: Vec<(&str, bool)> =
            report.checks.iter().map(|check| (check.code.as_str(), check.params[0].1.is_empty())).collect();
        let invariant = if holds { "invariant_holds" } else { "invariant_fails" };
        assert_eq!(checks, [("table_right", true), (invariant, holds)]);
        assert_eq!(report.checks[1].params[1].1, "all: rows notes >= 2");
    }
}

#[test]
fn a_pause_is_looked_at_and_ended() {
    let (mut page, _) = Page::of(NAMED);
    let spec = TargetSpec {
        backup: Some("b1".into()),
        action: AtTarget::Pause,
        ..TargetSpec::new(TargetKind::Name, "after it")
    };
    assert!(page.boundary(&spec).signals.rto_us.is_some(), "what is measured is the way to a server");
    let waits = page.run(Request::Recover(spec.clone())).expect("it comes to its target");
    let report = waits.report.clone().expect("as far as it has come");
    assert_eq!((report.finished, report.transactions, report.reason), (false, 2, StopReason::AtRestorePoint));
    assert_eq!(report.first_out.expect("there is one").xid, 13);
    assert_eq!(page.recovered(&waits), (vec!["Int(1)".into(), "Int(2)".into()], RecoveryPhase::Redo));
    // The script is a run, and comes back to where it waits.
    let (mut again, head) = Page::of(&waits.script);
    assert_eq!((head.step_count, head.recovery_step), (waits.step_count, waits.recovery_step));
    assert_eq!(again.recovered(&head), page.recovered(&waits));

    let done = page.run(Request::Resume).expect("it is promoted");
    let report = done.report.clone().expect("a report");
    assert_eq!((report.finished, report.timeline, report.spec), (true, 2, spec.clone()));
    assert!(done.script.trim_end().ends_with("resume"), "{}", done.script);
    assert_eq!(done.recovery_step, waits.recovery_step);
    assert_eq!(page.recovered(&done).1, RecoveryPhase::Done);
    assert_eq!(page.run(Request::Resume).expect_err("once is enough").code, "recovery_not_paused");
    // Another recovery takes the place of all of it.
    let other = page.run(Request::Recover(TargetSpec { action: AtTarget::Promote, ..spec })).expect("it is done");
    assert!(!other.script.contains("resume"));
}

#[test]
fn a_server_that_shut_down_goes_on() {
    let (mut page, _) = Page::of(NAMED);
    let at =
        |text: &str, action| TargetSpec { backup: Some("b1".into()), action, ..TargetSpec::new(TargetKind::Xid, text) };
    let down = page.run(Request::Recover(at("11", AtTarget::Shutdown))).expect("it comes to its target");
    assert!(!down.report.as_ref().expect("a report").finished);
    assert_eq!(page.recovered(&down).0, Vec::<String>::new(), "it cannot be read");
    let back = page.run(Request::Continue(at("10", AtTarget::Promote))).expect_err("what is replayed is replayed");
    assert_eq!(back.code, "target_not_reached");
    let done = page.run(Request::Continue(at("12", AtTarget::Promote))).expect("it goes on");
    let report = done.report.clone().expect("a report");
    assert_eq!((report.finished, report.transactions, report.spec.text.as_str()), (true, 2, "12"));
    assert!(done.script.trim_end().ends_with("continue to xid 12 inclusive"), "{}", done.script);
    let (_, again) = Page::of(&done.script);
    assert_eq!((again.step_count, again.recovery_step), (done.step_count, down.recovery_step));
}

#[test]
fn a_timeline_is_chosen_among_forks() {
    let (mut page, head) = Page::of(FORKS);
    assert_eq!(head.recovery_step, None, "their servers have taken over: they are what happened");
    let ids: Vec<u32> = head.timelines.iter().map(|timeline| timeline.id).collect();
    assert_eq!(ids, [1, 2, 3]);
    for (along, kept, lost, found) in [
        (Along::Latest, vec![11, 13, 15], vec![], "on 3"),
        (Along::Number(3), vec![11, 13, 15], vec![], "on 3"),
        (Along::Number(2), vec![11, 13, 14], vec![15], "lost on 2"),
        (Along::Number(1), vec![11, 12], vec![13, 15], "lost on 1"),
        (Along::Current, vec![11, 12], vec![13, 15], "lost on 1"),
    ] {
        assert_eq!(xids(&page.stops(TargetKind::Xid, along)), kept, "{along:?}");
        let spec = TargetSpec { along, ..TargetSpec::new(TargetKind::End, "") };
        let boundary = page.boundary(&spec);
        assert_eq!(boundary.left_out as usize, lost.len(), "{along:?}");
        let last = boundary.last_in.expect("there is one");
        assert!(last.statement.contains(found), "{along:?}: {}", last.statement);
        for stop in page.stops(TargetKind::Lsn, along) {
            let spec = TargetSpec { along, ..TargetSpec::new(TargetKind::Lsn, &stop.text) };
            assert_eq!(page.boundary(&spec).problem, None, "{along:?} {}", stop.text);
        }
        let report = page.report(Request::Recover(spec));
        assert_eq!(report.timeline, 4, "the next free number");
        let behind: Vec<u32> = report.lost.lines.iter().map(|line| line.xid).collect();
        assert_eq!(behind, lost, "{along:?}");
    }
    let nowhere = TargetSpec { along: Along::Number(7), ..TargetSpec::new(TargetKind::End, "") };
    assert_eq!(page.run(Request::Recover(nowhere)).expect_err("there is none").code, "no_such_timeline");
}

#[test]
fn what_a_new_timeline_has_not_archived_yet_is_left_behind() {
    let (soon, _) = FORKS.split_once("01:22:00").expect("what 3 writes");
    let (mut page, head) = Page::of(&format!("{soon}01:21:20 app-1 INSERT INTO notes VALUES (5, 'on 3')\n"));
    let is_there = |timeline| head.segments.iter().any(|one| one.timeline == timeline && one.archived.is_some());
    assert!(is_there(2) && !is_there(3));
    let spec = TargetSpec::new(TargetKind::End, "");
    let boundary = page.boundary(&spec);
    assert_eq!((boundary.problem.clone(), boundary.followed, boundary.left_out), (None, 3, 1));
    assert_eq!(boundary.last_in.expect("there is one").statement, "INSERT INTO notes VALUES (4, 'lost on 2')");
    assert_eq!(xids(&page.stops(TargetKind::Xid, Along::Latest)), [11, 13, 14]);
    let lsns = page.stops(TargetKind::Lsn, Along::Latest);
    assert!(xids(&lsns).contains(&14) && !xids(&lsns).contains(&15), "{lsns:?}");
    let report = page.report(Request::Recover(spec));
    assert_eq!((report.parent_timeline, report.transactions), (3, boundary.kept));
    let behind: Vec<u32> = report.lost.lines.iter().map(|line| line.xid).collect();
    assert_eq!(behind, [15]);
}

#[test]
fn a_run_without_restore_points_says_so() {
    let (mut page, _) = Page::of(FORKS);
    assert!(page.stops(TargetKind::Name, Along::Latest).is_empty());
    let problem = page.run(Request::Recover(TargetSpec::new(TargetKind::Name, "any"))).expect_err("there is none");
    assert_eq!(problem.code, "no_restore_point");
}
