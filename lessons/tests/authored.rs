//! Questions that people write: what of mdbook-quiz's schema is read and how, what is said of what is wrong, and how they are asked and graded.

#![cfg(not(target_arch = "wasm32"))]

use pitr_authoring::question::{Lines, Order, Written, WrittenKind};
use pitr_authoring::reading::finding::Weight;
use pitr_authoring::reading::schema::{Reading, is_of_questions, read};
use pitr_authoring::text::Block;
use pitr_lessons::authored::ask::ask;
use pitr_lessons::authored::check::check;
use pitr_lessons::authored::{posed, shipped};
use pitr_lessons::questions::{Answer, Kind};
use pitr_lessons::scenario;
use proptest::prelude::*;

const CHOICES: &str = include_str!("authored/choices.toml");
const SHORTS: &str = include_str!("authored/shorts.toml");
const OURS: &str = include_str!("authored/ours.toml");

fn reading(text: &str) -> Reading {
    read(text, &|stem| Some(scenario(stem)?.text.to_owned()))
}

/// The findings, as they are said.
fn said(text: &str) -> Vec<String> {
    reading(text).findings.iter().map(ToString::to_string).collect()
}

fn question(text: &str, id: &str) -> Written {
    let found = reading(text).questions.into_iter().find(|written| written.id == id);
    found.unwrap_or_else(|| panic!("no question {id}"))
}

/// The words of what can be chosen.
fn offered(written: &Written, seed: u64) -> Vec<String> {
    let posed = ask(written, "a/b", seed).unwrap_or_else(|error| panic!("{error}"));
    posed.choices.iter().map(|choice| choice.words()).collect()
}

#[test]
fn every_form_of_a_choice_is_read() {
    let read = reading(CHOICES);
    assert_eq!(read.questions.len(), 4);
    let said: Vec<String> = read.findings.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("64: warning: question 5 is of the type Tracing"), "{said:?}");

    let first = &read.questions[0];
    assert_eq!(offered(first, 3), ["7", "8", "9", "10"], "the answer has its place, whatever the seed");
    assert!(first.context.words().starts_with("Two to the third is 8"));

    let second = &read.questions[1];
    assert!(matches!(&second.part.0[..], [Block::Paragraph(_), Block::Code { language, .. }] if language == "ide"));
    let items = second.prompt.0.iter().filter(|block| matches!(block, Block::Item { number: Some(_), .. })).count();
    assert_eq!(items, 2);
    let WrittenKind::Choice { many: true, right, wrong, order: Order::Shuffled } = &second.kind else {
        panic!("{second:?}")
    };
    assert_eq!((right.len(), wrong.len()), (2, 1));
    assert_eq!(right[1].text.words(), "It prints {} nowhere", "braces are braces where there is no history");

    assert_eq!((read.questions[2].id.as_str(), read.questions[3].id.as_str()), ("3", "4"), "by their numbers");
    assert_eq!(offered(&read.questions[2], 5), ["a", "b", "c", "d"]);
    let posed = ask(&read.questions[3], "a/4", 1).unwrap();
    assert!(posed.judge(&Answer::Choices(vec![0, 1])).0.right);
    assert!(!posed.judge(&Answer::Choices(vec![0])).0.right, "each right one must be found");
}

#[test]
fn short_answers_are_compared_as_there() {
    let read = reading(SHORTS);
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    let lines = |id: &str| match question(SHORTS, id).kind {
        WrittenKind::Short(short) => short.lines,
        other => panic!("{other:?}"),
    };
    assert_eq!([lines("keyword"), lines("prose"), lines("code")], [Lines::One, Lines::Many, Lines::Code]);
    let posed = ask(&question(SHORTS, "keyword"), "s/keyword", 1).unwrap();
    for right in ["mut", " MUT ", "let mut"] {
        assert!(posed.judge(&Answer::Text(right.to_owned())).0.right, "{right}");
    }
    assert!(!posed.judge(&Answer::Text("let".to_owned())).0.right);
}

#[test]
fn other_seeds_are_other_orders_and_the_same_seed_is_the_same() {
    let text = CHOICES.replace("prompt.answerIndex = 2", "");
    let first = question(&text, "3f0c6a5e-0d0c-4c6a-9f3e-0b9d8a4b6c01");
    let orders: std::collections::BTreeSet<Vec<String>> = (0..40).map(|seed| offered(&first, seed)).collect();
    assert!(orders.len() > 8, "{}", orders.len());
    assert_eq!(offered(&first, 7), offered(&first, 7));
}

#[test]
fn what_the_engine_computes_is_right() {
    let read = reading(OURS);
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    for written in &read.questions {
        assert_eq!(check(written), [], "{}", written.id);
    }
    let written = question(OURS, "computed");
    let mut prompts = std::collections::BTreeSet::new();
    for seed in [0, 3, 900] {
        let posed = ask(&written, "o/computed", seed).unwrap();
        assert!(!posed.prompt.words().contains("damage") && posed.prompt.words().ends_with("A brace is {."));
        prompts.insert(posed.prompt.words());
        let Kind::Short(short) = &posed.question.kind else { panic!("{:?}", posed.question.kind) };
        assert!(posed.judge(&Answer::Text(short.right[0].clone())).0.right);
        let (verdict, why) = posed.judge(&Answer::Text(short.known_wrong[0].text.clone()));
        assert!(!verdict.right && why.words().contains("what is there now"), "{verdict:?}");
        let script = verdict.consequence.expect("the mistake is carried out");
        assert!(script.trim_end().lines().last().unwrap().contains("recover to time"), "{script}");
        assert!(posed.judge(&Answer::Text("many".to_owned())).0.unreadable.is_some(), "no number is no answer");
    }
    assert_eq!(prompts.len(), 3, "another seed is another day");
}

#[test]
fn a_seed_of_the_authors_is_everybodys() {
    let written = question(OURS, "chosen");
    let (one, other) = (ask(&written, "o/c", 1).unwrap(), ask(&written, "o/c", 2).unwrap());
    assert_eq!(one.question, other.question);
    assert_eq!(one.question.seed, 41);
    assert!(!one.varies);
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_what_to_do() {
    let head = "[[questions]]\ntype = \"MultipleChoice\"\nprompt.prompt = \"?\"\n";
    let whole = format!("{head}prompt.distractors = [\"a\"]\nanswer.answer = \"b\"\n");
    assert_eq!(said(&whole), Vec::<String>::new());
    let cases = [
        ("x = [", "1: error: "),
        ("title = \"x\"\n", "1: error: the file has no `questions`; begin each question"),
        ("questions = 7\n", "1: error: `questions` is no list; "),
        ("[[questions]]\nprompt.prompt = \"?\"\n", "1: error: question 1 has no `type`; write"),
        (
            "[[questions]]\ntype = \"MultipleChoise\"\nprompt.prompt = \"\"\nanswer.answer = \"\"\n",
            "2: error: question 1 is of the type \"MultipleChoise\"; did you mean \"MultipleChoice\"?",
        ),
        (
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt = \"?\"\nanswer.answer = \"b\"\n",
            "3: error: `prompt` of question 1 is a string here, and wants a table; write `prompt.prompt",
        ),
        (
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = 7\n",
            "4: error: `answer` of answer is an integer here, and wants a text; put it in quotes",
        ),
        (
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nprompt.response = \"loud\"\nanswer.answer = \"b\"\n",
            "4: error: `response` is \"loud\"; ",
        ),
        (
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = \"b\"\nmultipart = \"x\"\n",
            "5: error: question 1 is of the group \"x\"",
        ),
        (
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = \"b\"\nscenario = \"gone\"\n",
            "5: error: there is no scenario \"gone\"; put gone.pitr beside",
        ),
        (
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.computed = \"rows t\"\n",
            "4: error: `computed` wants a scenario; ",
        ),
        (
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = \"b\"\nseed = 3\n",
            "1: error: question 1 has `seed` and no scenario; ",
        ),
    ];
    for (text, wanted) in cases {
        let said = said(text);
        assert!(said.iter().any(|line| line.starts_with(wanted)), "{text:?}: {said:?}");
        assert!(said.iter().all(|line| line.contains("; ")), "each has a remedy: {said:?}");
        assert!(reading(text).questions.is_empty(), "{text:?}");
    }
    let changed = |from: &str, to: &str| said(&whole.replace(from, to));
    assert!(
        changed("[\"a\"]", "[\"a\"]\nprompt.answerIndex = 2")[0]
            .starts_with("5: error: `answerIndex` is 2, and there are 1 distractors; it counts from 0")
    );
    assert!(changed("[\"a\"]", "[\"a\"]\nprompt.answerIndex = -1")[0].contains("wants a whole number from 0 on"));
    assert!(changed("[\"a\"]", "[\"a\"]\nprompt.answerIndex = 0\nprompt.sortAnswers = true")[0].contains("both there"));
    assert!(changed("[\"a\"]", "[\"a\", 3]")[0].contains("wants texts alone"));
    assert!(changed("= \"b\"", "= []")[0].contains("empty list; name one right choice"));
    assert!(changed("[\"a\"]", "[\"a\"]\nprompt.feedback = [\"x\", \"y\"]")[0].contains("2 entries for 1 choices"));
    let twice = said(&format!("{whole}id = \"x\"\n{whole}id = \"x\"\n"));
    assert_eq!(twice, ["7: error: question 2 has the id \"x\" of another question; give it an id of its own"]);
}

#[test]
fn what_nobody_knows_is_warned_of_and_the_question_loads() {
    let text = "version = 2\n\n[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"<video> ![x](y.png)\"\nanswer.answer = \"b\"\nanswer.alternative = [\"c\"]\n";
    let read = reading(text);
    assert_eq!(read.questions.len(), 1);
    assert!(read.findings.iter().all(|finding| finding.weight == Weight::Warning), "{:?}", read.findings);
    let said: Vec<String> = read.findings.iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with("1: warning: `version` is no key of the file"), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("5: warning: the tag <video> is not shown")), "{said:?}");
    assert!(
        said.iter().any(|line| line.starts_with("7: warning: `alternative` is no key of answer")
            && line.ends_with("did you mean `alternatives`?")),
        "{said:?}"
    );
}

#[test]
fn the_checker_finds_what_only_the_engine_knows() {
    let fault = |from: &str, to: &str| -> String {
        let text = OURS.replace(from, to);
        assert_ne!(text, OURS, "{from} stands there");
        let read = reading(&text);
        let findings: Vec<String> = read.questions.iter().flat_map(check).map(|finding| finding.to_string()).collect();
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings[0].clone()
    };
    let said = fault("answer.answer = \"2\"", "answer.answer = \"3\"");
    assert!(said.contains("the engine computes \"2\", and `answer.answer` is \"3\""), "{said}");
    let said = fault("computed = \"rows t\"", "computed = \"rows u\"");
    assert!(said.contains("the run has no table u"), "{said}");
    let said = fault("{damage} the table", "{damages} the table");
    assert!(said.contains("damages"), "{said}");
    let said = fault("\"recover to end\"", "\"recover to the end\"");
    assert!(said.contains("cannot be done"), "{said}");
    let said = fault("\"recover to end\"", "\"recover to xid {xid of commit 'DELETE FROM orders'} exclusive\"");
    assert!(said.contains("comes to the same as the right answer"), "{said}");
    let said = fault("{damage} the table", "{damage the table");
    assert!(said.contains("brace is not closed") || said.contains("is nothing that a run can be asked"), "{said}");
}

#[test]
fn shipped_questions_are_without_fault() {
    let all: Vec<&Written> = shipped().iter().flat_map(|(_, questions)| questions).collect();
    assert!(all.len() >= 8, "{}", all.len());
    for written in &all {
        assert_eq!(check(written), [], "{}", written.id);
        assert!(!written.title.is_empty() && !written.context.is_empty(), "{}", written.id);
    }
    assert!(all.iter().any(|written| matches!(&written.kind, WrittenKind::Short(short) if short.computed.is_some())));
    assert!(posed("ideas/gap", 1).is_some_and(|posed| posed.is_ok()));
    assert!(posed("ideas/none", 1).is_none() && posed("ideas", 1).is_none());
}

#[test]
fn files_of_others_are_left_alone() {
    assert!(is_of_questions(CHOICES));
    assert!(is_of_questions("[[quesitons]]\n"), "a slip is told of");
    assert!(is_of_questions("questions = []"));
    for other in ["[book]\ntitle = \"x\"\n", "[[question]]\nid = \"x\"\n", "[package]\nname = \"questionable\"\n", ""] {
        assert!(!is_of_questions(other), "{other:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 300 } else { 3_000 }))]

    /// Absurd bytes are an error or a question, and no panic.
    #[test]
    fn anything_is_read(text in "\\PC*") {
        let read = reading(&text);
        prop_assert!(read.findings.iter().all(|finding| finding.line >= 1 && !finding.remedy.is_empty()));
    }

    /// So is a good file with something cut out, put in or changed.
    #[test]
    fn anything_broken_is_read(from in 0_usize..4_000, length in 0_usize..60, by in "[\\[\\]{}\"'=.#\n a-z0-9]{0,12}", which in 0_usize..3) {
        let whole: Vec<char> = [CHOICES, SHORTS, OURS][which].chars().collect();
        let from = from % whole.len();
        let to = (from + length).min(whole.len());
        let text: String = whole[..from].iter().copied().chain(by.chars()).chain(whole[to..].iter().copied()).collect();
        let read = reading(&text);
        let lines = text.lines().count() + 1;
        prop_assert!(read.findings.iter().all(|finding| finding.line <= lines && !finding.what.is_empty()));
        // What has come through can be asked, or says why not.
        for written in read.questions.iter().take(2).filter(|written| written.history.is_none()) {
            prop_assert!(ask(written, "a/b", 1).is_ok());
        }
    }
}
