//! A lesson on its scenario: values found, answers judged, acts checked. The engine finds everything out; nothing here knows what is right.

use super::fact::{Fact, FactError};
use super::facts::{Made, fact, holds, moment, step_at};
use crate::refusal;
use pitr_authoring::lesson::{Choice, Lesson, Scene, Step, holes};
use pitr_authoring::text::{Span, Text};
use pitr_engine::objectives::{draw, run_script};
use pitr_engine::script::{Script, parse, parse_duration, parse_statement, statement_text};
use pitr_engine::types::{Micros, Xid, Zone};
use pitr_engine::{Command, RecoveryFailure, RecoveryReport, RecoverySpec, Target};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How deep values may refer to one another.
const DEPTH: usize = 8;

/// A lesson whose scenario has been carried out.
#[derive(Debug)]
pub struct Staged<'a> {
    pub lesson: &'a Lesson,
    made: Rc<Made>,
    runs: RefCell<BTreeMap<String, Rc<Made>>>,
    values: RefCell<BTreeMap<String, String>>,
}

/// Where the lab is to stand.
#[derive(Debug, Clone)]
pub struct Stand {
    pub made: Rc<Made>,
    /// An event of its run.
    pub step: u32,
    pub target: Option<RecoverySpec>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// An option, counted from 0.
    Option(usize),
    Text(String),
}

/// What an answer came to.
#[derive(Debug, Clone)]
pub struct Judged {
    pub right: bool,
    pub said: String,
    /// The right answer, for one that says something.
    pub is: Option<String>,
    pub feedback: Vec<Span>,
    /// The run that the answer made.
    pub came: Option<Came>,
    /// Where the lab is to stand now.
    pub stand: Option<Stand>,
}

/// What a recovery came to, for an answer that does something.
#[derive(Debug, Clone)]
pub struct Came {
    pub outcome: Option<Result<RecoveryReport, RecoveryFailure>>,
    /// Each table with its rows.
    pub tables: Vec<(String, u64)>,
}

/// Why an answer cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JudgeError {
    /// The lesson has no such step, or the step no such option.
    NoSuch,
    /// What was typed is no number, position or time.
    Unreadable,
    Fact(FactError),
}

impl From<FactError> for JudgeError {
    fn from(error: FactError) -> JudgeError {
        JudgeError::Fact(error)
    }
}

impl<'a> Staged<'a> {
    /// Carries the scenario out: as it is written for the seed 0, for any other on another day, at another time, with other transaction numbers.
    pub fn new(lesson: &'a Lesson, seed: u64) -> Result<Staged<'a>, FactError> {
        let mut script = parse(&lesson.script).map_err(|error| FactError::Refused { why: refusal::unread(&error) })?;
        if seed > 0 {
            afresh(&mut script, seed);
        }
        let made = carried_out(script)?;
        Ok(Staged { lesson, made, runs: RefCell::default(), values: RefCell::default() })
    }

    pub fn zone(&self) -> Zone {
        self.made.script.zone()
    }

    /// A run by its name.
    fn run(&self, name: &str) -> Result<Rc<Made>, FactError> {
        if let Some(made) = self.runs.borrow().get(name) {
            return Ok(Rc::clone(made));
        }
        let no_run = || FactError::NoRun { run: name.to_owned() };
        let made = match name.split_once('.') {
            Some((step, option)) => {
                let step = self.lesson.machine.step.iter().find(|own| own.id == step).ok_or_else(no_run)?;
                let options = step.choose.iter().flat_map(|choose| &choose.option);
                self.option_run(step, options.into_iter().find(|own| own.id == option).ok_or_else(no_run)?)?
            }
            None => self.behind(&self.made, self.lesson.machine.runs.get(name).ok_or_else(no_run)?)?,
        };
        self.runs.borrow_mut().insert(name.to_owned(), Rc::clone(&made));
        Ok(made)
    }

    /// The run that an option makes.
    fn option_run(&self, step: &Step, option: &Choice) -> Result<Rc<Made>, FactError> {
        let does = option.does.as_deref().ok_or_else(|| FactError::NoRun { run: option.id.clone() })?;
        let scene = self.scene_run(&step.scene)?;
        self.behind(&scene, does)
    }

    fn scene_run(&self, scene: &Scene) -> Result<Rc<Made>, FactError> {
        scene.run.as_deref().map_or_else(|| Ok(Rc::clone(&self.made)), |name| self.run(name))
    }

    /// A run with lines behind it, sent where it ends unless they begin with a time: `+5m` after the line before.
    pub fn behind(&self, made: &Made, lines: &str) -> Result<Rc<Made>, FactError> {
        let refused = |why: String| FactError::Refused { why };
        let mut script = made.script.clone();
        let mut at = made.run.cluster().now();
        let head = Script { commands: Vec::new(), expectations: Vec::new(), remarks: Vec::new(), ..script.clone() }
            .to_string();
        for line in self.fill(lines)?.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (later, rest) = match line.strip_prefix('+').and_then(|rest| rest.split_once(' ')) {
                Some((later, rest)) => (parse_duration(later), rest.trim_start()),
                None => (None, line),
            };
            at = at + later.unwrap_or(Micros::ZERO);
            // A line of the language, with its time: so it may name a session, and targets are read from that time on.
            let line = format!("{}\n{} {rest}", head, script.zone().local(at).clock());
            let read = parse(&line).map_err(|error| refused(format!("{rest:?}: {}", refusal::unread(&error))))?;
            for command in read.commands {
                script.push(at, &command.timed.session, command.timed.command.clone());
            }
        }
        carried_out(script)
    }

    /// A value by its name, as texts show it.
    pub fn value(&self, name: &str) -> Result<String, FactError> {
        self.value_within(name, DEPTH)
    }

    fn value_within(&self, name: &str, depth: usize) -> Result<String, FactError> {
        if let Some(known) = self.values.borrow().get(name) {
            return Ok(known.clone());
        }
        let no_value = || FactError::NoValue { name: name.to_owned() };
        let asked = self.lesson.machine.values.get(name).ok_or_else(no_value)?;
        let deeper = depth.checked_sub(1).ok_or_else(no_value)?;
        let asked = self.fill_within(asked, deeper)?;
        let value = fact(&asked, &self.made, &|run| self.run(run))?.text(self.zone());
        self.values.borrow_mut().insert(name.to_owned(), value.clone());
        Ok(value)
    }

    /// A text with its values.
    pub fn fill(&self, text: &str) -> Result<String, FactError> {
        self.fill_within(text, DEPTH)
    }

    fn fill_within(&self, text: &str, depth: usize) -> Result<String, FactError> {
        let mut filled = String::with_capacity(text.len() + 16);
        let mut from = 0;
        for (at, name) in holes(text) {
            filled.push_str(text.get(from..at - 1).unwrap_or_default());
            filled.push_str(&self.value_within(name, depth)?);
            from = at + name.len() + 1;
        }
        filled.push_str(text.get(from..).unwrap_or_default());
        Ok(filled)
    }

    /// A line of `steps.toml` as spans: what stands between backticks is code.
    pub fn line(&self, text: &str) -> Result<Vec<Span>, FactError> {
        Ok(Span::of_words(&self.fill(text)?))
    }

    /// A text with its values.
    pub fn text(&self, text: &Text) -> Result<Text, FactError> {
        text.try_map(&mut |words| self.fill(words))
    }

    /// Where the lab is to stand for a scene.
    pub fn stand(&self, scene: &Scene) -> Result<Stand, FactError> {
        let made = self.scene_run(scene)?;
        let step = match &scene.at {
            Some(at) => step_at(&made, moment(&self.fill(at)?, &made)?.at),
            None => (made.run.events().len() as u32).saturating_sub(1),
        };
        let target = match &scene.target {
            Some(target) => Some(self.target(&made, &self.fill(target)?)?),
            None => None,
        };
        Ok(Stand { made, step, target })
    }

    fn target(&self, made: &Made, text: &str) -> Result<RecoverySpec, FactError> {
        let command = parse_statement(&format!("recover {text}"), made.run.cluster().now(), self.zone());
        match command {
            Ok(Command::Recover(spec)) => Ok(spec),
            _ => Err(FactError::Form { text: text.to_owned() }),
        }
    }

    /// Whether something holds of a run.
    pub fn holds(&self, condition: &str, made: &Made) -> Result<bool, FactError> {
        holds(&self.fill(condition)?, made, &|run| self.run(run))
    }

    /// Judges an answer to a step that chooses or types.
    pub fn judge(&self, step: usize, given: &Given) -> Result<Judged, JudgeError> {
        let step = self.lesson.machine.step.get(step).ok_or(JudgeError::NoSuch)?;
        let after = |staged: &Staged<'_>| step.after.as_ref().map(|scene| staged.stand(scene)).transpose();
        match (given, &step.choose, &step.typed) {
            (Given::Option(option), Some(choose), _) => {
                let option = choose.option.get(*option).ok_or(JudgeError::NoSuch)?;
                let (said, feedback) = (self.fill(&option.text)?, self.line(&option.feedback)?);
                if let (Some(says), Some(answer)) = (&option.says, &choose.answer) {
                    let right = self.is_same(says, answer)?;
                    let is = choose
                        .option
                        .iter()
                        .find(|other| other.says.as_ref().is_some_and(|says| self.is_same(says, answer) == Ok(true)));
                    let is = is.map(|other| self.fill(&other.text)).transpose()?;
                    return Ok(Judged { right, said, is, feedback, came: None, stand: after(self)? });
                }
                let made = self.option_run(step, option)?;
                let mut right = true;
                for condition in &choose.want {
                    right &= match self.holds(condition, &made) {
                        // What the run does not have does not hold.
                        Err(FactError::NoSuch { .. }) => false,
                        held => held?,
                    };
                }
                let last = (made.run.events().len() as u32).saturating_sub(1);
                let came = Some(came(&made));
                Ok(Judged {
                    right,
                    said,
                    is: None,
                    feedback,
                    came,
                    stand: Some(Stand { made, step: last, target: None }),
                })
            }
            (Given::Text(text), _, Some(typed)) => {
                let now = self.made.run.cluster().now();
                let read = Fact::read(text, &typed.form, now, self.zone()).ok_or(JudgeError::Unreadable)?;
                let value = |asked: &str| fact(&self.fill(asked)?, &self.made, &|run| self.run(run));
                let answer = value(&typed.answer)?;
                let is_it = |fact: &Fact| fact.text(self.zone()) == read.text(self.zone());
                let right = is_it(&answer);
                let mut feedback = typed.feedback.as_str();
                for wrong in typed.wrong.iter().filter(|_| !right) {
                    if is_it(&value(&wrong.is)?) {
                        feedback = &wrong.feedback;
                    }
                }
                let feedback = self.line(feedback)?;
                let is = Some(answer.text(self.zone()));
                Ok(Judged { right, said: read.text(self.zone()), is, feedback, came: None, stand: after(self)? })
            }
            _ => Err(JudgeError::NoSuch),
        }
    }

    fn is_same(&self, left: &str, right: &str) -> Result<bool, FactError> {
        self.holds(&format!("{left} = {right}"), &self.made)
    }

    /// What a learner has to see to of an act, and whether it holds of a run. What cannot be asked of the run does not hold.
    pub fn check(&self, step: usize, made: &Made) -> Option<Vec<(String, bool)>> {
        let act = self.lesson.machine.step.get(step)?.act.as_ref()?;
        let held = act.until.iter().map(|condition| {
            let says = self.fill(&condition.says).unwrap_or_else(|_| condition.says.clone());
            (says, self.holds(&condition.is, made).unwrap_or(false))
        });
        Some(held.collect())
    }

    /// Where the lab stands when an act has been done as its author does it.
    pub fn solution(&self, step: usize) -> Option<Result<Stand, FactError>> {
        let step = self.lesson.machine.step.get(step)?;
        let act = step.act.as_ref()?;
        let made = self.scene_run(&step.scene).and_then(|made| self.behind(&made, &act.solution));
        Some(made.map(|made| {
            let last = (made.run.events().len() as u32).saturating_sub(1);
            Stand { made, step: last, target: None }
        }))
    }

    /// The scenario with lines behind it.
    pub fn behind_base(&self, lines: &str) -> Result<Rc<Made>, FactError> {
        self.behind(&self.made, lines)
    }

    /// A value by its words, as texts show it.
    pub fn spoken(&self, asked: &str) -> Result<String, FactError> {
        Ok(fact(&self.fill(asked)?, &self.made, &|run| self.run(run))?.text(self.zone()))
    }

    /// The run of a scene, for whoever looks at what the author expects.
    pub fn at_scene(&self, step: &Step) -> Result<Rc<Made>, FactError> {
        self.scene_run(&step.scene)
    }
}

fn carried_out(script: Script) -> Result<Rc<Made>, FactError> {
    // As the lab gets it: through its text.
    let script = parse(&script.to_string()).map_err(|error| FactError::Refused { why: refusal::unread(&error) })?;
    let run = run_script(&script).map_err(|refused| FactError::Refused { why: refusal::refused(&refused, &script) })?;
    Ok(Rc::new(Made { script, run: Rc::new(run) }))
}

fn came(made: &Made) -> Came {
    let cluster = made.run.cluster();
    let outcome = cluster.recovery().and_then(|recovery| recovery.outcome());
    let outcome = outcome.map(|outcome| outcome.cloned().map_err(Clone::clone));
    let server = cluster.recovery().map_or_else(|| cluster.primary(), |recovery| recovery.server());
    let count = |server: &pitr_engine::Server| {
        let tables = server.tables(Xid::NONE).unwrap_or_default().into_iter();
        let counted = tables.map(|table| {
            let rows = server.peek_rows(table.relation, Xid::NONE).map_or(0, |rows| rows.len());
            (table.name, rows as u64)
        });
        counted.collect()
    };
    Came { outcome, tables: server.map(count).unwrap_or_default() }
}

/// The same history at another time of another day, with other transaction numbers. What lies how far from what stays.
fn afresh(script: &mut Script, seed: u64) {
    let minutes = 3 + draw(seed, 0) % 50;
    let later = Micros(minutes as i64 * Micros::MINUTE.0);
    // It stays within its day, where a time needs no date: earlier, if later would be too late.
    let last = script.commands.last().map_or(Micros::ZERO, |line| line.timed.at);
    let is_late = last + later + Micros::HOUR > script.settings.date + Micros::DAY;
    let later = if is_late { Micros(-later.0) } else { later };
    let zone = script.zone();
    for line in &mut script.commands {
        line.timed.at = line.timed.at + later;
        // A recovery that is part of the history keeps its place in it.
        if let Command::Recover(spec) = &*line.timed.command
            && let Target::Time(at) = spec.target
        {
            let command = Command::Recover(RecoverySpec { target: Target::Time(at + later), ..spec.clone() });
            line.statement = statement_text(&command, zone);
            line.timed.command = command.into();
        }
    }
    script.settings.first_xid = Xid(script.settings.first_xid.0.saturating_add(7 + (draw(seed, 1) % 600) as u32));
    script.settings.seed = seed;
}
