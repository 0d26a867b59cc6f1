//! What every template does alike: words filled in, choices put together, and held to what a good question is.

use super::chance::Dice;
use super::question::{Choice, Kind, KnownWrong, Misconception, Question, Shows};
use crate::quiz::template::{Facts, fill};
use pitr_authoring::outlines::Outline;
use pitr_authoring::words::TemplateWords;

/// A question in the making.
#[derive(Debug)]
pub struct Maker {
    pub seed: u64,
    pub dice: Dice,
    outline: &'static Outline,
    words: &'static TemplateWords,
    facts: Facts,
}

impl Maker {
    pub fn new(outline: &'static Outline, words: &'static TemplateWords, seed: u64, attempt: u32) -> Maker {
        // Two templates do not tell the same history for the same seed.
        let own = outline.id.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        Maker { seed, dice: Dice::new(seed ^ own.rotate_left(20), attempt), outline, words, facts: Facts::new() }
    }

    /// What a name in braces stands for.
    pub fn fact(&mut self, name: &'static str, value: impl ToString) {
        debug_assert!(self.outline.names.contains(&name), "{}: {name}", self.outline.id);
        self.facts.retain(|(known, _)| *known != name);
        self.facts.push((name, value.to_string()));
    }

    /// A belief, filled in; the build has made sure that there is one.
    pub fn belief(&self, id: &str) -> Misconception {
        debug_assert!(self.outline.misconceptions.contains(&id), "{}: {id}", self.outline.id);
        let text = self.words.misconception.get(id).map_or("", String::as_str);
        Misconception { id: id.to_owned(), text: fill(text, &self.facts) }
    }

    /// What is said of a run, filled in.
    pub fn note(&self, id: &str) -> String {
        debug_assert!(self.outline.notes.contains(&id), "{}: {id}", self.outline.id);
        fill(self.words.note.get(id).map_or("", String::as_str), &self.facts)
    }

    /// What is offered under a name, filled in.
    pub fn choice(&self, name: &str) -> String {
        debug_assert!(self.outline.choices.contains(&name), "{}: {name}", self.outline.id);
        fill(self.words.choice.get(name).map_or("", String::as_str), &self.facts)
    }

    /// The question, if its words are all filled in.
    pub fn question(&mut self, variant: &str, script: &str, evidence: Vec<String>, kind: Kind) -> Option<Question> {
        debug_assert!(self.outline.variants.contains(&variant), "{}: {variant}", self.outline.id);
        let prompts = self.words.prompt.get(variant)?;
        let prompt = fill(self.dice.pick(prompts)?, &self.facts);
        let explanation = fill(self.words.explanation.get(variant)?, &self.facts);
        let id = self.outline.id.to_owned();
        Some(Question { id, seed: self.seed, prompt, evidence, script: script.to_owned(), kind, explanation })
    }
}

/// Choices in the making: the first of two that say the same stays.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    choices: Vec<Choice>,
}

impl Offered {
    pub fn right(&mut self, text: impl Into<String>, does: impl Into<String>, overlooked: Option<Misconception>) {
        let (text, does) = (text.into(), does.into());
        self.add(Choice { text, misconception: None, overlooked, does, shows: Shows::Itself });
    }

    pub fn wrong(&mut self, text: impl Into<String>, does: impl Into<String>, belief: Misconception) {
        self.shown(text, does, belief, Shows::Itself);
    }

    /// A wrong one of which more is to be said once it has been carried out.
    pub fn shown(&mut self, text: impl Into<String>, does: impl Into<String>, belief: Misconception, shows: Shows) {
        let (text, does) = (text.into(), does.into());
        self.add(Choice { text, misconception: Some(belief), overlooked: None, does, shows });
    }

    fn add(&mut self, choice: Choice) {
        if !self.choices.iter().any(|other| other.text == choice.text) {
            self.choices.push(choice);
        }
    }

    /// One right among three to five.
    pub fn single(mut self, dice: &mut Dice) -> Option<Kind> {
        // The right one comes first.
        self.choices.truncate(5);
        let right = self.choices.iter().filter(|choice| choice.misconception.is_none()).count();
        (right == 1 && self.choices.len() >= 3 && self.alike()).then(|| {
            dice.shuffle(&mut self.choices);
            Kind::Single(self.choices)
        })
    }

    /// Some right and some wrong, as they stand in their own order.
    pub fn multiple(self) -> Option<Kind> {
        let right = self.choices.iter().filter(|choice| choice.misconception.is_none()).count();
        let good = right >= 1 && right < self.choices.len() && self.choices.len() >= 3;
        (good && self.alike()).then_some(Kind::Multiple(self.choices))
    }

    /// Whether no length gives anything away.
    fn alike(&self) -> bool {
        let lengths = self.choices.iter().map(|choice| choice.text.chars().count());
        let (least, most) = (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0));
        most <= least + 8 || most * 2 <= least * 3
    }
}

/// Wrong answers in the making: none that is right, and none twice.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    list: Vec<KnownWrong>,
}

impl Expected {
    pub fn wrong(&mut self, text: impl ToString, does: impl Into<String>, misconception: Misconception) {
        self.shown(text, does, misconception, Shows::Itself);
    }

    /// One that no run gives: what the engine found instead, and why.
    pub fn beside(
        &mut self,
        text: impl ToString,
        does: impl Into<String>,
        misconception: Misconception,
        (found, note): (impl ToString, String),
    ) {
        let shows = Shows::Beside { claimed: text.to_string(), found: found.to_string(), note };
        self.shown(text, does, misconception, shows);
    }

    fn shown(&mut self, text: impl ToString, does: impl Into<String>, misconception: Misconception, shows: Shows) {
        let text = text.to_string();
        if !self.list.iter().any(|known| known.text == text) {
            self.list.push(KnownWrong { text, misconception, does: does.into(), shows });
        }
    }

    /// At least two, beside what is right.
    pub fn known(self, right: &[String]) -> Option<Vec<KnownWrong>> {
        let known: Vec<KnownWrong> = self.list.into_iter().filter(|known| !right.contains(&known.text)).collect();
        (known.len() >= 2).then_some(known)
    }
}
