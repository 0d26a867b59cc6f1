//! The shipped questions: each can be asked again and again, each time has one right answer, and the engine finds what the content says.

use super::*;

const ATTEMPTS: u32 = 12;

fn grades(quiz: &Quiz, question: usize) -> Vec<Graded> {
    let count = quiz.questions()[question].choices.len();
    (0..count).map(|choice| quiz.grade(question, choice).unwrap()).collect()
}

/// The grade of the choice whose text contains all these.
fn graded(quiz: &Quiz, question: usize, parts: &[&str]) -> Graded {
    let choices = &quiz.questions()[question].choices;
    let choice = choices.iter().position(|choice| parts.iter().all(|part| choice.contains(part)));
    quiz.grade(question, choice.unwrap_or_else(|| panic!("{parts:?} in {choices:?}"))).unwrap()
}

#[test]
fn every_attempt_has_one_right_answer() {
    for attempt in 0..ATTEMPTS {
        let quiz = Quiz::new("first", attempt).unwrap();
        assert_eq!(quiz.questions().len(), 2);
        for (index, asked) in quiz.questions().iter().enumerate() {
            assert!((4..=6).contains(&asked.choices.len()), "{:?}", asked.choices);
            let grades = grades(&quiz, index);
            let right = grades.iter().filter(|grade| grade.right).count();
            assert_eq!(right, 1, "attempt {attempt}, {}: {:#?}", asked.id, asked.choices);
            let said = grades.iter().map(|grade| &grade.explanation).chain([&asked.text]).chain(&asked.choices);
            for text in said {
                assert!(!text.contains('{') && !text.is_empty() && !text.contains("  "), "{text}");
            }
        }
    }
}

#[test]
fn the_delete_of_the_lesson() {
    let quiz = Quiz::new("first", 0).unwrap();
    let asked = &quiz.questions()[0];
    assert!(asked.text.contains("At 14:32:10 a DELETE FROM orders"), "{}", asked.text);
    assert_eq!(asked.evidence.len(), 5);
    assert!(asked.evidence[2].starts_with("14:32:10  XID 206  0/"), "{:?}", asked.evidence);
    assert!(asked.evidence[2].ends_with("DELETE FROM orders"), "{:?}", asked.evidence);
    assert!(graded(&quiz, 0, &["14:32:09"]).right);
    let damaged = |parts: &[&str]| {
        let grade = graded(&quiz, 0, parts);
        assert!(!grade.right && grade.explanation.contains("is replayed"), "{}", grade.explanation);
    };
    damaged(&["14:32:10", "inclusive"]);
    damaged(&["14:32:11"]);
    damaged(&["14:40:00", "noticed"]);
    let snapshot = graded(&quiz, 0, &["14:00:00", "snapshot"]);
    assert!(snapshot.explanation.contains("Commits lost: 5."), "{}", snapshot.explanation);
}

#[test]
fn a_second_with_two_commits() {
    for attempt in 1..ATTEMPTS {
        let quiz = Quiz::new("first", attempt).unwrap();
        let asked = &quiz.questions()[0];
        let right: Vec<&String> =
            asked.choices.iter().zip(grades(&quiz, 0)).filter(|(_, grade)| grade.right).map(|(text, _)| text).collect();
        assert!(right[0].contains("exclusive"), "only an LSN or an XID is exact: {right:?}");
        let times = asked.choices.iter().zip(grades(&quiz, 0)).filter(|(text, _)| text.contains("time"));
        let lost = times.filter(|(_, grade)| grade.explanation.contains("Commits lost: 1.")).count();
        assert_eq!(lost, 2, "{:?}", asked.choices);
    }
}

#[test]
fn another_attempt_is_another_history() {
    let texts: Vec<String> = (0..ATTEMPTS).map(|attempt| asked_text(attempt, 0)).collect();
    let mut different = texts.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), texts.len());
    assert_eq!(asked_text(3, 0), asked_text(3, 0));
}

fn asked_text(attempt: u32, question: usize) -> String {
    let quiz = Quiz::new("first", attempt).unwrap();
    let asked = &quiz.questions()[question];
    format!("{} {:?} {:?}", asked.text, asked.evidence, asked.choices)
}

#[test]
fn the_archive_interval_sets_the_data_loss() {
    for attempt in 0..ATTEMPTS {
        let quiz = Quiz::new("first", attempt).unwrap();
        assert!(graded(&quiz, 1, &["RPO"]).right);
        let Consequence::Measured { rows } = graded(&quiz, 1, &["RTO"]).consequence else { panic!() };
        let codes: Vec<&str> = rows.iter().map(|row| row.objective.as_str()).collect();
        assert_eq!(codes, ["rpo", "rto", "storage", "granularity"]);
        // The others change by less than half of what the data loss does.
        let changes: Vec<i64> =
            rows.iter().map(|row| row.before.max(row.after) * 100 / row.before.min(row.after) - 100).collect();
        assert!(changes[1..].iter().all(|change| change * 2 < changes[0]), "{rows:?}");
    }
}

#[test]
fn a_consequence_can_be_opened() {
    for attempt in 0..3 {
        let quiz = Quiz::new("first", attempt).unwrap();
        for grade in grades(&quiz, 0) {
            let Consequence::Recovered { script, run, .. } = grade.consequence else { panic!("{}", grade.explanation) };
            let again = pitr_engine::script::parse(&script.to_string()).unwrap();
            let again = pitr_engine::objectives::run_script(&again).unwrap();
            assert_eq!(again.events(), run.events());
        }
    }
}

#[test]
fn what_does_not_exist_is_an_error() {
    let quiz = Quiz::new("first", 0).unwrap();
    assert_eq!(quizzes().collect::<Vec<_>>(), ["first"]);
    assert_eq!(Quiz::new("last", 0).err(), Some(QuizError::NoSuchQuiz { stem: "last".to_owned() }));
    assert_eq!(quiz.grade(2, 0).err(), Some(QuizError::NoSuchChoice));
    assert_eq!(quiz.grade(0, 99).err(), Some(QuizError::NoSuchChoice));
    assert_eq!(quiz.grade(1, 99).err(), Some(QuizError::NoSuchChoice));
}
