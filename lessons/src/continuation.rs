//! A run that begins as a shipped scenario does: how much of it is taken, and what somebody has put behind.
//!
//! Invariant: what is taken apart is put together to an equal script, remarks of the scenario aside that stand behind the cut.

use crate::scenarios::{SCENARIOS, scenario};
use pitr_engine::script::{Script, ScriptError, parse};

/// A script as a scenario and what comes behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continuation {
    pub stem: &'static str,
    /// How many of the scenario's commands are taken; `None`: it is the scenario itself.
    pub commands: Option<u32>,
    /// Lines in the scenario language.
    pub own: String,
}

/// Why there is no such script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContinuationError {
    /// The lab ships no such scenario.
    NoScenario { stem: String },
    /// The scenario has fewer commands.
    TooFewCommands { stem: String, asked: u32, has: u32 },
    /// The own lines, which begin behind that line of the whole, are not in the language.
    Script { error: ScriptError, behind: u32 },
}

impl ContinuationError {
    /// By which files of languages name it.
    pub fn code(&self) -> &'static str {
        match self {
            ContinuationError::NoScenario { .. } => "no_such_scenario",
            ContinuationError::TooFewCommands { .. } => "scenario_too_short",
            ContinuationError::Script { error, .. } => error.fault.code(),
        }
    }

    /// What its sentence shows, by name.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            ContinuationError::NoScenario { stem } => {
                let known: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.stem).collect();
                vec![("scenario", stem.chars().take(40).collect()), ("known", known.join(", "))]
            }
            ContinuationError::TooFewCommands { stem, asked, has } => {
                vec![("scenario", stem.clone()), ("asked", asked.to_string()), ("has", has.to_string())]
            }
            ContinuationError::Script { error, .. } => error.fault.params(),
        }
    }
}

/// The text of a scenario up to behind so many of its commands. `None` if it has fewer.
fn begun(text: &str, commands: usize) -> Option<&str> {
    let script = parse(text).ok()?;
    let last_line = match commands.checked_sub(1) {
        // Before the first command stand title and settings.
        None => script.commands.first()?.line - 1,
        Some(last) => script.commands.get(last)?.line,
    };
    let end = text.split_inclusive('\n').take(last_line as usize).map(str::len).sum();
    text.get(..end)
}

/// The script of a scenario's first commands, or all of it, with lines behind.
pub fn continued(stem: &str, commands: Option<u32>, own: &str) -> Result<Script, ContinuationError> {
    let Some(scenario) = scenario(stem) else {
        return Err(ContinuationError::NoScenario { stem: stem.to_owned() });
    };
    let taken = match commands {
        None => scenario.text,
        Some(asked) => begun(scenario.text, asked as usize).ok_or_else(|| {
            let has = parse(scenario.text).map_or(0, |script| script.commands.len() as u32);
            ContinuationError::TooFewCommands { stem: stem.to_owned(), asked, has }
        })?,
    };
    let behind = taken.lines().count() as u32;
    parse(&format!("{}\n{own}", taken.trim_end_matches('\n')))
        .map_err(|error| ContinuationError::Script { error, behind })
}

impl Continuation {
    /// A script taken apart, if it begins as a scenario does: with one of its commands at least.
    pub fn of(script: &Script) -> Option<Continuation> {
        let candidates = SCENARIOS.iter().filter_map(|scenario| {
            let theirs = parse(scenario.text).ok()?;
            if *script == theirs {
                return Some((usize::MAX, Continuation { stem: scenario.stem, commands: None, own: String::new() }));
            }
            let same = script.commands.iter().zip(&theirs.commands).take_while(|(ours, theirs)| ours == theirs).count();
            let own = own_lines(script, same, &theirs);
            let continuation = Continuation { stem: scenario.stem, commands: Some(same as u32), own };
            let again = continued(continuation.stem, continuation.commands, &continuation.own).ok()?;
            let is_same = again.title == script.title
                && again.settings == script.settings
                && again.commands == script.commands
                && again.expectations == script.expectations;
            (same > 0 && is_same).then_some((same, continuation))
        });
        candidates.max_by_key(|(same, _)| *same).map(|(_, continuation)| continuation)
    }
}

/// What a script's text has behind so many of its commands. The scenario's remarks belong to the scenario.
fn own_lines(script: &Script, commands: usize, scenario: &Script) -> String {
    let mut script = script.clone();
    script.remarks.retain(|remark| !scenario.remarks.contains(remark));
    let text = script.to_string();
    let Ok(printed) = parse(&text) else {
        return String::new();
    };
    let cut = match commands.checked_sub(1).and_then(|last| printed.commands.get(last)) {
        Some(line) => line.line,
        None => 0,
    };
    let own = text.split_inclusive('\n').skip(cut as usize).collect::<String>();
    own.trim_start_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(continuation: &Continuation) -> Script {
        continued(continuation.stem, continuation.commands, &continuation.own).expect("is a script")
    }

    #[test]
    fn a_scenario_is_its_name() {
        for scenario in SCENARIOS {
            let script = parse(scenario.text).unwrap();
            let continuation = Continuation::of(&script).unwrap();
            let expected = Continuation { stem: scenario.stem, commands: None, own: String::new() };
            assert_eq!(continuation, expected);
            assert_eq!(again(&continuation), script);
        }
    }

    #[test]
    fn what_is_put_behind_is_all_that_is_kept() {
        let text = scenario("worked-example").unwrap().text;
        let own = "03:11:00  ops    recover from b1 to time '02:59:59' inclusive\nexpect table users rows 8\n";
        let script = parse(&format!("{text}\n{own}")).unwrap();
        let continuation = Continuation::of(&script).unwrap();
        assert_eq!(continuation.stem, "worked-example");
        assert_eq!(continuation.commands, Some(parse(text).unwrap().commands.len() as u32));
        assert_eq!(continuation.own, own);
        let again = again(&continuation);
        assert_eq!((again.commands, again.expectations), (script.commands, script.expectations));
    }

    #[test]
    fn a_run_may_leave_its_scenario_anywhere() {
        let whole = parse(scenario("worked-example").unwrap().text).unwrap();
        for taken in 1..=whole.commands.len() {
            let mut script = whole.clone();
            script.commands.truncate(taken);
            let last = script.commands[taken - 1].timed.at;
            let own = parse("03:30 someone-else INSERT INTO users VALUES (90, 'it''s  I', 'here')").unwrap();
            script.push(last, "someone-else", own.commands[0].timed.command.clone());
            let continuation = Continuation::of(&script).unwrap();
            assert_eq!(continuation.commands, Some(taken as u32));
            assert_eq!(continuation.own.lines().count(), 1, "{}", continuation.own);
            assert_eq!(again(&continuation).commands, script.commands);
        }
    }

    #[test]
    fn other_settings_are_another_run() {
        let text = scenario("worked-example").unwrap().text.replace("seed 7", "seed 8");
        assert_eq!(Continuation::of(&parse(&text).unwrap()), None);
        assert_eq!(Continuation::of(&parse("01:00 ops backup b1").unwrap()), None);
    }

    #[test]
    fn wrong_continuations_say_why() {
        let refuse = |stem: &str, commands, own: &str| continued(stem, commands, own).unwrap_err();
        assert_eq!(refuse("nothing", None, "").code(), "no_such_scenario");
        let error = refuse("worked-example", Some(900), "");
        assert_eq!(error.code(), "scenario_too_short");
        assert!(error.params().contains(&("asked", "900".to_owned())));
        let error = refuse("worked-example", Some(1), "05:00 ops fly");
        assert_eq!(error.code(), "unknown_verb");
        assert!(matches!(error, ContinuationError::Script { behind: 5, .. }), "{error:?}");
        assert!(continued("worked-example", Some(0), "05:00 ops backup b1").is_ok());
    }
}
