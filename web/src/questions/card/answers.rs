//! How each kind of question is answered: the fields of a card.

use super::super::given::Given;
use super::super::prose::inline;
use super::super::result::Confidence;
use super::{Card, Msg};
use crate::state::value_of;
use crate::story::target_name;
use crate::tables::mark::{Sign, mark};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use pitr_protocol::questions::{Choice, Posed, Way};
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

impl Card {
    pub(super) fn choices(&self, ctx: &Context<Self>, choices: &[Choice], kind: &str) -> Html {
        let labels = choices.iter().enumerate().map(|(number, choice)| {
            let number = number as u32;
            let is_chosen = self.given.as_ref().is_some_and(|given| given.has(number));
            let input = tag("input", "")
                .attr("type", kind)
                .attr("name", &self.name)
                .checked(is_chosen)
                .on(ListenerKind::onchange, ctx.link().callback(move |_| Msg::Choose(number)));
            let sign = match &self.verdict {
                Some(verdict) if is_chosen && kind == "radio" => mark(if verdict.right { Sign::In } else { Sign::Out }),
                _ => none(),
            };
            let class = if is_chosen { "quiz-choice is-chosen" } else { "quiz-choice" };
            group("label", class, [input.html(), inline(&choice.text), sign])
        });
        tag("div", "quiz-choices").all(labels.collect()).html()
    }

    pub(super) fn short(&self, ctx: &Context<Self>, form: &str, lines: &str) -> Html {
        let text = match &self.given {
            Some(Given::Text(text)) => text.as_str(),
            _ => "",
        };
        let id = [&self.name, "-text"].concat();
        let hint = [&self.name, "-hint"].concat();
        let typed = ctx.link().callback(|event: Event| Msg::Text(value_of(&event)));
        // Where there is but one line, Enter means that it is written.
        let entered = ctx.link().batch_callback(|event: Event| {
            let key = event.dyn_ref::<web_sys::KeyboardEvent>()?.key();
            (key == "Enter").then_some(Msg::Check)
        });
        let field = match lines {
            "one" => tag("input", "question-text").attr("type", "text").on(ListenerKind::onkeydown, entered),
            _ => tag("textarea", "question-text").attr("rows", "4"),
        };
        let field = field
            .attr("id", &id)
            .attr("aria-describedby", &hint)
            .attr("autocomplete", "off")
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .flag("data-code", form != "text" || lines == "code");
        let field = if form == "number" || form == "xid" { field.attr("inputmode", "numeric") } else { field };
        let label = t(&["question.form.", form].concat(), &[]);
        group(
            "div",
            "question-short",
            [
                tag("label", "question-label").attr("for", &id).text(label).html(),
                field.value(text).on(ListenerKind::oninput, typed).html(),
                tag("p", "panel-note").attr("id", &hint).text(t(&["question.hint.", form].concat(), &[])).html(),
            ],
        )
    }

    pub(super) fn place(&self, ctx: &Context<Self>, posed: &Posed, backup: &str) -> Html {
        let is_there = self.is_in_lab(posed);
        let open = tag("button", "button")
            .attr("type", "button")
            .on(ListenerKind::onclick, ctx.link().callback(|_| Msg::OpenInLab))
            .text(t(if is_there { "question.place.go" } else { "question.place.open" }, &[]))
            .html();
        let steps = ["question.place.first", "question.place.second", "question.place.third"];
        let steps = steps.iter().map(|key| plain("li", "", t(key, &[("backup", backup)])));
        let now = match (&self.target, is_there) {
            (_, false) => t("question.place.not_there", &[]),
            (None, true) => t("question.place.none", &[]),
            (Some(target), true) => t("question.place.target", &[("target", &target_name(target))]),
        };
        let bar = match is_there && self.verdict.is_none() {
            true => self.bar(ctx, &now),
            false => none(),
        };
        group(
            "div",
            "question-place",
            [
                tag("ol", "").all(steps.collect()).html(),
                group("p", "", [open]),
                plain("p", "question-target", now.clone()),
                bar,
            ],
        )
    }

    /// What goes with the reader to the timeline, and leads back.
    pub(super) fn bar(&self, ctx: &Context<Self>, now: &str) -> Html {
        let button = |key: &str, class: &str, msg: fn() -> Msg, can: bool| {
            tag("button", class)
                .attr("type", "button")
                .flag("disabled", !can)
                .on(ListenerKind::onclick, ctx.link().callback(move |_| msg()))
                .text(t(key, &[]))
                .html()
        };
        tag("div", "question-bar")
            .attr("role", "region")
            .attr("aria-label", &t("question.place.bar", &[]))
            .child(plain("span", "", now.to_owned()))
            .child(button("question.place.answer", "button is-primary", || Msg::CheckTarget, self.target.is_some()))
            .child(button("question.place.back", "button", || Msg::Back, true))
            .html()
    }

    pub(super) fn feelings(&self, ctx: &Context<Self>) -> Html {
        let locked = self.is_answered;
        let options = Confidence::ALL.into_iter().map(|confidence| {
            let input = tag("input", "")
                .attr("type", "radio")
                .attr("name", &[&self.name, "-sure"].concat())
                .flag("disabled", locked)
                .checked(self.confidence == Some(confidence))
                .on(ListenerKind::onchange, ctx.link().callback(move |_| Msg::Feel(confidence)))
                .html();
            let said = t(&["question.confidence.", confidence.code()].concat(), &[]);
            group("label", "question-feeling", [input, plain("span", "", said)])
        });
        tag("fieldset", "question-feelings")
            .child(plain("legend", "", t("question.confidence", &[])))
            .all(options.collect())
            .html()
    }

    pub(super) fn buttons(&self, ctx: &Context<Self>, posed: &Posed) -> Html {
        let is_place = matches!(posed.way, Way::Place { .. });
        let can = match is_place {
            true => self.is_in_lab(posed) && self.target.is_some(),
            false => self.given.as_ref().is_some_and(|given| given.answer().is_some()),
        };
        let key = if is_place { "question.place.check" } else { "question.check" };
        let checked = ctx.link().callback(move |_| if is_place { Msg::CheckTarget } else { Msg::Check });
        let check = tag("button", "button is-primary question-check")
            .attr("type", "button")
            .flag("disabled", !can || self.judging.is_some())
            .on(ListenerKind::onclick, checked)
            .text(t(key, &[]))
            .html();
        let another = match self.is_answered && posed.varies {
            true => tag("button", "button")
                .attr("type", "button")
                .on(ListenerKind::onclick, ctx.link().callback(|_| Msg::Another))
                .text(t("question.another", &[]))
                .html(),
            false => none(),
        };
        group("p", "quiz-check", [check, another])
    }
}

/// A log as it is read: line by line, in one width; a long one is scrolled.
pub(super) fn evidence(lines: &[String]) -> Html {
    // In a narrow place a line takes up to three.
    const AT_ONCE: usize = 7;
    if lines.is_empty() {
        return none();
    }
    let items = lines.iter().map(|line| group("li", "", [plain("code", "", line.clone())]));
    let list = tag("ol", "quiz-evidence question-evidence").attr("aria-label", &t("question.evidence", &[]));
    let list = if lines.len() > AT_ONCE { list.attr("tabindex", "0") } else { list };
    list.all(items.collect()).html()
}
