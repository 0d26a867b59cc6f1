//! Which transaction is meant: an XID is given again on a timeline that began before it was given first.

use super::histories::writer;
use super::point::{Kind, Pointed};
use crate::state::Run;
use pitr_protocol::TransactionSpan;

/// A transaction, by its place in the head.
pub fn of_transaction(run: &Run, place: usize) -> Option<Pointed> {
    let span = run.head.transactions.get(place)?;
    Some(Pointed { xid: Some(span.xid), timeline: written_on(run, span), ..Pointed::at(Kind::Xid) })
}

/// An XID without a word of where.
pub fn of_xid(xid: u32) -> Pointed {
    Pointed { xid: Some(xid), ..Pointed::at(Kind::Xid) }
}

/// The transaction of its session in which a step lies, by its place in the head.
pub fn at_step(run: &Run, session: u32, step: u32) -> Option<usize> {
    // They stand in the order of their ends, and a session has one at a time.
    let all = &run.head.transactions;
    let ended = all.partition_point(|span| span.end_step < step);
    let next = (ended..all.len()).find(|place| all.get(*place).is_some_and(|span| span.session == session));
    next.filter(|place| all.get(*place).is_some_and(|span| span.begin_step <= step))
}

/// The timeline that a transaction was written on, where there are several.
pub fn written_on(run: &Run, span: &TransactionSpan) -> Option<u32> {
    if run.head.timelines.len() < 2 {
        return None;
    }
    let records = &run.records;
    let mut own = run.records_at(span.begin_step).saturating_sub(1)..run.records_at(span.end_step);
    let first =
        own.find(|at| (records.session.get(*at), records.lsn.get(*at)) == (Some(&span.session), Some(&span.first_lsn)));
    first.and_then(|first| records.timeline.get(first).copied())
}

/// Whether a transaction is the one that has an XID in a timeline's log; in any timeline's where none is told.
pub fn is_meant(run: &Run, span: &TransactionSpan, xid: Option<u32>, timeline: Option<u32>) -> bool {
    let is_in =
        |timeline| written_on(run, span).is_none_or(|own| own == writer(&run.head.timelines, timeline, span.first_lsn));
    xid == Some(span.xid) && timeline.is_none_or(is_in)
}

/// The places of those that have an XID in a timeline's log.
pub fn meant(run: &Run, xid: u32, timeline: Option<u32>) -> impl DoubleEndedIterator<Item = usize> + '_ {
    let all = run.head.transactions.iter().enumerate();
    all.filter(move |(_, span)| is_meant(run, span, Some(xid), timeline)).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::deep::samples::forked;

    #[test]
    fn an_xid_that_was_given_twice_is_told_apart_by_its_timeline() {
        let run = forked();
        let last = run.head.transactions.len() - 1;
        let again = of_transaction(&run, last).unwrap();
        let xid = again.xid.unwrap();
        let all: Vec<usize> = meant(&run, xid, None).collect();
        let [first, second] = all[..] else { panic!("{all:?}") };
        assert_eq!((second, again.timeline), (last, Some(2)));
        assert_eq!(of_transaction(&run, first).unwrap().timeline, Some(1));
        let of = |timeline| meant(&run, xid, Some(timeline)).collect::<Vec<usize>>();
        assert_eq!((of(1), of(2)), (vec![first], vec![second]));
    }

    #[test]
    fn what_was_written_before_the_fork_is_both_timelines() {
        let run = forked();
        let shared = of_transaction(&run, 0).unwrap();
        assert_eq!(shared.timeline, Some(1));
        let xid = shared.xid.unwrap();
        assert_eq!([1, 2].map(|timeline| meant(&run, xid, Some(timeline)).collect::<Vec<usize>>()), [[0], [0]]);
    }
}
