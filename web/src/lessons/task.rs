//! What a step asks, and what came of the answer: prediction and outcome side by side.

use super::text::{blocks, line, ticked};
use super::{Msg, OUTCOME, StepState};
use crate::format;
use crate::state::value_of;
use crate::tables::mark::{Sign, mark, problem_line};
use crate::view::{group, none, plain, tag};
use crate::words::{count, problem, t};
use pitr_protocol::lesson::{Came, Judged, LessonStep, Task};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// A button of the panel.
pub fn button(class: &str, said: String, msg: Msg, send: &Callback<Msg>) -> Html
where
    Msg: Clone,
{
    let send = send.clone();
    let pressed = Callback::from(move |_: Event| send.emit(msg.clone()));
    tag("button", class).attr("type", "button").text(said).on(ListenerKind::onclick, pressed).html()
}

/// The task of a step.
pub fn task(step: &LessonStep, state: &StepState, zone_offset_s: i32, send: &Callback<Msg>) -> Vec<Html> {
    let mut parts = match &step.task {
        Task::Watch => Vec::new(),
        Task::Choose(_) | Task::Type { .. } => vec![form(step, state, send)],
        Task::Act(says) => vec![act(says, state, send)],
    };
    if !matches!(step.task, Task::Watch) {
        parts.push(hints(step, state, send));
    }
    let judged = state.judged.as_ref().map_or_else(none, |judged| outcome(judged, zone_offset_s, send));
    let refused = state.problem.as_ref().map_or_else(none, problem_line);
    let waiting = if state.asked { plain("p", "lesson-note", t("lesson.running", &[])) } else { none() };
    parts.push(
        tag("div", "lesson-outcome")
            .attr("role", "status")
            .attr("id", OUTCOME)
            .attr("tabindex", "-1")
            .all(vec![waiting, refused, judged])
            .html(),
    );
    parts
}

/// A prediction, until it is locked in.
fn form(step: &LessonStep, state: &StepState, send: &Callback<Msg>) -> Html {
    let locked = state.judged.is_some() || state.asked;
    let asked = match &step.task {
        Task::Choose(options) => {
            let options = options.iter().enumerate().map(|(number, option)| {
                let number = number as u32;
                let is_chosen = state.chosen == Some(number);
                let choose = send.reform(move |_: Event| Msg::Choose(number));
                let radio = tag("input", "")
                    .attr("type", "radio")
                    .attr("name", "lesson-option")
                    .checked(is_chosen)
                    .flag("disabled", locked)
                    .on(ListenerKind::onchange, choose);
                let sign = match &state.judged {
                    Some(judged) if is_chosen => mark(if judged.right { Sign::In } else { Sign::Out }),
                    _ => none(),
                };
                let class = if is_chosen { "lesson-option is-chosen" } else { "lesson-option" };
                let said = tag("span", "").all(line(option, send)).html();
                group("label", class, [radio.html(), said, sign])
            });
            tag("div", "lesson-options").all(options.collect()).html()
        }
        Task::Type { form, label } => {
            let typed = send.reform(|event: Event| Msg::Typed(value_of(&event)));
            let field = tag("input", "input is-code")
                .attr("type", "text")
                .attr("id", "lesson-answer")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("inputmode", if form == "number" || form == "xid" { "numeric" } else { "text" })
                .attr("aria-describedby", "lesson-form")
                .value(&state.typed)
                .flag("disabled", locked)
                .on(ListenerKind::oninput, typed);
            let hint = tag("p", "lesson-note").attr("id", "lesson-form").text(form_words(form));
            let label = tag("label", "form-label").attr("for", "lesson-answer").text(label.clone());
            group("div", "lesson-typed", [label.html(), field.html(), hint.html()])
        }
        _ => none(),
    };
    let ready = state.chosen.is_some() || !state.typed.trim().is_empty();
    let lock =
        tag("button", "button is-primary").attr("type", "submit").flag("disabled", !ready).text(t("lesson.lock", &[]));
    let foot = match locked {
        true => none(),
        false => group("p", "lesson-lock", [lock.html(), plain("span", "lesson-note", t("lesson.lock_says", &[]))]),
    };
    let submit = send.reform(|event: Event| {
        event.prevent_default();
        Msg::Lock
    });
    let legend = plain("legend", "lesson-part", t("lesson.your_answer", &[]));
    tag("form", "lesson-form")
        .on(ListenerKind::onsubmit, submit)
        .child(group("fieldset", "", [legend, asked]))
        .child(foot)
        .html()
}

fn form_words(form: &str) -> String {
    match form {
        "lsn" => t("lesson.form.lsn", &[]),
        "xid" => t("lesson.form.xid", &[]),
        "time" => t("lesson.form.time", &[]),
        _ => t("lesson.form.number", &[]),
    }
}

/// What is to be done in the lab, and how much of it is.
fn act(says: &[String], state: &StepState, send: &Callback<Msg>) -> Html {
    let line = |(index, says): (usize, &String)| {
        let holds = state.held.get(index).is_some_and(|(_, holds)| *holds);
        let word = if holds { t("lesson.act.done", &[]) } else { t("lesson.act.open", &[]) };
        let sign = mark(if holds { Sign::In } else { Sign::Ahead });
        let class = if holds { "is-done" } else { "" };
        group("li", class, [sign, plain("span", "visually-hidden", word), tag("span", "").all(ticked(says)).html()])
    };
    let lines = says.iter().enumerate().map(line).collect();
    let head = tag("h4", "lesson-part").attr("id", "lesson-act").text(t("lesson.act", &[])).html();
    let list = tag("ul", "lesson-act").attr("aria-labelledby", "lesson-act").all(lines).html();
    let shown = match state.hints >= HINTS && !state.is_done() {
        true => button("button is-quiet", t("lesson.show_me", &[]), Msg::ShowMe, send),
        false => none(),
    };
    let to_recover = tag("button", "button is-quiet")
        .attr("type", "button")
        .attr("aria-describedby", "lesson-act-says")
        .on(ListenerKind::onclick, Callback::from(|_: Event| super::ways::to_recover()))
        .text(t("lesson.to_recover", &[]))
        .html();
    let note = tag("p", "lesson-note").attr("id", "lesson-act-says").text(t("lesson.act.says", &[])).html();
    group("div", "lesson-doing", [head, list, note, group("div", "lesson-buttons is-small", [to_recover, shown])])
}

/// How many hints a step has.
const HINTS: usize = 3;

fn hints(step: &LessonStep, state: &StepState, send: &Callback<Msg>) -> Html {
    let shown = step.hints.iter().take(state.hints).map(|hint| tag("li", "").all(line(hint, send)).html());
    let list = match state.hints {
        0 => none(),
        _ => tag("ol", "lesson-hints").attr("aria-label", &t("lesson.hints", &[])).all(shown.collect()).html(),
    };
    let more = match state.hints < step.hints.len() && !state.is_done() {
        true => {
            let number = format::count(state.hints as u64 + 1);
            button("link", t("lesson.hint", &[("number", &number)]), Msg::Hint, send)
        }
        false => none(),
    };
    tag("div", "lesson-hinted").attr("aria-live", "polite").child(list).child(more).html()
}

/// What somebody said beside what happened.
fn outcome(judged: &Judged, zone_offset_s: i32, send: &Callback<Msg>) -> Html {
    let happened = match (&judged.came, &judged.is) {
        (Some(came), _) => came_lines(came, zone_offset_s),
        (None, Some(is)) => vec![tag("p", "lesson-is").all(ticked(is)).html()],
        (None, None) => Vec::new(),
    };
    let side = |key: &str, inner: Vec<Html>| {
        tag("div", "lesson-side").child(plain("dt", "", t(key, &[]))).child(tag("dd", "").all(inner).html()).html()
    };
    let sides = [
        side("lesson.you_said", vec![tag("p", "").all(ticked(&judged.said)).html()]),
        side("lesson.what_happened", happened),
    ];
    let (class, sign, word) = match judged.right {
        true => ("lesson-verdict is-right", Sign::In, t("lesson.right", &[])),
        false => ("lesson-verdict is-wrong", Sign::Out, t("lesson.wrong", &[])),
    };
    let feedback = tag("p", "").all(line(&judged.feedback, send)).html();
    let again = match judged.right {
        true => none(),
        false => button("button is-quiet", t("lesson.another", &[]), Msg::Another, send),
    };
    tag("div", "lesson-judged")
        .child(group("p", class, [mark(sign), plain("strong", "", word)]))
        .child(group("dl", "lesson-sides", sides))
        .child(feedback)
        .child(again)
        .html()
}

/// What a recovery came to, in lines.
fn came_lines(came: &Came, zone_offset_s: i32) -> Vec<Html> {
    if let Some(failed) = &came.failed {
        return vec![plain("p", "", t("lesson.came.failed", &[])), plain("p", "", problem(failed))];
    }
    let end = |key: &str, end: &Option<(u32, i64)>| {
        end.as_ref().map(|(xid, at)| {
            let params = [("xid", xid.to_string()), ("time", format::clock(*at, zone_offset_s))];
            plain("p", "", t(key, &[("xid", &params[0].1), ("time", &params[1].1)]))
        })
    };
    let tables = came
        .tables
        .iter()
        .map(|(table, rows)| plain("p", "lesson-is", count("lesson.came.rows", *rows, &[("table", table)])));
    tables
        .chain(end("lesson.came.last_in", &came.last_in))
        .chain(end("lesson.came.first_out", &came.first_out))
        .collect()
}

/// What is seen and why, once there is something to be seen.
pub fn after(step: &LessonStep, send: &Callback<Msg>) -> Html {
    let part = |key: &str, text: Vec<Html>| match text.is_empty() {
        true => none(),
        false => tag("div", "lesson-after").child(plain("h4", "lesson-part", t(key, &[]))).all(text).html(),
    };
    group(
        "div",
        "lesson-told",
        [part("lesson.observe", blocks(&step.observe, send)), part("lesson.explain", blocks(&step.explain, send))],
    )
}
