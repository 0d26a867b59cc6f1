//! The target's handle over the picture, and the native slider that it is the thumb of.
//!
//! The slider goes over the places where a recovery can stop; the pointer, which sees time, may also take a round time between them.

use super::hands::Hand;
use super::sliders::target_text;
use super::stage::Laid;
use crate::format::px;
use crate::state::{Action, Desk, Target};
use crate::story::target_name;
use crate::view::{plain, tag};
use crate::words::t;
use pitr_protocol::TargetKind;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// The slider, and the handle if the cut is in sight.
pub fn handle(desk: &Desk, laid: &Laid, is_dragged: bool, held: impl Fn(Hand) -> Callback<Event>) -> Vec<Html> {
    let target = &desk.target;
    let locked = desk.outcome.asked;
    let last = target.stops.len().saturating_sub(1);
    let slide = desk.session.change(|value| Action::TargetStop(value.parse().unwrap_or(0)));
    let style = if laid.down {
        format!("inset-block-start:{}px;inset-inline-start:0;inline-size:{}px", px(laid.start), px(laid.flag.1))
    } else {
        let (top, left, long) = (px(laid.flag.0), px(laid.start), px(laid.length));
        format!("inset-block-start:{top}px;inset-inline-start:{left}px;inline-size:{long}px")
    };
    let slider = tag("input", "target-slider")
        .key("slider".to_owned())
        .attr("type", "range")
        .attr("style", &style)
        .attr("min", "0")
        .attr("max", &last.to_string())
        .attr("step", "1")
        .attr("aria-label", &t("timeline.target_slider", &[]))
        .attr("aria-valuetext", &target_text(&desk.run, target))
        .flag("disabled", locked || target.stops.is_empty())
        .value(&target.stop_index().unwrap_or(0).to_string())
        .on(ListenerKind::oninput, slide);
    let mut parts = vec![slider.html()];
    parts.extend(line(target, locked, laid, is_dragged, held));
    parts
}

/// The handle itself, if the cut is in sight.
pub fn line(
    target: &Target,
    locked: bool,
    laid: &Laid,
    is_dragged: bool,
    held: impl Fn(Hand) -> Callback<Event>,
) -> Option<Html> {
    let along = laid.cut?;
    let state = if is_dragged {
        " is-dragged"
    } else if locked {
        " is-locked"
    } else {
        ""
    };
    let flag = plain("span", "target-flag", flag(target));
    let flag = if laid.down {
        flag
    } else {
        tag("span", "target-lean").attr("style", &format!("translate:{}px 0", px(laid.lean))).child(flag).html()
    };
    let line = tag("div", &format!("target-line{state}"))
        .key("line".to_owned())
        .attr("style", &place(laid, along))
        .attr("aria-hidden", "true")
        .on(ListenerKind::onpointerdown, held(Hand::Down))
        .on(ListenerKind::onpointermove, held(Hand::Move))
        .on(ListenerKind::onpointerup, held(Hand::Up))
        .on(ListenerKind::onpointercancel, held(Hand::Cancel))
        .child(flag);
    Some(line.html())
}

fn place(laid: &Laid, along: f64) -> String {
    let at = px(laid.start + along);
    if laid.down {
        format!("transform:translateY({at}px);inline-size:{}px", px(laid.foot))
    } else {
        let (top, long) = (px(laid.flag.0), px(laid.foot - laid.flag.0));
        format!("transform:translateX({at}px);inset-block-start:{top}px;block-size:{long}px")
    }
}

/// What stands on the flag.
pub fn flag(target: &Target) -> String {
    let spec = &target.spec;
    match (spec.kind, spec.inclusive) {
        (TargetKind::Xid, true) => t("timeline.flag_xid_after", &[("xid", &spec.text)]),
        (TargetKind::Xid, false) => t("timeline.flag_xid_before", &[("xid", &spec.text)]),
        (TargetKind::Lsn, _) => spec.text.clone(),
        _ => target_name(spec),
    }
}
