//! The log's records as a table: a window of them around where the page stands.

use super::point::{Kind, Pointed, stand_for};
use super::{Msg, pick};
use crate::format;
use crate::state::Run;
use crate::tables::grid::head_cell;
use crate::view::{Tag, group, none, plain, tag};
use crate::words::t;
use pitr_protocol::bench::Thing;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The record behind which the page stands.
const CURRENT: &str = "bench-log-current";

/// Brings that record into view, within the list alone.
pub fn bring_current() {
    let document = web_sys::window().and_then(|window| window.document());
    let row = document.and_then(|document| document.get_element_by_id(CURRENT));
    let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { return };
    if let Ok(Some(list)) = row.closest(".bench-scroller") {
        list.set_scroll_top(row.offset_top() - list.client_height() / 2);
    }
}

/// Records that are shown at a time.
const SHOWN: usize = 40;

pub fn view(run: &Run, step: u32, from: Option<usize>, send: &Callback<Msg>) -> Html {
    let records = &run.records;
    let all = records.lsn.len();
    let current = run.records_at(step).checked_sub(1);
    let from = from.unwrap_or_else(|| current.unwrap_or(0).saturating_sub(SHOWN / 2)).min(all.saturating_sub(SHOWN));
    let to = (from + SHOWN).min(all);
    let heads = ["lsn", "what", "xid", "session", "time", "bytes", "target"]
        .map(|name| head_cell("", t(&format!("bench.log.{name}"), &[])));
    let rows = (from..to).map(|index| row(run, index, current, send));
    let caption = tag("caption", "").text(t("bench.log.title", &[])).html();
    let table = tag("table", "grid bench-log")
        .child(caption)
        .child(tag("thead", "").child(tag("tr", "").all(heads.into()).html()).html())
        .child(tag("tbody", "").all(rows.collect()).html());
    let said = t(
        "bench.log.range",
        &[
            ("from", &format::count(from as u64 + 1)),
            ("to", &format::count(to as u64)),
            ("all", &format::count(all as u64)),
        ],
    );
    let turn = |key: &str, there: bool, to: usize| match there {
        true => pick("button is-quiet", t(key, &[]), move || Msg::LogFrom(to), send),
        false => none(),
    };
    group(
        "div",
        "bench-list",
        [
            tag("div", "scroller bench-scroller")
                .attr("tabindex", "0")
                .attr("role", "group")
                .attr("aria-label", &t("bench.log.title", &[]))
                .child(table.html())
                .html(),
            group(
                "p",
                "bench-pages",
                [
                    turn("bench.log.earlier", from > 0, from.saturating_sub(SHOWN)),
                    plain("span", "", said),
                    turn("bench.log.later", to < all, to),
                ],
            ),
        ],
    )
}

/// The element stands for a record, for whoever points at it.
pub fn standing_for_record(element: Tag, timeline: u32, lsn: u64) -> Tag {
    element.attr("data-point", "record").attr("data-timeline", &timeline.to_string()).attr("data-lsn", &lsn.to_string())
}

fn session_cell(name: &str) -> Html {
    match name {
        "" => plain("td", "", String::new()),
        name => stand_for(tag("td", ""), &Pointed::named(Kind::Session, name)).text(name.to_owned()).html(),
    }
}

fn row(run: &Run, index: usize, current: Option<usize>, send: &Callback<Msg>) -> Html {
    let records = &run.records;
    let (lsn, end, timeline) = (records.lsn[index], records.end_lsn[index], records.timeline[index]);
    let step = records.step[index];
    let text = |said: String| plain("td", "", said);
    let number = |said: String| plain("td", "is-number", said);
    let xid = match records.xid[index] {
        0 => String::new(),
        xid => xid.to_string(),
    };
    let shown = if timeline == 1 {
        format::lsn(lsn)
    } else {
        t("bench.log.on", &[("lsn", &format::lsn(lsn)), ("timeline", &timeline.to_string())])
    };
    let open = pick("link is-code", shown, move || Msg::Inspect(Thing::Log { timeline, lsn }), send);
    let time = pick("link", run.clock(records.time_us[index]), move || Msg::GoTo(step), send);
    // A recovery is told so whose target is this record's position; all else stays as it is chosen.
    let aimed = move || Msg::Aim(format::lsn(lsn));
    let aim = tag("button", "link bench-aim")
        .attr("type", "button")
        .on(ListenerKind::onclick, send.reform(move |_: Event| aimed()))
        .attr("aria-label", &t("bench.log.aim_long", &[("lsn", &format::lsn(lsn))]))
        .text(t("bench.log.aim", &[]));
    let class = match current {
        Some(at) if at == index => "is-current",
        Some(at) if at < index => "is-ahead",
        _ => "",
    };
    let line = standing_for_record(tag("tr", class), timeline, lsn).key(index.to_string());
    let line = if current == Some(index) { line.attr("aria-current", "true").attr("id", CURRENT) } else { line };
    line.child(tag("th", "").attr("scope", "row").child(open).html())
        .child(text(t(&format!("record.{}", records.kind[index].code()), &[])))
        .child(number(xid))
        .child(session_cell(run.name(records.session[index])))
        .child(tag("td", "").child(time).html())
        .child(number(format::count(end - lsn)))
        .child(tag("td", "").child(aim.html()).html())
        .html()
}
