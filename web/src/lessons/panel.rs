//! The lesson beside the lab: one step at a time, or all of its text.

use super::list;
use super::progress::Progress;
use super::task::{after, button, task};
use super::text::blocks;
use super::ways::Return;
use super::{HEADING, Msg, Opened, StepState};
use crate::format;
use crate::questions::Card;
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::lesson::{LessonStep, Task};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// `leading`: the lab is still on its way to where the step is.
pub fn view(opened: &Opened, progress: &Progress, leading: bool, zone_offset_s: i32, send: &Callback<Msg>) -> Html {
    let lesson = &opened.lesson;
    let (number, minutes) = (format::count(lesson.number.into()), format::count(lesson.minutes.into()));
    // The idea comes at the end: a prediction is asked for first.
    let head = plain("p", "lesson-note", t("lesson.about", &[("number", &number), ("minutes", &minutes)]));
    let body = match (opened.all, lesson.steps.get(opened.at)) {
        (true, _) => none(),
        (false, Some(step)) => one(opened, step, zone_offset_s, send),
        (false, None) => end(opened, send),
    };
    let is_done = opened.states.get(opened.at).is_some_and(StepState::is_done);
    tag("div", "lesson-one")
        .child(head)
        .child(steps(opened, progress, send))
        .child(body)
        .child(whole(opened, send))
        .child(foot(opened, leading, send))
        .child(html! { <Return done={is_done} /> })
        .html()
}

/// The steps by their names, to go to any of them.
fn steps(opened: &Opened, progress: &Progress, send: &Callback<Msg>) -> Html {
    let lesson = &opened.lesson;
    let way = |at: usize, said: String, done: bool| {
        let send = send.clone();
        let go = Callback::from(move |_: Event| send.emit(Msg::GoTo(at)));
        let is_here = at == opened.at && !opened.all;
        let state = if done { t("lesson.step.answered", &[]) } else { String::new() };
        let mut way = tag("button", "lesson-way").attr("type", "button").on(ListenerKind::onclick, go);
        if is_here {
            way = way.attr("aria-current", "step");
        }
        let sign = mark(if done {
            Sign::In
        } else if is_here {
            Sign::Now
        } else {
            Sign::Ahead
        });
        let way = way.child(sign).child(plain("span", "", said)).child(plain("span", "visually-hidden", state));
        group("li", "", [way.html()])
    };
    let of_step = |(at, step): (usize, &LessonStep)| {
        let done = opened.states.get(at).is_some_and(StepState::is_done) || progress.has_answered(&lesson.id, &step.id);
        way(at, step.title.clone(), done)
    };
    let mut ways: Vec<Html> = lesson.steps.iter().enumerate().map(of_step).collect();
    ways.push(way(lesson.steps.len(), t("lesson.end", &[]), progress.is_done(&lesson.id)));
    let list = tag("ol", "lesson-ways").all(ways).html();
    tag("nav", "").attr("aria-label", &t("lesson.steps", &[])).child(list).html()
}

fn title(said: String) -> Html {
    tag("h3", "lesson-step-title").attr("id", HEADING).attr("tabindex", "-1").text(said).html()
}

fn one(opened: &Opened, step: &LessonStep, zone_offset_s: i32, send: &Callback<Msg>) -> Html {
    let fresh = StepState::default();
    let state = opened.states.get(opened.at).unwrap_or(&fresh);
    let intro = if opened.at == 0 { blocks(&opened.lesson.intro, send) } else { Vec::new() };
    let told = match state.is_done() || matches!(step.task, Task::Watch) {
        true => after(step, send),
        false => none(),
    };
    tag("div", "lesson-step")
        .key(format!("{} {}", opened.lesson.seed, step.id))
        .all(intro)
        .child(title(step.title.clone()))
        .all(blocks(&step.predict, send))
        .all(task(step, state, zone_offset_s, send))
        .child(told)
        .html()
}

fn end(opened: &Opened, send: &Callback<Msg>) -> Html {
    let lesson = &opened.lesson;
    let next = list::behind(&lesson.id).map_or_else(none, |next| {
        let said = t("lesson.next_lesson", &[("number", next.number), ("title", next.title)]);
        button("button is-primary", said, Msg::Open { id: next.id.to_owned(), seed: 0 }, send)
    });
    let questions = match lesson.recall.is_none() {
        true => t("lesson.end.questions_first", &[]),
        false => t("lesson.end.questions", &[]),
    };
    let asked = lesson.questions.iter().chain(&lesson.recall).zip(1..).map(|(source, number)| {
        // Lessons that ask the same sort of question ask another one each.
        let seed =
            lesson.seed.wrapping_mul(64).wrapping_add(lesson.number.into()).wrapping_mul(16).wrapping_add(number);
        html! { <Card key={source.clone()} source={source.clone()} {seed} /> }
    });
    tag("div", "lesson-step")
        .key("end".to_owned())
        .child(title(t("lesson.end.title", &[])))
        .child(plain("p", "", t("lesson.end.says", &[])))
        .child(plain("blockquote", "", lesson.idea.clone()))
        .child(plain("p", "", questions))
        .child(tag("div", "lesson-questions").all(asked.collect()).html())
        .child(plain("p", "", t("lesson.end.next", &[])))
        .child(group("div", "lesson-buttons", [next, button("button is-quiet", t("lesson.map", &[]), Msg::Map, send)]))
        .html()
}

/// All of the text, for whoever would rather read, and for the printer: steps with what is asked, seen and explained.
fn whole(opened: &Opened, send: &Callback<Msg>) -> Html {
    let lesson = &opened.lesson;
    let step = |step: &LessonStep| {
        let asked = match &step.task {
            Task::Choose(options) => {
                let options = options.iter().map(|option| tag("li", "").all(super::text::line(option, send)).html());
                tag("ul", "").all(options.collect()).html()
            }
            Task::Act(says) => tag("ul", "")
                .all(says.iter().map(|says| tag("li", "").all(super::text::ticked(says)).html()).collect())
                .html(),
            _ => none(),
        };
        tag("section", "lesson-whole-step")
            .child(plain("h3", "", step.title.clone()))
            .all(blocks(&step.predict, send))
            .child(asked)
            .child(after(step, send))
            .html()
    };
    let class = if opened.all { "lesson-whole is-shown" } else { "lesson-whole" };
    tag("div", class)
        .all(blocks(&lesson.intro, send))
        .all(lesson.steps.iter().map(step).collect())
        .child(plain("blockquote", "", lesson.idea.clone()))
        .html()
}

fn foot(opened: &Opened, leading: bool, send: &Callback<Msg>) -> Html {
    let last = opened.lesson.steps.len();
    let is_done = opened.states.get(opened.at).is_none_or(StepState::is_done)
        || opened.lesson.steps.get(opened.at).is_none_or(|step| step.task == Task::Watch);
    let before = match opened.at {
        0 => none(),
        at => button("button", t("lesson.previous", &[]), Msg::GoTo(at - 1), send),
    };
    let next = match opened.at < last {
        true => {
            let class = if is_done { "button is-primary" } else { "button" };
            button(class, t("lesson.next", &[]), Msg::GoTo(opened.at + 1), send)
        }
        false => none(),
    };
    let back = match opened.at < last {
        true => button("button is-quiet", t("lesson.back", &[]), Msg::Back, send),
        false => none(),
    };
    let leading = match leading {
        true => plain("span", "lesson-note lesson-leading", t("lesson.leading", &[])),
        false => none(),
    };
    let all = if opened.all { "lesson.step_by_step" } else { "lesson.read_all" };
    tag("div", "lesson-foot")
        .child(group("div", "lesson-buttons", [before, next]))
        .child(group(
            "div",
            "lesson-buttons is-small",
            [
                back,
                button("button is-quiet", t("lesson.afresh", &[]), Msg::Afresh, send),
                button("button is-quiet", t(all, &[]), Msg::All, send),
                leading,
            ],
        ))
        .html()
}
