//! Cuts the language's file down to what the lab says at first: the sentences of the study come with the study, and those about errors
//! as well, which the study hands over. And writes the glossary as lines, which the study reads.

use std::path::Path;
use std::{env, fs};

/// Families of keys that the lab does without until the study is there.
const LATER: &[&str] = &[
    "bench.",
    "deep.",
    "glossary.",
    "lesson.",
    "event.",
    "charts.",
    "check.",
    "log_end.",
    // What only the whole engine comes to, which the study brings.
    "around.cut.name",
    "around.cut.immediate",
    "around.cut.end",
    "outcome.at_restore_point",
    "outcome.at_consistency",
    "outcome.pause",
    "outcome.shutdown",
    "reason.at_",
    "recover.action.pause.means",
    "recover.action.shutdown.means",
    "recover.backup_why_not",
    "recover.go_on.",
    "recover.hint.name",
    "recover.hint.immediate",
    "recover.hint.end",
    "recover.inclusive.name",
    "recover.inclusive.immediate",
    "recover.inclusive.end",
    "recover.timeline.fork",
    "report.failed",
    "report.so_far",
    "recover.waits.",
    "story.waits.",
    "tables.shut_down",
    "target.name",
    "target.immediate",
    "target.end",
    "error.",
    "mishap.",
    "objective.",
    "objectives.",
    "signal.rto.measuring",
    "question.",
    "quiz.",
    "study.",
    "step.statement_waits",
    "step.statement_failed",
    "brief.statement_done",
    "brief.statement_waits",
    "brief.statement_failed",
    "step.invariant_",
    "brief.invariant_",
];
/// What is said in place of an error's own sentence until then.
const MEANWHILE: &str = "error.other";
const LANGUAGE: &str = "../locales/en.toml";
/// What the terms mean; `cargo xtask content` checks it.
const GLOSSARY: &str = "../lessons/content/glossary/en.toml";
/// The lessons' folders; `cargo xtask content` checks them.
const LESSONS: &str = "../lessons/content/lessons";

fn main() {
    println!("cargo::rerun-if-changed={LANGUAGE}");
    println!("cargo::rerun-if-changed={GLOSSARY}");
    println!("cargo::rerun-if-changed={LESSONS}");
    println!("cargo::rerun-if-changed=build.rs");
    let whole = fs::read_to_string(LANGUAGE).expect("locales/en.toml is there");
    let lab: Vec<&str> = whole
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter(|line| {
            let key = line.trim_start_matches('"');
            key.starts_with(MEANWHILE) || !LATER.iter().any(|family| key.starts_with(family))
        })
        .collect();
    let folder = env::var_os("OUT_DIR").expect("cargo names the folder");
    fs::write(Path::new(&folder).join("lab.toml"), lab.join("\n")).expect("the folder can be written to");
    fs::write(Path::new(&folder).join("glossary.txt"), glossary()).expect("the folder can be written to");
    fs::write(Path::new(&folder).join("lessons.txt"), lessons()).expect("the folder can be written to");
}

/// A term a line: its id, its name, its definition and the ids of its kin, with tabs between.
fn glossary() -> String {
    let text = fs::read_to_string(GLOSSARY).expect("the glossary is there");
    let whole: toml::Table = text.parse().expect("the glossary is TOML");
    let terms = whole["term"].as_array().expect("it has terms");
    let line = |term: &toml::Value| {
        let said = |key: &str| term[key].as_str().expect("a term has an id, a name and a definition").to_owned();
        let kin: Vec<&str> = term["related"].as_array().into_iter().flatten().filter_map(toml::Value::as_str).collect();
        [said("id"), said("name"), said("definition"), kin.join(" ")].join("\t")
    };
    terms.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The lessons' heads as lines, in the order of their numbers: number, id, title, idea, minutes, steps.
fn lessons() -> String {
    let folders = fs::read_dir(LESSONS).expect("there are lessons").map(|entry| entry.expect("can be read").path());
    let texts = folders.filter_map(|folder| fs::read_to_string(folder.join("lesson.md")).ok());
    let mut lines: Vec<(i64, String)> = texts.filter_map(|text| lesson(&text)).collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// A lesson's number and line; none for one that the checker complains of.
fn lesson(text: &str) -> Option<(i64, String)> {
    let (matter, body) = text.strip_prefix("+++\n")?.split_once("\n+++\n")?;
    let head: toml::Table = matter.parse().ok()?;
    let said = |key: &str| head.get(key)?.as_str().map(str::to_owned);
    let number = head.get("number")?.as_integer()?;
    let minutes = head.get("minutes")?.as_integer()?.to_string();
    let steps = body.lines().filter(|line| line.starts_with("## ")).count().to_string();
    Some((number, [number.to_string(), said("id")?, said("title")?, said("idea")?, minutes, steps].join("\t")))
}
