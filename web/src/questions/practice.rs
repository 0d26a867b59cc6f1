//! As many questions as somebody likes: a template or a written question by its title, a seed that can be shared, and how many were right in a row.

use super::card::Card;
use super::engine::{self, Member};
use crate::sight::Sight;
use crate::state::{Ticket, value_of};
use crate::tables::mark::warning_line;
use crate::view::{group, none, plain, tag};
use crate::wishes::{clipped, wish};
use crate::words::{count, t};
use pitr_protocol::questions::{Ask, Entry, Told};
use web_sys::Element;
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

/// Where everybody begins.
const FIRST_SEED: u64 = 1;
/// How far below the screen a question is made ready.
const NEAR_PX: u32 = 400;

/// What reaches the section.
#[derive(Debug)]
pub enum Msg {
    Engine,
    Told(Box<Told>),
    Near,
    Choose(String),
    TypedSeed(String),
    Seed(u64),
    Answered(bool),
}

/// The section.
#[derive(Debug)]
pub struct Practice {
    catalog: Vec<Entry>,
    source: Option<String>,
    seed: u64,
    /// A seed that is being typed and is none.
    typed: Option<String>,
    streak: u64,
    /// What the address asks for: a question, and whatever stands there for a seed.
    wished: Option<String>,
    trouble: Option<String>,
    is_near: bool,
    section: NodeRef,
    near: Option<Sight>,
    ticket: Option<Ticket>,
    _engine: Member,
}

impl Component for Practice {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Practice {
        let wished = wish("question");
        let text = wish("seed").filter(|_| wished.is_some());
        let seed = text.as_deref().map(|text| text.trim().parse::<u64>());
        let trouble = match (&text, &seed) {
            (Some(text), Some(Err(_))) => Some(t("question.bad_seed", &[("seed", &clipped(text))])),
            _ => None,
        };
        Practice {
            catalog: Vec::new(),
            source: None,
            seed: seed.and_then(Result::ok).unwrap_or(FIRST_SEED),
            typed: None,
            streak: 0,
            is_near: wished.is_some(),
            wished,
            trouble,
            section: NodeRef::default(),
            near: None,
            ticket: None,
            _engine: engine::join(ctx.link().callback(|()| Msg::Engine)),
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(section) = self.section.cast::<Element>() {
            self.near = Sight::near(&section, NEAR_PX, ctx.link().callback(|()| Msg::Near));
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Engine => {
                if !self.catalog.is_empty() {
                    return false;
                }
                self.ticket = engine::ask(&Ask::Catalog, ctx.link().callback(|told| Msg::Told(Box::new(told))));
                return false;
            }
            Msg::Told(told) => match *told {
                Told::Catalog(catalog) => self.take(catalog),
                _ => return false,
            },
            Msg::Near => {
                self.near = None;
                self.is_near = true;
            }
            Msg::Choose(source) => {
                self.source = Some(source);
                self.trouble = None;
            }
            Msg::TypedSeed(text) => match text.trim().parse() {
                Ok(seed) => (self.seed, self.typed, self.trouble) = (seed, None, None),
                Err(_) => {
                    self.trouble = Some(t("question.bad_seed", &[("seed", &clipped(&text))]));
                    self.typed = Some(text);
                }
            },
            Msg::Seed(seed) => (self.seed, self.typed, self.trouble) = (seed, None, None),
            Msg::Answered(right) => self.streak = if right { self.streak + 1 } else { 0 },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let title = tag("h2", "panel-title").attr("id", "practice-title").text(t("question.practice", &[])).html();
        let head = group("div", "quiz-head", [title, plain("p", "panel-note", t("question.practice.note", &[]))]);
        let streak = match self.streak {
            0 => none(),
            streak => plain("p", "question-streak", count("question.streak", streak, &[])),
        };
        let card = match &self.source {
            Some(source) if self.is_near => {
                let answered = ctx.link().callback(Msg::Answered);
                let another = ctx.link().callback(Msg::Seed);
                html! { <Card source={source.clone()} seed={self.seed} on_answered={answered} on_another={another} /> }
            }
            _ => plain("p", "tables-note", t("question.waiting", &[])),
        };
        tag("section", "panel practice")
            .attr("id", "practice")
            .attr("aria-labelledby", "practice-title")
            .found_by(&self.section)
            .child(head)
            .child(self.chooser(ctx))
            .child(tag("div", "practice-trouble").attr("role", "status").child(self.trouble()).html())
            .child(card)
            .child(tag("div", "").attr("role", "status").child(streak).html())
            .html()
    }
}

impl Practice {
    /// What there is; what the address asks for comes first.
    fn take(&mut self, catalog: Vec<Entry>) {
        self.catalog = catalog;
        let first = self.catalog.first().map(|entry| entry.source.clone());
        self.source = match self.wished.take() {
            None => self.source.take().or(first),
            Some(wished) => {
                let is_there = self.catalog.iter().any(|entry| entry.source == wished);
                if !is_there {
                    self.trouble = Some(t("question.no_such", &[("question", &clipped(&wished))]));
                }
                // A question that was asked for is gone to.
                if let Some(section) = self.section.cast::<Element>() {
                    section.scroll_into_view();
                }
                if is_there { Some(wished) } else { first }
            }
        };
    }

    fn trouble(&self) -> Html {
        self.trouble.clone().map_or_else(none, warning_line)
    }

    fn chooser(&self, ctx: &Context<Self>) -> Html {
        let option = |entry: &Entry| {
            let is_it = self.source.as_ref() == Some(&entry.source);
            tag("option", "").attr("value", &entry.source).flag("selected", is_it).text(entry.title.clone()).html()
        };
        let options = |is_template: bool, key: &str| {
            let those = self.catalog.iter().filter(|entry| entry.is_template == is_template);
            let options: Vec<Html> = those.map(option).collect();
            match options.is_empty() {
                true => none(),
                false => tag("optgroup", "").attr("label", &t(key, &[])).all(options).html(),
            }
        };
        let chosen = ctx.link().callback(|event: Event| Msg::Choose(value_of(&event)));
        let select = tag("select", "")
            .attr("id", "practice-question")
            .value(self.source.as_deref().unwrap_or_default())
            .on(ListenerKind::onchange, chosen)
            .child(options(true, "question.templates"))
            .child(options(false, "question.written"))
            .html();
        let seed = self.typed.clone().unwrap_or_else(|| self.seed.to_string());
        let typed = ctx.link().callback(|event: Event| Msg::TypedSeed(value_of(&event)));
        let seed = tag("input", "")
            .attr("id", "practice-seed")
            .attr("type", "text")
            .attr("inputmode", "numeric")
            .attr("autocomplete", "off")
            .attr("aria-invalid", if self.typed.is_some() { "true" } else { "false" })
            .value(&seed)
            .on(ListenerKind::onchange, typed)
            .html();
        let field = |id: &str, key: &str, field: Html| {
            let label = tag("label", "question-label").attr("for", id).text(t(key, &[])).html();
            group("div", "practice-field", [label, field])
        };
        group(
            "div",
            "practice-chooser",
            [field("practice-question", "question.which", select), field("practice-seed", "question.seed", seed)],
        )
    }
}
