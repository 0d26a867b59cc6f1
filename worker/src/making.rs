//! A run on its way: carried out a piece at a time, so that whoever waits can be told how far it is, and can think better of it.

use crate::loaded::{Loaded, refused_line, without_recovery};
use crate::problems;
use pitr_engine::script::Script;
use pitr_engine::types::{Micros, Zone};
use pitr_engine::{
    Command, CommandError, EventKind, RecoveryFailure, RecoverySpec, Refused, Run, RunError, TimedCommand,
};
use pitr_protocol::{Place, Problem};
use std::rc::Rc;

/// A script while it is carried out.
#[derive(Debug)]
pub struct Making {
    script: Script,
    base_script: Script,
    /// What the script was read from.
    text: String,
    /// The base, once it is complete.
    base: Option<Rc<Run>>,
    /// What is under way: the base, or all of it.
    run: Option<Run>,
    /// A recovery is carried out behind the base.
    recovers: bool,
    /// Whether a recovery that fails is refused rather than shown.
    must_succeed: bool,
    /// The statement that the script ends with, if it stands alone in a box.
    statement: Option<String>,
    /// Events that have been looked at, and the records that they wrote or replayed.
    counted: usize,
    records: u64,
}

impl Making {
    /// A script from its first line. What `known` has carried out of it already is not carried out again.
    pub fn of(script: Script, text: &str, known: Option<&Loaded>) -> Making {
        let (base_script, recovers) = without_recovery(&script);
        let known =
            known.and_then(|known| [&known.run, &known.base].into_iter().find_map(|run| go_on_from(run, &base_script)));
        let run = known.unwrap_or_else(|| Run::begun(base_script.settings.clone(), commands(&base_script)));
        Making {
            script,
            base_script,
            text: text.to_owned(),
            base: None,
            run: Some(run),
            recovers,
            must_succeed: false,
            statement: None,
            counted: 0,
            records: 0,
        }
    }

    /// A command behind a run that is there: a recovery behind its base, say.
    pub fn behind(loaded: &Loaded, run: &Run, script: &Script, command: Command) -> Making {
        let mut script = script.clone();
        let timed = TimedCommand { at: run.cluster().now(), session: "ops".to_owned(), command: command.into() };
        script.push(timed.at, &timed.session, timed.command.clone());
        Making {
            script,
            base_script: loaded.base_script.clone(),
            text: String::new(),
            base: Some(Rc::clone(&loaded.base)),
            counted: run.events().len(),
            run: Some(run.followed_by(vec![timed])),
            recovers: true,
            must_succeed: true,
            statement: None,
            records: 0,
        }
    }

    /// The script ends with this, which stands alone in a box.
    pub fn with_statement(mut self, statement: &str) -> Making {
        self.statement = Some(statement.to_owned());
        self.must_succeed = self.recovery().is_some();
        self
    }

    /// The recovery that the script ends with.
    pub fn recovery(&self) -> Option<&RecoverySpec> {
        match &*self.script.commands.last()?.timed.command {
            Command::Recover(spec) | Command::Continue(spec) => Some(spec),
            _ => None,
        }
    }

    pub fn zone(&self) -> Zone {
        self.script.zone()
    }

    /// The statement that stands alone in a box, and where in its text it stands.
    fn alone(&self) -> Option<(&str, Place)> {
        let text = self.statement.as_deref()?;
        let count = |text: &str| text.chars().count() as u32;
        let column = count(text) - count(text.trim_start()) + 1;
        Some((text.trim(), Place { line: 1, column, width: count(text.trim()) }))
    }

    fn failure(&self, failure: &RecoveryFailure) -> Problem {
        match self.alone() {
            Some((statement, place)) => problems::of_recovery(failure, statement, place),
            None => problems::of_failure(failure),
        }
    }

    fn refusal(&self, refused: &Refused) -> Problem {
        match self.alone() {
            Some((statement, place)) => {
                let of_statement = Some(refused.command) == self.script.commands.len().checked_sub(1);
                let problem = problems::of_refused(refused, None);
                self.at_word(Problem { place: of_statement.then_some(place), ..problem }, refused, statement)
            }
            None if self.must_succeed => problems::of_refused(refused, None),
            None => {
                let cause = self.cause(refused);
                let refused = cause.as_ref().unwrap_or(refused);
                let statement = self.script.commands.get(refused.command).map_or("", |line| &line.statement);
                self.at_word(refused_line(refused, &self.script, &self.text), refused, statement)
            }
        }
    }

    /// A problem at a statement, at the word of it that is to blame.
    fn at_word(&self, problem: Problem, refused: &Refused, statement: &str) -> Problem {
        match (self.script.commands.get(refused.command), &self.run) {
            (Some(line), Some(run)) => {
                problems::at_word(problem, refused, (statement, &line.timed.command), run.cluster())
            }
            _ => problem,
        }
    }

    /// A statement that is refused because one before it has failed in its block is told as that one, which is what is to be mended.
    fn cause(&self, refused: &Refused) -> Option<Refused> {
        let RunError::Command(CommandError::TransactionFailed { session }) = &refused.error else { return None };
        let run = self.run.as_ref()?;
        let failed = run.events().iter().enumerate().rev().find_map(|(step, event)| match &event.kind {
            EventKind::StatementFailed { session: of, error } if of == session => Some((step, error)),
            _ => None,
        });
        let (step, error) = failed?;
        // One that had to wait fails while another session's statement is carried out: its own was sent before.
        let last = run.command_of(step).map_or(0, |command| command + 1);
        let sent = self.script.commands.get(..last)?;
        let command = sent.iter().rposition(|line| line.timed.session == *session)?;
        Some(Refused { command, error: RunError::Command(error.as_ref().clone()) })
    }

    /// The next piece; the run, once it is complete.
    pub fn go_on(&mut self) -> Result<Option<Loaded>, Problem> {
        let Some(run) = &mut self.run else { return Ok(None) };
        let is_over = match run.go_on() {
            Ok(is_over) => is_over,
            Err(refused) => return Err(self.refusal(&refused)),
        };
        let is_record =
            |kind: &EventKind| matches!(kind, EventKind::RecordWritten { .. } | EventKind::RecordReplayed { .. });
        let news = run.events().get(self.counted..).unwrap_or_default();
        self.records += news.iter().filter(|event| is_record(&event.kind)).count() as u64;
        self.counted = run.events().len();
        if !is_over {
            return Ok(None);
        }
        let Some(run) = self.run.take().map(Rc::new) else { return Ok(None) };
        let Some(base) = self.base.clone() else {
            if self.recovers {
                let all = go_on_from(&run, &self.script);
                self.run =
                    Some(all.unwrap_or_else(|| Run::begun(self.script.settings.clone(), commands(&self.script))));
                self.base = Some(run);
                return Ok(None);
            }
            return Ok(Some(self.finished(Rc::clone(&run), run)));
        };
        let outcome = run.cluster().recovery().and_then(|recovery| recovery.outcome());
        match outcome.filter(|_| self.must_succeed) {
            Some(Err(failure)) => Err(self.failure(failure)),
            _ => Ok(Some(self.finished(base, run))),
        }
    }

    fn finished(&self, base: Rc<Run>, run: Rc<Run>) -> Loaded {
        Loaded { base_script: self.base_script.clone(), base, script: self.script.clone(), run, wall_us: 0 }
    }

    /// Records that have been written or replayed so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// How much of the time that the script tells of has passed, of 1,000.
    pub fn permille(&self) -> u32 {
        let Some(run) = &self.run else { return 1000 };
        let end = self.script.commands.last().map_or(run.begin(), |last| last.timed.at);
        let (passed, all) = ((run.cluster().now().0 - run.begin().0).max(0), (end.0 - run.begin().0).max(1));
        (passed.saturating_mul(1000) / all).clamp(0, 1000) as u32
    }
}

fn commands(script: &Script) -> Vec<TimedCommand> {
    script.commands.iter().map(|line| line.timed.clone()).collect()
}

/// A run with the rest of a script behind it, if it is what the script begins with, and nothing of the rest would have come before its end.
fn go_on_from(run: &Run, script: &Script) -> Option<Run> {
    let done = run.commands().len();
    let rest = script.commands.get(done..)?;
    let is_same = |(line, command): (&pitr_engine::script::ScriptLine, &TimedCommand)| line.timed == *command;
    let is_after = |at: Micros| at >= run.cluster().now();
    let begins = *run.settings() == script.settings
        && script.commands.iter().zip(run.commands()).all(is_same)
        && rest.first().is_none_or(|line| is_after(line.timed.at));
    begins.then(|| run.followed_by(rest.iter().map(|line| line.timed.clone()).collect()))
}
