//! Refusals of script, engine and recovery as the protocol's problems.

use pitr_engine::script::TargetTextError;
#[cfg(feature = "whole")]
use pitr_engine::script::{Place as ScriptPlace, ScriptError, culprit, culprit_of_recovery};
#[cfg(feature = "whole")]
use pitr_engine::{Cluster, Command};
use pitr_engine::{CommandError, RecoveryFailure, Refused, RunError};
use pitr_protocol::{Place, Problem};

/// A problem of a code and its parameters.
pub fn problem(code: &str, params: Vec<(&'static str, String)>) -> Problem {
    let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Problem { code: code.to_owned(), params, place: None }
}

/// A script that cannot be read.
#[cfg(feature = "whole")]
pub fn of_script(error: &ScriptError) -> Problem {
    let place = Place { line: error.place.line, column: error.place.column, width: error.place.width };
    Problem { place: Some(place), ..problem(error.code(), error.params()) }
}

/// A target's text that cannot be read.
pub fn of_target_text(error: &TargetTextError) -> Problem {
    problem(error.code(), error.params())
}

/// A command that the cluster refuses.
pub fn of_command(error: &CommandError) -> Problem {
    problem(error.code(), error.params())
}

/// A recovery that fails.
pub fn of_failure(failure: &RecoveryFailure) -> Problem {
    problem(failure.code(), failure.params())
}

/// A script that reads well but cannot be carried out; `line` is that of the command.
pub fn of_refused(refused: &Refused, line: Option<(u32, u32, u32)>) -> Problem {
    let problem = match &refused.error {
        RunError::Command(error) => of_command(error),
        RunError::TooLong { events } => problem("run_too_long", vec![("events", events.to_string())]),
    };
    let place = line.map(|(line, column, width)| Place { line, column, width });
    Problem { place, ..problem }
}

/// The same of a statement that begins at the problem's place: narrowed to the word of it that is to blame, if one is.
#[cfg(feature = "whole")]
pub fn at_word(
    problem: Problem,
    refused: &Refused,
    (statement, command): (&str, &Command),
    state: &Cluster,
) -> Problem {
    let RunError::Command(error) = &refused.error else { return problem };
    let place = problem.place.map(|place| narrowed(place, culprit(statement, command, error, state)));
    Problem { place, ..problem }
}

/// Why the recovery fails that a statement at a place asks for, at the word of it that is to blame, if one is.
#[cfg(feature = "whole")]
pub fn of_recovery(failure: &RecoveryFailure, statement: &str, place: Place) -> Problem {
    Problem { place: Some(narrowed(place, culprit_of_recovery(statement, failure))), ..of_failure(failure) }
}

/// A statement's place, or that of a word of it.
#[cfg(feature = "whole")]
fn narrowed(place: Place, word: Option<ScriptPlace>) -> Place {
    match word {
        Some(word) => Place { column: place.column + word.column - 1, width: word.width, ..place },
        None => place,
    }
}
