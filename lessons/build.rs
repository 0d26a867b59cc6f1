//! Compiles what authors write, the questions in `content/quizzes/*.toml`, the words of templates and the glossary, and the scenario that the lab opens with into
//! the bytes that the crate includes.
//!
//! Whatever is wrong with a file is said with its name and line, and fails the build.

/// Questions that people write, as the crate reads them where content is checked.
#[allow(dead_code, reason = "the crate uses the rest")]
#[path = "src/authored"]
mod authored {
    pub mod finding;
    pub mod markdown;
    pub mod schema;
    pub mod table;
    pub mod text;
    pub mod written;
}
#[path = "src/content.rs"]
mod content;
mod folders;
#[path = "src/lesson/markdown.rs"]
mod markdown;
#[path = "src/questions/outlines.rs"]
mod outlines;
#[path = "src/lesson/read.rs"]
#[allow(dead_code, reason = "the checker uses more of it")]
mod read;
#[path = "src/term.rs"]
mod term;
#[path = "src/words.rs"]
mod words;
#[path = "src/lesson/written.rs"]
mod written;

use content::{Question, QuizFile};
use outlines::{OUTLINES, Outline};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};
use term::Term;
use words::{TemplateWords, Worlds};

/// A glossary as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct GlossaryFile {
    term: Vec<Term>,
}

/// The scenario that the lab opens with.
const OPENING: &str = "scenarios/worked-example.pitr";

/// What objectives are called.
const OBJECTIVES: [&str; 4] = ["rpo", "rto", "storage", "granularity"];

/// What texts and statements can show.
const PLACEHOLDERS: [&str; 14] = [
    // The statement that did the damage, its table, its commit.
    "damage",
    "table",
    "damage_time",
    "damage_xid",
    "damage_lsn",
    // The whole second in which it committed, the one before, the one after.
    "damage_second",
    "second_before",
    "second_after",
    // The last good commit before it.
    "good_time",
    // The backup before it.
    "backup",
    "backup_time",
    // When somebody noticed.
    "noticed_time",
    // The archive timeouts between which objectives are measured.
    "before",
    "after",
];

/// What explanations can show besides: how many good commits were lost.
const OUTCOME_PLACEHOLDERS: [&str; 1] = ["lost"];

/// The most characters of a definition.
const DEFINITION_MAX: usize = 240;

/// The names in braces of a template.
fn holes(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).map(|hole| hole.split('}').next().unwrap_or_default())
}

fn main() -> io::Result<()> {
    let content = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("content");
    println!("cargo::rerun-if-changed=content");
    println!("cargo::rerun-if-changed=src/content.rs");
    println!("cargo::rerun-if-changed=src/lesson");
    println!("cargo::rerun-if-changed=folders.rs");
    println!("cargo::rerun-if-changed=src/term.rs");
    println!("cargo::rerun-if-changed=src/words.rs");
    println!("cargo::rerun-if-changed=src/questions/outlines.rs");
    println!("cargo::rerun-if-changed=src/authored");
    let mut files: Vec<PathBuf> =
        fs::read_dir(content.join("quizzes"))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut quizzes: Vec<(String, QuizFile)> = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path)?;
        match read(&text, &content.join("scenarios")) {
            Ok(quiz) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                quizzes.push((stem, quiz));
            }
            Err((line, message)) => println!("cargo::error={}:{line}: {message}", path.display()),
        }
    }
    let written = written_questions(&content)?;
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    let bytes = postcard::to_allocvec(&quizzes).map_err(io::Error::other)?;
    fs::write(out.join("quizzes.postcard"), bytes)?;
    fs::write(out.join("written.postcard"), postcard::to_allocvec(&written).map_err(io::Error::other)?)?;
    fs::write(out.join("opening.compiled"), compiled(&content.join(OPENING))?)?;

    fs::write(out.join("lessons.postcard"), postcard::to_allocvec(&lessons(&content)).map_err(io::Error::other)?)?;

    let path = content.join("glossary/en.toml");
    let concepts = fs::read_to_string(content.join("concepts.txt"))?;
    match read_glossary(&fs::read_to_string(&path)?, &concepts) {
        Ok(glossary) => {
            let bytes = postcard::to_allocvec(&glossary.term).map_err(io::Error::other)?;
            fs::write(out.join("glossary.postcard"), bytes)?;
        }
        Err((line, message)) => println!("cargo::error={}:{line}: {message}", path.display()),
    }

    let mut templates: BTreeMap<&str, TemplateWords> = BTreeMap::new();
    for outline in OUTLINES {
        let path = content.join(format!("templates/{}.toml", outline.id));
        match read_template(&fs::read_to_string(&path)?, outline, &concepts) {
            Ok(words) => drop(templates.insert(outline.id, words)),
            Err((line, message)) => println!("cargo::error={}:{line}: {message}", path.display()),
        }
    }
    let bytes = postcard::to_allocvec(&templates).map_err(io::Error::other)?;
    fs::write(out.join("templates.postcard"), bytes)?;
    let path = content.join("worlds.toml");
    match read_worlds(&fs::read_to_string(&path)?) {
        Ok(worlds) => {
            let bytes = postcard::to_allocvec(&worlds).map_err(io::Error::other)?;
            fs::write(out.join("worlds.postcard"), bytes)?;
        }
        Err((line, message)) => println!("cargo::error={}:{line}: {message}", path.display()),
    }
    Ok(())
}

/// What a TOML file holds, or a line of it and what is wrong there.
fn from_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, (usize, String)> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start + 1);
        (text.get(..offset).unwrap_or(text).lines().count().max(1), error.message().to_owned())
    })
}

/// The places where histories happen: each has enough of everything.
fn read_worlds(text: &str) -> Result<Worlds, (usize, String)> {
    let worlds: Worlds = from_toml(text)?;
    let poor = worlds.world.iter().find(|world| {
        let [from, to, step] = world.numbers;
        let words = world.people.len() < 2 || world.things.len() < 2;
        words || step < 1 || (to - from) / step < 3
    });
    match poor {
        _ if worlds.world.is_empty() => Err((1, "wants a [[world]]".to_owned())),
        Some(world) => {
            let line = text.lines().position(|line| line.contains(&world.title)).unwrap_or(0) + 1;
            Err((line, format!("world {:?} wants two people, two things and four numbers at least", world.title)))
        }
        None => Ok(worlds),
    }
}

/// A template's words: all that its outline wants, and nothing that it does not know; or a line and what is wrong there.
fn read_template(text: &str, outline: &Outline, concepts: &str) -> Result<TemplateWords, (usize, String)> {
    let words: TemplateWords = from_toml(text)?;
    let line_of = |what: &str| text.lines().position(|line| line.contains(what)).unwrap_or(0) + 1;
    if let Some(id) = words.concepts.iter().find(|id| !concepts.lines().any(|concept| concept == *id)) {
        return Err((line_of(id), format!("{id:?} is no concept of concepts.txt")));
    }
    let keys = [
        ("prompt", outline.variants, words.prompt.keys().collect::<Vec<_>>()),
        ("explanation", outline.variants, words.explanation.keys().collect()),
        ("choice", outline.choices, words.choice.keys().collect()),
        ("misconception", outline.misconceptions, words.misconception.keys().collect()),
    ];
    for (section, wanted, there) in keys {
        if let Some(missing) = wanted.iter().find(|key| !there.iter().any(|other| other == *key)) {
            return Err((line_of(&format!("[{section}]")), format!("[{section}] wants {missing:?}")));
        }
        if let Some(unknown) = there.iter().find(|key| !wanted.contains(&key.as_str())) {
            return Err((line_of(unknown), format!("[{section}] knows no {unknown:?}: {}", wanted.join(", "))));
        }
    }
    if let Some((variant, _)) = words.prompt.iter().find(|(_, ways)| ways.is_empty()) {
        return Err((line_of(variant), format!("{variant:?} wants a way to ask it")));
    }
    let texts = words.prompt.values().flatten().chain(words.explanation.values());
    let texts = texts.chain(words.choice.values()).chain(words.misconception.values());
    for said in texts {
        let first = said.lines().next().unwrap_or_default();
        if said.trim().is_empty() {
            return Err((line_of("\"\""), "a text is empty".to_owned()));
        }
        if let Some(hole) = holes(said).find(|hole| !outline.names.contains(hole)) {
            return Err((line_of(first), format!("{{{hole}}} is none of {}", outline.names.join(", "))));
        }
    }
    Ok(words)
}

/// The questions of `questions/*.toml`, by their files' stems.
fn written_questions(content: &Path) -> io::Result<Vec<(String, Vec<authored::written::Written>)>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(content.join("questions"))?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut written = Vec::new();
    for path in files {
        let scenario = |stem: &str| fs::read_to_string(content.join("scenarios").join(format!("{stem}.pitr"))).ok();
        let reading = authored::schema::read(&fs::read_to_string(&path)?, &scenario);
        for finding in &reading.findings {
            // What is shipped has nothing to be warned of.
            println!("cargo::error={}", finding.said(&path.display().to_string()));
        }
        written.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), reading.questions));
    }
    Ok(written)
}

/// The lessons that read well, in the order of their numbers. One that does not is left out, and everything else goes on.
fn lessons(content: &Path) -> Vec<written::Lesson> {
    let around = folders::around(content);
    let mut lessons = Vec::new();
    for folder in folders::lessons(content) {
        match read::read_lesson(&folder, &around) {
            Ok(lesson) => lessons.push(lesson),
            Err(faults) => faults.iter().for_each(|fault| println!("cargo::warning={fault}")),
        }
    }
    lessons.sort_by_key(|lesson| lesson.front.number);
    lessons
}

/// A glossary's terms, or a line of it and what is wrong there.
fn read_glossary(text: &str, concepts: &str) -> Result<GlossaryFile, (usize, String)> {
    let glossary: GlossaryFile = from_toml(text)?;
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    let all: BTreeSet<&str> = glossary.term.iter().map(|term| term.id.as_str()).collect();
    for term in &glossary.term {
        let unknown = term.related.iter().find(|id| !all.contains(id.as_str()) || **id == term.id);
        let no_concept = term.concepts.iter().find(|id| !concepts.lines().any(|concept| concept == *id));
        let length = term.definition.chars().count();
        let wrong = if !ids.insert(&term.id) {
            "there is another term of this id".to_owned()
        } else if !names.insert(&term.name) {
            format!("another term is called {:?}", term.name)
        } else if length == 0 || length > DEFINITION_MAX {
            format!("its definition has {length} characters; 1 to {DEFINITION_MAX} are good")
        } else if let Some(id) = unknown {
            format!("related to {id:?}, which is no other term")
        } else if let Some(id) = no_concept {
            format!("explains {id:?}, which is no concept of concepts.txt")
        } else {
            continue;
        };
        let id = format!("id = {:?}", term.id);
        // Of two terms of one id the second is wrong.
        let line = text.lines().rev().position(|line| line == id).map_or(1, |behind| text.lines().count() - behind);
        return Err((line, format!("term {:?}: {wrong}", term.id)));
    }
    Ok(glossary)
}

/// The bytes of a scenario.
fn compiled(path: &Path) -> io::Result<Vec<u8>> {
    let wrong = |why: String| io::Error::other(format!("{}: {why}", path.display()));
    let script = pitr_engine::script::parse(&fs::read_to_string(path)?).map_err(|error| wrong(error.to_string()))?;
    script
        .compile()
        .ok_or_else(|| wrong("has what the first program cannot run: see engine/src/script/compiled.rs".to_owned()))
}

/// A file's questions, or a line of it and what is wrong there.
fn read(text: &str, scenarios: &Path) -> Result<QuizFile, (usize, String)> {
    let line_at = |offset: usize| text.get(..offset).unwrap_or(text).lines().count().max(1);
    let quiz: QuizFile = from_toml(text)?;
    for question in &quiz.question {
        if let Some((part, message)) = wrong(question, scenarios) {
            // The line is that of the wrong part's first words; they stand there as they were written.
            let first = part.lines().next().unwrap_or_default();
            let offset = text.find(first).unwrap_or(0) + 1;
            return Err((line_at(offset), format!("question {:?}: {message}", question.id)));
        }
    }
    Ok(quiz)
}

/// The first part of a question that is wrong, and why.
fn wrong<'a>(question: &'a Question, scenarios: &Path) -> Option<(&'a str, String)> {
    let explain = &question.explain;
    let (recovers, measures) = (question.recover.is_some(), question.measure.is_some());
    if recovers == measures {
        return Some((&question.id, "has either [question.recover] or [question.measure]".to_owned()));
    }
    if question.choice.len() < 2 {
        return Some((&question.id, "wants two choices at least".to_owned()));
    }
    let told = if recovers {
        explain.damaged.is_some() && explain.short.is_some() && explain.failed.is_some()
    } else {
        explain.other.is_some()
    };
    if !told {
        let wanted = if recovers { "damaged, short and failed" } else { "other" };
        return Some((&question.id, format!("wants the explanations {wanted} too")));
    }
    let stems = question.recover.iter().flat_map(|task| &task.scenarios);
    for stem in stems.chain(question.choice.iter().flat_map(|choice| &choice.scenarios)) {
        if !scenarios.join(format!("{stem}.pitr")).is_file() {
            return Some((stem, format!("there is no scenario {stem:?} in content/scenarios")));
        }
    }
    let lacks_interval = |script: &str| !holes(script).any(|hole| hole == "interval");
    if question.measure.as_ref().is_some_and(|task| task.intervals.is_empty() || lacks_interval(&task.script)) {
        return Some((&question.id, "wants intervals, and {interval} in its script".to_owned()));
    }
    for choice in &question.choice {
        let objective = choice.objective.as_deref();
        if choice.does.is_some() != recovers || objective.is_some() != measures {
            return Some((
                &choice.text,
                "a choice of recover does something, one of measure has an objective".to_owned(),
            ));
        }
        if objective.is_some_and(|objective| !OBJECTIVES.contains(&objective)) {
            return Some((&choice.text, format!("objectives are {}", OBJECTIVES.join(", "))));
        }
    }
    let said = question.choice.iter().flat_map(|choice| [Some(&choice.text), choice.does.as_ref()]);
    let explained = [Some(&explain.right), explain.damaged.as_ref(), explain.short.as_ref(), explain.failed.as_ref()];
    let misconceptions = question.choice.iter().map(|choice| choice.misconception.as_ref());
    let plain = core::iter::once(Some(&question.text)).chain(said).flatten().map(|text| (text, false));
    let outcomes = explained.into_iter().chain([explain.other.as_ref()]).chain(misconceptions);
    let outcomes = outcomes.flatten().map(|text| (text, true));
    for (text, knows_outcome) in plain.chain(outcomes) {
        let known = |hole: &str| PLACEHOLDERS.contains(&hole) || knows_outcome && OUTCOME_PLACEHOLDERS.contains(&hole);
        if let Some(hole) = holes(text).find(|hole| !known(hole)) {
            return Some((text, format!("{{{hole}}} is none of {}", PLACEHOLDERS.join(", "))));
        }
    }
    None
}
