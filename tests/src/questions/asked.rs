//! A question and the model of its history.

use crate::histories::Told;
use crate::model::{Expected, Fact, Model, Recovered, Table};
use pitr_engine::script::{Script, parse};
use pitr_engine::types::Micros;
use pitr_engine::{Command, EventKind, Kind as RecordKind, RecordNote, RecoverySpec, Run};
use pitr_lessons::questions::{Choice, Kind, Question, Short};

/// A question with what the model knows of its history.
#[derive(Debug)]
pub struct Asked<'a> {
    pub question: &'a Question,
    pub script: Script,
    pub run: Run,
    pub model: Model,
}

/// A run as it is told to a model.
fn told(run: &Run) -> Vec<Told> {
    let mut told = Vec::new();
    let mut next = 0;
    for index in 0..=run.events().len() {
        while run.sent_after(next).is_some_and(|sent| sent as usize <= index) {
            told.extend(run.commands().get(next).cloned().map(Told::Sent));
            next += 1;
        }
        told.extend(run.events().get(index).cloned().map(Told::Happened));
    }
    told
}

/// Reads a text and carries it out.
pub fn live(text: &str) -> Result<(Script, Run), String> {
    let script = parse(text).map_err(|error| format!("{error}: {text}"))?;
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    let run = Run::new(script.settings.clone(), commands).map_err(|refused| format!("{refused:?}: {text}"))?;
    Ok((script, run))
}

impl<'a> Asked<'a> {
    pub fn of(question: &'a Question) -> Result<Asked<'a>, String> {
        let (script, run) = live(&question.script)?;
        let model = Model::of(&script.settings, &told(&run));
        match model.surprises.first() {
            Some(surprise) => Err(format!("the model: {surprise}")),
            None => Ok(Asked { question, script, run, model }),
        }
    }

    pub fn choices(&self) -> Result<&'a [Choice], String> {
        match &self.question.kind {
            Kind::Single(choices) | Kind::Multiple(choices) => Ok(choices),
            other => Err(format!("no choices: {other:?}")),
        }
    }

    pub fn short(&self) -> Result<&'a Short, String> {
        match &self.question.kind {
            Kind::Short(short) => Ok(short),
            other => Err(format!("no short answer: {other:?}")),
        }
    }

    /// The choice that is said to be right.
    pub fn right(&self) -> Result<&'a Choice, String> {
        let right = self.choices()?.iter().find(|choice| choice.misconception.is_none());
        right.ok_or_else(|| "nothing is right".to_owned())
    }

    /// The recovery in lines behind the script.
    pub fn spec(&self, does: &str) -> Result<RecoverySpec, String> {
        let script = parse(&format!("{}{does}", self.question.script)).map_err(|error| format!("{error}: {does}"))?;
        match script.commands.last().map(|line| &*line.timed.command) {
            Some(Command::Recover(spec)) => Ok(spec.clone()),
            _ => Err(format!("no recovery: {does}")),
        }
    }

    /// The recovery that `recover REST` would be.
    pub fn spec_of(&self, rest: &str) -> Result<RecoverySpec, String> {
        let now = self.script.zone().local(self.run.cluster().now() + Micros::MINUTE).clock();
        self.spec(&format!("{now}  ops  recover {rest}\n"))
    }

    pub fn expect(&self, spec: &RecoverySpec) -> Expected {
        self.model.expect(spec)
    }

    pub fn recovers(&self, spec: &RecoverySpec) -> Result<Recovered, String> {
        match self.expect(spec) {
            Expected::Recovers(recovered) => Ok(recovered),
            other => Err(format!("{spec:?}: {other:?}")),
        }
    }

    /// The one table of the history, in a recovered database.
    pub fn table<'b>(&self, recovered: &'b Recovered) -> Result<&'b Table, String> {
        recovered.tables.values().next().ok_or_else(|| "no table".to_owned())
    }

    pub fn clock(&self, at: Option<Micros>) -> String {
        at.map(|at| self.script.zone().local(at).clock()).unwrap_or_default()
    }

    /// The facts of the first timeline.
    pub fn facts(&self) -> Vec<&Fact> {
        self.model.facts.iter().filter(|fact| fact.timeline == 1).collect()
    }

    /// The commits of the first timeline, in the order of its log.
    pub fn commits(&self) -> Vec<RecordNote> {
        let commits = self.facts().into_iter().filter(|fact| fact.note.kind == RecordKind::Commit);
        commits.map(|fact| fact.note).collect()
    }

    /// How far the log had been flushed when the last command was sent, or at once by it.
    pub fn flushed(&self) -> u64 {
        let last = self.run.commands().last().map(|timed| timed.at).unwrap_or_default();
        let flushed = self.run.events().iter().filter_map(|event| match event.kind {
            EventKind::LogFlushed { to, .. } if event.at <= last => Some(to.0),
            _ => None,
        });
        flushed.max().unwrap_or_default()
    }
}

/// The numbers in a text.
pub fn numbers(text: &str) -> Vec<i64> {
    let parts = text.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty());
    parts.filter_map(|part| part.parse().ok()).collect()
}

/// The first number behind a word.
pub fn number_behind(text: &str, word: &str) -> Option<i64> {
    let behind = text.match_indices(word).filter_map(|(at, _)| text.get(at + word.len()..));
    let mut starting = behind.filter(|behind| behind.starts_with(|char: char| char.is_ascii_digit()));
    numbers(starting.next()?).first().copied()
}

/// Whether exactly those choices are right.
pub fn agree(choices: &[Choice], is_right: impl Fn(&Choice) -> Result<bool, String>) -> Result<(), String> {
    for choice in choices {
        let (said, found) = (choice.misconception.is_none(), is_right(choice)?);
        if said != found {
            return Err(format!("{:?} is said to be {said}, and is {found}", choice.text));
        }
    }
    Ok(())
}

/// Says that something is not as it should be.
pub fn same<T: PartialEq + core::fmt::Debug>(what: &str, said: T, found: T) -> Result<(), String> {
    if said == found { Ok(()) } else { Err(format!("{what}: {said:?} is said, {found:?} is found")) }
}
