//! The timeline: the picture of a run over time or log position, with the target as a handle that cuts it in two.
//!
//! The picture is a canvas that [`stage::Stage`] paints outside the virtual DOM from the pure [`layout`]. Over it lie the target's handle and
//! a tooltip; beside it the same in native controls: the sliders of target and position, and a table.

mod aim;
mod axis;
mod handle;
mod layout;
mod legend;
mod paint;
mod scrubber;
mod shapes;
mod stage;
mod table;
mod tooltip;

use crate::state::{Action, Cursor, Run, Target, use_cursor, use_outcome, use_run, use_session, use_target};
use crate::words::{count, t};
use axis::{Scale, Window};
use gloo_events::{EventListener, EventListenerOptions};
use handle::Handle;
use layout::Cut;
use scrubber::Scrubber;
use shapes::{Point, Thing};
pub use stage::now_ms;
use stage::{Laid, Show, Stage, place_on};
use std::rc::Rc;
pub use table::TransactionTable;
use tooltip::Tooltip;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlCanvasElement, HtmlElement, PointerEvent, WheelEvent};
use yew::prelude::*;

/// What a pointer that was put down is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Grip {
    /// Not yet told: it has not moved.
    Undecided {
        from: Point,
        touch: bool,
    },
    Position,
    Pan {
        from: Point,
        window: Window,
    },
}

/// How far a pointer moves before it drags.
const SLACK_PX: f64 = 4.0;

#[component]
pub fn Timeline() -> Html {
    let session = use_session();
    let run = use_run();
    let cursor = use_cursor();
    let target = use_target();
    let outcome = use_outcome();
    let scale = use_state(Scale::default);
    let window = use_state(Window::default);
    let laid = use_state(Laid::default);
    let touched = use_state(|| None::<(Thing, Point)>);
    let look = use_state(|| 0_u32);
    let grip = use_mut_ref(|| None::<Grip>);
    let (host, canvas) = (use_node_ref(), use_node_ref());
    let stage = {
        let laid = laid.clone();
        use_memo((), move |()| Stage::new(Callback::from(move |new| laid.set(new))))
    };
    let stage: Rc<Stage> = (*stage).clone();

    {
        let (stage, host, canvas, look) = (stage.clone(), host.clone(), canvas.clone(), look.setter());
        use_effect_with((), move |()| attach(&stage, &host, &canvas, look));
    }
    {
        // Another run is looked at as a whole.
        let window = window.setter();
        use_effect_with(run.clone(), move |_| window.set(Window::default()));
    }
    {
        // A recovery that begins is watched here, wherever its button stands.
        use_effect_with(outcome.asked, move |asked| {
            let document = web_sys::window().and_then(|window| window.document()).filter(|_| *asked);
            let story = document.and_then(|document| document.query_selector(".story").ok().flatten());
            if let Some(story) = story {
                story.scroll_into_view();
            }
        });
    }
    {
        let show = Show {
            run: run.clone(),
            step: cursor.step,
            moves: cursor.playing || grip.borrow().is_none(),
            cut: cut_of(&run, &target),
            scale: *scale,
            window: *window,
            look: *look,
        };
        let stage = stage.clone();
        use_effect_with(show, move |show| stage.show(show.clone()));
    }
    {
        let (stage, canvas, window) = (stage.clone(), canvas.clone(), window.clone());
        use_effect_with(*window, move |_| zoom_by_wheel(&stage, &canvas, &window));
    }

    let down = {
        let (stage, canvas, grip, touched, window) =
            (stage.clone(), canvas.clone(), grip.clone(), touched.clone(), *window);
        Callback::from(move |event: PointerEvent| {
            let Some(element) = canvas.cast::<HtmlElement>().filter(|_| event.button() == 0) else {
                return;
            };
            let from = place_on(&element, event.client_x(), event.client_y());
            let touch = event.pointer_type() == "touch";
            let axis = stage.is_axis(from) && !window.is_all();
            *grip.borrow_mut() = Some(if axis { Grip::Pan { from, window } } else { Grip::Undecided { from, touch } });
            if !touch {
                touched.set(None);
                // A pointer that cannot be held stops dragging at the edge.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
        })
    };
    let go_to = {
        let (stage, session, run, scale) = (stage.clone(), session.clone(), run.clone(), *scale);
        move |point: Point| {
            if let Some((value, _)) = stage.value_at(point) {
                session.act(Action::GoTo(aim::step_at(&run, scale, value)));
            }
        }
    };
    let moved = {
        let (stage, canvas, grip, touched, window) =
            (stage.clone(), canvas.clone(), grip.clone(), touched.clone(), window.clone());
        let go_to = go_to.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(element) = canvas.cast::<HtmlElement>() else {
                return;
            };
            let point = place_on(&element, event.client_x(), event.client_y());
            let held = *grip.borrow();
            match held {
                None => {
                    let over = stage.thing_at(point).map(|hit| (hit.thing, hit.at));
                    if event.pointer_type() != "touch" && *touched != over {
                        touched.set(over);
                    }
                }
                Some(Grip::Undecided { from, touch }) => {
                    let far = stage.along(point) - stage.along(from);
                    // Downwards a finger scrolls the page.
                    if far.abs() > SLACK_PX && !(touch && stage.is_down()) {
                        *grip.borrow_mut() = Some(Grip::Position);
                        touched.set(None);
                        go_to(point);
                    }
                }
                Some(Grip::Position) => go_to(point),
                Some(Grip::Pan { from, window: start }) => {
                    if let Some((_, per_px)) = stage.share_at(point) {
                        window.set(start.moved((stage.along(from) - stage.along(point)) * per_px));
                    }
                }
            }
        })
    };
    let up = {
        let (stage, grip, touched) = (stage.clone(), grip.clone(), touched.clone());
        Callback::from(move |_: PointerEvent| {
            if let Some(Grip::Undecided { from, touch }) = grip.borrow_mut().take() {
                match stage.thing_at(from) {
                    // A finger has no hover: its tap asks what this is.
                    Some(hit) if touch => touched.set(Some((hit.thing, hit.at))),
                    _ => {
                        touched.set(None);
                        go_to(from);
                    }
                }
            }
        })
    };
    let cancel = {
        let grip = grip.clone();
        Callback::from(move |_: PointerEvent| *grip.borrow_mut() = None)
    };
    let leave = {
        let (grip, touched) = (grip.clone(), touched.clone());
        Callback::from(move |event: PointerEvent| {
            if grip.borrow().is_none() && event.pointer_type() != "touch" {
                touched.set(None);
            }
        })
    };

    let height = format!("block-size:{}px", laid.height.max(240.0));
    html! {
        <div class={classes!("timeline", laid.down.then_some("is-down"))}>
            <div class="timeline-tools">
                <h2 class="panel-title">{ t("timeline.title", &[]) }
                    <span class="panel-note">{ &run.head.title }</span>
                </h2>
                { legend::legend() }
                <ScaleChoice scale={*scale} choose={let scale = scale.clone(); Callback::from(move |new| scale.set(new))} />
                <Zoom {window} stage={StageRef(stage.clone())} />
            </div>
            <div class="timeline-host" ref={host} style={height}>
                <canvas ref={canvas} role="img" aria-label={label(&run, &cursor)} aria-describedby="timeline-hint"
                    onpointerdown={down} onpointermove={moved} onpointerup={up} onpointercancel={cancel} onpointerleave={leave} />
                <p id="timeline-hint" class="visually-hidden">{ t("timeline.hint", &[]) }</p>
                if run.is_there() {
                    <Handle stage={StageRef(stage.clone())} laid={*laid} scale={*scale} locked={outcome.asked} />
                }
                if let Some((thing, at)) = *touched {
                    <Tooltip {thing} at={(at.x, at.y)} />
                }
            </div>
            <Scrubber />
        </div>
    }
}

/// A stage as a property: the same for as long as the timeline lives.
#[derive(Debug, Clone)]
pub(crate) struct StageRef(pub Rc<Stage>);

impl PartialEq for StageRef {
    fn eq(&self, other: &StageRef) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Where the target cuts, as the worker found it. After a recovery has begun, where that one stopped or will stop.
fn cut_of(run: &Run, target: &Target) -> Option<Cut> {
    let boundary = target.boundary.as_ref()?;
    let backup = run.head.backups.iter().find(|backup| run.name(backup.label) == boundary.backup);
    Some(Cut {
        us: boundary.cut_us,
        lsn: boundary.cut_lsn,
        redo: backup.map(|backup| (backup.redo_lsn, backup.start.1)),
        kept: boundary.kept,
        left_out: boundary.left_out,
        fails: boundary.problem.is_some(),
    })
}

/// Ties the stage to its elements, to their size and to the theme; undone when the timeline goes.
fn attach(stage: &Rc<Stage>, host: &NodeRef, canvas: &NodeRef, look: UseStateSetter<u32>) -> impl FnOnce() + use<> {
    let (host, canvas) = (host.cast::<HtmlElement>(), canvas.cast::<HtmlCanvasElement>());
    let mut undo: Vec<Box<dyn FnOnce()>> = Vec::new();
    if let (Some(host), Some(canvas)) = (host, canvas) {
        stage.mount(canvas, f64::from(host.client_width()));
        let resized = {
            let (stage, host) = (stage.clone(), host.clone());
            Closure::<dyn FnMut(JsValue)>::new(move |_| stage.resize(f64::from(host.client_width())))
        };
        if let Ok(observer) = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            observer.observe(&host);
            undo.push(Box::new(move || {
                observer.disconnect();
                drop(resized);
            }));
        }
    }
    let query = web_sys::window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
    let mut turns = 0;
    let mut repaint = move || {
        turns += 1;
        look.set(turns);
    };
    if let Some(query) = query {
        let mut repaint = repaint.clone();
        let listener = EventListener::new(&query, "change", move |_| repaint());
        undo.push(Box::new(move || drop(listener)));
    }
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        let listener = EventListener::new(&document, crate::theme::CHANGED, move |_| repaint());
        undo.push(Box::new(move || drop(listener)));
    }
    move || undo.into_iter().for_each(|undo| undo())
}

/// The wheel with Ctrl brings nearer what is under the pointer. Plain scrolling stays the page's.
fn zoom_by_wheel(stage: &Rc<Stage>, canvas: &NodeRef, window: &UseStateHandle<Window>) -> impl FnOnce() + use<> {
    let listener = canvas.cast::<HtmlElement>().map(|element| {
        let (stage, window, on) = (stage.clone(), window.clone(), element.clone());
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&element, "wheel", options, move |event| {
            let Some(event) = event.dyn_ref::<WheelEvent>().filter(|event| event.ctrl_key()) else {
                return;
            };
            event.prevent_default();
            let point = place_on(&on, event.client_x(), event.client_y());
            if let Some((share, _)) = stage.share_at(point) {
                let factor = (-event.delta_y() / 240.0).clamp(-1.0, 1.0).exp2();
                window.set(window.zoomed(factor, share));
            }
        })
    });
    move || drop(listener)
}

/// The picture in a sentence.
fn label(run: &Run, cursor: &Cursor) -> String {
    if !run.is_there() {
        return t("timeline.empty", &[]);
    }
    let head = &run.head;
    let transactions = count("timeline.transactions", head.transactions.len() as u64, &[]);
    let sessions = count("timeline.sessions", head.sessions.len() as u64, &[]);
    let (from, to) = (run.clock(head.begin_us), run.clock_ms(head.end_us));
    let at = run.clock_ms(run.step_time(cursor.step));
    t(
        "timeline.label",
        &[("transactions", &transactions), ("sessions", &sessions), ("from", &from), ("to", &to), ("at", &at)],
    )
}

#[derive(Debug, Clone, PartialEq, Properties)]
struct ScaleChoiceProps {
    scale: Scale,
    choose: Callback<Scale>,
}

#[component]
fn ScaleChoice(props: &ScaleChoiceProps) -> Html {
    let choice = |scale: Scale, key: &str| {
        let choose = props.choose.reform(move |_: MouseEvent| scale);
        html! {
            <button type="button" aria-pressed={(props.scale == scale).to_string()} onclick={choose}>{ t(key, &[]) }</button>
        }
    };
    html! {
        <div class="segmented" role="group" aria-label={t("timeline.scale", &[])}>
            { choice(Scale::Time, "timeline.scale_time") }
            { choice(Scale::Lsn, "timeline.scale_lsn") }
        </div>
    }
}

#[derive(Debug, Clone, PartialEq, Properties)]
struct ZoomProps {
    window: UseStateHandle<Window>,
    stage: StageRef,
}

#[component]
fn Zoom(props: &ZoomProps) -> Html {
    let by = |factor: f64| {
        let (window, stage) = (props.window.clone(), props.stage.clone());
        Callback::from(move |_: MouseEvent| {
            let about = stage.0.share_now();
            let seen = (window.from..=window.to).contains(&about);
            let about = if seen { about } else { f64::midpoint(window.from, window.to) };
            window.set(window.zoomed(factor, about));
        })
    };
    let fit = {
        let window = props.window.clone();
        Callback::from(move |_: MouseEvent| window.set(Window::default()))
    };
    let all = props.window.is_all();
    html! {
        <div class="zoom" role="group" aria-label={t("timeline.zoom", &[])}>
            <button type="button" class="button is-quiet" onclick={fit} disabled={all}>{ t("timeline.fit", &[]) }</button>
            <button type="button" class="button is-quiet is-square" onclick={by(0.5)} disabled={all}
                aria-label={t("timeline.zoom_out", &[])}>{ "−" }</button>
            <button type="button" class="button is-quiet is-square" onclick={by(2.0)}
                aria-label={t("timeline.zoom_in", &[])}>{ "+" }</button>
        </div>
    }
}
