//! Reads a lesson's folder. Whatever is wrong with a file is said with its name, its line and what to do about it.
//!
//! A browser gets blocks, and no parser.

use super::sections;
use crate::lesson::{Front, Lesson, Machine, Step, holes};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// Something wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    pub what: String,
    /// What the author can do.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file.display(), self.line, self.what, self.remedy)
    }
}

/// What a lesson can refer to.
#[derive(Debug, Clone, Default)]
pub struct Around {
    pub concepts: BTreeSet<String>,
    pub terms: BTreeSet<String>,
    pub lessons: BTreeSet<String>,
    /// The shipped scenarios, by their stems.
    pub scenarios: BTreeMap<String, String>,
}

/// A lesson's folder with its files. Who gives them has read them: nothing here knows of a disk.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    pub path: PathBuf,
    /// Texts by their names.
    pub files: BTreeMap<String, String>,
    /// Files that are no texts.
    pub unread: BTreeMap<String, Unread>,
}

/// Why a file is no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Counted from 1.
    pub line: usize,
    pub what: String,
    pub remedy: String,
}

/// What is wrong in one file, as it is found.
#[derive(Debug)]
pub struct Faults {
    file: PathBuf,
    text: String,
    pub found: Vec<Fault>,
}

impl Faults {
    pub fn of(file: PathBuf, text: &str) -> Faults {
        Faults { file, text: text.to_owned(), found: Vec::new() }
    }

    /// Something is wrong at a byte of the file.
    pub fn at(&mut self, offset: usize, what: impl Into<String>, remedy: impl Into<String>) {
        let line = self.text.get(..offset).unwrap_or(&self.text).matches('\n').count() + 1;
        let (what, remedy) = (what.into(), remedy.into());
        self.found.push(Fault { file: self.file.clone(), line, what, remedy });
    }

    /// Something is wrong with words of the file; the place is where they stand first.
    pub fn near(&mut self, words: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let first = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let offset = self.text.find(first).unwrap_or(0);
        self.at(offset, what, remedy);
    }
}

/// A lesson, or all that is wrong with its files.
pub fn read_lesson(folder: &Folder, around: &Around) -> Result<Lesson, Vec<Fault>> {
    let (text_file, steps_file) = (folder.path.join("lesson.md"), folder.path.join("steps.toml"));
    // What cannot be read is told for that, and for nothing else.
    let unread = |(name, why): (&String, &Unread)| Fault {
        file: folder.path.join(name),
        line: why.line,
        what: why.what.clone(),
        remedy: why.remedy.clone(),
    };
    let is_ours =
        |(name, _): &(&String, &Unread)| [".md", ".toml", ".pitr", ".svg"].iter().any(|end| name.ends_with(end));
    let faults: Vec<Fault> = folder.unread.iter().filter(is_ours).map(unread).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let missing = |file: &Path| {
        let remedy = "a lesson's folder has lesson.md, steps.toml and, unless it names a shipped one, scenario.pitr";
        vec![Fault { file: file.to_owned(), line: 1, what: "there is no such file".into(), remedy: remedy.into() }]
    };
    let text = folder.files.get("lesson.md").cloned().ok_or_else(|| missing(&text_file))?;
    let steps = folder.files.get("steps.toml").cloned().ok_or_else(|| missing(&steps_file))?;
    let mut faults = Faults::of(text_file, &text);
    let mut step_faults = Faults::of(steps_file, &steps);

    let (front, body) = front(&text, &mut faults);
    let machine: Machine = toml::from_str(&steps).unwrap_or_else(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        step_faults.at(offset, error.message().trim().to_owned(), "the authors' guide lists what steps.toml can hold");
        Machine::default()
    });
    let Some(front) = front else {
        faults.found.append(&mut step_faults.found);
        return Err(faults.found);
    };
    head(&front, &folder.path, around, &mut faults);
    let (intro, sections) = sections::read(body, &text, folder, around, &mut faults);
    let script = match front.scenario.as_str() {
        "scenario.pitr" => folder.files.get("scenario.pitr"),
        stem => around.scenarios.get(stem),
    };
    let script = script.cloned().unwrap_or_else(|| {
        let remedy = "name \"scenario.pitr\", which lies beside, or the stem of a file in content/scenarios";
        faults.near("scenario =", format!("there is no scenario {:?}", front.scenario), remedy);
        String::new()
    });
    let written: Vec<&str> = sections.iter().map(|section| section.id.as_str()).collect();
    let played: Vec<&str> = machine.step.iter().map(|step| step.id.as_str()).collect();
    if step_faults.found.is_empty() && written != played {
        let what = format!("lesson.md has the steps {written:?}, steps.toml has {played:?}");
        step_faults.near(
            "[[step]]",
            what,
            "give both the same steps in the same order, `## Title {#id}` there and id = \"id\" here",
        );
    }
    for (step, section) in machine.step.iter().zip(&sections) {
        let asks = step.choose.is_some() || step.typed.is_some() || step.act.is_some();
        if asks && section.predict.is_empty() || section.explain.is_empty() {
            faults.near(
                &section.title,
                format!("the step {:?} lacks a part", step.id),
                "a step that asks has `### Predict` and `### Explain`, any step has `### Explain`",
            );
        }
    }
    machine.step.iter().for_each(|step| tasks(step, &mut step_faults));
    texts(&machine, &front.constants, &mut step_faults);
    faults.found.append(&mut step_faults.found);
    if faults.found.is_empty() { Ok(Lesson { front, script, intro, sections, machine }) } else { Err(faults.found) }
}

/// The front matter, and the offset at which the text begins.
fn front(text: &str, faults: &mut Faults) -> (Option<Front>, usize) {
    let inner = text.strip_prefix("+++\n").and_then(|rest| Some((rest, rest.find("\n+++\n")?)));
    let Some((rest, length)) = inner else {
        faults.at(0, "there is no front matter", "begin with a line `+++`, then TOML, then a line `+++`");
        return (None, 0);
    };
    let matter = rest.get(..length).unwrap_or_default();
    match toml::from_str(matter) {
        Ok(front) => (Some(front), 4 + length + 5),
        Err(error) => {
            let offset = 4 + error.span().map_or(0, |span| span.start);
            faults.at(
                offset,
                error.message().trim().to_owned(),
                "the authors' guide lists what the front matter can hold",
            );
            (None, 0)
        }
    }
}

/// The longest a lesson may take, in minutes, and the first one.
const MINUTES_MAX: u32 = 20;
const MINUTES_FIRST: u32 = 5;

fn head(front: &Front, folder: &Path, around: &Around, faults: &mut Faults) {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if front.id != name {
        faults.near(
            "id =",
            format!("the id {:?} is not the folder's name", front.id),
            format!("call it {name:?}, or rename the folder"),
        );
    }
    for concept in &front.concepts {
        if !around.concepts.contains(concept) {
            faults.near(
                &format!("\"{concept}\""),
                format!("{concept:?} is no concept"),
                "take ids of content/concepts.txt",
            );
        }
    }
    for lesson in &front.prerequisites {
        if !around.lessons.contains(lesson) || *lesson == front.id {
            faults.near("prerequisites", format!("{lesson:?} is no other lesson"), "name folders of content/lessons");
        }
    }
    let longest = if front.number == 1 { MINUTES_FIRST } else { MINUTES_MAX };
    if front.minutes == 0 || front.minutes > longest {
        faults.near(
            "minutes =",
            format!("{} minutes", front.minutes),
            format!("1 to {longest} minutes are good; split a longer lesson"),
        );
    }
    if front.questions.len() != 2 {
        faults.near("questions =", "a lesson ends with two questions", "name two templates of questions");
    }
    for (number, reason) in &front.constants {
        if reason.trim().is_empty() {
            faults.near(
                &format!("\"{number}\""),
                format!("the constant {number} has no reason"),
                "say why it is no value of the run",
            );
        }
    }
}

/// What can be wrong with a step by itself.
fn tasks(step: &Step, faults: &mut Faults) {
    let id = format!("id = \"{}\"", step.id);
    let asks = [step.choose.is_some(), step.typed.is_some(), step.act.is_some()].into_iter().filter(|has| *has).count();
    if asks > 1 {
        faults.near(
            &id,
            format!("the step {:?} asks more than one thing", step.id),
            "give it one of choose, type and act",
        );
    }
    let hints = if asks == 0 { 0 } else { 3 };
    if step.hints.len() != hints {
        let what = format!("the step {:?} has {} hints", step.id, step.hints.len());
        faults.near(&id, what, "a step that asks has three, each telling more; one that is watched has none");
    }
    if let Some(choose) = &step.choose {
        let right = choose.option.iter().filter(|option| option.right).count();
        if choose.option.len() < 2 || right != 1 {
            faults.near(
                &id,
                format!("the step {:?} has {} options, {right} of them right", step.id, choose.option.len()),
                "give it two options at least, and `right = true` to one",
            );
        }
        let all_do = choose.option.iter().all(|option| option.does.is_some() && option.says.is_none());
        let all_say = choose.option.iter().all(|option| option.does.is_none() && option.says.is_some());
        if !(all_do && !choose.want.is_empty() || all_say && choose.answer.is_some()) {
            faults.near(
                &id,
                format!("the engine cannot tell which option of {:?} is right", step.id),
                "give each option `does`, and the step `want`; or each `says`, and the step `answer`",
            );
        }
    }
    if let Some(typed) = &step.typed
        && !["number", "lsn", "xid", "time"].contains(&typed.form.as_str())
    {
        faults.near(&id, format!("{:?} is no form of an answer", typed.form), "take number, lsn, xid or time");
    }
    if step.act.as_ref().is_some_and(|act| act.until.is_empty()) {
        faults.near(&id, format!("the act of {:?} is never done", step.id), "say in `until` what must hold");
    }
}

/// The texts of `steps.toml` that a learner reads.
pub fn said(machine: &Machine) -> Vec<&str> {
    let mut said: Vec<&str> = Vec::new();
    for step in &machine.step {
        said.extend(step.hints.iter().map(String::as_str));
        for option in step.choose.iter().flat_map(|choose| &choose.option) {
            said.extend([option.text.as_str(), option.feedback.as_str()]);
        }
        if let Some(typed) = &step.typed {
            said.extend([typed.label.as_str(), typed.feedback.as_str()]);
            said.extend(typed.wrong.iter().map(|wrong| wrong.feedback.as_str()));
        }
        said.extend(step.act.iter().flat_map(|act| &act.until).map(|condition| condition.says.as_str()));
    }
    said
}

fn texts(machine: &Machine, constants: &BTreeMap<String, String>, faults: &mut Faults) {
    for text in said(machine) {
        if let Some(number) =
            numbers(text).into_iter().map(|(_, number)| number).find(|number| !constants.contains_key(*number))
        {
            faults.near(text, format!("the number {number} is typed by hand"), TYPED);
        }
    }
    for name in holes_of(machine) {
        if !machine.values.contains_key(name) {
            faults.near(&format!("{{{name}}}"), format!("there is no value {name:?}"), "name it under [values]");
        }
    }
}

/// What to do about a number.
pub const TYPED: &str = "put a `{value}` of steps.toml there, or list it under [constants] with the reason";

/// All names in braces that `steps.toml` uses.
fn holes_of(machine: &Machine) -> Vec<&str> {
    let mut all: Vec<&str> = said(machine);
    all.extend(machine.values.values().chain(machine.runs.values()).map(String::as_str));
    for step in &machine.step {
        let scenes = [Some(&step.scene), step.after.as_ref()];
        all.extend(
            scenes.into_iter().flatten().flat_map(|scene| [&scene.at, &scene.target]).flatten().map(String::as_str),
        );
        if let Some(choose) = &step.choose {
            all.extend(choose.want.iter().chain(&choose.answer).map(String::as_str));
            all.extend(
                choose.option.iter().flat_map(|option| [&option.does, &option.says]).flatten().map(String::as_str),
            );
        }
        if let Some(typed) = &step.typed {
            all.push(&typed.answer);
            all.extend(typed.wrong.iter().map(|wrong| wrong.is.as_str()));
        }
        if let Some(act) = &step.act {
            all.push(&act.solution);
            all.extend(act.until.iter().map(|condition| condition.is.as_str()));
        }
    }
    all.into_iter().flat_map(holes).map(|(_, name)| name).collect()
}

/// The numbers that a text names, outside of braces, each with where it stands. Digits within a word, as in a backup's label, are none.
pub fn numbers(text: &str) -> Vec<(usize, &str)> {
    let is_word = |char: char| char.is_alphanumeric() || "-_./:{}".contains(char);
    let mut found = Vec::new();
    let mut begin = None;
    for (at, char) in text.char_indices().chain([(text.len(), ' ')]) {
        match (begin, is_word(char)) {
            (None, true) => begin = Some(at),
            (Some(from), false) => {
                let word = text.get(from..at).unwrap_or_default().trim_end_matches(['.', ':', '-', '/']);
                if word.starts_with(|first: char| first.is_ascii_digit()) {
                    found.push((from, word));
                }
                begin = None;
            }
            _ => {}
        }
    }
    found
}
