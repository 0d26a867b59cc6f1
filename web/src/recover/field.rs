//! The textbox of the target: what is typed becomes the target a moment after the last key, or at once on Enter and on leaving.
//!
//! While nobody types it shows the target of the shared state, whoever moved it.

use super::kind_code;
use crate::state::{Action, use_session, use_target};
use crate::tables::mark::{Mark, Sign};
use crate::words::{problem, t};
use gloo_timers::callback::Timeout;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// How long after the last key what was typed counts.
const TYPING_MS: u32 = 150;

#[component]
pub fn TargetField() -> Html {
    let session = use_session();
    let target = use_target();
    // What was typed and is not the target yet, and the timer that will make it so.
    let draft = use_state(|| None::<String>);
    let timer = use_mut_ref(|| None::<Timeout>);

    let typed = {
        let (session, draft, timer) = (session.clone(), draft.clone(), timer.clone());
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            let text = input.value();
            draft.set(Some(text.clone()));
            let (session, draft) = (session.clone(), draft.clone());
            *timer.borrow_mut() = Some(Timeout::new(TYPING_MS, move || {
                session.act(Action::TargetText(text));
                draft.set(None);
            }));
        })
    };
    let settle = {
        let (session, draft, timer) = (session.clone(), draft.clone(), timer.clone());
        Callback::from(move |()| {
            timer.borrow_mut().take();
            if let Some(text) = (*draft).clone() {
                session.act(Action::TargetText(text));
                draft.set(None);
            }
        })
    };
    let left = settle.reform(|_: FocusEvent| ());
    let key = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            settle.emit(());
        }
    });

    // A target that reads well may still be one that recovery cannot reach.
    let unreachable = target.settled().and_then(|boundary| boundary.problem.as_ref());
    let wrong = target.problem.as_ref().or(unreachable).filter(|_| draft.is_none());
    let shown = (*draft).clone().unwrap_or_else(|| target.spec.text.clone());
    let example = target.stops.get(target.stops.len() / 2).map_or("", |stop| stop.text.as_str());
    let hint = t(&format!("recover.hint.{}", kind_code(target.spec.kind)), &[("example", example)]);
    let reads = target.settled().map(|boundary| t("recover.reads", &[("resolved", &boundary.resolved)]));
    html! {
        <>
            <label class="form-label" for="recover-target">{ t("recover.target", &[]) }</label>
            <div class="recover-target">
                <input id="recover-target" class="input is-code" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                    value={shown} oninput={typed} onblur={left} onkeydown={key} aria-describedby="recover-target-note"
                    aria-invalid={wrong.is_some().then_some("true")} />
                <div id="recover-target-note" class="recover-target-note" aria-live="polite">
                    if let Some(wrong) = wrong {
                        <p class="inline-problem"><Mark sign={Sign::Warning} />{ problem(wrong) }</p>
                    } else {
                        <p>{ reads.unwrap_or(hint) }</p>
                    }
                </div>
            </div>
        </>
    }
}
