//! Questions about timelines, judged by the model's history files.

use super::asked::{Asked, agree, number_behind, numbers, same};
use crate::model::Expected;
use pitr_engine::types::Value;
use std::collections::BTreeSet;

/// A row is on a timeline if the model's recovery along it has it.
pub fn timeline_of_row(asked: &Asked) -> Result<(), String> {
    let prompt = &asked.question.prompt;
    let key = number_behind(prompt, "row ").or_else(|| number_behind(prompt, "id ")).ok_or("no row is asked for")?;
    let mut holding = BTreeSet::new();
    for timeline in core::iter::once(1).chain(asked.model.histories.keys().copied()) {
        let recovered = asked.recovers(&asked.spec_of(&format!("from b1 to end along {timeline}"))?)?;
        if asked.table(&recovered)?.rows.contains_key(&Value::Int(key)) {
            holding.insert(i64::from(timeline));
        }
    }
    agree(asked.choices()?, |choice| Ok(numbers(&choice.text).into_iter().collect::<BTreeSet<i64>>() == holding))
}

/// Names are put together from the numbers in the history files.
pub fn history_file(asked: &Asked) -> Result<(), String> {
    let timeline = number_behind(&asked.question.prompt, "imeline ").ok_or("no timeline is asked for")? as u32;
    let ancestors = asked.model.histories.get(&timeline).ok_or("there is no such timeline")?;
    let (_, fork) = *ancestors.last().ok_or("it has no parent")?;
    let right = &asked.short()?.right[0];
    let expected = if right.contains('.') {
        format!("{timeline:08X}.history")
    } else {
        format!("{timeline:08X}{:016X}", fork / asked.model.segment_bytes)
    };
    same("file", right, &expected)
}

/// A backup lies on a timeline's history if it was taken on it, or on an ancestor and complete before that was left.
pub fn can_follow(asked: &Asked) -> Result<(), String> {
    let timeline = number_behind(&asked.question.prompt, "timeline ").ok_or("no timeline is asked for")? as u32;
    let ancestors = asked.model.histories.get(&timeline).cloned().unwrap_or_default();
    agree(asked.choices()?, |choice| {
        let label = choice.text.split(',').next().unwrap_or_default();
        let backup = asked.model.backups.iter().find(|backup| backup.label == label).ok_or("no such backup")?;
        let end = asked.model.facts[backup.end].goes_on;
        let left = ancestors.iter().find(|(ancestor, _)| *ancestor == backup.timeline);
        let lies_on_it = backup.timeline == timeline || left.is_some_and(|(_, fork)| end <= *fork);
        let follows = matches!(asked.expect(&asked.spec(&choice.does)?), Expected::Recovers(_));
        same(&choice.text, lies_on_it, follows)?;
        Ok(lies_on_it)
    })
}
