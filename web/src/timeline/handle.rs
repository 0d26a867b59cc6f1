//! The target's handle over the picture, and the native slider that it is the thumb of.
//!
//! The slider goes over the places where a recovery can stop; the pointer, which sees time, may also take a round time between them.

use super::StageRef;
use super::aim::target_at;
use super::axis::Scale;
use super::stage::{Laid, place_on};
use crate::state::{Action, Run, Target, use_run, use_session, use_target};
use crate::words::t;
use pitr_protocol::TargetKind;
use web_sys::{HtmlElement, HtmlInputElement, PointerEvent};
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq, Properties)]
pub struct HandleProps {
    pub stage: StageRef,
    pub laid: Laid,
    pub scale: Scale,
    /// A recovery is on its way.
    pub locked: bool,
}

#[component]
pub fn Handle(props: &HandleProps) -> Html {
    let session = use_session();
    let run = use_run();
    let target = use_target();
    let line = use_node_ref();
    let dragged = use_state(|| None::<f64>);
    let HandleProps { stage, laid, scale, locked } = props;

    let aim = {
        let (stage, session, run, target, scale, line, dragged) =
            (stage.clone(), session.clone(), run.clone(), target.clone(), *scale, line.clone(), dragged.clone());
        move |event: &PointerEvent| {
            let host = line.cast::<HtmlElement>().and_then(|line| line.offset_parent());
            let Some(host) = host.and_then(|host| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(host).ok()) else {
                return;
            };
            let point = place_on(&host, event.client_x(), event.client_y());
            let Some((value, per_px)) = stage.0.value_at(point) else {
                return;
            };
            if let Some(text) = target_at(&run, &target, scale, value, per_px) {
                if text != target.spec.text {
                    session.act(Action::TargetText(text));
                }
                dragged.set(Some(stage.0.along(point)));
            }
        }
    };
    let down = {
        let (dragged, line, locked) = (dragged.clone(), line.clone(), *locked);
        Callback::from(move |event: PointerEvent| {
            if locked || event.button() != 0 {
                return;
            }
            event.prevent_default();
            if let Some(line) = line.cast::<HtmlElement>() {
                // A pointer that cannot be held stops dragging at the edge.
                let _ = line.set_pointer_capture(event.pointer_id());
            }
            dragged.set(Some(-1.0));
        })
    };
    let moved = {
        let dragged = dragged.clone();
        Callback::from(move |event: PointerEvent| {
            if dragged.is_some() {
                aim(&event);
            }
        })
    };
    let done = {
        let dragged = dragged.clone();
        Callback::from(move |_: PointerEvent| dragged.set(None))
    };

    let index = target.stop_index();
    let slide = session.on(|event: InputEvent| {
        let value = event.target_dyn_into::<HtmlInputElement>().and_then(|input| input.value().parse().ok());
        Action::TargetStop(value.unwrap_or(0))
    });
    let last = target.stops.len().saturating_sub(1);
    let value_text = value_text(&run, &target);
    let style = if laid.down {
        format!("inset-block-start:{}px;inset-inline-start:0;inline-size:{}px", laid.start, laid.flag.1)
    } else {
        format!("inset-block-start:{}px;inset-inline-start:{}px;inline-size:{}px", laid.flag.0, laid.start, laid.length)
    };
    html! {
        <>
            <input class="target-slider" type="range" {style} min="0" max={last.to_string()} step="1"
                value={index.unwrap_or(0).to_string()} oninput={slide} disabled={*locked || target.stops.is_empty()}
                aria-label={t("timeline.target_slider", &[])} aria-valuetext={value_text}
                aria-orientation={laid.down.then_some("vertical")} />
            if let Some(along) = laid.cut {
                <div ref={line} class={classes!("target-line", dragged.is_some().then_some("is-dragged"), locked.then_some("is-locked"))}
                    style={place(laid, along)} aria-hidden="true"
                    onpointerdown={down} onpointermove={moved} onpointerup={done.clone()} onpointercancel={done}>
                    <span class="target-flag" style={lean(laid, along)}>{ flag(&target) }</span>
                </div>
            }
        </>
    }
}

fn place(laid: &Laid, along: f64) -> String {
    let at = laid.start + along;
    if laid.down {
        format!("transform:translateY({at}px);inline-size:{}px", laid.foot)
    } else {
        format!(
            "transform:translateX({at}px);inset-block-start:{}px;block-size:{}px",
            laid.flag.0,
            laid.foot - laid.flag.0
        )
    }
}

/// Near an edge the flag leans to the other side, so that it stays whole.
fn lean(laid: &Laid, along: f64) -> String {
    if laid.down {
        return String::new();
    }
    let room = (laid.start + along).min(laid.length + 20.0 - along);
    if room > 60.0 {
        return String::new();
    }
    let shift = if along > laid.length / 2.0 { room - 60.0 } else { 60.0 - room };
    format!("margin-inline-start:{shift}px")
}

/// What stands on the flag.
fn flag(target: &Target) -> String {
    let spec = &target.spec;
    match (spec.kind, spec.inclusive) {
        (TargetKind::Xid, true) => t("timeline.flag_xid_after", &[("xid", &spec.text)]),
        (TargetKind::Xid, false) => t("timeline.flag_xid_before", &[("xid", &spec.text)]),
        _ => spec.text.clone(),
    }
}

/// The target in the terms of its kind: "02:59:59, before XID 113".
fn value_text(run: &Run, target: &Target) -> String {
    let spec = &target.spec;
    let named = match spec.kind {
        TargetKind::Time => spec.text.clone(),
        TargetKind::Lsn => t("timeline.value_lsn", &[("lsn", &spec.text)]),
        TargetKind::Xid => t("timeline.value_xid", &[("xid", &spec.text)]),
    };
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
