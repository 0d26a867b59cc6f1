//! The slider over the run's steps.

use crate::format;
use crate::state::{Action, Run, use_cursor, use_run, use_session};
use crate::story::brief;
use crate::words::t;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[component]
pub fn Scrubber() -> Html {
    let session = use_session();
    let run = use_run();
    let cursor = use_cursor();
    let slide = session.on(|event: InputEvent| {
        let value = event.target_dyn_into::<HtmlInputElement>().and_then(|input| input.value().parse().ok());
        Action::GoTo(value.unwrap_or(0))
    });
    let last = run.last_step();
    let filled = f64::from(cursor.step) / f64::from(last.max(1)) * 100.0;
    html! {
        <div class="scrubber">
            <input class="scrubber-input" type="range" min="0" max={last.to_string()} step="1" value={cursor.step.to_string()}
                oninput={slide} disabled={!run.is_there()} style={format!("--filled:{filled:.3}%")}
                aria-label={t("timeline.position_slider", &[])} aria-valuetext={value_text(&run, cursor.step)} />
        </div>
    }
}

/// The place in a few words: "02:55:00, LSN 0/4088, XID 112 commits".
pub fn value_text(run: &Run, step: u32) -> String {
    if !run.is_there() {
        return t("timeline.empty", &[]);
    }
    let clock = run.clock_ms(run.step_time(step));
    t(
        "timeline.value_position",
        &[("time", &clock), ("lsn", &format::lsn(run.lsn_at(step))), ("what", &brief(run, step))],
    )
}
