//! A run for the tests of the pictures: as long as is wanted, of two sessions that take turns.

use pitr_protocol::{Fate, RecordKind, Records, RunHead, StepKind, Steps, TimelineSpan, TransactionSpan};

/// Bytes of the two records of a transaction, of a row and of its end, which lie side by side.
const ROW: u64 = 120;
const END: u64 = 80;
/// Bytes of the log between the beginnings of two transactions.
pub const LSN_APART: u64 = ROW + END;

/// So many transactions; when one begins and ends, microseconds, and whether it is rolled back, tell the functions. Each has a record of a
/// row and one of its end. Names 0 to 2 are the sessions and the statement.
pub fn in_turns(
    transactions: u32,
    times_us: impl Fn(u32) -> (i64, i64),
    aborts: impl Fn(u32) -> bool,
) -> (RunHead, Records, Steps) {
    let mut head = RunHead {
        segment_bytes: 4096,
        names: vec!["app-1".into(), "app-2".into(), "DELETE FROM users".into()],
        sessions: vec![0, 1],
        timelines: vec![TimelineSpan { id: 1, parent: None, fork_lsn: 0, fork_us: 0, began: (0, 0) }],
        ..RunHead::default()
    };
    let (mut records, mut steps) = (Records::default(), Steps::default());
    for number in 0..transactions {
        let (begin_us, end_us) = times_us(number);
        let (xid, session) = (101 + number, number % 2);
        let first_lsn = 0x1000 + u64::from(number) * LSN_APART;
        let end_lsn = first_lsn + ROW;
        let (fate, end) = match aborts(number) {
            true => (Fate::RolledBack, (StepKind::RolledBack, RecordKind::Abort)),
            false => (Fate::Committed, (StepKind::Committed, RecordKind::Commit)),
        };
        let begin = (StepKind::RecordWritten, RecordKind::Insert);
        for ((step, record), us, lsn, bytes) in [(begin, begin_us, first_lsn, ROW), (end, end_us, end_lsn, END)] {
            records.step.push(steps.kind.len() as u32);
            records.lsn.push(lsn);
            records.end_lsn.push(lsn + bytes);
            records.kind.push(record);
            records.time_us.push(us);
            records.timeline.push(1);
            records.xid.push(xid);
            records.session.push(session);
            steps.kind.push(step);
            steps.time_us.push(us);
            steps.lsn.push(lsn);
            steps.xid.push(xid);
            steps.name.push(session);
            steps.text.push(2);
            steps.amount.push(1);
        }
        head.transactions.push(TransactionSpan {
            xid,
            session,
            statement: 2,
            statements: 1,
            rows: 1,
            fate,
            begin_step: number * 2,
            end_step: number * 2 + 1,
            begin_us,
            end_us,
            first_lsn,
            end_lsn: Some(end_lsn),
        });
    }
    head.noticed_step = (steps.kind.len() as u32).saturating_sub(1);
    (head, records, steps)
}

/// About how wide a text is, without a canvas to ask.
pub fn measure(text: &str, size: f64, bold: bool) -> f64 {
    text.chars().count() as f64 * size * if bold { 0.6 } else { 0.55 }
}
