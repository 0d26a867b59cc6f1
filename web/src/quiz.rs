//! The self-check: questions about a history, answered by doing what the choice says.
//!
//! Which choice is right is known to the worker alone; a wrong one is run as well, and what it would have done is shown. Another attempt is
//! another history. An answer that was given stays beside its choice until another choice is checked.

mod grade;

use crate::state::{Session, Ticket};
use crate::tables::grid::word;
use crate::tables::mark::{Sign, mark, problem_line};
use crate::view::{group, none, plain, tag};
use crate::words::t;
use grade::grade_card;
use pitr_protocol::{Grade, Problem, Question, Reply, Request};
use yew::prelude::*;
use yew::virtual_dom::ListenerKind;

#[derive(Properties, PartialEq, Debug)]
pub struct QuizProps {
    pub session: Session,
    /// Whether the worker can be asked.
    pub ready: bool,
    /// In which the timestamps of its tables are written.
    pub zone_offset_s: i32,
}

/// What reaches the self-check.
#[derive(Debug)]
pub enum Msg {
    Heard(Reply),
    /// Of the question at this place.
    Choose(usize, u8),
    Check(usize),
    Graded(usize, Reply),
    Again,
}

/// The questions of one attempt, and how far each has come.
#[derive(Debug, Default)]
pub struct Quiz {
    attempt: u32,
    cards: Vec<Card>,
    refused: Option<Problem>,
    ticket: Option<Ticket>,
}

/// A question and what was made of it.
#[derive(Debug)]
struct Card {
    question: Question,
    chosen: Option<u8>,
    answer: Answer,
    ticket: Option<Ticket>,
}

/// How far an answer has come.
#[derive(Debug)]
enum Answer {
    None,
    Asked,
    Graded(u8, Box<Grade>),
    Refused(Problem),
}

impl Component for Quiz {
    type Message = Msg;
    type Properties = QuizProps;

    fn create(ctx: &Context<Self>) -> Quiz {
        let mut quiz = Quiz::default();
        quiz.ask(ctx);
        quiz
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &QuizProps) -> bool {
        let lost = self.refused.as_ref().is_some_and(|problem| problem.code == "worker_crashed");
        if self.ticket.is_none() || lost {
            self.ask(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Heard(Reply::Questions { questions, .. }) => {
                self.refused = None;
                let card = |question| Card { question, chosen: None, answer: Answer::None, ticket: None };
                self.cards = questions.into_iter().map(card).collect();
            }
            Msg::Heard(Reply::Refused(problem)) => self.refused = Some(problem),
            Msg::Heard(_) => return false,
            Msg::Again => {
                self.attempt = self.attempt.wrapping_add(1);
                self.ask(ctx);
            }
            Msg::Choose(index, choice) => {
                if let Some(card) = self.cards.get_mut(index) {
                    card.chosen = Some(choice);
                }
            }
            Msg::Check(index) => self.check(ctx, index),
            Msg::Graded(index, reply) => {
                if let Some(card) = self.cards.get_mut(index) {
                    card.answer = match reply {
                        Reply::Graded { choice, grade, .. } => Answer::Graded(choice, grade),
                        Reply::Refused(problem) => Answer::Refused(problem),
                        _ => return false,
                    };
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let title = tag("h2", "panel-title").attr("id", "quiz-title").text(t("quiz.title", &[])).html();
        let again = tag("button", "button")
            .attr("type", "button")
            .on(ListenerKind::onclick, ctx.link().callback(|_| Msg::Again))
            .text(t("quiz.again", &[]));
        let cards = (0..self.cards.len()).filter_map(|index| self.card(ctx, index)).collect();
        let waiting = self.cards.is_empty() && self.refused.is_none();
        tag("section", "panel quiz")
            .attr("aria-labelledby", "quiz-title")
            .child(group("div", "quiz-head", [title, plain("p", "panel-note", t("quiz.note", &[]))]))
            .child(self.refused.as_ref().map_or_else(none, problem_line))
            .child(if waiting { plain("p", "tables-note", t("quiz.waiting", &[])) } else { none() })
            .child(tag("div", "quiz-cards").all(cards).html())
            .child(group("p", "quiz-again", [again.html()]))
            .html()
    }
}

impl Quiz {
    fn ask(&mut self, ctx: &Context<Self>) {
        let QuizProps { session, ready, .. } = ctx.props();
        if *ready {
            let heard = ctx.link().callback(Msg::Heard);
            self.ticket = Some(session.ask(Request::Questions { attempt: self.attempt }, heard));
        }
    }

    fn check(&mut self, ctx: &Context<Self>, index: usize) {
        let attempt = self.attempt;
        if let Some(card) = self.cards.get_mut(index)
            && let Some(choice) = card.chosen
        {
            card.answer = Answer::Asked;
            let heard = ctx.link().callback(move |reply| Msg::Graded(index, reply));
            let asked = Request::Answer { attempt, question: index as u8, choice };
            card.ticket = Some(ctx.props().session.ask(asked, heard));
        }
    }

    fn card(&self, ctx: &Context<Self>, index: usize) -> Option<Html> {
        let Card { question, chosen, answer, .. } = self.cards.get(index)?;
        let name = word("quiz-", &self.attempt.to_string(), &word("-", &index.to_string(), ""));
        let choices = question.choices.iter().enumerate().map(|(number, text)| {
            let number = number as u8;
            let is_chosen = *chosen == Some(number);
            let radio = tag("input", "")
                .attr("type", "radio")
                .attr("name", &name)
                .checked(is_chosen)
                .on(ListenerKind::onchange, ctx.link().callback(move |_| Msg::Choose(index, number)));
            let sign = match answer {
                Answer::Graded(choice, grade) if *choice == number => {
                    mark(if grade.right { Sign::In } else { Sign::Out })
                }
                _ => none(),
            };
            let class = if is_chosen { "quiz-choice is-chosen" } else { "quiz-choice" };
            group("label", class, [radio.html(), plain("span", "", text.clone()), sign])
        });
        let evidence = match question.evidence.is_empty() {
            true => none(),
            false => {
                let lines = question.evidence.iter().map(|line| group("li", "", [plain("code", "", line.clone())]));
                tag("ol", "quiz-evidence").attr("aria-label", &t("quiz.evidence", &[])).all(lines.collect()).html()
            }
        };
        let result = match answer {
            Answer::None => none(),
            Answer::Asked => plain("p", "tables-note", t("quiz.running", &[])),
            Answer::Graded(_, grade) => grade_card(grade, ctx.props().zone_offset_s, &ctx.props().session),
            Answer::Refused(refused) => problem_line(refused),
        };
        let number = plain("span", "quiz-number", t("quiz.number", &[("number", &(index + 1).to_string())]));
        let legend = tag("legend", "").child(number).text(word(" ", &question.text, "")).html();
        let fields = [legend, evidence, tag("div", "quiz-choices").all(choices.collect()).html()];
        let button = tag("button", "button is-primary").attr("type", "submit").flag("disabled", chosen.is_none());
        let predict = if chosen.is_none() { plain("span", "panel-note", t("quiz.predict", &[])) } else { none() };
        let submit = ctx.link().callback(move |event: Event| {
            event.prevent_default();
            Msg::Check(index)
        });
        let card = tag("form", "quiz-card")
            .key(name.clone())
            .on(ListenerKind::onsubmit, submit)
            .child(group("fieldset", "", fields))
            .child(group("p", "quiz-check", [button.text(t("quiz.check", &[])).html(), predict]))
            .child(tag("div", "quiz-result").attr("role", "status").child(result).html());
        Some(card.html())
    }
}
