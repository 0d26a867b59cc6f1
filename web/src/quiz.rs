//! The self-check: questions about a history, answered by doing what the choice says.
//!
//! Which choice is right is known to the worker alone; a wrong one is run as well, and what it would have done is shown. Another attempt is
//! another history. An answer that was given stays beside its choice until another choice is checked.

mod grade;

use crate::state::{Connection, use_health, use_run, use_session};
use crate::tables::mark::{Mark, Sign};
use crate::words::{problem, t};
use grade::GradeCard;
use pitr_protocol::{Grade, Problem, Question, Reply, Request};
use std::rc::Rc;
use yew::prelude::*;

#[component]
pub fn Quiz() -> Html {
    let session = use_session();
    let health = use_health();
    let run = use_run();
    let attempt = use_state(|| 0_u32);
    let questions = use_state(|| None::<(u32, Rc<Vec<Question>>)>);
    let refused = use_state(|| None::<Problem>);
    let ticket = use_mut_ref(|| None);

    let ready = run.is_there() && health.state == Connection::Ready;
    let missing = questions.as_ref().is_none_or(|(of, _)| *of != *attempt);
    {
        let (questions, refused, ticket, attempt) = (questions.clone(), refused.clone(), ticket.clone(), *attempt);
        use_effect_with((ready && missing, attempt), move |(wanted, attempt)| {
            if *wanted {
                let heard = Callback::from(move |reply: Reply| match reply {
                    Reply::Questions { attempt, questions: asked } => {
                        refused.set(None);
                        questions.set(Some((attempt, Rc::new(asked))));
                    }
                    Reply::Refused(problem) => refused.set(Some(problem)),
                    _ => {}
                });
                *ticket.borrow_mut() = Some(session.ask(Request::Questions { attempt: *attempt }, heard));
            }
        });
    }
    let again = {
        let attempt = attempt.clone();
        Callback::from(move |_: MouseEvent| attempt.set(attempt.wrapping_add(1)))
    };
    let shown = questions.as_ref().map(|(of, questions)| {
        let cards = questions.iter().enumerate().map(|(index, question)| {
            html! { <QuestionCard key={format!("{of}-{index}")} attempt={*of} index={index as u8} question={question.clone()} /> }
        });
        html! { <div class="quiz-cards">{ for cards }</div> }
    });
    html! {
        <section class="panel quiz" aria-labelledby="quiz-title">
            <div class="quiz-head">
                <h2 id="quiz-title" class="panel-title">{ t("quiz.title", &[]) }</h2>
                <p class="panel-note">{ t("quiz.note", &[]) }</p>
            </div>
            if let Some(refused) = &*refused {
                <p class="inline-problem"><Mark sign={Sign::Warning} />{ problem(refused) }</p>
            }
            { shown.unwrap_or_else(|| html! { <p class="tables-note">{ t("quiz.waiting", &[]) }</p> }) }
            <p class="quiz-again">
                <button type="button" class="button" onclick={again}>{ t("quiz.again", &[]) }</button>
            </p>
        </section>
    }
}

#[derive(Properties, PartialEq, Debug)]
struct QuestionProps {
    attempt: u32,
    index: u8,
    question: Question,
}

/// How far an answer has come.
#[derive(Debug, Clone, PartialEq)]
enum Answer {
    None,
    Asked,
    Graded(u8, Rc<Grade>),
    Refused(Problem),
}

#[component]
fn QuestionCard(QuestionProps { attempt, index, question }: &QuestionProps) -> Html {
    let (attempt, index) = (*attempt, *index);
    let session = use_session();
    let chosen = use_state(|| None::<u8>);
    let answer = use_state(|| Answer::None);
    let ticket = use_mut_ref(|| None);

    let check = {
        let (session, chosen, answer, ticket) = (session.clone(), chosen.clone(), answer.clone(), ticket.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(choice) = *chosen else {
                return;
            };
            answer.set(Answer::Asked);
            let answer = answer.clone();
            let heard = Callback::from(move |reply: Reply| match reply {
                Reply::Graded { choice, grade, .. } => answer.set(Answer::Graded(choice, Rc::from(grade))),
                Reply::Refused(problem) => answer.set(Answer::Refused(problem)),
                _ => {}
            });
            let asked = session.ask(Request::Answer { attempt, question: index, choice }, heard);
            *ticket.borrow_mut() = Some(asked);
        })
    };
    let graded = match &*answer {
        Answer::Graded(choice, grade) => Some((*choice, Rc::clone(grade))),
        _ => None,
    };
    let group = format!("quiz-{attempt}-{index}");
    let choices = question.choices.iter().enumerate().map(|(number, text)| {
        let number = number as u8;
        let change = {
            let chosen = chosen.clone();
            Callback::from(move |_: Event| chosen.set(Some(number)))
        };
        let sign = graded.as_ref().filter(|(choice, _)| *choice == number).map(|(_, grade)| grade.right);
        html! {
            <label class={classes!("quiz-choice", (*chosen == Some(number)).then_some("is-chosen"))}>
                <input type="radio" name={group.clone()} checked={*chosen == Some(number)} onchange={change} />
                <span>{ text }</span>
                if let Some(right) = sign {
                    <Mark sign={if right { Sign::In } else { Sign::Out }} />
                }
            </label>
        }
    });
    let result = match &*answer {
        Answer::None => Html::default(),
        Answer::Asked => html! { <p class="tables-note">{ t("quiz.running", &[]) }</p> },
        Answer::Graded(_, grade) => html! { <GradeCard grade={Rc::clone(grade)} /> },
        Answer::Refused(refused) => {
            html! { <p class="inline-problem"><Mark sign={Sign::Warning} />{ problem(refused) }</p> }
        }
    };
    html! {
        <form class="quiz-card" onsubmit={check}>
            <fieldset>
                <legend>
                    <span class="quiz-number">{ t("quiz.number", &[("number", &(index + 1).to_string())]) }</span>
                    { " " }{ &question.text }
                </legend>
                if !question.evidence.is_empty() {
                    <ol class="quiz-evidence" aria-label={t("quiz.evidence", &[])}>
                        { for question.evidence.iter().map(|line| html! { <li><code>{ line }</code></li> }) }
                    </ol>
                }
                <div class="quiz-choices">{ for choices }</div>
            </fieldset>
            <p class="quiz-check">
                <button type="submit" class="button is-primary" disabled={chosen.is_none()}>{ t("quiz.check", &[]) }</button>
                if chosen.is_none() {
                    <span class="panel-note">{ t("quiz.predict", &[]) }</span>
                }
            </p>
            <div role="status" class="quiz-result">{ result }</div>
        </form>
    }
}
