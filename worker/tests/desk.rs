//! The desk, asked as the page asks it.

use pitr_protocol::{
    Along, Decoded, Envelope, Fate, PROTOCOL_VERSION, RecoveryPhase, Reply, Request, RunHead, ScriptSource, Steps,
    StopReason, TargetKind, TargetSpec, Value, decode, encode,
};
use pitr_worker::Desk;

fn ask(desk: &mut Desk, request: Request) -> Vec<Reply> {
    desk.receive(&encode(&Envelope { version: PROTOCOL_VERSION, id: 7, epoch: 3, body: request }));
    let replies = desk.take_outbox();
    replies
        .iter()
        .map(|bytes| match decode::<Reply>(bytes) {
            Decoded::Message(envelope) => {
                assert_eq!((envelope.id, envelope.epoch), (7, 3));
                envelope.body
            }
            other => panic!("{other:?}"),
        })
        .collect()
}

fn one(desk: &mut Desk, request: Request) -> Reply {
    let mut replies = ask(desk, request);
    assert_eq!(replies.len(), 1, "{replies:?}");
    replies.remove(0)
}

fn desk() -> (Desk, RunHead, Steps) {
    let mut desk = Desk::new(Box::new(|| 0));
    let replies = ask(&mut desk, Request::Load(ScriptSource::Shipped("worked-example".into())));
    match &replies[..] {
        [Reply::Run(head), Reply::Records(_), Reply::Steps(steps), Reply::Ready] => {
            (desk, head.as_ref().clone(), steps.clone())
        }
        other => panic!("{other:?}"),
    }
}

fn target(kind: TargetKind, text: &str) -> TargetSpec {
    TargetSpec::new(kind, text)
}

fn refused(reply: Reply) -> String {
    match reply {
        Reply::Refused(problem) => problem.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_worked_example_opens_as_the_page_expects() {
    let (mut desk, head, steps) = desk();
    assert_eq!(head.title, "The 03:00 DELETE");
    assert_eq!(head.proposed_target, "02:59:59");
    assert_eq!(head.noticed_step + 1, head.step_count);
    assert_eq!(steps.kind.len(), head.step_count as usize);
    let incident = &head.transactions[head.incident.unwrap() as usize];
    assert_eq!((incident.xid, incident.rows, incident.fate), (113, 8, Fate::Committed));
    assert_eq!(head.names[incident.statement as usize], "DELETE FROM users");
    let rolled_back: Vec<u32> =
        head.transactions.iter().filter(|span| span.fate == Fate::RolledBack).map(|span| span.xid).collect();
    assert_eq!(rolled_back, [106]);
    assert!(head.segments.iter().filter(|segment| segment.archived.is_some()).count() >= 12);
    match one(&mut desk, Request::Seek { step: head.noticed_step }) {
        Reply::Frame(frame) => {
            let users = frame.tables.iter().find(|table| table.name == "users").unwrap();
            assert_eq!(users.row_count, 0);
            assert_eq!(frame.now_us, head.noticed_us);
            assert!(frame.recovery.is_none());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_boundary_is_known_before_the_recovery_and_the_recovery_keeps_it() {
    let (mut desk, ..) = desk();
    let spec = target(TargetKind::Time, "02:59:59");
    let boundary = match one(&mut desk, Request::Boundary(spec.clone())) {
        Reply::Boundary(boundary) => boundary,
        other => panic!("{other:?}"),
    };
    let (last, first) = (boundary.last_in.clone().unwrap(), boundary.first_out.clone().unwrap());
    assert_eq!((last.xid, first.xid, first.statement.as_str()), (112, 113, "DELETE FROM users"));
    assert_eq!((boundary.kept, boundary.left_out), (11, 3));
    assert_eq!(boundary.resolved, "2026-03-04 02:59:59+00");
    assert_eq!((boundary.signals.rpo_us, boundary.signals.rpo_transactions), (0, 0));
    let replies = ask(&mut desk, Request::Recover(spec));
    let (head, report) = match &replies[..] {
        [Reply::Run(head), Reply::Records(_), Reply::Steps(_), Reply::Ready, Reply::Recovered(report)] => {
            (head, report)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!((report.reason, report.transactions), (StopReason::BeforeTime, 11));
    assert_eq!((report.last_in.clone().unwrap().xid, report.first_out.clone().unwrap().xid), (112, 113));
    assert_eq!(boundary.signals.rto_us, Some(report.rto_us));
    let lost: Vec<u32> = report.lost.lines.iter().map(|line| line.xid).collect();
    assert_eq!(lost, [113, 114, 115]);
    match one(&mut desk, Request::Seek { step: head.step_count - 1 }) {
        Reply::Frame(frame) => {
            let recovery = frame.recovery.unwrap();
            assert_eq!(recovery.phase, RecoveryPhase::Done);
            let users = recovery.tables.iter().find(|table| table.name == "users").unwrap();
            assert_eq!(users.row_count, 8);
            let grace = users.rows.iter().find(|row| row.values[0] == Value::Int(3)).unwrap();
            assert_eq!((grace.values[2].clone(), grace.xmin), (Value::Text("Arlington".into()), 112));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_stop_of_every_kind_can_be_recovered_to() {
    let (mut desk, ..) = desk();
    for kind in [TargetKind::Time, TargetKind::Lsn, TargetKind::Xid] {
        let stops = match one(&mut desk, Request::Stops { kind, along: Along::Latest }) {
            Reply::Stops { stops, .. } => stops,
            other => panic!("{other:?}"),
        };
        assert!(stops.len() > 12, "{kind:?}: {} stops", stops.len());
        for stop in &stops {
            match one(&mut desk, Request::Boundary(target(kind, &stop.text))) {
                Reply::Boundary(boundary) => assert_eq!(boundary.problem, None, "{kind:?} {}", stop.text),
                other => panic!("{kind:?} {}: {other:?}", stop.text),
            }
        }
        assert!(kind != TargetKind::Time || stops.iter().any(|stop| stop.text == "02:59:59"));
    }
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let (mut desk, head, _) = desk();
    let digest = one(&mut desk, Request::Digest);
    for (request, code) in [
        (Request::Recover(target(TargetKind::Time, "25:00")), "no_such_clock"),
        (Request::Recover(target(TargetKind::Lsn, "here")), "bad_lsn"),
        (Request::Recover(target(TargetKind::Xid, "-1")), "bad_xid"),
        (Request::Recover(target(TargetKind::Time, "03:09:59")), "target_not_reached"),
        (Request::Recover(target(TargetKind::Lsn, "0/0")), "before_consistent"),
        (Request::Recover(target(TargetKind::Xid, "999")), "target_not_reached"),
        (Request::Load(ScriptSource::Shipped("none".into())), "no_such_scenario"),
        (Request::Load(ScriptSource::Text("02:00 ops frobnicate\n".into())), "unknown_verb"),
        (Request::Load(ScriptSource::Text("02:00 ops DELETE FROM users\n".into())), "no_such_table"),
    ] {
        // The smaller build has no parser: what is to be read goes to the whole engine, which says what is wrong.
        let hands_over = !cfg!(feature = "whole") && matches!(request, Request::Load(_));
        assert_eq!(refused(one(&mut desk, request)), if hands_over { "needs_whole_engine" } else { code });
    }
    assert_eq!(one(&mut desk, Request::Digest), digest);
    desk.receive(&[1, 2, 3, 255]);
    assert_eq!(desk.take_outbox().len(), 1);
    // The run's script leads back to the same run.
    assert_eq!(ask(&mut desk, Request::Load(ScriptSource::Text(head.script))).len(), 4);
    assert_eq!(one(&mut desk, Request::Digest), digest);
}

#[test]
fn every_step_has_its_frame() {
    let (mut desk, ..) = desk();
    let replies = ask(&mut desk, Request::Recover(target(TargetKind::Xid, "112")));
    let Some(Reply::Run(head)) = replies.first() else { panic!("{replies:?}") };
    for step in 0..head.step_count {
        match one(&mut desk, Request::Seek { step }) {
            Reply::Frame(frame) => assert_eq!(frame.step, step),
            other => panic!("{other:?}"),
        }
    }
}

#[cfg(not(feature = "whole"))]
#[test]
fn what_only_the_whole_engine_can_is_handed_over() {
    use pitr_protocol::AtTarget;
    let (mut desk, ..) = desk();
    let time = target(TargetKind::Time, "02:59:59");
    for request in [
        Request::Recover(TargetSpec { action: AtTarget::Pause, ..time.clone() }),
        Request::Boundary(TargetSpec { action: AtTarget::Shutdown, ..time.clone() }),
        Request::Boundary(TargetSpec { along: Along::Number(1), ..time }),
        Request::Boundary(target(TargetKind::End, "")),
        Request::Recover(target(TargetKind::Name, "a")),
        Request::Stops { kind: TargetKind::Name, along: Along::Latest },
        Request::Stops { kind: TargetKind::Time, along: Along::Current },
    ] {
        assert_eq!(refused(one(&mut desk, request)), "needs_whole_engine");
    }
}
