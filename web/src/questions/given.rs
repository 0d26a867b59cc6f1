//! What somebody has given for an answer so far.

use pitr_protocol::TargetSpec;
use pitr_protocol::questions::{Answer, Way};

/// An answer in the making.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    One(Option<u32>),
    Some(Vec<u32>),
    Text(String),
    Order(Vec<u32>),
    Target(Option<TargetSpec>),
}

impl Given {
    /// Nothing yet.
    pub fn none(way: &Way) -> Given {
        match way {
            Way::Single(_) => Given::One(None),
            Way::Multiple(_) => Given::Some(Vec::new()),
            Way::Short { .. } => Given::Text(String::new()),
            Way::Order(items) => Given::Order((0..items.len() as u32).collect()),
            Way::Place { .. } => Given::Target(None),
        }
    }

    /// The answer, if there is one.
    pub fn answer(&self) -> Option<Answer> {
        match self {
            Given::One(chosen) => chosen.map(Answer::Choice),
            Given::Some(chosen) => (!chosen.is_empty()).then(|| Answer::Choices(chosen.clone())),
            Given::Text(text) => (!text.trim().is_empty()).then(|| Answer::Text(text.trim().to_owned())),
            Given::Order(order) => Some(Answer::Order(order.clone())),
            Given::Target(target) => target.clone().map(Answer::Target),
        }
    }

    /// Chooses, or thinks better of it.
    pub fn choose(&mut self, choice: u32) {
        match self {
            Given::One(chosen) => *chosen = Some(choice),
            Given::Some(chosen) => match chosen.iter().position(|own| *own == choice) {
                Some(at) => drop(chosen.remove(at)),
                None => {
                    chosen.push(choice);
                    chosen.sort_unstable();
                }
            },
            _ => {}
        }
    }

    pub fn has(&self, choice: u32) -> bool {
        match self {
            Given::One(chosen) => *chosen == Some(choice),
            Given::Some(chosen) => chosen.contains(&choice),
            _ => false,
        }
    }

    /// Puts the thing at a place of the order to another place; whether anything has moved.
    pub fn put(&mut self, from: usize, to: usize) -> bool {
        let Given::Order(order) = self else { return false };
        let to = to.min(order.len().saturating_sub(1));
        if from >= order.len() || from == to {
            return false;
        }
        let item = order.remove(from);
        order.insert(to, item);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pitr_protocol::questions::Choice;

    #[test]
    fn several_choices_come_and_go() {
        let choices = vec![Choice { text: Vec::new() }; 3];
        let mut given = Given::none(&Way::Multiple(choices.clone()));
        assert_eq!(given.answer(), None, "nothing is chosen");
        given.choose(2);
        given.choose(0);
        assert_eq!(given.answer(), Some(Answer::Choices(vec![0, 2])));
        given.choose(2);
        assert!(given.has(0) && !given.has(2));
        let mut given = Given::none(&Way::Single(choices));
        given.choose(2);
        given.choose(1);
        assert_eq!(given.answer(), Some(Answer::Choice(1)), "one takes the other's place");
    }

    #[test]
    fn an_order_is_changed_place_by_place() {
        let mut given = Given::none(&Way::Order(vec![String::new(); 3]));
        assert!(given.put(0, 2));
        assert_eq!(given.answer(), Some(Answer::Order(vec![1, 2, 0])));
        assert!(given.put(2, 1));
        assert_eq!(given, Given::Order(vec![1, 0, 2]));
        assert!(!given.put(2, 9), "the last one cannot go further");
        assert!(!given.put(7, 0));
    }

    #[test]
    fn blanks_are_no_text() {
        assert_eq!(Given::Text("  ".into()).answer(), None);
        assert_eq!(Given::Text(" 7 ".into()).answer(), Some(Answer::Text("7".into())));
    }
}
