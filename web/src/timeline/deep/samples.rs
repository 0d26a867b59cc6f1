//! A run for the tests: as long as is wanted, of two sessions that take turns.

use crate::state::Run;
use pitr_protocol::{Fate, RecordKind, Records, RunHead, StepKind, Steps, TimelineSpan, TransactionSpan};

/// So many transactions, ten seconds apart; every fifth is rolled back.
pub fn many(transactions: u32) -> Run {
    let mut head = RunHead {
        end_us: i64::from(transactions + 1) * 10_000_000,
        noticed_us: i64::from(transactions + 1) * 10_000_000,
        segment_bytes: 4096,
        names: vec!["app-1".into(), "app-2".into(), "INSERT".into()],
        sessions: vec![0, 1],
        timelines: vec![TimelineSpan { id: 1, parent: None, fork_lsn: 0, fork_us: 0, began: (0, 0) }],
        ..RunHead::default()
    };
    let (mut records, mut steps) = (Records::default(), Steps::default());
    for number in 0..transactions {
        let (begin_us, end_us) = (i64::from(number) * 10_000_000, i64::from(number) * 10_000_000 + 8_000_000);
        let aborts = number % 5 == 4;
        let lsn = 0x1000 + u64::from(number) * 200;
        let end =
            if aborts { (StepKind::RolledBack, RecordKind::Abort) } else { (StepKind::Committed, RecordKind::Commit) };
        for ((step, record), us, at, bytes) in
            [((StepKind::RecordWritten, RecordKind::Insert), begin_us, lsn, 120), (end, end_us, lsn + 120, 80)]
        {
            records.step.push(steps.kind.len() as u32);
            records.lsn.push(at);
            records.end_lsn.push(at + bytes);
            records.kind.push(record);
            records.time_us.push(us);
            records.timeline.push(1);
            records.xid.push(101 + number);
            records.session.push(number % 2);
            steps.kind.push(step);
            steps.time_us.push(us);
            steps.lsn.push(at);
            steps.xid.push(101 + number);
            steps.name.push(number % 2);
            steps.text.push(2);
            steps.amount.push(1);
        }
        head.transactions.push(TransactionSpan {
            xid: 101 + number,
            session: number % 2,
            statement: 2,
            statements: 1,
            rows: 1,
            fate: if aborts { Fate::RolledBack } else { Fate::Committed },
            begin_step: number * 2,
            end_step: number * 2 + 1,
            begin_us,
            end_us,
            first_lsn: lsn,
            end_lsn: Some(lsn + 120),
        });
    }
    head.noticed_step = (steps.kind.len() as u32).saturating_sub(1);
    Run::new(head, records, steps)
}
