//! Compiles what authors write, the questions in `content/quizzes/*.toml` and `content/questions/*.toml`, the lessons, the words of templates and the glossary, and the scenario
//! that the lab opens with into the bytes that the crate includes.
//!
//! Whatever is wrong with a file is said with its name and line, and fails the build; a lesson that is wrong is left out.

use pitr_authoring::lesson::Lesson;
use pitr_authoring::outlines::OUTLINES;
use pitr_authoring::question::Written;
use pitr_authoring::quiz::QuizFile;
use pitr_authoring::reading::{Wrong, folders, glossary, lesson, quizzes, schema, templates};
use pitr_authoring::words::TemplateWords;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The scenario that the lab opens with.
const OPENING: &str = "scenarios/worked-example.pitr";

fn main() -> io::Result<()> {
    let content = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("content");
    println!("cargo::rerun-if-changed=content");
    let scenario = |stem: &str| content.join("scenarios").join(format!("{stem}.pitr"));

    let mut shipped: Vec<(String, QuizFile)> = Vec::new();
    for path in toml_files(&content.join("quizzes"))? {
        let read = quizzes::read(&fs::read_to_string(&path)?, &|stem| scenario(stem).is_file());
        shipped.extend(or_error(&path, read).map(|quiz| (stem_of(&path), quiz)));
    }
    put("quizzes.postcard", &shipped)?;

    let mut written: Vec<(String, Vec<Written>)> = Vec::new();
    for path in toml_files(&content.join("questions"))? {
        let reading = schema::read(&fs::read_to_string(&path)?, &|stem| fs::read_to_string(scenario(stem)).ok());
        for finding in &reading.findings {
            // What is shipped has nothing to be warned of.
            println!("cargo::error={}", finding.said(&path.display().to_string()));
        }
        written.push((stem_of(&path), reading.questions));
    }
    put("written.postcard", &written)?;
    put("lessons.postcard", &lessons(&content))?;

    let concepts = fs::read_to_string(content.join("concepts.txt"))?;
    let path = content.join("glossary/en.toml");
    if let Some(terms) = or_error(&path, glossary::read(&fs::read_to_string(&path)?, &concepts)) {
        put("glossary.postcard", &terms)?;
    }

    let mut all: BTreeMap<&str, TemplateWords> = BTreeMap::new();
    for outline in OUTLINES {
        let path = content.join(format!("templates/{}.toml", outline.id));
        let read = templates::read(&fs::read_to_string(&path)?, outline, &concepts);
        all.extend(or_error(&path, read).map(|words| (outline.id, words)));
    }
    put("templates.postcard", &all)?;
    let path = content.join("worlds.toml");
    if let Some(worlds) = or_error(&path, templates::read_worlds(&fs::read_to_string(&path)?)) {
        put("worlds.postcard", &worlds)?;
    }
    let path = content.join("unforeseen.toml");
    if let Some(words) = or_error(&path, templates::read_unforeseen(&fs::read_to_string(&path)?)) {
        put("unforeseen.postcard", &words)?;
    }

    fs::write(out().join("opening.compiled"), compiled(&content.join(OPENING))?)
}

fn out() -> PathBuf {
    PathBuf::from(env::var("OUT_DIR").unwrap_or_default())
}

/// Stores what the crate includes.
fn put(name: &str, value: &impl serde::Serialize) -> io::Result<()> {
    fs::write(out().join(name), postcard::to_allocvec(value).map_err(io::Error::other)?)
}

/// The TOML files of a folder, in the order of their names.
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}

fn stem_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// What was read, or the error said, which fails the build.
fn or_error<T>(path: &Path, read: Result<T, Wrong>) -> Option<T> {
    read.map_err(|(line, message)| println!("cargo::error={}:{line}: {message}", path.display())).ok()
}

/// The lessons that read well, in the order of their numbers. One that does not is left out, and everything else goes on.
fn lessons(content: &Path) -> Vec<Lesson> {
    let around = folders::around(content);
    let mut lessons = Vec::new();
    for folder in folders::lessons(content) {
        match lesson::read_lesson(&folder, &around) {
            Ok(lesson) => lessons.push(lesson),
            Err(faults) => faults.iter().for_each(|fault| println!("cargo::warning={fault}")),
        }
    }
    lessons.sort_by_key(|lesson| lesson.front.number);
    lessons
}

/// The bytes of a scenario.
fn compiled(path: &Path) -> io::Result<Vec<u8>> {
    let wrong = |why: String| io::Error::other(format!("{}: {why}", path.display()));
    let script = pitr_engine::script::parse(&fs::read_to_string(path)?).map_err(|error| wrong(error.to_string()))?;
    script
        .compile()
        .ok_or_else(|| wrong("has what the first program cannot run: see engine/src/script/compiled.rs".to_owned()))
}
