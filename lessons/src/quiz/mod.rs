//! Self-checks: questions on fresh histories, whose answers the engine finds out by doing what each choice says.
//!
//! A [`Quiz`] is the questions of one attempt. Another attempt is another seed: other seconds, other transaction numbers, another order of the choices, and where the content has one a
//! scenario with a twist. Nothing in the content says which choice is right.
//!
//! Invariant: the same attempt is the same quiz, and grading changes nothing.

mod facts;
mod measure;
mod recover;
pub(crate) mod template;

use pitr_authoring::quiz::{Question, QuizFile};
use pitr_engine::objectives::{RunFailure, draw};
use pitr_engine::script::{Script, ScriptError};
use pitr_engine::{RecoveryFailure, Refused, Run};
use std::sync::OnceLock;

pub(crate) use recover::vary;

/// The questions of one attempt.
#[derive(Debug, Clone)]
pub struct Quiz {
    asked: Vec<Asked>,
}

/// A question as it is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub id: String,
    pub text: String,
    /// What the log says around the moment, one line each; empty for none.
    pub evidence: Vec<String>,
    pub choices: Vec<String>,
    task: Task,
}

/// How a question's choices are graded.
#[derive(Debug, Clone)]
enum Task {
    Recover(Box<recover::RecoverQuestion>),
    Measure(Box<measure::MeasureQuestion>),
}

/// What became of a choice.
#[derive(Debug, Clone)]
pub struct Graded {
    pub right: bool,
    pub explanation: String,
    pub consequence: Consequence,
}

/// What the engine found when it did what a choice says.
#[derive(Debug, Clone)]
pub enum Consequence {
    /// The recovery ran. Its script and its run, and the run that gives the tables that were to be had.
    Recovered { script: Box<Script>, run: Box<Run>, wanted: Box<Run> },
    /// The recovery failed, as it would on a server.
    Failed { failure: RecoveryFailure, script: Box<Script> },
    /// Each objective under two policies.
    Measured { rows: Vec<MeasuredRow> },
}

/// An objective under two policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasuredRow {
    /// `rpo`, `rto`, `storage` or `granularity`.
    pub objective: String,
    /// Microseconds for the times, bytes times `scale` for storage, commits that fall together for granularity.
    pub before: i64,
    pub after: i64,
}

/// Content that does not work: an author's mistake, which the tests of this crate find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuizError {
    NoSuchQuiz {
        stem: String,
    },
    NoSuchScenario {
        stem: String,
    },
    /// A scenario, or what a choice does, cannot be read.
    Script(ScriptError),
    /// The window in which a machine is lost is no time or no duration.
    NoTime {
        text: String,
    },
    /// A scenario cannot be carried out.
    Refused(Refused),
    /// A policy's runs say nothing.
    Run(RunFailure),
    /// The scenario has no statement that emptied a table, no backup before it, or nobody who notices.
    NoDamage,
    /// There is no such question or choice.
    NoSuchChoice,
}

impl Quiz {
    /// The questions of a shipped quiz for an attempt, counted from 0.
    pub fn new(stem: &str, attempt: u32) -> Result<Quiz, QuizError> {
        let (_, file) = files()
            .iter()
            .find(|(found, _)| found == stem)
            .ok_or_else(|| QuizError::NoSuchQuiz { stem: stem.to_owned() })?;
        let asked = file.question.iter().zip(0..).map(|(question, index)| Asked::new(question, index, attempt));
        Ok(Quiz { asked: asked.collect::<Result<_, _>>()? })
    }

    pub fn questions(&self) -> &[Asked] {
        &self.asked
    }

    /// Does what a choice says, and says what came of it.
    pub fn grade(&self, question: usize, choice: usize) -> Result<Graded, QuizError> {
        match &self.asked.get(question).ok_or(QuizError::NoSuchChoice)?.task {
            Task::Recover(task) => task.grade(choice),
            Task::Measure(task) => task.grade(choice),
        }
    }
}

impl Asked {
    fn new(question: &Question, index: u32, attempt: u32) -> Result<Asked, QuizError> {
        let seed = draw(u64::from(attempt), index);
        let id = question.id.clone();
        if let Some(measure) = &question.measure {
            let task = measure::MeasureQuestion::new(question, measure, attempt, seed)?;
            let (text, choices) = (task.text(), task.choices());
            return Ok(Asked { id, text, evidence: Vec::new(), choices, task: Task::Measure(Box::new(task)) });
        }
        let task = recover::RecoverQuestion::new(question, attempt, seed)?;
        let (text, evidence, choices) = (task.text(), task.evidence(), task.choices());
        Ok(Asked { id, text, evidence, choices, task: Task::Recover(Box::new(task)) })
    }
}

/// The stems of the shipped quizzes.
pub fn quizzes() -> impl Iterator<Item = &'static str> {
    files().iter().map(|(stem, _)| stem.as_str())
}

/// What the build script has made of `content/quizzes`.
fn files() -> &'static [(String, QuizFile)] {
    static FILES: OnceLock<Vec<(String, QuizFile)>> = OnceLock::new();
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/quizzes.postcard"));
    // What this build's own script wrote can be read; a test shows it.
    FILES.get_or_init(|| postcard::from_bytes(bytes).unwrap_or_default())
}

/// The numbers below `count` in an order that the seed gives.
pub(crate) fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        let other = draw(seed, last as u32) % (last as u64 + 1);
        order.swap(last, other as usize);
    }
    order
}

#[cfg(test)]
mod tests;
