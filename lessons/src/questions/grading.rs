//! Whether an answer is right, what is believed by who gives it, and the script in which it was carried out.

use super::forms::read;
use super::lived::{Lived, Restored, with_lines};
use super::question::{Answer, Choice, Kind, Misconception, Order, Place, Question, Short, Shows, Verdict};
use super::unforeseen::unforeseen;
use pitr_engine::types::Lsn;

/// What was found out about an answer.
#[derive(Debug, Default)]
struct Found {
    right: bool,
    misconception: Option<Misconception>,
    solution: Vec<String>,
    /// Lines that do what the answer says.
    does: String,
    shows: Shows,
    unreadable: Option<&'static str>,
}

/// What is said to an answer. One that is not of the question's kind, or names what was not offered, is wrong.
pub fn grade(question: &Question, answer: &Answer) -> Verdict {
    let found = match (&question.kind, answer) {
        (Kind::Single(choices), Answer::Choice(index)) => chosen(choices, &[*index]),
        (Kind::Single(choices) | Kind::Multiple(choices), Answer::Choices(indices)) => chosen(choices, indices),
        (Kind::Multiple(choices), Answer::Choice(index)) => chosen(choices, &[*index]),
        (Kind::Short(short), Answer::Text(text)) => typed(short, text),
        (Kind::Order(order), Answer::Order(indices)) => ordered(order, indices),
        (Kind::Place(place), Answer::Target(target)) => placed(question, place, target),
        _ => Found { solution: solution(&question.kind), ..Found::default() },
    };
    let is_order = matches!(question.kind, Kind::Order(_));
    let runs = !question.script.is_empty() && (is_order || !found.does.is_empty());
    let (history, note, beside) = match found.shows {
        Shows::Itself => (String::new(), String::new(), None),
        Shows::Elsewhere { history, note } => (history, note, None),
        Shows::Beside { claimed, found, note } => (String::new(), note, Some((claimed, found))),
    };
    let history = if history.is_empty() { &question.script } else { &history };
    Verdict {
        right: found.right,
        misconception: found.misconception,
        explanation: question.explanation.clone(),
        solution: found.solution,
        consequence: runs.then(|| with_lines(history, &found.does)),
        note,
        beside,
        unreadable: found.unreadable,
    }
}

/// The right answer, as it would have been given.
fn solution(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Single(choices) | Kind::Multiple(choices) => {
            let right = choices.iter().filter(|choice| choice.misconception.is_none());
            right.map(|choice| choice.text.clone()).collect()
        }
        Kind::Short(short) => short.right.iter().take(1).cloned().collect(),
        Kind::Order(order) => {
            order.right.iter().filter_map(|index| order.items.get(*index)).map(|item| item.text.clone()).collect()
        }
        Kind::Place(place) => vec![place.wanted.clone()],
    }
}

fn chosen(choices: &[Choice], indices: &[usize]) -> Found {
    let is_chosen = |index: &usize| indices.contains(index);
    let wrongly = choices.iter().enumerate().find(|(index, choice)| is_chosen(index) && choice.misconception.is_some());
    let left_out =
        choices.iter().enumerate().find(|(index, choice)| !is_chosen(index) && choice.misconception.is_none());
    let offered = indices.iter().all(|index| *index < choices.len());
    let right = offered && wrongly.is_none() && left_out.is_none();
    let misconception = match (wrongly, left_out) {
        (Some((_, choice)), _) => choice.misconception.clone(),
        (None, Some((_, choice))) => choice.overlooked.clone(),
        (None, None) => None,
    };
    let carried = wrongly.or(left_out).map(|(_, choice)| choice);
    let carried = carried.or_else(|| indices.first().and_then(|index| choices.get(*index)));
    let does = carried.map(|choice| choice.does.clone()).unwrap_or_default();
    let shows = carried.map(|choice| choice.shows.clone()).unwrap_or_default();
    let solution = choices.iter().filter(|choice| choice.misconception.is_none());
    Found {
        right,
        misconception,
        solution: solution.map(|choice| choice.text.clone()).collect(),
        does,
        shows,
        unreadable: None,
    }
}

fn typed(short: &Short, text: &str) -> Found {
    let solution = short.right.iter().take(1).cloned().collect();
    let said = match read(short, text) {
        Ok(said) => said,
        Err(unreadable) => return Found { solution, unreadable: Some(unreadable), ..Found::default() },
    };
    let says = |other: &str| read(short, other).is_ok_and(|other| other == said);
    let right = short.right.iter().any(|right| says(right));
    let own = || short.does.replace("{answer}", &said);
    if right {
        return Found { right, solution, does: own(), ..Found::default() };
    }
    if let Some(known) = short.known_wrong.iter().find(|known| says(&known.text)) {
        let does = if known.does.is_empty() { own() } else { known.does.clone() };
        let misconception = Some(known.misconception.clone());
        return Found { misconception, solution, does, shows: known.shows.clone(), ..Found::default() };
    }
    let cannot_be_done = !short.note.is_empty() && !short.does.contains("{answer}");
    let beside = |found: &String| Shows::Beside {
        claimed: text.trim().to_owned(),
        found: found.clone(),
        note: short.note.clone(),
    };
    let shows = short.right.first().filter(|_| cannot_be_done).map(beside).unwrap_or_default();
    Found { misconception: unforeseen(short, text), solution, does: own(), shows, ..Found::default() }
}

fn ordered(order: &Order, indices: &[usize]) -> Found {
    let place = |item: usize| indices.iter().position(|index| *index == item);
    let slipped = order.slips.iter().find(|slip| match (place(slip.early), place(slip.late)) {
        (Some(early), Some(late)) => late < early,
        _ => false,
    });
    let solution = order.right.iter().filter_map(|index| order.items.get(*index)).map(|item| item.text.clone());
    Found {
        right: indices == order.right,
        misconception: slipped.map(|slip| slip.misconception.clone()),
        shows: slipped.map(|slip| slip.shows.clone()).unwrap_or_default(),
        solution: solution.collect(),
        ..Found::default()
    }
}

/// Recovers to the target, and to the one that is known to be right, and compares the tables.
fn placed(question: &Question, place: &Place, target: &str) -> Found {
    let solution = vec![place.wanted.clone()];
    let recover = |lived: &Lived, target: &str| lived.recover(&format!("from {} to {target}", place.backup));
    let lived = Lived::of(question.script.clone());
    let tried = lived.as_ref().and_then(|lived| recover(lived, target));
    let wanted = lived.as_ref().and_then(|lived| recover(lived, &place.wanted)).and_then(|tried| tried.outcome.ok());
    let (Some(tried), Some(wanted)) = (tried, wanted) else {
        return Found { solution, unreadable: Some("answer_wants_target"), ..Found::default() };
    };
    let damage: Lsn = place.damage_lsn.parse().unwrap_or_default();
    let belief = match &tried.outcome {
        Err(_) => Some(&place.failed),
        Ok(Restored { tables, .. }) if *tables == wanted.tables => None,
        Ok(Restored { report, .. }) if report.fork > damage => Some(&place.damaged),
        Ok(_) => Some(&place.short),
    };
    Found { right: belief.is_none(), misconception: belief.cloned(), solution, does: tried.does, ..Found::default() }
}
