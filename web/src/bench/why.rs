//! Why a row is there, or is not: the verdict as a sentence, the chain of records behind it.

use super::{Msg, pick};
use crate::format;
use crate::state::Run;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::Problem;
use pitr_protocol::bench::{Thing, WhyLink, WhyRow};
use yew::prelude::*;

pub fn view(why: Option<&Result<WhyRow, Problem>>, run: &Run, send: &Callback<Msg>) -> Html {
    let said = match why {
        None => plain("p", "bench-hint", t("bench.why.hint", &[])),
        Some(Err(problem)) => crate::tables::mark::problem_line(problem),
        Some(Ok(row)) => answer(row, run, send),
    };
    tag("section", "bench-why")
        .attr("id", "bench-why")
        .attr("aria-labelledby", "bench-why-title")
        .child(tag("h3", "bench-family").attr("id", "bench-why-title").text(t("bench.why.title", &[])).html())
        .child(tag("div", "").attr("role", "status").child(said).html())
        .html()
}

fn answer(row: &WhyRow, run: &Run, send: &Callback<Msg>) -> Html {
    let verdict = t(
        &format!("bench.why.{}", row.verdict),
        &[
            ("table", &row.table),
            ("key", &row.key),
            ("row", row.row.as_deref().unwrap_or_default()),
            ("stop", &format::lsn(row.stop_lsn)),
        ],
    );
    let links = row.links.iter().map(|one| tag("li", "").child(link(one, run, send)).html());
    let ends = row.ends.iter().map(|(lsn, why)| {
        let said = t("bench.why.log_ends", &[("lsn", &format::lsn(*lsn)), ("why", &in_words(why))]);
        plain("li", "is-trouble", said)
    });
    group(
        "div",
        "",
        [plain("p", "bench-verdict", verdict), tag("ol", "bench-chain").all(links.chain(ends).collect()).html()],
    )
}

fn in_words(code: &str) -> String {
    let key = format!("log_end.{code}");
    if crate::words::has(&key) { t(&key, &[]) } else { code.to_owned() }
}

/// "XID 108 inserted (5, 'Ada') at 0/3A40; committed at 0/3AB0, 02:35:00".
fn link(link: &WhyLink, run: &Run, send: &Callback<Msg>) -> Html {
    let at = match link.lsn {
        Some(lsn) => {
            let timeline = link.timeline;
            pick("link is-code", format::lsn(lsn), move || Msg::Inspect(Thing::Log { timeline, lsn }), send)
        }
        None => plain("span", "", t("bench.why.before_log", &[])),
    };
    let act = t(&format!("bench.act.{}", link.act), &[("xid", &link.xid.to_string()), ("row", &link.row)]);
    let ending = match &link.end {
        Some(end) => {
            let params: [(&str, &str); 4] = [
                ("xid", &end.xid.to_string()),
                ("time", &run.clock(end.time_us)),
                ("lsn", &format::lsn(end.lsn)),
                ("standing", &t(&format!("bench.standing.{}", end.standing), &[])),
            ];
            t(&format!("bench.end.{}", link.ending), &params)
        }
        None => t(&format!("bench.end.{}", link.ending), &[]),
    };
    let step = link.lsn.and_then(|lsn| step_of(run, link.timeline, lsn));
    let go = match step {
        Some(step) => pick("link", t("bench.why.go", &[]), move || Msg::GoTo(step), send),
        None => none(),
    };
    let class = if link.standing.starts_with("in") { "bench-link" } else { "bench-link is-out" };
    let standing = plain("span", "bench-standing", t(&format!("bench.standing.{}", link.standing), &[]));
    let line = tag("p", class).all(vec![at, plain("span", "", act), standing, plain("span", "", ending), go]);
    match link.lsn {
        Some(lsn) => super::log::standing_for_record(line, link.timeline, lsn).html(),
        None => line.html(),
    }
}

/// The step at which a record was written.
pub fn step_of(run: &Run, timeline: u32, lsn: u64) -> Option<u32> {
    let records = &run.records;
    let found = (0..records.lsn.len()).find(|index| records.lsn[*index] == lsn && records.timeline[*index] == timeline);
    found.and_then(|index| records.step.get(index).copied())
}
