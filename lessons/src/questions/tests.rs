//! Some questions of each template; thousands are made in the crate of tests.

use super::*;
use pitr_authoring::outlines::OUTLINES;

/// All that is said of a question.
fn texts(question: &Question) -> Vec<String> {
    let mut texts = vec![question.prompt.clone(), question.explanation.clone()];
    texts.extend(question.evidence.iter().cloned());
    let mut believe = |belief: &Misconception| texts.push(belief.text.clone());
    match &question.kind {
        Kind::Single(choices) | Kind::Multiple(choices) => {
            for choice in choices {
                choice.misconception.iter().chain(&choice.overlooked).for_each(&mut believe);
            }
            texts.extend(choices.iter().map(|choice| choice.text.clone()));
        }
        Kind::Short(short) => short.known_wrong.iter().for_each(|known| believe(&known.misconception)),
        Kind::Order(order) => {
            order.slips.iter().for_each(|slip| believe(&slip.misconception));
            texts.extend(order.items.iter().map(|item| item.text.clone()));
        }
        Kind::Place(place) => [&place.damaged, &place.short, &place.failed].into_iter().for_each(believe),
    }
    texts
}

#[test]
fn every_template_makes_questions() {
    for template in templates() {
        for seed in 0..12 {
            let question = make(template.id, seed).unwrap_or_else(|error| panic!("{} {seed}: {error:?}", template.id));
            assert_eq!(make(template.id, seed), Ok(question.clone()));
            for text in texts(&question) {
                let filled = !text.is_empty() && !text.contains(['{', '}']);
                assert!(filled, "{} {seed}: {text:?}", template.id);
            }
        }
    }
}

#[test]
fn every_template_has_its_outline_and_its_words() {
    assert_eq!(templates().count(), 16);
    assert_eq!(OUTLINES.len(), 16);
    assert!(worded::worlds().len() >= 3);
    for outline in OUTLINES {
        let (_, words) = worded::worded(outline.id).unwrap_or_else(|| panic!("{}", outline.id));
        assert!(words.prompt.keys().eq(words.explanation.keys()), "{}", outline.id);
        let has = |wanted: &[&str], there: usize| wanted.len() == there;
        assert!(has(outline.variants, words.prompt.len()) && has(outline.choices, words.choice.len()));
        assert!(has(outline.misconceptions, words.misconception.len()) && !outline.names.is_empty());
    }
}
