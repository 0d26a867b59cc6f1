//! A script carried out.
//!
//! A run has a *base*, what happened up to the moment at which somebody noticed, and may have one recovery behind it. Another recovery
//! replaces the one before: the base stays what it is. Recoveries that something else came after belong to the base.

use crate::problems;
#[cfg(not(feature = "whole"))]
use pitr_engine::TimedCommand;
#[cfg(feature = "study")]
use pitr_engine::script::parse;
use pitr_engine::script::{Script, ScriptLine};
use pitr_engine::types::Micros;
use pitr_engine::{Cluster, Command, RecoveryReport, RecoverySpec, Refused, Run};
use pitr_protocol::Problem;
use std::rc::Rc;

/// A run with the script that made it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The base's script.
    pub base_script: Script,
    pub base: Rc<Run>,
    /// The script of all of it, and its run.
    pub script: Script,
    pub run: Rc<Run>,
    /// What the last recovery took, in microseconds of the wall clock.
    pub wall_us: i64,
}

impl Loaded {
    /// Reads a script and carries it out.
    #[cfg(feature = "study")]
    pub fn read(text: &str) -> Result<Loaded, Problem> {
        Loaded::carry_out(parse(text).map_err(|error| problems::of_script(&error))?, text)
    }

    /// Carries a script out; `text` is what it was read from.
    pub fn carry_out(script: Script, text: &str) -> Result<Loaded, Problem> {
        let (base_script, recovers) = without_recovery(&script);
        let base = Rc::new(carry_out(&base_script, text)?);
        let run = if recovers { Rc::new(carry_out(&script, text)?) } else { Rc::clone(&base) };
        Ok(Loaded { base_script, base, script, run, wall_us: 0 })
    }

    /// The same base with another recovery behind it; refused, and the failure told, if that does not come to its end.
    #[cfg(not(feature = "whole"))]
    pub fn recovered(&self, spec: RecoverySpec) -> Result<Loaded, Problem> {
        let mut script = self.base_script.clone();
        let command = Command::Recover(spec);
        let timed = TimedCommand { at: self.noticed(), session: "ops".to_owned(), command: command.into() };
        script.push(timed.at, &timed.session, timed.command.clone());
        let run = self.base.with(vec![timed]).map_err(|refused| problems::of_refused(&refused, None))?;
        match run.cluster().recovery().and_then(|recovery| recovery.outcome()) {
            Some(Err(failure)) => Err(problems::of_failure(failure)),
            _ => Ok(Loaded { script, run: Rc::new(run), ..self.clone() }),
        }
    }

    /// The recovery that the run ends with, unless its server has taken over.
    pub fn recovery_command(&self) -> Option<usize> {
        let recovery = last_recovery(&self.script)?;
        let behind = self.script.commands.iter().skip(recovery + 1);
        let took_over = |line: &ScriptLine| pitr_engine::WHOLE && *line.timed.command == Command::SwitchOver;
        (!behind.into_iter().any(took_over)).then_some(recovery)
    }

    /// The instant at which the base ends.
    pub fn noticed(&self) -> Micros {
        self.base.cluster().now()
    }

    /// A recovery that is tried, without keeping the run: the cluster at its beginning.
    pub fn trial(&self, spec: &RecoverySpec) -> Option<Cluster> {
        let mut cluster = self.base.cluster().clone();
        cluster.execute("ops", &Command::Recover(spec.clone())).ok()?;
        Some(cluster)
    }

    /// What a recovery would give: the cluster at its end.
    #[cfg(not(feature = "whole"))]
    pub fn try_recovery(&self, spec: &RecoverySpec) -> Option<Cluster> {
        let mut cluster = self.trial(spec)?;
        while go_on(&mut cluster) {}
        Some(cluster)
    }

    /// What a session wrote as a command of the run.
    pub fn statement(&self, command: usize) -> Option<&ScriptLine> {
        self.script.commands.get(command)
    }

    /// The outcome of the run's recovery.
    #[cfg(feature = "study")]
    pub fn outcome(&self) -> Option<Result<&RecoveryReport, &pitr_engine::RecoveryFailure>> {
        self.run.cluster().recovery().and_then(|recovery| recovery.outcome())
    }

    /// The report of the run's recovery; of one that waits at its target, as far as it has come. And whether it is at its end.
    pub fn report(&self) -> Option<(RecoveryReport, bool)> {
        self.recovery_command()?;
        let recovery = self.run.cluster().recovery()?;
        match recovery.outcome() {
            Some(outcome) => Some((outcome.ok()?.clone(), true)),
            #[cfg(feature = "whole")]
            None => Some((recovery.so_far(self.run.cluster().archive())?, false)),
            #[cfg(not(feature = "whole"))]
            None => None,
        }
    }
}

/// The script of the base, and whether a recovery stands behind it.
pub fn without_recovery(script: &Script) -> (Script, bool) {
    let is_last = |line: &ScriptLine| match &*line.timed.command {
        Command::Note { .. } => true,
        Command::Resume | Command::Continue(_) => pitr_engine::WHOLE,
        _ => false,
    };
    let recovery = last_recovery(script);
    let recovery = recovery.filter(|at| script.commands.iter().skip(at + 1).all(is_last));
    let mut base_script = script.clone();
    if let Some(recovery) = recovery {
        base_script.commands.truncate(recovery);
        base_script.expectations.clear();
    }
    (base_script, recovery.is_some())
}

/// Lets a cluster that is busy do the next few things; whether there was anything to do.
pub fn go_on(cluster: &mut Cluster) -> bool {
    // A recovery that is busy has a next step, so the clock always goes on.
    let until = cluster.busy_until();
    until.into_iter().for_each(|until| drop(cluster.advance(until, 256)));
    until.is_some()
}

fn last_recovery(script: &Script) -> Option<usize> {
    script.commands.iter().rposition(|line| matches!(*line.timed.command, Command::Recover(_)))
}

fn carry_out(script: &Script, text: &str) -> Result<Run, Problem> {
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    Run::new(script.settings.clone(), commands).map_err(|refused| refused_line(&refused, script, text))
}

/// Why a script that was read from a text cannot be carried out, and where.
pub fn refused_line(refused: &Refused, script: &Script, text: &str) -> Problem {
    let line = script.commands.get(refused.command);
    problems::of_refused(refused, line.map(|line| place_of(line, text)))
}

/// Line, column and width of a statement in the text.
fn place_of(line: &ScriptLine, text: &str) -> (u32, u32, u32) {
    let source = text.lines().nth(line.line.saturating_sub(1) as usize).unwrap_or_default();
    let before = source.find(&line.statement).and_then(|at| source.get(..at)).unwrap_or_default();
    let width = line.statement.chars().count().max(1) as u32;
    (line.line, before.chars().count() as u32 + 1, width)
}
