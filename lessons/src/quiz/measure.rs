//! Questions whose choices are objectives: one knob is turned, and all four are measured before and after.

use super::template::{Facts, fill};
use super::{Consequence, Graded, MeasuredRow, QuizError, shuffled};
use pitr_authoring::quiz::{Choice, Explanations, MeasureTask, Question};
use pitr_engine::objectives::Signals;
use pitr_engine::script::{Script, parse, parse_duration, parse_time};
use pitr_engine::types::Micros;

/// A question about a knob.
#[derive(Debug, Clone)]
pub struct MeasureQuestion {
    text: String,
    explain: Explanations,
    /// In the order in which they are offered.
    choices: Vec<Choice>,
    before: Script,
    after: Script,
    from: Micros,
    window: Micros,
    seed: u64,
    facts: Facts,
}

impl MeasureQuestion {
    pub fn new(question: &Question, task: &MeasureTask, attempt: u32, seed: u64) -> Result<MeasureQuestion, QuizError> {
        let turn = attempt as usize % task.intervals.len().max(1);
        let (before, after) = task.intervals.get(turn).cloned().unwrap_or_default();
        let script = |interval: &str| {
            let text = fill(&task.script, &vec![("interval", interval.to_owned())]);
            parse(&text).map_err(QuizError::Script)
        };
        let (before_script, after_script) = (script(&before)?, script(&after)?);
        let settings = &before_script.settings;
        let end_of_day = settings.date + Micros::DAY - Micros(1);
        let no_time = |text: &str| QuizError::NoTime { text: text.to_owned() };
        let from = parse_time(&task.from, end_of_day, settings.zone).map_err(|_| no_time(&task.from))?;
        let window = parse_duration(&task.window).ok_or_else(|| no_time(&task.window))?;
        let order = shuffled(question.choice.len(), seed);
        Ok(MeasureQuestion {
            text: question.text.clone(),
            explain: question.explain.clone(),
            choices: order.into_iter().filter_map(|index| question.choice.get(index).cloned()).collect(),
            from,
            window,
            before: before_script,
            after: after_script,
            seed,
            facts: vec![("before", spoken(task, before)), ("after", spoken(task, after))],
        })
    }

    pub fn text(&self) -> String {
        fill(&self.text, &self.facts)
    }

    pub fn choices(&self) -> Vec<String> {
        self.choices.iter().map(|choice| fill(&choice.text, &self.facts)).collect()
    }

    /// Measures all objectives before and after; right is the one that changes most.
    pub fn grade(&self, choice: usize) -> Result<Graded, QuizError> {
        let choice = self.choices.get(choice).ok_or(QuizError::NoSuchChoice)?;
        let measure = |script| Signals::measure(script, self.from, self.window, self.seed).map_err(QuizError::Run);
        let rows = rows(&measure(&self.before)?, &measure(&self.after)?);
        let most = rows.iter().max_by_key(|row| factor(row)).map(|row| row.objective.as_str());
        let right = most.is_some() && most == choice.objective.as_deref();
        let explanation = if right {
            self.explain.right.clone()
        } else {
            let misconception = choice.misconception.as_deref().unwrap_or_default();
            format!("{} {misconception}", self.explain.other.as_deref().unwrap_or_default())
        };
        let explanation = fill(explanation.trim(), &self.facts);
        Ok(Graded { right, explanation, consequence: Consequence::Measured { rows } })
    }
}

/// How texts say a timeout; as the language writes it, if nothing else is given.
fn spoken(task: &MeasureTask, interval: String) -> String {
    task.spoken.get(&interval).cloned().unwrap_or(interval)
}

fn rows(before: &Signals, after: &Signals) -> Vec<MeasuredRow> {
    let whole = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    [
        ("rpo", before.rpo.0, after.rpo.0),
        ("rto", before.rto.0, after.rto.0),
        ("storage", whole(before.storage), whole(after.storage)),
        ("granularity", before.granularity.into(), after.granularity.into()),
    ]
    .map(|(objective, before, after)| MeasuredRow { objective: objective.to_owned(), before, after })
    .to_vec()
}

/// By what an objective changes, up or down, in thousandths.
fn factor(row: &MeasuredRow) -> i128 {
    let (less, more) = (row.before.min(row.after).max(1), row.before.max(row.after));
    i128::from(more) * 1000 / i128::from(less)
}
