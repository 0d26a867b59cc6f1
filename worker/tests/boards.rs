//! A run as its operators would have seen it, asked for once, gone through in slices.

#![cfg(feature = "whole")]

use pitr_protocol::bench::{Ask, Told, open, seal};
use pitr_protocol::boards::{Boards, RestoreOutcome};
use pitr_protocol::{Decoded, Envelope, PROTOCOL_VERSION, Reply, Request, ScriptSource, decode, encode};
use pitr_worker::Desk;
use std::cell::Cell;

const STALLED: &str = "# stalled\nscenario date 2026-03-04, archive timeout 5m, segment 4KiB\n\
    00:00:00 ops CREATE TABLE t (id int primary key, account int, item text)\n00:00:01 app workload t every 1m\n\
    00:00:02 ops backup b1\n02:00:00 ops stop archiver\n04:00:00 ops start archiver\n\
    05:00:00 ops recover from b1 to time '01:30:00'\n05:30:00 ops note 'so'\n";

/// A desk whose clock goes on by a millisecond each time that it is looked at.
fn desk() -> Desk {
    let now = Cell::new(0);
    Desk::new(Box::new(move || {
        now.set(now.get() + 1_000);
        now.get()
    }))
}

fn answers(desk: &mut Desk) -> Vec<(u32, Reply)> {
    let answers = desk.take_outbox();
    let body = |bytes: &Vec<u8>| match decode::<Reply>(bytes) {
        Decoded::Message(envelope) => (envelope.id, envelope.body),
        other => panic!("{other:?}"),
    };
    answers.iter().map(body).collect()
}

fn send(desk: &mut Desk, id: u32, body: Request) -> Vec<(u32, Reply)> {
    desk.receive(&encode(&Envelope { version: PROTOCOL_VERSION, id, epoch: 3, body }));
    answers(desk)
}

fn load(desk: &mut Desk, text: &str) {
    let mut all = send(desk, 1, Request::Load(ScriptSource::Text(text.into())));
    while desk.pump() {
        all.extend(answers(desk));
    }
    all.extend(answers(desk));
    assert!(all.iter().any(|(_, reply)| matches!(reply, Reply::Ready)), "{all:?}");
}

fn told(replies: &[(u32, Reply)], asked: u32) -> Option<Told> {
    replies.iter().find_map(|(id, reply)| match reply {
        Reply::Bench(sealed) if *id == asked => open(sealed),
        _ => None,
    })
}

fn boards(desk: &mut Desk) -> Boards {
    let mut all = send(desk, 9, Request::Bench(seal(&Ask::Boards)));
    while desk.pump() {
        all.extend(answers(desk));
    }
    all.extend(answers(desk));
    match told(&all, 9) {
        Some(Told::Boards(boards)) => boards,
        other => panic!("{other:?}"),
    }
}

#[test]
fn gauges_alerts_and_recoveries_are_told_by_name() {
    let mut desk = desk();
    load(&mut desk, STALLED);
    let boards = boards(&mut desk);
    let names: Vec<&str> = boards.boards.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["executive", "on_call", "debug"]);
    let gauges: usize = boards.boards.iter().map(|(_, gauges)| gauges.len()).sum();
    assert_eq!(gauges, boards.gauges.len());
    for gauge in &boards.gauges {
        assert_eq!((gauge.steps.len(), gauge.steps.len()), (gauge.kinds.len(), gauge.values.len()), "{}", gauge.name);
        assert!(gauge.steps.windows(2).all(|pair| pair[0] < pair[1]), "{}", gauge.name);
    }
    let fired: Vec<&str> =
        boards.alerts.iter().map(|alert| boards.rules[usize::from(alert.rule)].name.as_str()).collect();
    assert_eq!(fired, ["point_age", "window_runs_out"]);
    let alert = &boards.alerts[0];
    let rule = &boards.rules[usize::from(alert.rule)];
    assert!(rule.pages && rule.above && alert.value > rule.threshold && alert.until.is_some());
    assert_eq!(boards.gauges[usize::from(rule.gauge)].metric, 4);
    assert_eq!(boards.restores.len(), 1);
    assert_eq!((boards.restores[0].outcome, &*boards.restores[0].backup), (RestoreOutcome::Right, "b1"));
}

#[test]
fn other_questions_are_answered_meanwhile_and_another_run_ends_it() {
    let mut desk = desk();
    load(&mut desk, STALLED);
    let begun = send(&mut desk, 9, Request::Bench(seal(&Ask::Boards)));
    assert!(told(&begun, 9).is_none(), "it takes more than a slice");
    let frame = send(&mut desk, 10, Request::Seek { step: 40 });
    assert!(frame.iter().any(|(id, reply)| *id == 10 && matches!(reply, Reply::Frame(_))), "{frame:?}");
    let mut all = send(&mut desk, 11, Request::Load(ScriptSource::Shipped("worked-example".into())));
    while desk.pump() {
        all.extend(answers(&mut desk));
    }
    all.extend(answers(&mut desk));
    match told(&all, 9) {
        Some(Told::Refused(problem)) => assert_eq!(problem.code, "cancelled"),
        other => panic!("{other:?}"),
    }
    // The night of the shop's DELETE calls nobody: the archive is well, and the mistake is no machine's.
    assert_eq!(boards(&mut desk).alerts, []);
    // Without a run there is nothing to be seen.
    let none = send(&mut self::desk(), 9, Request::Bench(seal(&Ask::Boards)));
    assert!(matches!(told(&none, 9), Some(Told::Refused(problem)) if problem.code == "no_run"), "{none:?}");
}
