//! Alerts fire when they should, are silent when they should not, and clear; gauges say what the cluster says.

use super::*;
use crate::objectives::{Disaster, Plan, Policy, Preset, Sweeper, run_script};
use crate::script::parse;

/// Watches a script whose lines follow a usual beginning.
fn seen(settings: &str, lines: &str) -> (Run, Watched) {
    let text = format!(
        "# watched\nscenario date 2026-03-04, archive timeout 5m, segment 4KiB{settings}\n\
         00:00:00 ops CREATE TABLE t (id int primary key, account int, item text)\n00:00:01 app workload t every 1m\n00:00:02 ops backup b1\n{lines}\n"
    );
    let script = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let run = run_script(&script).unwrap_or_else(|refused| panic!("{refused:?}\n{text}"));
    let watched = watch(&run);
    (run, watched)
}

fn fired(watched: &Watched) -> Vec<Rule> {
    watched.alerts.iter().map(|alert| alert.rule).collect()
}

fn only(watched: &Watched, rule: Rule) -> Alert {
    let mut alerts = watched.alerts.iter().filter(|alert| alert.rule == rule);
    let alert = *alerts.next().unwrap_or_else(|| panic!("{rule:?} does not fire: {:?}", watched.alerts));
    assert!(alerts.next().is_none(), "{rule:?} is told more than once: {:?}", watched.alerts);
    alert
}

/// So many minutes past midnight of the usual day.
fn minute(run: &Run, minutes: i64) -> Micros {
    run.begin() + Micros(minutes * Micros::MINUTE.0)
}

/// That it begins at its step, and not before.
fn begins_at_its_step(run: &Run, watched: &Watched, alert: Alert) {
    let at = |step: u32| run.events()[step as usize].at;
    assert!(
        at(alert.step) >= alert.from
            && (alert.step == 0 || at(alert.step - 1) < alert.from || alert.from == at(alert.step))
    );
    assert!(!watched.firing(alert.step.saturating_sub(1)).any(|other| other.rule == alert.rule));
    if alert.until.is_none_or(|(_, until)| until > alert.step) {
        assert!(watched.firing(alert.step).any(|other| other.rule == alert.rule));
    }
}

#[test]
fn nobody_is_called_where_nothing_is_wrong() {
    let (run, watched) = seen("", "06:00:00 ops note 'all quiet'");
    assert_eq!(fired(&watched), [], "{:?}", watched.alerts);
    let last = run.events().len() as u32 - 1;
    assert_eq!(watched.column(Gauge::Coverage).at(last), Reading::Is(1000));
    assert_eq!(watched.column(Gauge::SuccessRate).at(last), Reading::Unknown);
    // A recovery beside the server that goes well calls nobody, either.
    let (_, watched) = seen("", "06:00:00 ops recover from b1 to time '05:00:00'");
    assert_eq!(fired(&watched), []);
    assert_eq!(watched.restores.len(), 1);
}

#[test]
fn log_that_does_not_come_to_the_archive_wakes_somebody_until_it_does() {
    let lines = "02:00:00 ops stop archiver\n04:00:00 ops start archiver\n06:00:00 ops note 'so'";
    let (run, watched) = seen("", lines);
    let alert = only(&watched, Rule::PointAge);
    assert!(alert.rule.pages() && !alert.muted);
    // Ten minutes is what two archive timeouts take; a minute it has to last.
    let oldest = alert.from - Micros(11 * Micros::MINUTE.0 + 1);
    assert!(oldest >= minute(&run, 115) && oldest <= minute(&run, 121), "{alert:?}");
    begins_at_its_step(&run, &watched, alert);
    let (until, _) = alert.until.expect("it clears");
    assert!(until >= minute(&run, 240) && until <= minute(&run, 260), "{alert:?}");
    assert!(alert.value > alert.threshold && alert.value >= 115 * Micros::MINUTE.0);
    // The window shrinks meanwhile, and is whole again.
    let ticket = only(&watched, Rule::WindowRunsOut);
    assert!(!ticket.rule.pages() && ticket.until.is_some() && ticket.value < 900);
    begins_at_its_step(&run, &watched, ticket);
    // A pause that is over before anybody needs to know calls nobody.
    let (_, watched) = seen("", "02:00:00 ops stop archiver\n02:04:00 ops start archiver\n04:00:00 ops note 'so'");
    assert_eq!(fired(&watched), [], "{:?}", watched.alerts);
}

#[test]
fn an_archiver_that_lies_is_found_out() {
    let (run, watched) = seen("", "02:00:00 ops archiver lies\n04:00:00 ops note 'all green'");
    let alert = only(&watched, Rule::PointAge);
    assert!(alert.until.is_none(), "{alert:?}");
    // The server believes it.
    assert!(run.cluster().archive_backlog() <= 1);
}

#[test]
fn a_recovery_that_fails_wakes_somebody_until_one_succeeds() {
    let lines = "02:00:00 ops recover from b1 to xid 99999\n03:00:00 ops recover from b1 to time '01:00:00'";
    let (run, watched) = seen("", lines);
    let alert = only(&watched, Rule::RestoreFailed);
    begins_at_its_step(&run, &watched, alert);
    assert!(alert.until.expect("it clears").0 > minute(&run, 180));
    assert_eq!(fired(&watched), [Rule::RestoreFailed]);
    let failed =
        |restore: &Restore| matches!(&restore.ended, Some((_, Ended::Failed(code))) if code == "target_not_reached");
    assert!(failed(&watched.restores[0]) && !failed(&watched.restores[1]));
    let last = run.events().len() as u32 - 1;
    assert_eq!(watched.column(Gauge::SuccessRate).at(last), Reading::Is(500));
    assert_eq!(watched.column(Gauge::Failed).at(alert.step), Reading::Is(1));
    assert_eq!(watched.column(Gauge::Failed).at(last), Reading::Is(0));
}

#[test]
fn a_recovery_that_is_found_wrong_wakes_somebody_until_one_is_right() {
    let lines = "00:30:00 ops invariant few: rows t <= 40\n02:00:00 ops recover from b1 to time '01:30:00'\n03:00:00 ops recover from b1 to time '00:30:00'";
    let (run, watched) = seen("", lines);
    let alert = only(&watched, Rule::ValidationFailed);
    assert!(alert.rule.pages());
    begins_at_its_step(&run, &watched, alert);
    assert!(alert.until.expect("it clears").0 > minute(&run, 180));
    // Found wrong and diverged are one thing, and a recovery that came to its end did not fail.
    assert_eq!(fired(&watched), [Rule::ValidationFailed]);
    assert_eq!(watched.column(Gauge::Divergence).at(alert.step), Reading::Is(1));
    let last = run.events().len() as u32 - 1;
    assert_eq!(watched.column(Gauge::ValidationRate).at(last), Reading::Is(500));
    assert_eq!(watched.restores[0].ended.as_ref().map(|(_, ended)| ended), Some(&Ended::Done { passed: false }));
}

/// Machines on which a recovery takes hours.
const SLOW: &str = ", scale 10000000";

#[test]
fn a_slow_recovery_writes_a_ticket_and_an_announced_one_none() {
    let recover = "02:00:00 ops recover from b1 to time '01:30:00'";
    let (run, watched) = seen(SLOW, recover);
    let alert = only(&watched, Rule::SlowRestore);
    assert!(!alert.rule.pages() && !alert.muted);
    assert_eq!(alert.from, minute(&run, 180) + Micros(1));
    begins_at_its_step(&run, &watched, alert);
    let over = watched.restores[0].ended.as_ref().map(|(step, _)| *step);
    assert_eq!(alert.until.map(|(_, step)| step), over, "it clears when the recovery is over");
    // In a drill that was announced it is seen, and muted.
    let (_, watched) = seen(SLOW, &format!("01:50:00 ops note 'planned: restore drill'\n{recover}"));
    assert!(only(&watched, Rule::SlowRestore).muted && watched.restores[0].planned);
    // That of another one is not.
    let again = "01:50:00 ops note 'planned: restore drill'\n01:55:00 ops recover from b1 to time '00:10:00'\n16:00:00 ops recover from b1 to time '01:30:00'";
    let (_, watched) = seen(SLOW, again);
    assert!(watched.alerts.iter().any(|alert| alert.rule == Rule::SlowRestore && !alert.muted), "{:?}", watched.alerts);
}

#[test]
fn a_window_that_runs_out_writes_a_ticket_until_a_backup_mends_it() {
    let lines = "03:00:00 ops lose segment 2 on 1\n05:00:00 ops backup b2\n16:00:00 ops note 'so'";
    let (run, watched) = seen(", retention 2h", lines);
    let ticket = only(&watched, Rule::WindowRunsOut);
    assert!(!ticket.rule.pages());
    begins_at_its_step(&run, &watched, ticket);
    assert_eq!(ticket.from, minute(&run, 190), "it has to last");
    assert!(ticket.until.expect("it clears").0 >= minute(&run, 400), "{ticket:?}");
    assert_eq!(fired(&watched), [Rule::WindowRunsOut]);
    let at = |minutes: i64| run.events().partition_point(|event| event.at <= minute(&run, minutes)) as u32 - 1;
    assert_eq!(watched.column(Gauge::Gaps).at(at(179)), Reading::Is(0));
    assert_eq!(watched.column(Gauge::Gaps).at(at(181)), Reading::Is(1));
}

#[test]
fn a_backup_that_rots_is_seen_and_one_that_is_on_its_way_is_not_called_broken() {
    let lines = "02:00:00 ops flip bit 800 of file 3 of backup b1\n04:00:00 ops note 'so'";
    let (run, watched) = seen("", lines);
    let broken = watched.column(Gauge::Broken);
    assert_eq!(broken.changes().map(|(_, reading)| reading).collect::<Vec<_>>(), [Reading::Is(0), Reading::Is(1)]);
    let last = run.events().len() as u32 - 1;
    assert_eq!(watched.column(Gauge::Coverage).at(last), Reading::Is(0));
    let ticket = only(&watched, Rule::WindowRunsOut);
    assert_eq!(ticket.from, minute(&run, 130));
}

/// A shop whose commits are near one another also when they are scaled down.
fn dense() -> Policy {
    let mut policy = Preset::Server.policy();
    policy.shape.database_bytes = 200_000_000;
    policy.settings.backup_every = Some(Micros(2 * Micros::HOUR.0));
    policy.decide = Micros::MINUTE;
    policy
}

fn lived(policy: &Policy, disaster: Disaster) -> (Run, Watched) {
    let plan = Plan {
        disasters: vec![disaster],
        failures: 1,
        coarser: 2,
        loss: false,
        keep: false,
        ..Plan::of(policy.clone(), 7)
    };
    let lived = Sweeper::new(plan, 0..1).next_run().and_then(|run| run.time).expect("is lived");
    let run = run_script(&parse(&lived.script).expect("is a script")).expect("can be carried out");
    let watched = watch(&run);
    (run, watched)
}

#[test]
fn a_stalled_archive_wakes_somebody_and_a_healthy_one_nobody() {
    let stalled = Disaster::ArchiveStalled { since: Micros(40 * Micros::MINUTE.0) };
    let (run, watched) = lived(&dense(), stalled);
    // What is not in the archive is missing from the window, too.
    assert!(fired(&watched).iter().all(|rule| matches!(rule, Rule::PointAge | Rule::WindowRunsOut)), "{watched:?}");
    let alert = only(&watched, Rule::PointAge);
    assert!(alert.rule.pages() && alert.value > alert.threshold);
    // It is noticed before the primary is lost: that is what the alert is for. However short the recovery is, it is seen.
    let restoring = watched.column(Gauge::Restoring);
    let (began, _) =
        restoring.changes().find(|(_, reading)| matches!(reading, Reading::Since(_))).expect("it is recovered");
    assert!(alert.from < run.events()[began as usize].at - dense().detect);
    let (_, watched) = lived(&dense(), Disaster::WrongDelete { noticed: Micros(5 * Micros::MINUTE.0) });
    assert_eq!(fired(&watched), [], "{:?}", watched.alerts);
}

#[test]
fn a_lost_key_fails_the_recovery() {
    let mut sealed = dense();
    sealed.settings.archiving.encryption = true;
    let (run, watched) = lived(&sealed, Disaster::KeyLost);
    assert!(fired(&watched).contains(&Rule::RestoreFailed), "{:?}", watched.alerts);
    let last = run.events().len() as u32 - 1;
    assert_eq!(watched.column(Gauge::Failed).at(last), Reading::Is(1));
}

#[test]
fn gauges_say_what_the_cluster_says() {
    let lines = "01:00:00 ops stop archiver\n01:40:00 ops start archiver\n02:00:00 ops backup b2\n03:00:00 ops recover from b2 to time '02:30:00'";
    let (run, watched) = seen("", lines);
    let value = |gauge: Gauge, step: usize| watched.column(gauge).at(step as u32).at(run.events()[step].at);
    let mut compared = 0;
    for step in (0..run.events().len()).step_by(13) {
        let state = run.state_at(step);
        // The first state of all is the one after the database was made.
        if state.told() != step as u64 + 1 {
            continue;
        }
        compared += 1;
        assert_eq!(value(Gauge::Backlog, step), Some(state.archive_backlog() as i64), "step {step}");
        if run.events().get(step + 1).is_some_and(|next| next.at > run.events()[step].at) {
            let stored: u64 = state.storage().iter().map(crate::StoreVolume::bytes).sum();
            assert_eq!(value(Gauge::Stored, step).unwrap_or(0), stored as i64, "step {step}");
            let complete = state.backups().catalog().len() as i64;
            assert_eq!(value(Gauge::Backups, step).unwrap_or(0), complete, "step {step}");
        }
        if let Some(recovery) = state.recovery() {
            assert_eq!(value(Gauge::Replayed, step), Some(recovery.replayed().0 as i64), "step {step}");
            let took = recovery.outcome().and_then(Result::ok).map(|report| report.rto().0);
            assert_eq!(value(Gauge::RestoreTime, step), took, "step {step}");
        }
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn however_a_run_is_cut_it_is_seen_alike() {
    let (run, whole) = seen("", "01:00:00 ops stop archiver\n03:00:00 ops recover from b1 to time '00:30:00'");
    for events in [1, 7, 1000] {
        let mut watch = Watch::new(&run);
        while !watch.go_on(&run, events) {}
        assert_eq!(watch.gone(), run.events().len());
        assert_eq!(watch.finish(&run), whole, "{events} at a time");
    }
}

#[test]
fn every_gauge_stands_on_a_board_and_every_metric_that_has_a_target_feeds_a_rule() {
    use crate::objectives::Metric;
    for (index, gauge) in Gauge::ALL.into_iter().enumerate() {
        assert_eq!(gauge as usize, index);
        assert!(BOARDS.iter().any(|(_, gauges)| gauges.contains(&gauge)), "{}", gauge.name());
    }
    for metric in Metric::ALL.into_iter().filter(|metric| metric.definition().number.is_some()) {
        assert!(Gauge::ALL.iter().any(|gauge| gauge.metric() == Some(metric)), "{metric:?} is shown");
        let feeds = Rule::ALL.iter().any(|rule| rule.metrics().contains(&metric));
        assert_eq!(feeds, metric.definition().target.is_some(), "{metric:?}");
    }
}
