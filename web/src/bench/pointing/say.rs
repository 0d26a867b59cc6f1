//! What is pointed at, in a sentence.

use crate::bench::happening::record_at;
use crate::bench::point::{Kind, Pointed};
use crate::bench::transactions::meant;
use crate::format;
use crate::state::Run;
use crate::story::brief;
use crate::tables::grid::{key_of, value_text};
use crate::words::{has, t};
use pitr_protocol::inside::Trace;
use pitr_protocol::{Fate, segment_text};

/// The sentence; empty for nothing. What the engine has found beyond the columns is said once it has come.
pub fn say(run: &Run, pointed: &Pointed, recovered: bool, trace: Option<&Trace>) -> String {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let name = pointed.name.clone().unwrap_or_default();
    match pointed.kind {
        Kind::Nothing => String::new(),
        Kind::Record | Kind::Checkpoint | Kind::RestorePoint => record(run, pointed, trace),
        Kind::Xid => transaction(run, pointed.xid.unwrap_or_default(), pointed.timeline),
        Kind::Segment => {
            let (timeline, number) = (pointed.timeline.unwrap_or(1), pointed.number.unwrap_or_default());
            let bytes = u64::from(run.head.segment_bytes);
            t(
                "bench.point.segment",
                &[
                    ("file", &segment_text(timeline, number, run.head.segment_bytes)),
                    ("from", &format::lsn(number * bytes)),
                    ("to", &format::lsn((number + 1) * bytes)),
                    ("timeline", &timeline.to_string()),
                ],
            )
        }
        Kind::Page => {
            let records = trace.map_or(0, |trace| trace.records.len());
            let key = if recovered { "bench.point.page_recovered" } else { "bench.point.page" };
            let said = t(key, &[("table", &name), ("block", &number(pointed.number))]);
            match records {
                0 => said,
                records => {
                    let made = crate::words::count("bench.point.made_of", records as u64, &[]);
                    format!("{said} {made}")
                }
            }
        }
        Kind::Row => {
            let key = pointed.key.as_deref().and_then(key_of);
            let key = key.map(|key| value_text(&key, run.head.zone_offset_s)).unwrap_or_default();
            let means = if recovered { "bench.point.row_recovered" } else { "bench.point.row" };
            let said = t(means, &[("table", &name), ("key", &key)]);
            match trace.map_or(0, |trace| trace.records.len()) {
                0 => said,
                records => {
                    let wrote = crate::words::count("bench.point.wrote", records as u64, &[]);
                    format!("{said} {wrote}")
                }
            }
        }
        Kind::Session => {
            let own = run.head.transactions.iter().filter(|span| run.name(span.session) == name).count();
            let said = t("bench.point.session", &[("name", &name)]);
            format!("{said} {}", crate::words::count("bench.point.session_ran", own as u64, &[]))
        }
        Kind::Part => t(&format!("bench.point.part.{name}"), &[]),
        Kind::Phase => phase(run, &name),
        Kind::Step => {
            let step = pointed.number.and_then(|step| u32::try_from(step).ok()).unwrap_or_default();
            let key = if pointed.xid.is_some() { "bench.point.step_of" } else { "bench.point.step" };
            let xid = pointed.xid.map(|xid| xid.to_string()).unwrap_or_default();
            let (time, what) = (run.clock_ms(run.step_time(step)), brief(run, step));
            t(key, &[("time", &time), ("what", &what), ("xid", &xid)])
        }
        kind => {
            let key = format!("bench.point.{}", kind.code());
            let timeline = pointed.timeline.map(|timeline| timeline.to_string()).unwrap_or_default();
            if has(&key) { t(&key, &[("name", &name), ("timeline", &timeline)]) } else { name }
        }
    }
}

fn record(run: &Run, pointed: &Pointed, trace: Option<&Trace>) -> String {
    let lsn = pointed.lsn.unwrap_or_default();
    let Some(at) = record_at(run, pointed.timeline, lsn) else {
        return t("bench.point.position", &[("lsn", &format::lsn(lsn))]);
    };
    let records = &run.records;
    let kind = t(&format!("record.{}", records.kind[at].code()), &[]);
    let segment =
        segment_text(records.timeline[at], lsn / u64::from(run.head.segment_bytes.max(1)), run.head.segment_bytes);
    let bytes = format::count(records.end_lsn[at] - lsn);
    let key = if records.xid[at] == 0 { "bench.point.record" } else { "bench.point.record_of" };
    let said = t(
        key,
        &[
            ("kind", &kind),
            ("lsn", &format::lsn(lsn)),
            ("xid", &records.xid[at].to_string()),
            ("bytes", &bytes),
            ("segment", &segment),
            ("time", &run.clock_ms(records.time_us[at])),
        ],
    );
    let row = trace.and_then(|trace| trace.rows.last());
    match row {
        Some((table, key)) => {
            let key = value_text(key, run.head.zone_offset_s);
            format!("{said} {}", t("bench.point.about", &[("table", table), ("key", &key)]))
        }
        None => said,
    }
}

/// A phase, and what it took.
fn phase(run: &Run, code: &str) -> String {
    let name = t(&format!("phase.{code}"), &[]);
    let phases = run.head.report.iter().flat_map(|report| &report.phases);
    match phases.into_iter().find(|phase| phase.phase.code() == code) {
        Some(phase) => t("bench.point.phase", &[("phase", &name), ("time", &format::duration(phase.took_us))]),
        None => name,
    }
}

/// Of those that were given the same XID the newest.
fn transaction(run: &Run, xid: u32, timeline: Option<u32>) -> String {
    let Some(span) = meant(run, xid, timeline).next_back().and_then(|place| run.head.transactions.get(place)) else {
        return t("bench.point.xid_alone", &[("xid", &xid.to_string())]);
    };
    let fate = match span.fate {
        Fate::Open => "open",
        Fate::Committed => "committed",
        Fate::RolledBack => "rolled_back",
    };
    t(
        &format!("bench.point.xid.{fate}"),
        &[
            ("xid", &xid.to_string()),
            ("session", run.name(span.session)),
            ("statement", run.name(span.statement)),
            ("time", &run.clock(span.end_us)),
        ],
    )
}
