//! Questions whose choices are recoveries.

use super::facts::Damage;
use super::template::{Facts, fill};
use super::{Consequence, Graded, QuizError, shuffled};
use crate::scenarios::scenario;
use crate::tables::{Tables, tables};
use pitr_authoring::quiz::{Choice, Explanations, Question};
use pitr_engine::objectives::{draw, run_script};
use pitr_engine::script::{OPERATOR, Script, parse, parse_statement};
use pitr_engine::types::{Lsn, Micros, Xid};
use pitr_engine::{Command, EventKind, Kind, RecoverySpec, Run, Target};

/// A question on a history with damage in it.
#[derive(Debug, Clone)]
pub struct RecoverQuestion {
    text: String,
    explain: Explanations,
    /// In the order in which they are offered.
    choices: Vec<Choice>,
    script: Script,
    run: Run,
    damage: Damage,
    facts: Facts,
}

impl RecoverQuestion {
    pub fn new(question: &Question, attempt: u32, seed: u64) -> Result<RecoverQuestion, QuizError> {
        let stems = question.recover.as_ref().map(|task| task.scenarios.as_slice()).unwrap_or_default();
        let stem = stems.get(attempt as usize).or(stems.last()).map(String::as_str).unwrap_or_default();
        let found = scenario(stem).ok_or_else(|| QuizError::NoSuchScenario { stem: stem.to_owned() })?;
        let mut script = parse(found.text).map_err(QuizError::Script)?;
        // The first attempt is the history of the lesson.
        if attempt > 0 {
            vary(&mut script, seed);
        }
        let run = run_script(&script).map_err(QuizError::Refused)?;
        let damage = Damage::of(&script, &run)?;
        let choices = offered(&question.choice, stem, seed);
        let facts = damage.facts();
        let (text, explain) = (question.text.clone(), question.explain.clone());
        Ok(RecoverQuestion { text, explain, choices, script, run, damage, facts })
    }

    pub fn text(&self) -> String {
        fill(&self.text, &self.facts)
    }

    pub fn evidence(&self) -> Vec<String> {
        self.damage.around.clone()
    }

    pub fn choices(&self) -> Vec<String> {
        self.choices.iter().map(|choice| fill(&choice.text, &self.facts)).collect()
    }

    /// Recovers as the choice says, and as would have been right, and compares the tables.
    pub fn grade(&self, choice: usize) -> Result<Graded, QuizError> {
        let choice = self.choices.get(choice).ok_or(QuizError::NoSuchChoice)?;
        let does = fill(choice.does.as_deref().unwrap_or_default(), &self.facts);
        let now = self.run.cluster().now();
        let command = parse_statement(&does, now, self.script.zone()).map_err(QuizError::Script)?;
        let (script, run) = self.with(command)?;
        let misconception = choice.misconception.as_deref().unwrap_or_default();
        let outcome = run.cluster().recovery().and_then(|recovery| recovery.outcome());
        let report = match outcome {
            Some(Ok(report)) => report.clone(),
            Some(Err(failure)) => {
                let explanation = self.explained(self.explain.failed.as_deref(), 0, misconception);
                let consequence = Consequence::Failed { failure: failure.clone(), script: Box::new(script) };
                return Ok(Graded { right: false, explanation, consequence });
            }
            None => return Err(QuizError::NoDamage),
        };
        let target = Target::Xid(self.damage.xid);
        let best =
            RecoverySpec { backup: Some(self.damage.backup.clone()), inclusive: false, ..RecoverySpec::to(target) };
        let (_, wanted) = self.with(Command::Recover(best))?;
        let right = recovered_tables(&run) == recovered_tables(&wanted);
        let explanation = if right {
            self.explained(Some(&self.explain.right), 0, "")
        } else if report.fork > self.damage.lsn {
            self.explained(self.explain.damaged.as_deref(), 0, misconception)
        } else {
            self.explained(self.explain.short.as_deref(), self.good_commits_from(report.fork), misconception)
        };
        let (script, run, wanted) = (Box::new(script), Box::new(run), Box::new(wanted));
        Ok(Graded { right, explanation, consequence: Consequence::Recovered { script, run, wanted } })
    }

    /// The history with another command at its end.
    fn with(&self, command: Command) -> Result<(Script, Run), QuizError> {
        let mut script = self.script.clone();
        script.push(self.run.cluster().now(), OPERATOR, command);
        let more = script.commands.last().map(|line| line.timed.clone()).into_iter().collect();
        let run = self.run.with(more).map_err(QuizError::Refused)?;
        Ok((script, run))
    }

    fn explained(&self, template: Option<&str>, lost: u32, misconception: &str) -> String {
        let mut facts = self.facts.clone();
        facts.push(("lost", lost.to_string()));
        let text = format!("{} {misconception}", template.unwrap_or_default());
        fill(text.trim(), &facts)
    }

    /// How many commits before the damage stand at or past a position.
    fn good_commits_from(&self, from: Lsn) -> u32 {
        let lost = self.run.events().iter().filter(|event| match &event.kind {
            EventKind::RecordWritten { record, .. } => {
                record.kind == Kind::Commit && record.lsn >= from && record.lsn < self.damage.lsn
            }
            _ => false,
        });
        lost.count() as u32
    }
}

/// Another day of the same shop: other seconds, other transaction numbers. What lies how far from what stays.
pub(crate) fn vary(script: &mut Script, seed: u64) {
    // Up to a quarter of an hour, and up to three tenths of a second, which keeps what shares a second in one second.
    let seconds = draw(seed, 0) % 900;
    let tenths = 1 + draw(seed, 1) % 3;
    let later = Micros::seconds(seconds as i64) + Micros(tenths as i64 * 100 * Micros::MILLISECOND.0);
    for line in &mut script.commands {
        line.timed.at = line.timed.at + later;
    }
    script.settings.first_xid = Xid(script.settings.first_xid.0.saturating_add((draw(seed, 2) % 600) as u32));
    script.settings.seed = seed;
}

/// The choices for a scenario, in an order that the seed gives; of those of one name the one that it picks.
fn offered(all: &[Choice], stem: &str, seed: u64) -> Vec<Choice> {
    let fitting: Vec<&Choice> = all
        .iter()
        .filter(|choice| choice.scenarios.is_empty() || choice.scenarios.iter().any(|named| named == stem))
        .collect();
    let mut choices: Vec<Choice> = Vec::new();
    for index in shuffled(fitting.len(), seed) {
        let Some(choice) = fitting.get(index) else {
            continue;
        };
        if choice.one_of.is_none() || !choices.iter().any(|other| other.one_of == choice.one_of) {
            choices.push((*choice).clone());
        }
    }
    choices
}

/// The recovered tables by name, their rows in order.
fn recovered_tables(run: &Run) -> Option<Tables> {
    tables(run.cluster().recovery()?.server()?)
}
