//! The recovery's steps as a list: a window of them around the one at hand, the point of consistency marked.

use super::Msg;
use super::stations::Stations;
use crate::bench::happening::of_step;
use crate::bench::point::stand_for;
use crate::format;
use crate::state::Run;
use crate::story::{brief, sentence};
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::{RecordKind, StepKind};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Steps that are shown before and after the one at hand.
const AROUND: u32 = 30;
const CURRENT: &str = "steps-current";

/// Brings the step at hand into view, and the line of the server's log, each within its list alone.
pub fn bring_current() {
    bring(CURRENT);
    bring(super::server_log::CURRENT);
}

fn bring(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let row = document.and_then(|document| document.get_element_by_id(id));
    let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { return };
    if let Ok(Some(list)) = row.closest(".scroller") {
        list.set_scroll_top(row.offset_top() - list.client_height() / 2);
    }
}

/// "Record 12 of 40, consistent: ...".
pub fn said(run: &Run, stations: &Stations, step: u32) -> String {
    let (done, all) = (stations.replayed_by(step), stations.replayed.len());
    let consistent = match stations.is_consistent_at(step) {
        true => t("bench.steps.is_consistent", &[]),
        false => t("bench.steps.not_consistent", &[]),
    };
    let params = [
        ("done", format::count(done as u64)),
        ("all", format::count(all as u64)),
        ("consistent", consistent),
        ("what", sentence(run, step)),
    ];
    let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let said = t("bench.steps.said", &params);
    match waits_for_commit(run, step) {
        Some(xid) => format!("{said} {}", t("bench.steps.unseen", &[("xid", &xid.to_string())])),
        None => said,
    }
}

/// The transaction whose commit has to be replayed before anybody sees what the record at hand did.
fn waits_for_commit(run: &Run, step: u32) -> Option<u32> {
    let code = run.steps.text.get(step as usize).map(|text| run.name(*text))?;
    let changes = [RecordKind::Insert, RecordKind::Update, RecordKind::Delete].iter().any(|kind| kind.code() == code);
    let xid = run.steps.xid.get(step as usize).copied().filter(|xid| *xid > 0)?;
    (changes && run.step_kind(step) == StepKind::RecordReplayed).then_some(xid)
}

pub fn view(run: &Run, stations: &Stations, step: u32, send: &Callback<Msg>) -> Html {
    let at = stations.position(step).map_or(stations.first, |at| stations.first + at);
    let from = at.saturating_sub(AROUND).max(stations.first);
    let to = (from + 2 * AROUND).min(stations.last);
    let from = to.saturating_sub(2 * AROUND).max(stations.first);
    let rows = (from..=to).map(|each| row(run, stations, each, step, send)).collect();
    let title = t("bench.steps.list", &[]);
    let list = tag("ol", "steps-list").attr("aria-label", &title).all(rows);
    group(
        "div",
        "steps-half",
        [
            plain("h3", "bench-family", title.clone()),
            tag("div", "scroller bench-scroller steps-scroller")
                .attr("tabindex", "0")
                .attr("role", "group")
                .attr("aria-label", &title)
                .child(list.html())
                .html(),
        ],
    )
}

fn row(run: &Run, stations: &Stations, each: u32, step: u32, send: &Callback<Msg>) -> Html {
    let is_here = stations.position(step).is_some();
    let (sign, class) = match each.cmp(&step) {
        _ if !is_here => (Sign::Ahead, "is-ahead"),
        core::cmp::Ordering::Less => (Sign::In, "is-past"),
        core::cmp::Ordering::Equal => (Sign::Now, "is-now"),
        core::cmp::Ordering::Greater => (Sign::Ahead, "is-ahead"),
    };
    let is_consistency = stations.consistent == Some(each);
    let class = if is_consistency { format!("{class} is-consistency") } else { class.to_owned() };
    let line = tag("li", &class).key(each.to_string()).attr("data-step", &each.to_string());
    let mut line = stand_for(line, &of_step(run, each));
    if is_here && each == step {
        line = line.attr("aria-current", "step").attr("id", CURRENT);
    }
    let send = send.clone();
    // The keyboard has the slider above for all of them: here Tab stops once, at the step at hand.
    let go = tag("button", "link steps-go")
        .attr("type", "button")
        .attr("tabindex", if is_here && each == step { "0" } else { "-1" })
        .text(brief(run, each))
        .on(ListenerKind::onclick, Callback::from(move |_: Event| send.emit(Msg::GoTo(each))));
    let lsn = run.steps.lsn.get(each as usize).copied().filter(|lsn| *lsn > 0);
    let lsn = match lsn {
        Some(lsn) => plain("span", "num", format::lsn(lsn)),
        None => none(),
    };
    let flag = match is_consistency {
        true => plain("strong", "steps-flag", t("bench.steps.from_here", &[])),
        false => none(),
    };
    line.child(mark(sign))
        .child(plain("span", "num steps-time", run.clock_ms(run.step_time(each))))
        .child(tag("span", "steps-what").child(go.html()).child(flag).html())
        .child(lsn)
        .html()
}
