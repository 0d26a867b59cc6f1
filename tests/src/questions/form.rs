//! What holds for any question, whatever it is about.

use pitr_authoring::outlines::UNFORESEEN;
use pitr_engine::script::parse;
use pitr_lessons::questions::{
    Answer, Choice, Form, Kind, Misconception, Order, Place, Question, Short, Shows, Verdict, grade,
};
use std::collections::BTreeSet;

/// Where a right choice stands among the others; nothing of other kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Of so many choices the right one is in this place.
    pub place: Option<(usize, usize)>,
    /// It is longer, or shorter, than all others.
    pub longest: bool,
    pub shortest: bool,
}

fn hold(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

/// Whether every text of a question is there and filled in.
fn is_filled(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['{', '}']) && !text.contains("  ")
}

fn believed(belief: &Misconception) -> Result<(), String> {
    hold(is_filled(&belief.text) && !belief.id.is_empty(), &format!("a belief is not told: {belief:?}"))
}

pub fn check(question: &Question) -> Result<Standing, String> {
    hold(is_filled(&question.prompt), &format!("prompt {:?}", question.prompt))?;
    hold(is_filled(&question.explanation), &format!("explanation {:?}", question.explanation))?;
    hold(!question.evidence.is_empty(), "there is nothing to go by")?;
    hold(parse(&question.script).is_ok(), "its script cannot be read")?;
    match &question.kind {
        Kind::Single(choices) => single(question, choices),
        Kind::Multiple(choices) => multiple(question, choices).map(|()| Standing::default()),
        Kind::Short(short) => typed(question, short).map(|()| Standing::default()),
        Kind::Order(order) => ordered(question, order).map(|()| Standing::default()),
        Kind::Place(place) => placed(question, place).map(|()| Standing::default()),
    }
}

/// Whether a consequence is the question's script with something behind it.
fn consequence(question: &Question, does: &str, shows: &Shows, verdict: &Verdict) -> Result<(), String> {
    let (history, note, beside) = match shows {
        Shows::Itself => (&question.script, "", None),
        Shows::Elsewhere { history, note } => (history, note.as_str(), None),
        Shows::Beside { claimed, found, note } => (&question.script, note.as_str(), Some((claimed, found))),
    };
    hold(*shows == Shows::Itself || is_filled(note), "nobody says what is seen there")?;
    hold(
        verdict.note == note && verdict.beside.as_ref().map(|(claimed, found)| (claimed, found)) == beside,
        "another note",
    )?;
    hold(beside.is_none_or(|(claimed, found)| claimed != found && !found.is_empty()), "both say the same")?;
    match &verdict.consequence {
        None => hold(false, "what was answered is not carried out"),
        Some(script) => {
            let goes_on = script.starts_with(history.trim_end()) && script.ends_with(does);
            let is_order = matches!(question.kind, Kind::Order(_));
            hold(goes_on && does.is_empty() == is_order, "another script")?;
            hold(parse(script).is_ok(), "what was answered cannot be carried out")
        }
    }
}

fn offered(choices: &[Choice]) -> Result<(), String> {
    let texts: BTreeSet<&str> = choices.iter().map(|choice| choice.text.as_str()).collect();
    hold(texts.len() == choices.len(), "two choices say the same")?;
    hold((3..=8).contains(&choices.len()), "too few choices, or too many")?;
    let lengths = choices.iter().map(|choice| choice.text.chars().count());
    let (least, most) = (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0));
    hold(most <= least + 8 || most * 2 <= least * 3, "lengths are not alike")?;
    for choice in choices {
        hold(is_filled(&choice.text), "a choice says nothing")?;
        choice.misconception.iter().chain(&choice.overlooked).try_for_each(believed)?;
    }
    Ok(())
}

fn single(question: &Question, choices: &[Choice]) -> Result<Standing, String> {
    offered(choices)?;
    let right: Vec<usize> = (0..choices.len()).filter(|index| choices[*index].misconception.is_none()).collect();
    let [right] = right[..] else { return Err(format!("{} are right", right.len())) };
    for (index, choice) in choices.iter().enumerate() {
        let verdict = grade(question, &Answer::Choice(index));
        hold(verdict.right == (index == right), "the grade is another")?;
        hold(verdict.misconception == choice.misconception, "another belief is named")?;
        hold(verdict.solution == [choices[right].text.clone()], "another solution")?;
        consequence(question, &choice.does, &choice.shows, &verdict)?;
    }
    hold(!grade(question, &Answer::Choice(choices.len())).right, "what is not offered is right")?;
    hold(!grade(question, &Answer::Text(choices[right].text.clone())).right, "another kind of answer is right")?;
    let length = |choice: &Choice| choice.text.chars().count();
    let others = || choices.iter().enumerate().filter(|(index, _)| *index != right).map(|(_, choice)| length(choice));
    let own = length(&choices[right]);
    Ok(Standing {
        place: Some((right, choices.len())),
        longest: others().all(|other| other < own),
        shortest: others().all(|other| other > own),
    })
}

fn multiple(question: &Question, choices: &[Choice]) -> Result<(), String> {
    offered(choices)?;
    let right: Vec<usize> = (0..choices.len()).filter(|index| choices[*index].misconception.is_none()).collect();
    hold(!right.is_empty() && right.len() < choices.len(), "all are right, or none")?;
    hold(right.iter().all(|index| choices[*index].overlooked.is_some()), "nobody says why one is left out")?;
    let verdict = grade(question, &Answer::Choices(right.clone()));
    hold(verdict.right && verdict.misconception.is_none(), "the right choices are graded wrong")?;
    // One too many, and one too few.
    for (index, choice) in choices.iter().enumerate() {
        let mut answer = right.clone();
        match answer.iter().position(|other| *other == index) {
            Some(place) => drop(answer.remove(place)),
            None => answer.push(index),
        }
        let verdict = grade(question, &Answer::Choices(answer));
        let belief = choice.misconception.as_ref().or(choice.overlooked.as_ref());
        hold(!verdict.right && verdict.misconception.as_ref() == belief, "a wrong set is not told for what it is")?;
        consequence(question, &choice.does, &choice.shows, &verdict)?;
    }
    Ok(())
}

fn typed(question: &Question, short: &Short) -> Result<(), String> {
    let right = |text: &str| grade(question, &Answer::Text(text.to_owned())).right;
    for text in &short.right {
        let others = [text.to_lowercase(), format!(" {text} ")];
        hold(right(text) && others.iter().all(|other| right(other)), "a right answer is graded wrong")?;
        let other = match short.form {
            Form::Number => format!("{text} bytes"),
            Form::Lsn => text.split_once('/').map(|(high, low)| format!("{high:0>8}/{low:0>8}")).unwrap_or_default(),
            Form::Xid => format!("XID {text}"),
            Form::Time => format!("{text}.0+00"),
            Form::FileName => format!("pg_wal/{text}"),
            Form::Text => text.to_uppercase(),
        };
        hold(right(&other), &format!("{other:?} is graded wrong"))?;
    }
    hold((1..=1).contains(&short.right.len()) && short.known_wrong.len() >= 2, "too few wrong answers are known")?;
    let mut texts = BTreeSet::new();
    for known in &short.known_wrong {
        believed(&known.misconception)?;
        hold(texts.insert(&known.text), "a wrong answer is known twice")?;
        let verdict = grade(question, &Answer::Text(known.text.clone()));
        // A name of another kind of file can be read, so can a number of another.
        hold(!verdict.right && verdict.unreadable.is_none(), &format!("{:?} is not wrong", known.text))?;
        hold(verdict.misconception.as_ref() == Some(&known.misconception), "another belief is named")?;
        consequence(question, &known.does, &known.shows, &verdict)?;
    }
    // Nobody has thought of this one, and it can be carried out like any other.
    let unheard_of = match short.form {
        Form::Lsn => "0/1234567",
        Form::Time => "00:00:01",
        Form::FileName => "00000009.history",
        _ => "1",
    };
    let verdict = grade(question, &Answer::Text(unheard_of.to_owned()));
    let told = verdict.misconception.as_ref().ok_or("nobody says what it is")?;
    hold(!verdict.right && UNFORESEEN.contains(&told.id.as_str()), "anything is right, or told for something else")?;
    believed(told)?;
    hold(verdict.consequence.is_some(), "what was answered is not carried out")?;
    hold(short.does.contains("{answer}") || verdict.beside.is_some(), "it neither runs nor stands beside what did")?;
    if let Some(script) = &verdict.consequence {
        hold(parse(script).is_ok() && !script.contains("{answer}"), "what was answered cannot be carried out")?;
    }
    let verdict = grade(question, &Answer::Text("no answer?".to_owned()));
    hold(verdict.unreadable.is_some() || short.form == Form::Text, "anything can be read")
}

fn ordered(question: &Question, order: &Order) -> Result<(), String> {
    let mut all = order.right.clone();
    all.sort_unstable();
    hold(all.iter().copied().eq(0..order.items.len()) && all.len() >= 4, "no order of all items")?;
    let texts: BTreeSet<&str> = order.items.iter().map(|item| item.text.as_str()).collect();
    hold(texts.len() == order.items.len() && texts.iter().all(|text| is_filled(text)), "two items say the same")?;
    hold(!order.right.is_sorted(), "they are shown in the right order")?;
    hold(grade(question, &Answer::Order(order.right.clone())).right, "the right order is graded wrong")?;
    for place in 1..order.right.len() {
        let mut answer = order.right.clone();
        answer.swap(place - 1, place);
        let verdict = grade(question, &Answer::Order(answer));
        hold(!verdict.right && verdict.misconception.is_some(), "a wrong order is not told for what it is")?;
        let pair = (order.right[place - 1], order.right[place]);
        let slip = order.slips.iter().find(|slip| (slip.early, slip.late) == pair).ok_or("no slip")?;
        hold(verdict.misconception.as_ref() == Some(&slip.misconception), "another belief is named")?;
        consequence(question, "", &slip.shows, &verdict)?;
    }
    hold(!grade(question, &Answer::Order(Vec::new())).right, "no order is right")
}

fn placed(question: &Question, place: &Place) -> Result<(), String> {
    hold(place.from_us < place.to_us, "there is no stretch to place it in")?;
    [&place.damaged, &place.short, &place.failed].into_iter().try_for_each(believed)?;
    let verdict = grade(question, &Answer::Target(place.wanted.clone()));
    hold(verdict.right && verdict.consequence.is_some(), "the solution is graded wrong")?;
    let unreadable = grade(question, &Answer::Target("somewhere".to_owned())).unreadable;
    hold(unreadable.is_some(), "anything can be read")
}
