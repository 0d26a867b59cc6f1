//! A question held to its history: it can be asked, what is right is right, and what choices do can be done.

use super::ask::{AskError, Posed, ask};
use crate::lesson::facts::{FactError, fact};
use crate::questions::{Answer, Kind};
use pitr_authoring::question::{Written, WrittenKind};
use pitr_authoring::reading::finding::{Finding, Weight};

/// Other days on which a question that varies is tried.
const SEEDS: [u64; 4] = [0, 1, 7, 1_000_003];

/// What is wrong with a question that reads well.
pub fn check(written: &Written) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for seed in SEEDS {
        if let Some((what, remedy)) = fault(written, seed) {
            let what = format!("question {:?}: {what}", written.id);
            findings.push(Finding { weight: Weight::Error, line: written.line as usize, what, remedy });
            break;
        }
    }
    findings
}

fn fault(written: &Written, seed: u64) -> Option<(String, String)> {
    let posed = match ask(written, &written.id, seed) {
        Ok(posed) => posed,
        Err(error) => return Some((error.to_string(), remedy(&error))),
    };
    let on = format!("(seed {seed})");
    match &posed.question.kind {
        Kind::Single(choices) | Kind::Multiple(choices) => {
            let right: Vec<usize> = (0..choices.len())
                .filter(|index| choices.get(*index).is_some_and(|choice| choice.misconception.is_none()))
                .collect();
            let is_single = matches!(posed.question.kind, Kind::Single(_));
            let answer = match right.first() {
                Some(first) if is_single => Answer::Choice(*first),
                _ => Answer::Choices(right.clone()),
            };
            if !posed.judge(&answer).0.right {
                return Some((format!("its right answer is graded wrong {on}"), "mend the answers".to_owned()));
            }
            let twice = posed.choices.iter().enumerate().find(|(index, text)| {
                right.contains(index) != right.iter().any(|right| posed.choices.get(*right) == Some(*text))
            });
            if let (Some((_, text)), true) = (twice, written.history.is_some()) {
                let what = format!("{:?} is right and wrong {on}", text.words());
                return Some((what, "let the distractors differ from the answer on every day".to_owned()));
            }
            deeds(&posed, &right, &on)
        }
        Kind::Short(short) => {
            let answer = short.right.first().cloned().unwrap_or_default();
            let verdict = posed.judge(&Answer::Text(answer.clone())).0;
            if !verdict.right {
                let what = format!("{answer:?} is graded wrong {on}");
                return Some((what, "write it as its `form` is written, or leave `form` out".to_owned()));
            }
            let wrong = short.known_wrong.iter().find(|wrong| posed.judge(&Answer::Text(wrong.text.clone())).0.right);
            if let Some(wrong) = wrong {
                let what = format!("{:?} of `answer.wrong` is right {on}", wrong.text);
                return Some((what, "take it out there".to_owned()));
            }
            if let (WrittenKind::Short(written), Some(computed)) = (&written.kind, short.right.first())
                && written.computed.is_some()
                && short.right.len() > 1 + written.right.len().saturating_sub(1)
            {
                let said = short.right.get(1).cloned().unwrap_or_default();
                let what = format!("the engine computes {computed:?}, and `answer.answer` is {said:?} {on}");
                return Some((what, "leave `answer.answer` out, or write what is computed".to_owned()));
            }
            deeds(&posed, &[], &on)
        }
        _ => None,
    }
}

/// What choices do is done; a wrong one must not come to the same as a right one.
fn deeds(posed: &Posed, right: &[usize], on: &str) -> Option<(String, String)> {
    let mut wanted = Vec::new();
    let mut found = Vec::new();
    for (index, does) in posed.deeds() {
        match posed.with(does) {
            Ok((_, made)) => {
                let no_runs = |run: &str| Err(FactError::NoRun { run: run.to_owned() });
                let tables = fact("tables", &made, &no_runs).ok();
                let outcome = fact("outcome", &made, &no_runs).ok();
                let came = (tables, outcome);
                if right.contains(&index) { wanted.push(came) } else { found.push((does, came)) }
            }
            Err(error) => return Some((format!("{does:?} cannot be done {on}: {error}"), remedy(&error))),
        }
    }
    let same = found.iter().find(|(_, came)| wanted.contains(came))?;
    let what = format!("{:?} comes to the same as the right answer {on}", same.0);
    Some((what, "let it do something that is wrong".to_owned()))
}

fn remedy(error: &AskError) -> String {
    match error {
        AskError::Script(_) => "mend the script: `cargo xtask run FILE` says more of one".to_owned(),
        AskError::Brace { .. } => "close it, or write {{ for a brace that is shown".to_owned(),
        AskError::Fact(FactError::NoRun { .. }) => "name it under `runs`".to_owned(),
        AskError::Fact(FactError::Refused { .. }) => "let the history do what the engine can".to_owned(),
        AskError::Fact(_) => {
            "ask what the run knows: docs/guide/src/questions.md lists it; write {{ for a brace that is shown"
                .to_owned()
        }
    }
}
