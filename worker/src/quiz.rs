//! The self-check's questions and what became of the answers, in the protocol's terms.

use crate::columns::columns;
use crate::loaded::Loaded;
use crate::problems::{self, problem};
use crate::{frame, reports};
use pitr_engine::Run;
use pitr_lessons::{Consequence as Found, Quiz, QuizError};
use pitr_protocol::{Consequence, Grade, MeasuredRow, Problem, Question, Reply, Table};
use std::rc::Rc;

/// The quiz that is shipped first.
const FIRST: &str = "first";

/// The self-check at hand.
#[derive(Debug, Default)]
pub struct SelfCheck {
    current: Option<(u32, Quiz)>,
}

impl SelfCheck {
    /// The questions of an attempt.
    pub fn questions(&mut self, attempt: u32) -> Result<Reply, Problem> {
        let questions = self.quiz(attempt)?.questions();
        let questions = questions
            .iter()
            .map(|asked| Question {
                id: asked.id.clone(),
                text: asked.text.clone(),
                evidence: asked.evidence.clone(),
                choices: asked.choices.clone(),
            })
            .collect();
        Ok(Reply::Questions { attempt, questions })
    }

    /// Does what a choice says.
    pub fn answer(&mut self, attempt: u32, question: u8, choice: u8) -> Result<Reply, Problem> {
        let graded = self.quiz(attempt)?.grade(usize::from(question), usize::from(choice)).map_err(of_quiz)?;
        let grade = Grade {
            right: graded.right,
            explanation: graded.explanation,
            consequence: consequence(graded.consequence)?,
        };
        Ok(Reply::Graded { attempt, question, choice, grade: Box::new(grade) })
    }

    fn quiz(&mut self, attempt: u32) -> Result<&Quiz, Problem> {
        let at_hand = self.current.take().filter(|(at_hand, _)| *at_hand == attempt);
        let current = match at_hand {
            Some(current) => current,
            None => (attempt, Quiz::new(FIRST, attempt).map_err(of_quiz)?),
        };
        Ok(&self.current.insert(current).1)
    }
}

fn of_quiz(error: QuizError) -> Problem {
    match error {
        QuizError::Script(error) => problems::of_script(&error),
        QuizError::NoSuchChoice => problem("no_such_choice", vec![]),
        // The content's own mistakes: the tests of the lessons find them before it is shipped.
        _ => problem("bad_quiz", vec![]),
    }
}

fn consequence(found: Found) -> Result<Consequence, Problem> {
    Ok(match found {
        Found::Failed { failure, script } => {
            Consequence::Failed { problem: problems::of_failure(&failure), script: script.to_string() }
        }
        Found::Measured { rows } => Consequence::Measured {
            rows: rows
                .into_iter()
                .map(|row| MeasuredRow { objective: row.objective, before: row.before, after: row.after })
                .collect(),
        },
        Found::Recovered { script, wanted, .. } => {
            let loaded = Rc::new(Loaded::read(&script.to_string())?);
            let columns = columns(&loaded);
            let report = match loaded.outcome() {
                Some(Ok(report)) => reports::report(&loaded, &columns, report, true, None),
                _ => return Err(problem("bad_quiz", vec![])),
            };
            Consequence::Recovered {
                report: Box::new(report),
                recovered: recovered_tables(&loaded.run),
                wanted: recovered_tables(&wanted),
                script: loaded.script.to_string(),
            }
        }
    })
}

fn recovered_tables(run: &Run) -> Vec<Table> {
    let server = run.cluster().recovery().and_then(|recovery| recovery.server());
    server.map(frame::tables).unwrap_or_default()
}
