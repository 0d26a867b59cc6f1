//! A typed answer that is wrong, and that nobody foresaw: told for what it is as far as that goes. Its words are data, `content/unforeseen.toml`.

use super::forms::read;
use super::question::{Form, Misconception, Short};
use super::worded::unforeseen_words;
use crate::quiz::template::fill;
use pitr_authoring::outlines::UNFORESEEN;
use pitr_engine::types::Lsn;
use std::cmp::Ordering;

/// What is to be said of it; nothing if it cannot be read, or whoever asks wants nothing said.
pub fn unforeseen(short: &Short, text: &str) -> Option<Misconception> {
    let scale = short.scale.as_ref()?;
    let (right, said) = (short.right.first()?, read(short, text).ok()?);
    let id = match short.form {
        Form::Number => number(&read(short, right).ok()?, &said),
        Form::Lsn => placed(|text| text.parse::<Lsn>().ok(), scale, right, &said),
        Form::Time => placed(|text| read(short, text).ok(), scale, right, text),
        Form::Xid => transaction(scale, right, &said),
        Form::FileName => file(right, &said),
        Form::Text => return None,
    }?;
    let told = unforeseen_words().get(id)?;
    Some(Misconception { id: id.to_owned(), text: fill(told, &vec![("answer", text.trim().to_owned())]) })
}

/// Whether a misconception is none that anybody is known to have, but what an answer is that nobody foresaw.
pub fn is_unforeseen(id: &str) -> bool {
    UNFORESEEN.contains(&id)
}

/// A number: of another unit, in another base, or too much, or too little.
fn number(right: &str, said: &str) -> Option<&'static str> {
    let (figure, answer): (u128, u128) = (right.parse().ok()?, said.parse().ok()?);
    let units = [8, 1000, 1024, 8192, 1_000_000, 1 << 20];
    let is_unit = |unit: &u128| answer == figure * unit || answer == figure / unit && figure >= *unit;
    Some(if units.iter().any(is_unit) {
        "another-unit"
    } else if format!("{figure:x}") == said || format!("{answer:x}") == right {
        "another-base"
    } else if answer > figure {
        "too-much"
    } else {
        "too-little"
    })
}

/// A place in an order: beside the right one, between it and its neighbour, or further off.
fn placed<T: Ord>(read: impl Fn(&str) -> Option<T>, scale: &[String], right: &str, said: &str) -> Option<&'static str> {
    let (right, said) = (read(right)?, read(said)?);
    let marks: Vec<T> = scale.iter().filter_map(|mark| read(mark)).collect();
    let is_early = said < right;
    let neighbour = match is_early {
        true => marks.iter().filter(|mark| **mark < right).max(),
        false => marks.iter().filter(|mark| **mark > right).min(),
    };
    let beyond = neighbour.map_or(Ordering::Less, |neighbour| match is_early {
        true => neighbour.cmp(&said),
        false => said.cmp(neighbour),
    });
    Some(match (is_early, beyond) {
        (true, Ordering::Equal) => "one-before",
        (true, Ordering::Less) => "between-before",
        (true, Ordering::Greater) => "too-early",
        (false, Ordering::Equal) => "one-behind",
        (false, Ordering::Less) => "between-behind",
        (false, Ordering::Greater) => "too-late",
    })
}

/// A transaction, by the order of the commits.
fn transaction(scale: &[String], right: &str, said: &str) -> Option<&'static str> {
    let place = |xid: &str| scale.iter().position(|mark| mark == xid);
    let right = place(right)?;
    let Some(said) = place(said) else { return Some("not-in-the-log") };
    Some(match said.abs_diff(right) {
        1 if said < right => "one-before",
        1 => "one-behind",
        _ if said < right => "too-early",
        _ => "too-late",
    })
}

/// A file, by the parts of its name.
fn file(right: &str, said: &str) -> Option<&'static str> {
    let is_history = |name: &str| name.ends_with(".history");
    Some(if is_history(right) != is_history(said) {
        "another-kind-of-file"
    } else if right.get(..8) != said.get(..8) {
        "another-timeline"
    } else {
        "another-segment"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(form: Form, right: &str, scale: &[&str], answer: &str) -> String {
        let scale = Some(scale.iter().map(|mark| (*mark).to_owned()).collect());
        let right = vec![right.to_owned()];
        let (known_wrong, does, note) = (Vec::new(), String::new(), String::new());
        let short = Short { form, right, known_wrong, does, note, scale, offset_s: 0, date_us: 0 };
        let found = unforeseen(&short, answer).unwrap_or_else(|| panic!("nothing is said of {answer}"));
        assert!(!found.text.is_empty() && !found.text.contains('{'), "{found:?}");
        found.id
    }

    #[test]
    fn figures_are_told_by_unit_and_base() {
        let told = |answer: &str| told(Form::Number, "4096", &[], answer);
        assert_eq!(told("4"), "another-unit");
        assert_eq!(told("32768"), "another-unit");
        assert_eq!(told("1000"), "another-base");
        assert_eq!(told("5000"), "too-much");
        assert_eq!(told("77"), "too-little");
    }

    #[test]
    fn places_are_told_by_their_neighbours() {
        let lsn = |answer: &str| told(Form::Lsn, "0/300", &["0/100", "0/200", "0/300", "0/400"], answer);
        assert_eq!(lsn("0/200"), "one-before");
        assert_eq!(lsn("0/2FF"), "between-before");
        assert_eq!(lsn("0/1FF"), "too-early");
        assert_eq!(lsn("0/400"), "one-behind");
        assert_eq!(lsn("0/301"), "between-behind");
        assert_eq!(lsn("1/0"), "too-late");
        let time = |answer: &str| told(Form::Time, "10:05:00", &["10:00:00", "10:05:00"], answer);
        assert_eq!(time("10:04:59.5"), "between-before");
        assert_eq!(time("9:59"), "too-early");
        // Nothing stands behind it.
        assert_eq!(time("10:06"), "between-behind");
    }

    #[test]
    fn transactions_go_by_their_commits() {
        let told = |answer: &str| told(Form::Xid, "105", &["103", "107", "105", "104"], answer);
        assert_eq!(told("107"), "one-before");
        assert_eq!(told("104"), "one-behind");
        assert_eq!(told("103"), "too-early");
        assert_eq!(told("106"), "not-in-the-log");
    }

    #[test]
    fn files_are_told_by_their_names() {
        let told = |answer: &str| told(Form::FileName, "000000020000000000000003", &[], answer);
        assert_eq!(told("00000002.history"), "another-kind-of-file");
        assert_eq!(told("000000010000000000000003"), "another-timeline");
        assert_eq!(told("000000020000000000000004"), "another-segment");
    }
}
