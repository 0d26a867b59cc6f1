//! The run as a script: to read, to change, to run, to take from a file.
//!
//! What is being written stays in the textbox until it runs or another run comes. A script that cannot be read changes nothing of the
//! run on show; the line that is wrong is shown with the word that is wrong.

pub mod excerpt;
pub mod file;

use crate::state::{Action, use_outcome, use_run, use_session, value_of};
use crate::tables::mark::{problem_line, warning_line};
use crate::view::{group, none, plain, show_top, tag};
use crate::words::t;
use excerpt::excerpt;
use pitr_protocol::{Problem, ScriptSource};
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// What somebody is writing.
#[derive(Debug, Clone, PartialEq, Default)]
struct Draft {
    /// Instead of the run's own script.
    text: Option<String>,
    /// Why a file was not taken.
    file_refused: Option<String>,
}

#[component]
pub fn ScriptPane() -> Html {
    let session = use_session();
    let run = use_run();
    let outcome = use_outcome();
    let pane = use_node_ref();
    let text_box = use_node_ref();
    let draft = use_state(Draft::default);
    // What was sent last: an error's place counts in that text.
    let sent = use_mut_ref(|| None::<String>);
    let shown = use_mut_ref(|| run.clone());
    {
        let (draft, sent, shown, pane) = (draft.clone(), sent.clone(), shown.clone(), pane.clone());
        let wrong = outcome.load_refused.is_some();
        use_effect_with((run.clone(), wrong), move |(run, wrong)| {
            if *wrong {
                if let Some(pane) = pane.cast::<Element>() {
                    let _ = pane.set_attribute("open", "");
                }
                return;
            }
            // While it is being looked at whether a script can be, what is written stays.
            if shown.replace(run.clone()) == *run {
                return;
            }
            draft.set(Draft::default());
            // The run that was asked for here is on show, further up.
            if sent.borrow_mut().take().is_some() {
                show_top();
            }
        });
    }

    let text = draft.text.as_ref().unwrap_or(&run.head.script);
    let set = {
        let draft = draft.clone();
        Callback::from(move |change: Draft| draft.set(change))
    };
    let typed = set.reform(|event: Event| Draft { text: Some(value_of(&event)), file_refused: None });
    let run_it = {
        let (session, sent, text) = (session.clone(), sent.clone(), text.clone());
        Callback::from(move |_: Event| {
            *sent.borrow_mut() = Some(text.clone());
            session.act(Action::Load(ScriptSource::Text(text.clone())));
        })
    };
    let opened = {
        let text = draft.text.clone();
        set.reform(move |read: Result<String, String>| match read {
            Ok(text) => Draft { text: Some(text), file_refused: None },
            Err(refused) => Draft { text: text.clone(), file_refused: Some(refused) },
        })
    };
    let button = |class: &str, key: &str, click: Callback<Event>| {
        tag("button", class).attr("type", "button").on(ListenerKind::onclick, click).text(t(key, &[])).html()
    };
    let shipped = Action::Load(ScriptSource::Shipped("worked-example".to_owned()));
    let actions = [
        button("button is-primary", "script.run", run_it),
        match draft.text.is_some() {
            true => button("button", "script.undo", set.reform(|_: Event| Draft::default())),
            false => none(),
        },
        file::choice(opened),
        button("link", "script.restore", session.click(shipped)),
        if outcome.loading { plain("span", "panel-note", t("script.loading", &[])) } else { none() },
        match &draft.file_refused {
            Some(refused) => {
                tag("div", "script-file-problem").attr("role", "alert").child(warning_line(refused.clone())).html()
            }
            None => none(),
        },
    ];
    let refused = outcome.load_refused.as_ref();
    let problem = tag("div", "").attr("id", "script-problem").attr("role", "alert");
    let problem = match refused {
        Some(refused) => problem.child(wrong(refused, sent.borrow().as_ref().unwrap_or(text), &text_box)),
        None => problem,
    };
    let rows = text.lines().count().clamp(8, 24).to_string();
    let editor = tag("textarea", "input is-code script-text")
        .found_by(&text_box)
        .attr("id", "script-text")
        .attr("rows", &rows)
        .attr("wrap", "off")
        .attr("spellcheck", "false")
        .attr("autocapitalize", "off")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "script-problem")
        .attr("aria-invalid", if refused.is_some() { "true" } else { "false" })
        .value(text)
        .on(ListenerKind::oninput, typed);
    let title =
        [plain("h2", "panel-title", t("script.title", &[])), plain("span", "panel-note", t("script.note", &[]))];
    tag("details", "panel script")
        .found_by(&pane)
        .child(group("summary", "script-summary", title))
        .child(tag("label", "form-label").attr("for", "script-text").text(t("script.label", &[])).html())
        .child(editor.html())
        .child(problem.html())
        .child(group("div", "script-actions", actions))
        .html()
}

/// What is wrong with a script, and where.
fn wrong(refused: &Problem, text: &str, text_box: &NodeRef) -> Html {
    let mut told = tag("div", "script-wrong").child(problem_line(refused));
    if let Some((place, cut)) = refused.place.and_then(|place| Some((place, excerpt(text, place)?))) {
        let (line, column) = (place.line.to_string(), place.column.to_string());
        let text_box = text_box.clone();
        let jump = Callback::from(move |_: Event| {
            if let Some(text_box) = text_box.cast::<HtmlTextAreaElement>() {
                let _ = text_box.focus();
                let _ = text_box.set_selection_range(cut.start_utf16, cut.end_utf16);
            }
        });
        let code = tag("code", "").text(cut.before).child(plain("mark", "", cut.covered)).text(cut.after).html();
        let number = plain("span", "script-line-number", line.clone());
        let go = tag("button", "link").attr("type", "button").on(ListenerKind::onclick, jump);
        told = told
            .child(group("pre", "script-excerpt", [number, code]))
            .child(go.text(t("script.go_to", &[("line", &line), ("column", &column)])).html());
    }
    told.child(plain("p", "grid-note", t("script.unchanged", &[]))).html()
}
