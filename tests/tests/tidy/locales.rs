//! The files of the languages: every sentence that the page asks for is there, and none that nobody asks for.

use crate::literals::literals;
use crate::{before_tests, none, root, rust_under, text, tracked};
use pitr_protocol::Words;
use std::collections::{BTreeMap, BTreeSet};

/// Where sentences are asked for.
const ASKING: [&str; 1] = ["web/src/"];
/// Where errors come from.
const FAILING: [&str; 5] = ["engine/src/", "lessons/src/", "protocol/src/", "worker/src/", "web/src/"];

fn keys() -> BTreeSet<String> {
    let words = Words::parse(&text("locales/en.toml").expect("is text")).expect("the page can read it");
    words.keys().map(str::to_owned).collect()
}

/// Whether a text has the form of a key, with `{...}` for a part that is put in, or of a key's beginning, which a code is put behind.
fn is_key(literal_whole: &str) -> bool {
    let literal = literal_whole;
    let literal =
        literal.strip_suffix('.').filter(|begin| begin.len() > 2).map_or(literal, |_| literal.trim_end_matches('.'));
    let part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_{}.()".contains(c))
    };
    let beginning = begins(literal_whole);
    (beginning || literal.contains('.'))
        && literal.split('.').all(part)
        && literal.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a literal is the beginning of keys.
fn begins(literal: &str) -> bool {
    literal.ends_with('.') || literal.ends_with('_')
}

/// Whether a key is what a literal asks for: each `{...}` stands for one part or several words of it; a count adds its form.
fn asks_for(literal: &str, key: &str) -> bool {
    fn matches(pattern: &str, key: &str) -> bool {
        match pattern.split_once('{') {
            None => {
                pattern == key || (key.strip_prefix(pattern).is_some_and(|form| form == ".one" || form == ".other"))
            }
            Some((begin, rest)) => {
                let after = rest.split_once('}').map_or("", |(_, after)| after);
                key.strip_prefix(begin).is_some_and(|key| {
                    let longest = key.find('.').unwrap_or(key.len());
                    (1..=longest).any(|length| key.is_char_boundary(length) && matches(after, &key[length..]))
                })
            }
        }
    }
    if begins(literal) { key.starts_with(literal) && key != literal } else { matches(literal, key) }
}

/// The literals of the page that ask for sentences, each with a file that has it.
fn asked() -> BTreeMap<String, String> {
    let families: BTreeSet<String> = keys().iter().filter_map(|key| key.split('.').next()).map(str::to_owned).collect();
    let mut asked = BTreeMap::new();
    for (file, source) in rust_under(&ASKING) {
        let found = literals(before_tests(&source)).into_iter().filter(|literal| is_key(literal));
        let ours = found.filter(|literal| literal.split('.').next().is_some_and(|family| families.contains(family)));
        asked.extend(ours.map(|literal| (literal, file.clone())));
        // The codes of steps and records are put behind a family that is named alone.
        for asker in ["code_in_words(\"", "say(run, step, \""] {
            let named = source.split(asker).skip(1).filter_map(|rest| rest.split('"').next());
            asked.extend(named.map(|family| (format!("{family}."), file.clone())));
        }
    }
    assert!(asked.len() > 10, "the page asks for sentences: {asked:?}");
    asked
}

/// The codes of errors: those that a `code` of engine, lessons and protocol gives, and those that are written where a problem is made.
fn error_codes() -> BTreeMap<String, String> {
    let is_code = |literal: &String| literal.chars().all(|c| c.is_ascii_lowercase() || c == '_') && literal.len() > 2;
    let mut codes = BTreeMap::new();
    for (file, source) in rust_under(&FAILING) {
        let source = before_tests(&source);
        if ["engine/", "lessons/", "protocol/"].iter().any(|crate_of_codes| file.starts_with(crate_of_codes)) {
            for body in source.split("pub fn code(&self) -> &'static str {").skip(1) {
                let body = body.split("\n    }\n").next().unwrap_or_default();
                codes.extend(literals(body).into_iter().filter(is_code).map(|code| (code, file.clone())));
            }
        }
        for maker in ["problem(\"", "code: \""] {
            let made = source.split(maker).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
            codes.extend(made.filter(is_code).map(|code| (code, file.clone())));
        }
    }
    assert!(codes.contains_key("unknown_verb"), "the engine's codes are found: {codes:?}");
    codes
}

#[test]
fn locales_are_toml() {
    let mut count = 0;
    for file in tracked().into_iter().filter(|file| file.starts_with("locales/") && file.ends_with(".toml")) {
        let content = text(&file).expect("is text");
        let table: toml::Table = content.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut flat = BTreeMap::new();
        flatten("", &table, &mut flat);
        let words = Words::parse(&content).unwrap_or_else(|error| panic!("{file}: line {}", error.line));
        let read: BTreeMap<String, String> = words.keys().map(|key| (key.to_owned(), words.say(key, &[]))).collect();
        assert_eq!(read, flat, "{file}: the page reads what TOML says");
        count += 1;
    }
    assert!(count > 0, "there is a language in {}", root().display());
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::String(sentence) => drop(into.insert(key, sentence.clone())),
            toml::Value::Table(table) => flatten(&key, table, into),
            other => panic!("{key} is no sentence: {other}"),
        }
    }
}

#[test]
fn locales_have_every_sentence_that_is_asked_for() {
    let keys = keys();
    let missing = asked().into_iter().filter(|(literal, _)| !keys.iter().any(|key| asks_for(literal, key)));
    none(missing.map(|(literal, file)| format!("{file} asks for {literal}, which locales/en.toml lacks")).collect());
}

#[test]
fn locales_have_every_error() {
    let keys = keys();
    let missing = error_codes().into_iter().filter(|(code, _)| !keys.contains(&format!("error.{code}")));
    none(
        missing
            .map(|(code, file)| format!("{file} has the error {code}; locales/en.toml has no error.{code}"))
            .collect(),
    );
}

/// The keys of the notes on other systems' words: the engine gives their last parts.
fn dialect_keys() -> BTreeSet<String> {
    let source = text("engine/src/dialect/note.rs").expect("is text");
    let body = source.split("pub fn key(&self) -> &'static str {").nth(1).expect("notes have keys");
    let body = body.split("\n    }\n").next().unwrap_or_default();
    literals(body).into_iter().map(|key| format!("study.dialect.{key}")).collect()
}

#[test]
fn locales_have_every_note_on_other_systems() {
    let keys = keys();
    let wanted = dialect_keys();
    assert!(wanted.len() > 20, "the notes' keys are found: {wanted:?}");
    none(
        wanted
            .into_iter()
            .filter(|key| !keys.contains(key))
            .map(|key| format!("locales/en.toml lacks {key}"))
            .collect(),
    );
}

#[test]
fn locales_have_nothing_that_nobody_asks_for() {
    let asked = asked();
    let spoken: BTreeSet<String> =
        rust_under(&FAILING).iter().flat_map(|(_, source)| literals(before_tests(source))).collect();
    let dialect = dialect_keys();
    let is_used = |key: &String| match key.strip_prefix("error.") {
        _ if dialect.contains(key) => true,
        // Where nothing is known that could be listed, an error has another sentence.
        Some(code) => spoken.contains(code.strip_suffix(".none").unwrap_or(code)) || spoken.contains(key),
        None => asked.keys().any(|literal| asks_for(literal, key)),
    };
    none(
        keys()
            .iter()
            .filter(|key| !is_used(key))
            .map(|key| format!("nobody asks for {key} of locales/en.toml"))
            .collect(),
    );
}

#[test]
fn keys_are_told_from_other_texts() {
    assert!(
        is_key("recover.title")
            && is_key("diff.{set}.{}")
            && !is_key("worker/worker.js")
            && !is_key("Hello.")
            && !is_key("x")
    );
    assert!(asks_for("diff.{set}.none", "diff.after.none") && !asks_for("diff.{set}.none", "diff.after.all"));
    assert!(asks_for("quiz.commits", "quiz.commits.one") && !asks_for("quiz.commits", "quiz.commits.many"));
    assert!(asks_for("step.{}", "step.log_flushed") && !asks_for("step.{}", "step.a.b"));
}

#[test]
fn every_shipped_scenario_can_be_chosen_under_its_title() {
    let list = text("web/src/bench/scenarios.rs").expect("is text");
    let words = Words::parse(&text("locales/en.toml").expect("is text")).expect("the page can read it");
    for scenario in pitr_lessons::SCENARIOS {
        let stem = scenario.stem;
        assert!(list.contains(&format!("\"{stem}\"")), "web/src/bench/scenarios.rs does not offer {stem}");
        let title = scenario.text.lines().next().unwrap_or_default().trim_start_matches("# ");
        assert_eq!(words.say(&format!("bench.scenario.{stem}.name"), &[]), title, "{stem}");
        assert!(words.has(&format!("bench.scenario.{stem}.says")), "{stem} has no description");
    }
}
