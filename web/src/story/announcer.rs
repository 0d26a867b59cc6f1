//! The one live region: says each step when stepping, and what a recovery came to. While playing no more than once a second.

use crate::state::{Stage, use_cursor, use_outcome, use_run, use_stage};
use crate::story::{outcome, sentence};
use crate::timeline::now_ms;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// While playing, this long passes between two things said.
const APART_MS: f64 = 1_000.0;
/// Scrubbing says where it came to rest.
const REST_MS: u32 = 120;

#[component]
pub fn Announcer() -> Html {
    let run = use_run();
    let cursor = use_cursor();
    let outcome_state = use_outcome();
    let stage = use_stage();
    let said = use_state(String::new);
    let last = use_mut_ref(|| (0.0_f64, None::<Timeout>));
    let opened = use_mut_ref(|| None);
    {
        let (said, last) = (said.clone(), last.clone());
        let deps = (run.clone(), cursor.step, cursor.playing, stage);
        use_effect_with(deps, move |(run, step, playing, stage)| {
            // A run that has just opened is in the story line; it is not said again.
            let first = opened.borrow_mut().replace(run.clone()).as_ref() != Some(run);
            if run.is_there() && !(first && *stage == Stage::Opened) {
                let text = match (*stage, &outcome_state.report) {
                    (Stage::Recovered, Some(report)) => outcome(report),
                    _ => sentence(run, *step),
                };
                let since = now_ms() - last.borrow().0;
                if *playing && *stage != Stage::Recovered {
                    if since >= APART_MS {
                        last.borrow_mut().0 = now_ms();
                        said.set(text);
                    }
                } else {
                    let timeout = Timeout::new(REST_MS, move || said.set(text));
                    *last.borrow_mut() = (now_ms(), Some(timeout));
                }
            }
        });
    }
    html! { <p class="visually-hidden" role="status" aria-live="polite">{ (*said).clone() }</p> }
}
