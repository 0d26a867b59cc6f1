//! The questions of `content/quizzes/*.toml`.

use super::{Wrong, from_toml, holes};
use crate::quiz::{Question, QuizFile};

/// What objectives are called.
const OBJECTIVES: [&str; 4] = ["rpo", "rto", "storage", "granularity"];

/// What texts and statements can show.
const PLACEHOLDERS: [&str; 14] = [
    // The statement that did the damage, its table, its commit.
    "damage",
    "table",
    "damage_time",
    "damage_xid",
    "damage_lsn",
    // The whole second in which it committed, the one before, the one after.
    "damage_second",
    "second_before",
    "second_after",
    // The last good commit before it.
    "good_time",
    // The backup before it.
    "backup",
    "backup_time",
    // When somebody noticed.
    "noticed_time",
    // The archive timeouts between which objectives are measured.
    "before",
    "after",
];

/// What explanations can show besides: how many good commits were lost.
const OUTCOME_PLACEHOLDERS: [&str; 1] = ["lost"];

/// A file's questions, or a line of it and what is wrong there.
pub fn read(text: &str, is_scenario: &dyn Fn(&str) -> bool) -> Result<QuizFile, Wrong> {
    let line_at = |offset: usize| text.get(..offset).unwrap_or(text).lines().count().max(1);
    let quiz: QuizFile = from_toml(text)?;
    for question in &quiz.question {
        if let Some((part, message)) = wrong(question, is_scenario) {
            // The line is that of the wrong part's first words; they stand there as they were written.
            let first = part.lines().next().unwrap_or_default();
            let offset = text.find(first).unwrap_or(0) + 1;
            return Err((line_at(offset), format!("question {:?}: {message}", question.id)));
        }
    }
    Ok(quiz)
}

/// The first part of a question that is wrong, and why.
fn wrong<'a>(question: &'a Question, is_scenario: &dyn Fn(&str) -> bool) -> Option<(&'a str, String)> {
    let explain = &question.explain;
    let (recovers, measures) = (question.recover.is_some(), question.measure.is_some());
    if recovers == measures {
        return Some((&question.id, "has either [question.recover] or [question.measure]".to_owned()));
    }
    if question.choice.len() < 2 {
        return Some((&question.id, "wants two choices at least".to_owned()));
    }
    let told = if recovers {
        explain.damaged.is_some() && explain.short.is_some() && explain.failed.is_some()
    } else {
        explain.other.is_some()
    };
    if !told {
        let wanted = if recovers { "damaged, short and failed" } else { "other" };
        return Some((&question.id, format!("wants the explanations {wanted} too")));
    }
    let stems = question.recover.iter().flat_map(|task| &task.scenarios);
    for stem in stems.chain(question.choice.iter().flat_map(|choice| &choice.scenarios)) {
        if !is_scenario(stem) {
            return Some((stem, format!("there is no scenario {stem:?} in content/scenarios")));
        }
    }
    let lacks_interval = |script: &str| !holes(script).any(|hole| hole == "interval");
    if question.measure.as_ref().is_some_and(|task| task.intervals.is_empty() || lacks_interval(&task.script)) {
        return Some((&question.id, "wants intervals, and {interval} in its script".to_owned()));
    }
    for choice in &question.choice {
        let objective = choice.objective.as_deref();
        if choice.does.is_some() != recovers || objective.is_some() != measures {
            return Some((
                &choice.text,
                "a choice of recover does something, one of measure has an objective".to_owned(),
            ));
        }
        if objective.is_some_and(|objective| !OBJECTIVES.contains(&objective)) {
            return Some((&choice.text, format!("objectives are {}", OBJECTIVES.join(", "))));
        }
    }
    let said = question.choice.iter().flat_map(|choice| [Some(&choice.text), choice.does.as_ref()]);
    let explained = [Some(&explain.right), explain.damaged.as_ref(), explain.short.as_ref(), explain.failed.as_ref()];
    let misconceptions = question.choice.iter().map(|choice| choice.misconception.as_ref());
    let plain = core::iter::once(Some(&question.text)).chain(said).flatten().map(|text| (text, false));
    let outcomes = explained.into_iter().chain([explain.other.as_ref()]).chain(misconceptions);
    let outcomes = outcomes.flatten().map(|text| (text, true));
    for (text, knows_outcome) in plain.chain(outcomes) {
        let known = |hole: &str| PLACEHOLDERS.contains(&hole) || knows_outcome && OUTCOME_PLACEHOLDERS.contains(&hole);
        if let Some(hole) = holes(text).find(|hole| !known(hole)) {
            return Some((text, format!("{{{hole}}} is none of {}", PLACEHOLDERS.join(", "))));
        }
    }
    None
}
