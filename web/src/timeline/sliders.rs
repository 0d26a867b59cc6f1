//! The slider over the run's steps, and what both sliders say of themselves.

use crate::format;
use crate::state::{Action, Cursor, Desk, Run, Target};
use crate::story::{brief, target_name};
use crate::view::tag;
use crate::words::t;
use pitr_protocol::TargetKind;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The slider over the run's steps.
pub fn position(desk: &Desk, cursor: &Cursor) -> Html {
    let run = &desk.run;
    let last = run.last_step();
    let filled = format::px(f64::from(cursor.step) / f64::from(last.max(1)) * 100.0);
    let slider = tag("input", "scrubber-input")
        .attr("type", "range")
        .attr("min", "0")
        .attr("max", &last.to_string())
        .attr("step", "1")
        .attr("style", &format!("--filled:{filled}%"))
        .attr("aria-label", &t("timeline.position_slider", &[]))
        .attr("aria-valuetext", &position_text(run, cursor.step))
        .flag("disabled", !run.is_there())
        .value(&cursor.step.to_string())
        .on(ListenerKind::oninput, desk.session.change(|value| Action::GoTo(value.parse().unwrap_or(0))));
    tag("div", "scrubber").child(slider.html()).html()
}

/// The place in a few words: "02:55:00, LSN 0/4088, XID 112 commits".
fn position_text(run: &Run, step: u32) -> String {
    if !run.is_there() {
        return t("timeline.empty", &[]);
    }
    let clock = run.clock_ms(run.step_time(step));
    t(
        "timeline.value_position",
        &[("time", &clock), ("lsn", &format::lsn(run.lsn_at(step))), ("what", &brief(run, step))],
    )
}

/// The target in the terms of its kind: "02:59:59, before XID 113".
pub fn target_text(run: &Run, target: &Target) -> String {
    let spec = &target.spec;
    let named = target_name(spec);
    let Some(boundary) = target.settled() else {
        return named;
    };
    if let Some(problem) = &boundary.problem {
        return t("timeline.value_fails", &[("target", &named), ("problem", &crate::words::problem(problem))]);
    }
    let (first, last) = (boundary.first_out.as_ref(), boundary.last_in.as_ref());
    match (first, last) {
        (Some(out), _) => {
            let key = if spec.kind == TargetKind::Xid && out.xid.to_string() == spec.text {
                "timeline.value_before_it"
            } else if spec.kind == TargetKind::Xid {
                "timeline.value_after_it"
            } else {
                "timeline.value_before"
            };
            t(key, &[("target", &named), ("xid", &out.xid.to_string()), ("time", &run.clock_ms(out.time_us))])
        }
        (None, Some(last)) => t("timeline.value_after", &[("target", &named), ("xid", &last.xid.to_string())]),
        (None, None) => named,
    }
}
