//! The transport: play and pause, a step forward or back, speed, and where we are.

use crate::format;
use crate::state::{Action, Run, Speed, use_cursor, use_run, use_session};
use crate::story::brief;
use crate::words::t;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlSelectElement, KeyboardEvent};
use yew::prelude::*;

#[component]
pub fn Transport() -> Html {
    let session = use_session();
    let run = use_run();
    let cursor = use_cursor();
    {
        let session = session.clone();
        use_effect_with((), move |()| {
            let listener = listen(move |action| session.act(action));
            move || drop(listener)
        });
    }
    let idle = !run.is_there();
    let (at_start, at_end) = (cursor.step == 0, cursor.step == run.last_step());
    let play = t(if cursor.playing { "transport.pause" } else { "transport.play" }, &[]);
    let speed = session.on(|event: Event| {
        let value =
            event.target_dyn_into::<HtmlSelectElement>().and_then(|select| select.value().parse::<usize>().ok());
        Action::SetSpeed(value.and_then(|index| Speed::ALL.get(index)).copied().unwrap_or_default())
    });
    html! {
        <div class="transport">
            <div class="transport-buttons" role="group" aria-label={t("transport.title", &[])}>
                <button type="button" class="button" aria-label={t("transport.back", &[])} title={t("transport.back_key", &[])}
                    disabled={idle || at_start} onclick={session.on(|_: MouseEvent| Action::StepBy(-1))}>
                    { icon("M12.5 3.5 6 9l6.5 5.5zM3.5 3.5h2v11h-2z") }
                    <span class="button-text">{ t("transport.back_short", &[]) }</span>
                </button>
                <button type="button" class="button is-primary is-play" disabled={idle} title={t("transport.play_key", &[])}
                    onclick={session.on(|_: MouseEvent| Action::PlayOrPause)}>
                    { icon(if cursor.playing { "M4.5 3.5h3v11h-3zM10.5 3.5h3v11h-3z" } else { "M5 3l9.5 6L5 15z" }) }
                    { play }
                </button>
                <button type="button" class="button" aria-label={t("transport.forward", &[])} title={t("transport.forward_key", &[])}
                    disabled={idle || at_end} onclick={session.on(|_: MouseEvent| Action::StepBy(1))}>
                    <span class="button-text">{ t("transport.forward_short", &[]) }</span>
                    { icon("M5.5 3.5 12 9l-6.5 5.5zM12.5 3.5h2v11h-2z") }
                </button>
            </div>
            <label class="speed">
                <span>{ t("transport.speed", &[]) }</span>
                <select class="input" onchange={speed}>
                    { for Speed::ALL.into_iter().enumerate().map(|(index, each)| html! {
                        <option value={index.to_string()} selected={each == cursor.speed}>
                            { t("transport.times", &[("factor", &factor(each))]) }
                        </option>
                    }) }
                </select>
            </label>
            { where_we_are(&run, cursor.step) }
        </div>
    }
}

fn factor(speed: Speed) -> String {
    match speed {
        Speed::Quarter => "¼".to_owned(),
        Speed::Half => "½".to_owned(),
        other => format!("{}", other.factor()),
    }
}

fn icon(path: &'static str) -> Html {
    html! { <svg class="icon" viewBox="0 0 18 18" width="18" height="18" aria-hidden="true"><path d={path} fill="currentColor" /></svg> }
}

/// "at 03:10:00 · LSN 0/5C18 · next: ..."
fn where_we_are(run: &Run, step: u32) -> Html {
    if !run.is_there() {
        return html! { <p class="where">{ t("timeline.empty", &[]) }</p> };
    }
    let next = if step >= run.last_step() {
        t("transport.nothing_next", &[])
    } else {
        let next = brief(run, step + 1);
        let clock = run.clock_ms(run.step_time(step + 1));
        t("transport.next_at", &[("what", &next), ("time", &clock)])
    };
    html! {
        <p class="where">
            <span class="where-at">{ t("transport.at", &[]) }{ " " }<b class="num">{ run.clock_ms(run.step_time(step)) }</b></span>
            <span class="where-lsn">{ t("transport.lsn", &[]) }{ " " }<b class="num">{ format::lsn(run.lsn_at(step)) }</b></span>
            <span class="where-next">{ t("transport.next", &[]) }{ " " }{ next }</span>
        </p>
    }
}

/// Space plays or pauses and the arrows step, unless a control has the keyboard.
fn listen(act: impl Fn(Action) + 'static) -> Option<EventListener> {
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
            act(action);
        }
    }))
}
