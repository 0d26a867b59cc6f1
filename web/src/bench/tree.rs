//! The timelines as a tree: which came from which, where, and how.

use super::{Msg, pick};
use crate::format;
use crate::state::Run;
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::TimelineSpan;
use pitr_protocol::bench::Thing;
use yew::prelude::*;

pub fn view(run: &Run, step: u32, send: &Callback<Msg>) -> Html {
    let shown: Vec<&TimelineSpan> =
        run.head.timelines.iter().filter(|timeline| timeline.began.0 <= step.max(1)).collect();
    let roots = shown
        .iter()
        .filter(|timeline| timeline.parent.is_none())
        .map(|timeline| branch(run, timeline, &shown, 1, send));
    let tree = tag("ul", "bench-tree")
        .attr("role", "tree")
        .attr("aria-label", &t("bench.tree.title", &[]))
        .all(roots.collect());
    group("div", "bench-list", [plain("h3", "bench-family", t("bench.tree.title", &[])), tree.html()])
}

fn branch(run: &Run, timeline: &TimelineSpan, all: &[&TimelineSpan], level: u8, send: &Callback<Msg>) -> Html {
    let id = timeline.id;
    let name = t("bench.tree.timeline", &[("timeline", &id.to_string())]);
    let says = match timeline.parent {
        Some(parent) => t(
            "bench.tree.forks",
            &[
                ("parent", &parent.to_string()),
                ("lsn", &format::lsn(timeline.fork_lsn)),
                ("time", &run.clock(timeline.fork_us)),
            ],
        ),
        None => t("bench.tree.first", &[]),
    };
    let begun = timeline.began.0;
    let mut buttons =
        vec![pick("link", t("bench.tree.go", &[("timeline", &id.to_string())]), move || Msg::GoTo(begun), send)];
    if timeline.parent.is_some() {
        let said = t("bench.tree.history", &[("timeline", &id.to_string())]);
        buttons.push(pick("link", said, move || Msg::Inspect(Thing::History { timeline: id }), send));
    }
    let children: Vec<Html> = all
        .iter()
        .filter(|child| child.parent == Some(id))
        .map(|child| branch(run, child, all, level + 1, send))
        .collect();
    let below = if children.is_empty() { none() } else { tag("ul", "").attr("role", "group").all(children).html() };
    tag("li", "")
        .key(id.to_string())
        .attr("role", "treeitem")
        .attr("aria-level", &level.to_string())
        .attr("aria-expanded", "true")
        .attr("aria-selected", "false")
        .child(
            tag("p", "bench-branch")
                .attr("data-point", "timeline")
                .attr("data-timeline", &id.to_string())
                .child(plain("strong", "", name))
                .child(plain("span", "", says))
                .html(),
        )
        .child(tag("p", "bench-branch-links").all(buttons).html())
        .child(below)
        .html()
}
