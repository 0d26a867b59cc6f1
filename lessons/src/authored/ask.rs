//! A question that was written by hand, asked: its history told, its values found, its choices in their order.
//!
//! Invariant: the same question and seed are the same everywhere. What is right stays in the [`Question`] within.

use crate::lesson::facts::{Fact, FactError, Made, fact};
use crate::questions::{Answer, Choice, Form, Kind, KnownWrong, Misconception, Question, Short, Shows, Verdict, grade};
use crate::quiz::{shuffled, vary};
use crate::refusal;
use pitr_authoring::question::{
    History, Lines, Mistake, Offer, Order, Written, WrittenForm, WrittenKind, WrittenShort,
};
use pitr_authoring::text::Text;
use pitr_engine::Refused;
use pitr_engine::objectives::run_script;
use pitr_engine::script::{OPERATOR, Script, ScriptError, parse, parse_statement};
use pitr_engine::types::Micros;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A question as it is shown, and what it takes to grade it.
#[derive(Debug, Clone)]
pub struct Posed {
    pub question: Question,
    pub prompt: Text,
    /// What it has in common with others of its group.
    pub part: Text,
    /// Of a choice: what can be chosen.
    pub choices: Vec<Text>,
    pub context: Text,
    pub lines: Lines,
    /// Whether another seed is another question, or at least in another order.
    pub varies: bool,
    /// In the order of the choices, or of the wrong answers that are known.
    mistakes: Vec<Mistake>,
    made: Option<Made>,
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskError {
    /// Its script, or what a choice does, cannot be read.
    Script(ScriptError),
    /// The engine does not find what a text or an answer asks for.
    Fact(FactError),
    /// A brace is not closed.
    Brace { text: String },
}

impl core::fmt::Display for AskError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            AskError::Script(error) => {
                write!(f, "line {} of its script cannot be read: {}", error.place.line, refusal::unread(error))
            }
            AskError::Fact(error) => write!(f, "{error}"),
            AskError::Brace { text } => write!(f, "a brace is not closed in {text:?}"),
        }
    }
}

impl From<ScriptError> for AskError {
    fn from(error: ScriptError) -> AskError {
        AskError::Script(error)
    }
}

impl From<FactError> for AskError {
    fn from(error: FactError) -> AskError {
        AskError::Fact(error)
    }
}

/// Asks a question under the name by which it is known.
pub fn ask(written: &Written, name: &str, seed: u64) -> Result<Posed, AskError> {
    let history = written.history.as_ref();
    let seed = history.and_then(|history| history.seed).unwrap_or(seed);
    let teller = Teller::new(history, seed)?;
    let text = |text: &Text| teller.filled_text(text);
    let mut posed = Posed {
        question: Question {
            id: name.to_owned(),
            seed,
            prompt: String::new(),
            evidence: Vec::new(),
            script: teller.made.as_ref().map(|made| made.script.to_string()).unwrap_or_default(),
            kind: Kind::Single(Vec::new()),
            explanation: String::new(),
        },
        prompt: text(&written.prompt)?,
        part: text(&written.part)?,
        choices: Vec::new(),
        context: text(&written.context)?,
        lines: Lines::One,
        varies: history.is_some_and(|history| history.varies && history.seed.is_none()),
        mistakes: Vec::new(),
        made: teller.made.clone(),
    };
    posed.question.prompt = posed.prompt.words();
    posed.question.explanation = posed.context.words();
    match &written.kind {
        WrittenKind::Choice { many, right, wrong, order } => {
            let is_fixed = history.is_some_and(|history| history.seed.is_some());
            posed.varies |= *order == Order::Shuffled && !is_fixed;
            teller.choices(&mut posed, *many, right, wrong, *order)?;
        }
        WrittenKind::Short(short) => teller.short(&mut posed, short)?,
    }
    Ok(posed)
}

impl Posed {
    /// What is said to an answer; a text of the author's for each mistake that is known.
    pub fn judge(&self, answer: &Answer) -> (Verdict, Text) {
        let mut verdict = grade(&self.question, answer);
        let mistake = verdict.misconception.as_ref().and_then(|found| self.mistake_of(found));
        let chosen = match answer {
            Answer::Choice(index) => self.mistakes.get(*index),
            _ => mistake,
        };
        if let Some(statement) = chosen.map(|mistake| mistake.does.as_str()).filter(|does| !does.is_empty()) {
            verdict.consequence = self.with(statement).ok().map(|(script, _)| script);
        }
        (verdict, mistake.map(|mistake| mistake.feedback.clone()).unwrap_or_default())
    }

    fn mistake_of(&self, found: &Misconception) -> Option<&Mistake> {
        let known = self.mistakes.iter().find(|mistake| as_misconception(mistake) == *found);
        known.filter(|mistake| !mistake.feedback.is_empty())
    }

    /// What each choice does, by its place; nothing for those that do nothing.
    pub fn deeds(&self) -> impl Iterator<Item = (usize, &str)> {
        self.mistakes.iter().map(|mistake| mistake.does.as_str()).enumerate().filter(|(_, does)| !does.is_empty())
    }

    /// The history with a statement at its end: as a script, and carried out.
    pub fn with(&self, statement: &str) -> Result<(String, Made), AskError> {
        let none = || FactError::NoSuch { what: "history".to_owned() };
        let made = self.made.as_ref().ok_or_else(none)?;
        let now = made.run.cluster().now();
        let mut script = made.script.clone();
        script.push(now, OPERATOR, parse_statement(statement, now, script.zone())?);
        let text = script.to_string();
        // As the lab will have it, who opens the text.
        let again = parse(&text)?;
        let run = Rc::new(run_script(&again).map_err(|error| not_carried_out(&error, &again))?);
        Ok((text, Made { script: again, run }))
    }
}

fn not_carried_out(refused: &Refused, script: &Script) -> FactError {
    FactError::Refused { why: refusal::refused(refused, script) }
}

fn as_misconception(mistake: &Mistake) -> Misconception {
    Misconception { id: mistake.misconception.clone(), text: mistake.feedback.words() }
}

/// What fills a question's texts.
struct Teller<'a> {
    history: Option<&'a History>,
    seed: u64,
    made: Option<Made>,
    runs: BTreeMap<String, Rc<Made>>,
}

impl<'a> Teller<'a> {
    fn new(history: Option<&'a History>, seed: u64) -> Result<Teller<'a>, AskError> {
        let mut teller = Teller { history, seed, made: None, runs: BTreeMap::new() };
        let Some(history) = history else { return Ok(teller) };
        teller.made = Some(teller.told(&history.script)?);
        for (name, lines) in &history.runs {
            let lines = teller.filled(lines)?;
            let text = teller.made.as_ref().map(|made| made.script.to_string()).unwrap_or_default();
            let script = parse(&format!("{}\n{lines}\n", text.trim_end()))?;
            let run = Rc::new(run_script(&script).map_err(|error| not_carried_out(&error, &script))?);
            teller.runs.insert(name.clone(), Rc::new(Made { script, run }));
        }
        Ok(teller)
    }

    /// The history itself, on the day that the seed gives.
    fn told(&self, text: &str) -> Result<Made, AskError> {
        let mut script = parse(text)?;
        if self.history.is_some_and(|history| history.varies) && self.seed > 0 {
            vary(&mut script, self.seed);
            // What is opened is what was told.
            script = parse(&script.to_string())?;
        }
        let run = Rc::new(run_script(&script).map_err(|error| not_carried_out(&error, &script))?);
        Ok(Made { script, run })
    }

    /// What the run tells of a name, or of a question in the language of facts.
    fn fact(&self, asked: &str) -> Result<Fact, AskError> {
        let Some((history, made)) = self.history.zip(self.made.as_ref()) else {
            return Err(FactError::NoValue { name: asked.to_owned() }.into());
        };
        let named = history.values.iter().find(|(name, _)| name == asked);
        let text = named.map_or(asked, |(_, text)| text);
        let runs = |name: &str| self.runs.get(name).cloned().ok_or_else(|| FactError::NoRun { run: name.to_owned() });
        Ok(fact(text, made, &runs)?)
    }

    fn value(&self, asked: &str) -> Result<String, AskError> {
        let zone = self.made.as_ref().map(|made| made.script.zone()).unwrap_or_default();
        Ok(self.fact(asked)?.text(zone))
    }

    /// The text with what stands in braces asked of the run; two braces are one. Where there is no history, braces are braces.
    fn filled(&self, text: &str) -> Result<String, AskError> {
        if self.history.is_none() {
            return Ok(text.to_owned());
        }
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, behind) = rest.split_at(at);
            filled.push_str(before);
            if let Some(behind) = behind.strip_prefix("{{") {
                filled.push('{');
                rest = behind;
            } else if let Some(behind) = behind.strip_prefix("}}") {
                filled.push('}');
                rest = behind;
            } else if let Some(behind) = behind.strip_prefix('{') {
                let unclosed = || AskError::Brace { text: text.to_owned() };
                let (asked, behind) = behind.split_once('}').ok_or_else(unclosed)?;
                filled.push_str(&self.value(asked.trim())?);
                rest = behind;
            } else {
                filled.push('}');
                rest = behind.get(1..).unwrap_or_default();
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn filled_text(&self, text: &Text) -> Result<Text, AskError> {
        text.try_map(&mut |words| self.filled(words))
    }

    fn mistake(&self, mistake: &Mistake) -> Result<Mistake, AskError> {
        Ok(Mistake {
            feedback: self.filled_text(&mistake.feedback)?,
            misconception: mistake.misconception.clone(),
            does: self.filled(&mistake.does)?,
        })
    }

    fn choices(
        &self,
        posed: &mut Posed,
        many: bool,
        right: &[Offer],
        wrong: &[Offer],
        order: Order,
    ) -> Result<(), AskError> {
        let mut all = Vec::new();
        for (offer, is_right) in right.iter().map(|offer| (offer, true)).chain(wrong.iter().map(|offer| (offer, false)))
        {
            all.push((self.filled_text(&offer.text)?, self.mistake(&offer.mistake)?, is_right));
        }
        match order {
            Order::Sorted => all.sort_by_key(|(text, _, _)| text.words()),
            // The right ones stand in front: they go behind so many of the wrong ones.
            Order::At(index) => {
                let end = (right.len() + index as usize).min(all.len());
                if let Some(front) = all.get_mut(..end) {
                    front.rotate_left(right.len().min(end));
                }
            }
            Order::Shuffled => {
                let order = shuffled(all.len(), self.seed);
                all = order.into_iter().filter_map(|index| all.get(index).cloned()).collect();
            }
        }
        let choices = all.iter().map(|(text, mistake, is_right)| Choice {
            text: text.words(),
            misconception: (!is_right).then(|| as_misconception(mistake)),
            overlooked: None,
            does: String::new(),
            shows: Shows::Itself,
        });
        let choices: Vec<Choice> = choices.collect();
        posed.question.kind = if many { Kind::Multiple(choices) } else { Kind::Single(choices) };
        for (text, mistake, _) in all {
            posed.choices.push(text);
            posed.mistakes.push(mistake);
        }
        Ok(())
    }

    fn short(&self, posed: &mut Posed, short: &WrittenShort) -> Result<(), AskError> {
        let mut right = Vec::new();
        let mut form = short.form;
        if let Some(asked) = &short.computed {
            let found = self.fact(asked)?;
            right.push(self.value(asked)?);
            form = match (form, found) {
                (WrittenForm::Text, Fact::Number(_)) => WrittenForm::Number,
                (WrittenForm::Text, Fact::Time(_)) => WrittenForm::Time,
                (WrittenForm::Text, Fact::Lsn(_)) => WrittenForm::Lsn,
                (WrittenForm::Text, Fact::Xid(_)) => WrittenForm::Xid,
                (form, _) => form,
            };
        }
        for text in &short.right {
            let text = self.filled(text)?;
            if !right.contains(&text) {
                right.push(text);
            }
        }
        let mut known_wrong = Vec::new();
        for (text, mistake) in &short.known_wrong {
            let mistake = self.mistake(mistake)?;
            let misconception = as_misconception(&mistake);
            let (text, does) = (self.filled(text)?, String::new());
            known_wrong.push(KnownWrong { text, misconception, does, shows: Shows::Itself });
            posed.mistakes.push(mistake);
        }
        let zone = self.made.as_ref().map(|made| made.script.zone()).unwrap_or_default();
        let date = self.made.as_ref().map(|made| made.script.settings.date).unwrap_or_default();
        posed.lines = short.lines;
        posed.question.kind = Kind::Short(Short {
            form: match form {
                WrittenForm::Text => Form::Text,
                WrittenForm::Number => Form::Number,
                WrittenForm::Lsn => Form::Lsn,
                WrittenForm::Xid => Form::Xid,
                WrittenForm::Time => Form::Time,
                WrittenForm::FileName => Form::FileName,
            },
            right,
            known_wrong,
            does: String::new(),
            note: String::new(),
            // What is said of an answer is its author's.
            scale: None,
            offset_s: offset_s(zone),
            date_us: date.0,
        });
        Ok(())
    }
}

/// Seconds east of UTC.
fn offset_s(zone: pitr_engine::types::Zone) -> i32 {
    i32::try_from((zone.local(Micros::ZERO) - Micros::ZERO).0 / Micros::SECOND.0).unwrap_or(0)
}
