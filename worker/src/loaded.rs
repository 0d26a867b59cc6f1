//! A script carried out.
//!
//! A run has a *base*, what happened up to the moment at which somebody noticed, and may have one recovery behind it. Another recovery
//! replaces the one before: the base stays what it is.

use crate::problems;
#[cfg(feature = "whole")]
use pitr_engine::script::parse;
use pitr_engine::script::{Script, ScriptLine};
use pitr_engine::types::Micros;
use pitr_engine::{Cluster, Command, RecoveryFailure, RecoveryReport, RecoverySpec, Run, Status, TimedCommand};
use pitr_protocol::Problem;

/// A run with the script that made it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The base's script.
    pub base_script: Script,
    pub base: Run,
    /// The script of all of it, and its run.
    pub script: Script,
    pub run: Run,
    /// What the last recovery took, in microseconds of the wall clock.
    pub wall_us: i64,
}

impl Loaded {
    /// Reads a script and carries it out.
    #[cfg(feature = "whole")]
    pub fn read(text: &str) -> Result<Loaded, Problem> {
        Loaded::carry_out(parse(text).map_err(|error| problems::of_script(&error))?, text)
    }

    /// Carries a script out; `text` is what it was read from.
    pub fn carry_out(script: Script, text: &str) -> Result<Loaded, Problem> {
        let first_recovery = script.commands.iter().position(|line| matches!(*line.timed.command, Command::Recover(_)));
        let mut base_script = script.clone();
        if let Some(first) = first_recovery {
            base_script.commands.truncate(first);
            base_script.expectations.clear();
        }
        let base = carry_out(&base_script, text)?;
        let run = if first_recovery.is_some() { carry_out(&script, text)? } else { base.clone() };
        Ok(Loaded { base_script, base, script, run, wall_us: 0 })
    }

    /// The same base with another recovery behind it; refused, and the failure told, if that does not come to its end.
    pub fn recovered(&self, spec: RecoverySpec) -> Result<Loaded, Problem> {
        let command = Command::Recover(spec).into();
        let timed = TimedCommand { at: self.noticed(), session: "ops".to_owned(), command };
        let mut script = self.base_script.clone();
        script.push(timed.at, &timed.session, timed.command.clone());
        let run = self.base.with(vec![timed]).map_err(|refused| problems::of_refused(&refused, None))?;
        match run.cluster().recovery().and_then(|recovery| recovery.outcome()) {
            Some(Err(failure)) => Err(problems::of_failure(failure)),
            _ => Ok(Loaded { script, run, ..self.clone() }),
        }
    }

    /// The instant at which the base ends.
    pub fn noticed(&self) -> Micros {
        self.base.cluster().now()
    }

    /// What a recovery would give, without keeping the run: the cluster at its end.
    pub fn try_recovery(&self, spec: &RecoverySpec) -> Option<Cluster> {
        let mut cluster = self.base.cluster().clone();
        cluster.execute("ops", &Command::Recover(spec.clone())).ok()?;
        while let Some(until) = cluster.busy_until() {
            // A recovery that is busy has a next step, so the clock always goes on.
            while cluster.advance(until, 256).status == Status::MoreToDo {}
        }
        Some(cluster)
    }

    /// What a session wrote as a command of the run.
    pub fn statement(&self, command: usize) -> Option<&ScriptLine> {
        self.script.commands.get(command)
    }

    /// The outcome of the run's recovery.
    pub fn outcome(&self) -> Option<Result<&RecoveryReport, &RecoveryFailure>> {
        self.run.cluster().recovery().and_then(|recovery| recovery.outcome())
    }
}

fn carry_out(script: &Script, text: &str) -> Result<Run, Problem> {
    let commands = script.commands.iter().map(|line| line.timed.clone()).collect();
    Run::new(script.settings.clone(), commands).map_err(|refused| {
        let line = script.commands.get(refused.command);
        problems::of_refused(&refused, line.map(|line| place_of(line, text)))
    })
}

/// Line, column and width of a statement in the text.
fn place_of(line: &ScriptLine, text: &str) -> (u32, u32, u32) {
    let source = text.lines().nth(line.line.saturating_sub(1) as usize).unwrap_or_default();
    let before = source.find(&line.statement).and_then(|at| source.get(..at)).unwrap_or_default();
    let width = line.statement.chars().count().max(1) as u32;
    (line.line, before.chars().count() as u32 + 1, width)
}
