//! The run as a script: to read, to change, to run, to take from a file.
//!
//! What is being written stays in the textbox until it runs or another run comes. A script that cannot be read changes nothing of the
//! run on show; the line that is wrong is shown with the word that is wrong.

mod excerpt;
mod file;

use crate::state::{Action, use_outcome, use_run, use_session};
use crate::tables::mark::{Mark, Sign};
use crate::words::{problem, t};
use excerpt::{Excerpt, excerpt};
use file::FileChoice;
use pitr_protocol::{Problem, ScriptSource};
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

#[component]
pub fn ScriptPane() -> Html {
    let session = use_session();
    let run = use_run();
    let outcome = use_outcome();
    let pane = use_node_ref();
    let text_box = use_node_ref();
    // What somebody wrote; the run's own script otherwise.
    let draft = use_state(|| None::<String>);
    // What was sent last: an error's place counts in that text.
    let sent = use_mut_ref(|| None::<String>);
    {
        let (draft, sent) = (draft.clone(), sent.clone());
        use_effect_with(run.clone(), move |_| {
            draft.set(None);
            // The run that was asked for here is on show, further up.
            if sent.borrow_mut().take().is_some() {
                crate::charts::show_top();
            }
        });
    }
    {
        let (pane, is_wrong) = (pane.clone(), outcome.load_refused.is_some());
        use_effect_with(is_wrong, move |is_wrong| {
            if let Some(pane) = pane.cast::<Element>().filter(|_| *is_wrong) {
                let _ = pane.set_attribute("open", "");
            }
        });
    }

    let text = (*draft).clone().unwrap_or_else(|| run.head.script.clone());
    let typed = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            draft.set(event.target_dyn_into::<HtmlTextAreaElement>().map(|text_box| text_box.value()));
        })
    };
    let run_it = {
        let (session, sent, text) = (session.clone(), sent.clone(), text.clone());
        Callback::from(move |_: MouseEvent| {
            *sent.borrow_mut() = Some(text.clone());
            session.act(Action::Load(ScriptSource::Text(text.clone())));
        })
    };
    let undo = {
        let draft = draft.clone();
        Callback::from(move |_: MouseEvent| draft.set(None))
    };
    let restore = session.on(|_: MouseEvent| Action::Load(ScriptSource::Shipped("worked-example".to_owned())));
    let opened = {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(Some(text)))
    };
    let jump = {
        let text_box = text_box.clone();
        Callback::from(move |(start, end): (u32, u32)| {
            if let Some(text_box) = text_box.cast::<HtmlTextAreaElement>() {
                let _ = text_box.focus();
                let _ = text_box.set_selection_range(start, end);
            }
        })
    };

    let refused = outcome.load_refused.as_ref();
    let read = sent.borrow().clone().unwrap_or_else(|| text.clone());
    let lines = text.lines().count().clamp(8, 24);
    html! {
        <details ref={pane} class="panel script">
            <summary class="script-summary">
                <h2 class="panel-title">{ t("script.title", &[]) }</h2>
                <span class="panel-note">{ t("script.note", &[]) }</span>
            </summary>
            <label class="form-label" for="script-text">{ t("script.label", &[]) }</label>
            <textarea id="script-text" ref={text_box} class="input is-code script-text" rows={lines.to_string()} wrap="off"
                spellcheck="false" autocapitalize="off" autocomplete="off" value={text} oninput={typed}
                aria-invalid={refused.is_some().then_some("true")} aria-describedby="script-problem" />
            <div id="script-problem" role="alert">
                if let Some(refused) = refused {
                    { wrong(refused, &read, &jump) }
                }
            </div>
            <div class="script-actions">
                <button type="button" class="button is-primary" onclick={run_it}>{ t("script.run", &[]) }</button>
                if draft.is_some() {
                    <button type="button" class="button" onclick={undo}>{ t("script.undo", &[]) }</button>
                }
                <FileChoice {opened} />
                <button type="button" class="link" onclick={restore}>{ t("script.restore", &[]) }</button>
                if outcome.loading {
                    <span class="panel-note">{ t("script.loading", &[]) }</span>
                }
            </div>
        </details>
    }
}

/// What is wrong with a script, and where.
fn wrong(refused: &Problem, text: &str, jump: &Callback<(u32, u32)>) -> Html {
    let place = refused.place.and_then(|place| Some((place, excerpt(text, place)?)));
    html! {
        <div class="script-wrong">
            <p class="inline-problem"><Mark sign={Sign::Warning} />{ problem(refused) }</p>
            if let Some((place, Excerpt { before, covered, after, start_utf16, end_utf16 })) = place {
                <pre class="script-excerpt" aria-label={t("script.excerpt", &[("line", &place.line.to_string())])}>
                    <span class="script-line-number">{ place.line }</span>
                    <code>{ before }<mark>{ covered }</mark>{ after }</code>
                </pre>
                <button type="button" class="link" onclick={jump.reform(move |_| (start_utf16, end_utf16))}>
                    { t("script.go_to", &[("line", &place.line.to_string()), ("column", &place.column.to_string())]) }
                </button>
            }
            <p class="grid-note">{ t("script.unchanged", &[]) }</p>
        </div>
    }
}
