//! What only the engine can say of a lesson: whether each value is there, and whether what the author expects is what happens.

use super::fact::FactError;
use super::facts::Made;
use super::stage::{Given, Staged};
use crate::refusal;
use pitr_authoring::lesson::{Lesson, Step};
use pitr_authoring::reading::lesson::{Fault, Faults, Folder, said};
use pitr_engine::objectives::run_script;
use pitr_engine::script::parse;

/// Seeds under which a lesson must hold, beside its own.
const SEEDS: [u64; 2] = [1, 2];

/// All that is wrong with a lesson that was read well.
pub fn check_lesson(lesson: &Lesson, folder: &Folder) -> Vec<Fault> {
    let mut asked = templates(lesson, folder);
    if let Some(fault) = scenario(lesson, folder) {
        asked.push(fault);
        return asked;
    }
    let text = folder.files.get("steps.toml").map(String::as_str).unwrap_or_default();
    let mut faults = Faults::of(folder.path.join("steps.toml"), text);
    for seed in [0].into_iter().chain(SEEDS) {
        match Staged::new(lesson, seed) {
            Ok(staged) => Checker { staged, seed, faults: &mut faults }.all(),
            Err(error) => faults.at(0, format!("the scenario: {error}"), "try it with `cargo xtask run FILE`"),
        }
        // The same mistake under each seed is one.
        if !faults.found.is_empty() {
            break;
        }
    }
    faults.found.append(&mut asked);
    faults.found
}

/// What of the scenario cannot be read or carried out, on its own line.
fn scenario(lesson: &Lesson, folder: &Folder) -> Option<Fault> {
    let file = match lesson.front.scenario.as_str() {
        "scenario.pitr" => folder.path.join("scenario.pitr"),
        stem => folder.path.join(format!("../../scenarios/{stem}.pitr")),
    };
    let mut faults = Faults::of(file, &lesson.script);
    let remedy = "mend the line; `cargo xtask run FILE` carries a scenario out";
    match parse(&lesson.script) {
        Err(error) => {
            let lines = lesson.script.split_inclusive('\n').take(error.place.line.saturating_sub(1) as usize);
            faults.at(lines.map(str::len).sum(), refusal::unread(&error), remedy);
        }
        Ok(script) => {
            let error = run_script(&script).err()?;
            faults.near(
                refusal::statement(&error, &script).unwrap_or_default(),
                format!("the engine refuses {}", refusal::refused(&error, &script)),
                remedy,
            );
        }
    }
    faults.found.pop()
}

/// Templates of questions that there are not.
fn templates(lesson: &Lesson, folder: &Folder) -> Vec<Fault> {
    let text = folder.files.get("lesson.md").map(String::as_str).unwrap_or_default();
    let mut faults = Faults::of(folder.path.join("lesson.md"), text);
    for id in lesson.front.questions.iter().chain(&lesson.front.recall) {
        if !crate::questions::templates().any(|template| template.id == id) {
            let known: Vec<String> = crate::questions::templates().map(|template| template.id.to_string()).collect();
            faults.near(
                &format!("\"{id}\""),
                format!("{id:?} is no template of questions"),
                format!("take one of {}", known.join(", ")),
            );
        }
    }
    faults.found
}

struct Checker<'a, 'b> {
    staged: Staged<'a>,
    seed: u64,
    faults: &'b mut Faults,
}

impl Checker<'_, '_> {
    fn wrong(&mut self, near: &str, what: impl std::fmt::Display, remedy: &str) {
        let seed = if self.seed == 0 { String::new() } else { format!(" (with seed {})", self.seed) };
        self.faults.near(near, format!("{what}{seed}"), remedy);
    }

    fn all(&mut self) {
        let lesson = self.staged.lesson;
        for (name, asked) in &lesson.machine.values {
            if let Err(error) = self.staged.value(name) {
                self.wrong(
                    asked,
                    format!("the value {name:?}: {error}"),
                    "the authors' guide tells what a run can be asked",
                );
            }
        }
        for (name, lines) in &lesson.machine.runs {
            if let Err(error) = self.staged.behind_base(lines) {
                self.wrong(
                    lines,
                    format!("the run {name:?}: {error}"),
                    "try its lines behind the scenario with `cargo xtask run FILE`",
                );
            }
        }
        for text in said(&lesson.machine) {
            if let Err(error) = self.staged.fill(text) {
                self.wrong(text, error, "name it under [values]");
            }
        }
        for (index, step) in lesson.machine.step.iter().enumerate() {
            self.step(index, step);
        }
    }

    fn step(&mut self, index: usize, step: &Step) {
        let id = format!("id = \"{}\"", step.id);
        for scene in [Some(&step.scene), step.after.as_ref()].into_iter().flatten() {
            if let Err(error) = self.staged.stand(scene) {
                self.wrong(
                    &id,
                    format!("a scene of {:?}: {error}", step.id),
                    "name a run of [runs], and a moment of it",
                );
            }
        }
        if let Some(choose) = &step.choose {
            for (at, option) in choose.option.iter().enumerate() {
                match self.staged.judge(index, &Given::Option(at)) {
                    Ok(judged) if judged.right == option.right => {}
                    Ok(judged) => {
                        let found = if judged.right { "right" } else { "wrong" };
                        let what =
                            format!("the option {:?} of {:?} is {found} when the engine does it", option.id, step.id);
                        self.wrong(
                            &format!("id = \"{}\"", option.id),
                            what,
                            "say `right` of another one, or change what it does",
                        );
                    }
                    Err(error) => self.wrong(
                        &format!("id = \"{}\"", option.id),
                        format!("the option {:?}: {}", option.id, words(&error)),
                        "the authors' guide tells what an option can do",
                    ),
                }
            }
        }
        if let Some(typed) = &step.typed {
            let answer = typed.answer.clone();
            match self.staged.spoken(&answer) {
                Ok(text) => match self.staged.judge(index, &Given::Text(text.clone())) {
                    Ok(judged) if judged.right => {}
                    Ok(_) => self.wrong(
                        &answer,
                        format!("the answer {text:?} of {:?} is not taken", step.id),
                        "give it the form that it has",
                    ),
                    Err(error) => self.wrong(
                        &answer,
                        format!("the answer {text:?} of {:?}: {}", step.id, words(&error)),
                        "give it the form that it has",
                    ),
                },
                Err(error) => self.wrong(&answer, error, "the authors' guide tells what a run can be asked"),
            }
            for wrong in &typed.wrong {
                match self.staged.spoken(&wrong.is) {
                    Ok(text) if self.staged.spoken(&answer) == Ok(text.clone()) => {
                        self.wrong(
                            &wrong.is,
                            format!("{text:?} is the right answer of {:?}", step.id),
                            "take it away from the wrong ones",
                        );
                    }
                    Ok(_) => {}
                    Err(error) => self.wrong(&wrong.is, error, "the authors' guide tells what a run can be asked"),
                }
            }
        }
        if step.act.is_some() {
            self.act(index, step, &id);
        }
    }

    fn act(&mut self, index: usize, step: &Step, id: &str) {
        let unmet = |staged: &Staged<'_>, made: &Made| -> Vec<String> {
            let held = staged.check(index, made).unwrap_or_default();
            held.into_iter().filter(|(_, holds)| !holds).map(|(says, _)| says).collect()
        };
        match self.staged.at_scene(step) {
            Ok(made) if unmet(&self.staged, &made).is_empty() => {
                self.wrong(
                    id,
                    format!("the act of {:?} is done before anybody does it", step.id),
                    "say in `until` what is not so yet",
                );
            }
            Ok(_) => {}
            Err(error) => self.wrong(id, error, "name a run of [runs]"),
        }
        match self.staged.solution(index) {
            Some(Ok(stand)) => {
                let missing = unmet(&self.staged, &stand.made);
                if !missing.is_empty() {
                    self.wrong(
                        id,
                        format!("the solution of {:?} does not come to: {}", step.id, missing.join("; ")),
                        "change `solution` or `until`",
                    );
                }
            }
            Some(Err(error)) => self.wrong(
                id,
                format!("the solution of {:?}: {error}", step.id),
                "try its lines with `cargo xtask run FILE`",
            ),
            None => {}
        }
    }
}

fn words(error: &super::stage::JudgeError) -> String {
    match error {
        super::stage::JudgeError::NoSuch => "there is no such step".to_owned(),
        super::stage::JudgeError::Unreadable => "it cannot be read".to_owned(),
        super::stage::JudgeError::Fact(error) => FactError::to_string(error),
    }
}
