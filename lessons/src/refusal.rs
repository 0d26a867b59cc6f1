//! What the engine does not take of a script, in a few words for its author.

use pitr_engine::script::{Script, ScriptError};
use pitr_engine::{Refused, RunError};

/// A longer list of what there would be helps nobody.
const LONGEST: usize = 80;

/// A code and its parameters: `no such table: table odrers`.
fn said(code: &str, params: &[(&'static str, String)]) -> String {
    let short = params.iter().filter(|(_, value)| value.len() <= LONGEST);
    let params: Vec<String> = short.map(|(name, value)| format!("{name} {value}")).collect();
    let code = code.replace('_', " ");
    if params.is_empty() { code } else { format!("{code}: {}", params.join(", ")) }
}

/// A line that cannot be read.
pub fn unread(error: &ScriptError) -> String {
    said(error.code(), &error.params())
}

/// A command that cannot be carried out, with its words.
pub fn refused(refused: &Refused, script: &Script) -> String {
    match &refused.error {
        RunError::Command(error) => {
            let statement = statement(refused, script).unwrap_or_default();
            format!("{statement:?}: {}", said(error.code(), &error.params()))
        }
        RunError::TooLong { events } => format!("more than {events} events"),
    }
}

/// The statement that was refused.
pub fn statement<'a>(refused: &Refused, script: &'a Script) -> Option<&'a str> {
    script.commands.get(refused.command).map(|line| line.statement.as_str())
}
