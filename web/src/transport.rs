//! The transport: play and pause, a step forward or back, speed, and where we are.

use crate::format;
use crate::state::{Action, Cursor, Run, Session, Speed};
use crate::story::brief;
use crate::view::{plain, tag};
use crate::words::t;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

const BACK: &str = "M12.5 3.5 6 9l6.5 5.5zM3.5 3.5h2v11h-2z";
const FORWARD: &str = "M5.5 3.5 12 9l-6.5 5.5zM12.5 3.5h2v11h-2z";
const PLAY: &str = "M5 3l9.5 6L5 15z";
const PAUSE: &str = "M4.5 3.5h3v11h-3zM10.5 3.5h3v11h-3z";

/// The row of buttons under the picture.
pub fn transport(session: &Session, run: &Run, cursor: &Cursor) -> Html {
    let idle = !run.is_there();
    let (at_start, at_end) = (cursor.step == 0, cursor.step == run.last_step());
    let button = |class: &str, key: &str, action: Action, off: bool| {
        tag("button", class)
            .attr("type", "button")
            .attr("title", &t(&format!("transport.{key}_key"), &[]))
            .flag("disabled", off)
            .on(ListenerKind::onclick, session.click(action))
    };
    let short = |key: &str| plain("span", "button-text", t(key, &[]));
    let back = button("button", "back", Action::StepBy(-1), idle || at_start)
        .attr("aria-label", &t("transport.back", &[]))
        .child(icon(BACK))
        .child(short("transport.back_short"));
    let play = button("button is-primary is-play", "play", Action::PlayOrPause, idle)
        .child(icon(if cursor.playing { PAUSE } else { PLAY }))
        .text(t(if cursor.playing { "transport.pause" } else { "transport.play" }, &[]));
    let forward = button("button", "forward", Action::StepBy(1), idle || at_end)
        .attr("aria-label", &t("transport.forward", &[]))
        .child(short("transport.forward_short"))
        .child(icon(FORWARD));
    let buttons = tag("div", "transport-buttons").attr("role", "group").attr("aria-label", &t("transport.title", &[]));
    let speeds = Speed::ALL.into_iter().enumerate().map(|(index, each)| {
        let name = t("transport.times", &[("factor", factor(each))]);
        tag("option", "").attr("value", &index.to_string()).flag("selected", each == cursor.speed).text(name).html()
    });
    let set = session.change(|value| {
        let speed = value.parse::<usize>().ok().and_then(|index| Speed::ALL.get(index)).copied();
        Action::SetSpeed(speed.unwrap_or_default())
    });
    let choice = tag("select", "input").all(speeds.collect()).on(ListenerKind::onchange, set);
    tag("div", "transport")
        .child(buttons.child(back.html()).child(play.html()).child(forward.html()).html())
        .child(tag("label", "speed").child(plain("span", "", t("transport.speed", &[]))).child(choice.html()).html())
        .child(where_we_are(run, cursor.step))
        .html()
}

fn factor(speed: Speed) -> &'static str {
    match speed {
        Speed::Quarter => "¼",
        Speed::Half => "½",
        Speed::Normal => "1",
        Speed::Double => "2",
        Speed::Fourfold => "4",
        Speed::Eightfold => "8",
    }
}

fn icon(path: &str) -> Html {
    let shape = tag("path", "").attr("d", path).attr("fill", "currentColor");
    let svg = tag("svg", "icon").attr("viewBox", "0 0 18 18").attr("width", "18").attr("height", "18");
    svg.attr("aria-hidden", "true").child(shape.html()).html()
}

/// "at 03:10:00 · LSN 0/5C18 · next: ..."
fn where_we_are(run: &Run, step: u32) -> Html {
    if !run.is_there() {
        return plain("p", "where", t("timeline.empty", &[]));
    }
    let next = if step >= run.last_step() {
        t("transport.nothing_next", &[])
    } else {
        let clock = run.clock_ms(run.step_time(step + 1));
        t("transport.next_at", &[("what", &brief(run, step + 1)), ("time", &clock)])
    };
    let named = |class: &str, name: &str, value: String| {
        tag("span", class).text(format!("{} ", t(name, &[]))).child(plain("b", "num", value)).html()
    };
    tag("p", "where")
        .child(named("where-at", "transport.at", run.clock_ms(run.step_time(step))))
        .child(named("where-lsn", "transport.lsn", format::lsn(run.lsn_at(step))))
        .child(plain("span", "where-next", format!("{} {next}", t("transport.next", &[]))))
        .html()
}

/// Space plays or pauses and the arrows step, unless a control has the keyboard.
pub fn listen(session: Session) -> Option<EventListener> {
    let document = web_sys::window()?.document()?;
    let options = EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(&document, "keydown", options, move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        let plain = !(key.ctrl_key() || key.meta_key() || key.alt_key() || key.shift_key());
        let in_control = key.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|element| {
            let controls = "a,button,input,select,textarea,summary,[tabindex],[contenteditable]";
            element.closest(controls).is_ok_and(|control| control.is_some())
        });
        let action = match key.key().as_str() {
            " " if !key.repeat() => Action::PlayOrPause,
            "ArrowLeft" => Action::StepBy(-1),
            "ArrowRight" => Action::StepBy(1),
            _ => return,
        };
        if plain && !in_control {
            key.prevent_default();
            session.act(action);
        }
    }))
}
