//! A thousand questions of each template: one right answer, by another calculation than the grader's, and wrong ones that are wrong for a reason.
#![cfg(not(target_arch = "wasm32"))]

use pitr_lessons::questions::{Kind, KnownWrong, Question, make, templates};
use pitr_tests::questions::{Standing, check, judge};

/// Questions of each template.
const QUESTIONS: u64 = 1000;
/// Threads that share them.
const WORKERS: u64 = 2;

/// Checks the seeds of a template, and says how the right choices stand; or what is wrong with the first questions that are not good.
fn all(id: &'static str) -> Result<Vec<Standing>, String> {
    let part = |worker: u64| {
        let mut found = Vec::new();
        for index in (worker..QUESTIONS).step_by(WORKERS as usize) {
            // Small seeds, as people ask for them, and seeds from everywhere.
            let seed = if index < QUESTIONS / 2 { index } else { index.wrapping_mul(0x9E37_79B9_7F4A_7C15) };
            found.push(check(id, seed).map_err(|why| format!("{id} {seed}: {why}")));
        }
        found
    };
    let found: Vec<Result<Standing, String>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|worker| scope.spawn(move || part(worker))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker comes to its end")).collect()
    });
    let wrong: Vec<&str> = found.iter().filter_map(|found| found.as_ref().err()).map(String::as_str).collect();
    match wrong.len() {
        0 => Ok(found.into_iter().flatten().collect()),
        count => Err(format!("{count} are not good:\n{}", wrong[..count.min(5)].join("\n"))),
    }
}

/// A share in percent.
fn share(standings: &[Standing], is: impl Fn(&Standing) -> bool) -> usize {
    standings.iter().filter(|standing| is(standing)).count() * 100 / standings.len().max(1)
}

#[test]
fn a_thousand_questions_of_each_template() {
    let mut findings = Vec::new();
    for template in templates() {
        let standings = match all(template.id) {
            Ok(standings) => standings,
            Err(wrong) => {
                findings.push(wrong);
                continue;
            }
        };
        let single: Vec<Standing> = standings.into_iter().filter(|standing| standing.place.is_some()).collect();
        if single.is_empty() {
            continue;
        }
        // Neither its place nor its length gives the right one away.
        for place in 0..3 {
            let there = share(&single, |standing| standing.place.is_some_and(|(right, _)| right == place));
            if there > 45 {
                findings.push(format!("{}: {there} % of the right answers are in place {place}", template.id));
            }
        }
        for (what, share) in [
            ("longest", share(&single, |standing| standing.longest)),
            ("shortest", share(&single, |standing| standing.shortest)),
        ] {
            if share > 40 {
                findings.push(format!("{}: {share} % of the right answers are the {what}", template.id));
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// Says that a wrong answer is the right one, and the right one wrong.
fn twist(question: &mut Question) {
    match &mut question.kind {
        Kind::Single(choices) | Kind::Multiple(choices) => {
            let right = choices.iter().position(|choice| choice.misconception.is_none()).expect("one is right");
            let wrong = choices.iter().position(|choice| choice.misconception.is_some()).expect("one is wrong");
            choices[right].misconception = choices[wrong].misconception.take();
            choices[wrong].overlooked = choices[right].overlooked.take();
        }
        Kind::Short(short) => {
            let KnownWrong { text, misconception, does, shows } = short.known_wrong.remove(0);
            let known = short.right.iter().map(|right| KnownWrong {
                text: right.clone(),
                misconception: misconception.clone(),
                does: does.clone(),
                shows: shows.clone(),
            });
            short.known_wrong.extend(known);
            short.right = vec![text];
        }
        Kind::Order(order) => order.right.reverse(),
        Kind::Place(place) => place.wanted = "immediate".to_owned(),
    }
}

#[test]
fn another_right_answer_is_objected_to() {
    for template in templates() {
        for seed in 0..6 {
            let mut question = make(template.id, seed).expect("there is a question");
            assert!(judge(&question).is_ok(), "{} {seed}", template.id);
            twist(&mut question);
            assert!(judge(&question).is_err(), "{} {seed}: nobody objects to {question:#?}", template.id);
        }
    }
}
