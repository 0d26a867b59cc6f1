//! A recovery that nobody watches does what a watched one does.

use pitr_engine::types::{Micros, Xid};
use pitr_engine::{Cluster, Command, RecoveryReport, RecoverySpec, Target};
use pitr_tests::speed::Disaster;

/// Recovers, and returns the report, the tables' rows and the number of events.
fn recovered(cluster: &Cluster, target: Target, in_bulk: bool) -> (RecoveryReport, Vec<String>, u64) {
    let mut cluster = cluster.clone();
    cluster.execute("ops", &Command::Recover(RecoverySpec::to(target))).expect("a recovery can begin");
    while cluster.recovery().is_some_and(|recovery| recovery.outcome().is_none()) {
        let until = cluster.now() + Micros::HOUR;
        if in_bulk {
            cluster.advance_in_bulk(until, 64)
        } else {
            cluster.advance(until, 64)
        };
    }
    let recovery = cluster.recovery().expect("there was a recovery");
    let report = recovery.outcome().expect("it is over").expect("it went well").clone();
    let server = recovery.server().expect("it made a server");
    let tables = server.tables(Xid::NONE).expect("the catalog is whole");
    let rows = tables.iter().flat_map(|table| server.peek_rows(table.relation, Xid::NONE).expect("pages are whole"));
    (report, rows.map(|row| format!("{row:?}")).collect(), cluster.told())
}

#[test]
fn in_bulk_the_same_is_recovered_at_the_same_virtual_speed() {
    let disaster = Disaster::after(1000);
    let cluster = disaster.cluster();
    for target in [Target::End, Target::Immediate, Target::Xid(Xid(7))] {
        let (watched, rows, events) = recovered(cluster, target.clone(), false);
        let (report, same_rows, fewer_events) = recovered(cluster, target.clone(), true);
        assert_eq!(report, watched, "{target}");
        assert_eq!(same_rows, rows, "{target}");
        assert!(fewer_events < events || watched.records < 3, "{target}: {fewer_events} of {events} events");
    }
}
