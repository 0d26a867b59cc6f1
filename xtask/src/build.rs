//! `cargo xtask build`: the site, as static files.
//!
//! ```text
//! dist/index.html                    by Trunk, with the styles, and the build's id in its meta element
//! dist/pitr-lab-HASH.js, ..._bg.wasm by Trunk, from lab/: the page and its worker
//! dist/start-HASH.js                 from web/js/: reads the address and starts the program
//! dist/snippets/...                  scripts that the program imports, from web/js/
//! dist/worker/worker.js              from worker/: starts that same program as a worker
//! dist/study/pitr_study.js, ..._bg.wasm   by wasm-bindgen, from lab/: charts and self-check with their worker, fetched later
//! dist/study/worker.js, study.css    from worker/ and web/style/, for the study
//! dist/study/embedded.css            from web/style/, for a page within another
//! dist/v1/...                        from embed/: what other sites load, under names that never change
//! ```
//!
//! Invariants: a site is made aside and takes its place only when it is complete and has passed the audit; the site of the tests,
//! which can be told to crash, never is `dist`.

use crate::args::Given;
use crate::child::{answer, cargo, command, run};
use crate::say::{Doing, Outcome, fail, say};
use crate::{audit, embed, paths, size, slim, stamp, tools};
use std::fs;
use std::path::{Path, PathBuf};
use xtask::fnv::Fnv;

/// How a site is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What is published.
    Release,
    /// Made in less time, with debug assertions.
    Dev,
    /// The release, with requests that make the worker crash.
    Faults,
}

impl Kind {
    /// Where it is put.
    pub fn dir(self) -> PathBuf {
        match self {
            Kind::Release | Kind::Dev => paths::root().join("dist"),
            Kind::Faults => paths::target().join("site/faults"),
        }
    }

    fn profile(self) -> &'static str {
        if self == Kind::Dev { "debug" } else { "release" }
    }
}

pub fn build(given: &Given) -> Outcome {
    let dir = site(if given.has("dev") { Kind::Dev } else { Kind::Release })?;
    print!("\n{}", size::sizes(&size::files(&dir)?));
    say("done: dist/ holds the site. `cargo xtask bench` measures what a first visit loads of it");
    Ok(())
}

/// Makes a site and puts it into its place.
pub fn site(kind: Kind) -> Outcome<PathBuf> {
    tools::wasm_target()?;
    let trunk = tools::TRUNK.find()?;
    let wasm_bindgen = tools::WASM_BINDGEN.find()?;
    let aside = paths::target().join("site").join(format!("{kind:?}-aside").to_lowercase());
    fs::create_dir_all(&aside).doing(format!("making {}", aside.display()))?;

    page(kind, &trunk, &wasm_bindgen, &aside)?;
    start(&aside)?;
    worker(&aside.join("worker"), &format!("../{}", program(&aside)?))?;
    study(kind, &wasm_bindgen, &aside.join("study"))?;
    worker(&aside.join("study"), "./pitr_study.js")?;
    styles(&aside.join("study/study.css"), &STUDY_STYLES)?;
    styles(&aside.join("study/embedded.css"), &["embedded.css"])?;
    embed::copy(&aside)?;
    if kind != Kind::Dev {
        slim::slim(&aside)?;
        embed::weigh(&aside)?;
    }
    let id = stamp::stamp(&aside)?;
    audit::audit(&aside)?;

    let dir = kind.dir();
    let replacing = format!("replacing {}", dir.display());
    if dir.exists() {
        fs::remove_dir_all(&dir).doing(&replacing)?;
    }
    fs::rename(&aside, &dir).doing(&replacing)?;
    say(format!("built {} (build {id})", dir.display()));
    Ok(dir)
}

/// The page, by Trunk, which calls the wasm-bindgen that stands first on PATH.
fn page(kind: Kind, trunk: &Path, wasm_bindgen: &Path, to: &Path) -> Outcome {
    // Trunk would compile it too, but does not say what it is at, and is not let on the network.
    compile(kind, "the lab", &["--bin", "pitr-lab", "--package", "pitr-lab"])?;
    say("making the page's files");
    let mut build = command(trunk);
    build.args(["build", "--skip-version-check", "--color", "never", "--dist"]).arg(to);
    if kind.profile() == "release" {
        build.arg("--release");
    }
    if kind == Kind::Faults {
        build.args(["--features", "test-faults"]);
    }
    // Trunk reads this variable as an option of its own, which wants `true`.
    build.env_remove("NO_COLOR").env("PATH", tools::path_with(&[wasm_bindgen])?);
    build.env(FLAGS, flags());
    run(&mut build, "making the page's files")
}

/// The name of the lab's script, which carries a hash.
fn program(dir: &Path) -> Outcome<String> {
    let names = paths::files_under(dir)?.into_iter().map(|file| file.to_string_lossy().into_owned());
    match names.into_iter().find(|name| name.starts_with("pitr-lab-") && name.ends_with(".js")) {
        Some(name) => Ok(name),
        None => fail(format!("Trunk has put no script of the lab into {}", dir.display())),
    }
}

/// What starts a program as a worker; `program` is where its script lies as seen from there.
fn worker(to: &Path, program: &str) -> Outcome {
    let text = naming("worker/worker.js", program)?;
    fs::create_dir_all(to).doing(format!("making {}", to.display()))?;
    fs::write(to.join("worker.js"), text).doing("writing worker.js")
}

/// What stands in a script in place of its program's name.
const PROGRAM: &str = "unnamed";

/// A script of ours with its program's name in it.
fn naming(script: &str, program: &str) -> Outcome<String> {
    let text = fs::read_to_string(paths::root().join(script)).doing(format!("reading {script}"))?;
    match text.matches(PROGRAM).count() {
        1 => Ok(text.replace(PROGRAM, program)),
        _ => fail(format!("{script} must say `{PROGRAM}` once: there the program's name goes")),
    }
}

/// A page without the link to a file: Trunk fetches ahead whatever lies there, also what the study alone asks for.
fn without_link(html: &str, file: &str) -> String {
    let link =
        html.find(file).and_then(|at| Some((html.get(..at)?.rfind("<link")?, at + html.get(at..)?.find('>')? + 1)));
    link.map_or_else(|| html.to_owned(), |(from, to)| [&html[..from], &html[to..]].concat())
}

/// Our script in place of the one that Trunk writes into the page: in a file, so that a Content-Security-Policy can forbid any others.
fn start(dir: &Path) -> Outcome {
    // What is not minified has quotes.
    const BEGINS: [&str; 2] = ["<script type=module>", "<script type=\"module\">"];
    const END: &str = "</script>";
    let program = program(dir)?;
    let text = naming("web/js/start.js", &format!("./{}", program.trim_end_matches(".js")))?;
    let mut hash = Fnv::default();
    hash.add(text.as_bytes());
    let name = format!("start-{:016x}.js", hash.value());
    let page = dir.join("index.html");
    let html = fs::read_to_string(&page).doing("reading the page")?;
    let begin = BEGINS.into_iter().find(|begin| html.contains(begin)).unwrap_or(BEGINS[0]);
    let parts = html.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts.filter(|(_, after)| !BEGINS.iter().any(|begin| after.contains(begin))) else {
        return fail(format!("Trunk has not written one `{begin}` into {}", page.display()));
    };
    let mut html = format!("{before}<script type=\"module\" src=\"./{name}\">{END}{after}");
    let lab = fs::read_to_string(dir.join(&program)).doing("reading the lab's script")?;
    for snippet in paths::files_under(&dir.join("snippets"))? {
        let snippet = format!("snippets/{}", snippet.display());
        if !lab.contains(&snippet) {
            html = without_link(&html, &snippet);
            fs::remove_file(dir.join(&snippet)).doing(format!("removing {snippet}"))?;
        }
    }
    fs::write(&page, html).doing("writing the page")?;
    fs::write(dir.join(name), text).doing("writing the page's script")
}

/// The study: a program of its own, outside Trunk, which makes one.
fn study(kind: Kind, wasm_bindgen: &Path, to: &Path) -> Outcome {
    let engine_for_speed = ["--config", ENGINE_FOR_SPEED];
    let which = ["--bin", "pitr-study", "--package", "pitr-lab", "--features", "study"];
    compile(kind, "the study", &[&which[..], &engine_for_speed].concat())?;
    let wasm = paths::target().join(tools::WASM_TARGET).join(kind.profile()).join("pitr-study.wasm");
    let mut bind = command(wasm_bindgen);
    bind.args(["--target", "web", "--no-typescript", "--out-name", "pitr_study", "--out-dir"]).arg(to).arg(wasm);
    run(&mut bind, "binding the study")
}

/// The study's style sheets, one behind the other, as one file.
const STUDY_STYLES: [&str; 7] =
    ["contrast.css", "study.css", "pointing.css", "dashboard.css", "embedded.css", "lessons.css", "questions.css"];

fn styles(to: &Path, sheets: &[&str]) -> Outcome {
    let mut all = String::new();
    for name in sheets {
        let sheet = paths::root().join("web/style").join(name);
        all += &fs::read_to_string(&sheet).doing(format!("reading {}", sheet.display()))?;
    }
    fs::write(to, all).doing(format!("writing {}", to.display()))
}

/// The study replays log by the thousand records: its engine is compiled for speed, the lab's for size.
const ENGINE_FOR_SPEED: &str = "profile.release.package.pitr-engine.opt-level=3";

/// A program of `pitr-tests`, compiled as the study is, for Node.js: the script that loads it.
pub fn for_node(program: &str) -> Outcome<PathBuf> {
    tools::wasm_target()?;
    let wasm_bindgen = tools::WASM_BINDGEN.find()?;
    let which = ["--bin", program, "--package", "pitr-tests", "--config", ENGINE_FOR_SPEED];
    compile(Kind::Release, program, &which)?;
    let wasm = paths::target().join(tools::WASM_TARGET).join("release").join(program).with_extension("wasm");
    let to = paths::target().join("node");
    let mut bind = command(wasm_bindgen);
    bind.args(["--target", "nodejs", "--no-typescript", "--out-name", program, "--out-dir"]).arg(&to).arg(wasm);
    run(&mut bind, &format!("binding {program}"))?;
    Ok(to.join(program).with_extension("js"))
}

fn compile(kind: Kind, what: &str, which: &[&str]) -> Outcome {
    let doing = format!("compiling {what}");
    say(&doing);
    let mut build = cargo();
    build.args(["build", "--target", tools::WASM_TARGET]).args(which);
    if kind.profile() == "release" {
        build.arg("--release");
    }
    if kind == Kind::Faults {
        build.args(["--features", "test-faults"]);
    }
    build.env(FLAGS, flags());
    run(&mut build, &doing)
}

const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Panic messages name source files: by their place in the project or in their crate, not by where this machine keeps them. So the
/// same sources make the same site everywhere.
fn flags() -> String {
    let home = |name: &str, below: &str| {
        let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(below));
        std::env::var_os(name).map(PathBuf::from).or(home)
    };
    let mut flags = vec![format!("--remap-path-prefix={}/=", paths::root().display())];
    if let Some(cargo) = home("CARGO_HOME", ".cargo") {
        let indices =
            fs::read_dir(cargo.join("registry/src")).into_iter().flatten().flatten().map(|entry| entry.path());
        flags.extend(indices.map(|index| format!("--remap-path-prefix={}/=", index.display())));
    }
    if let Some(sysroot) = answer(command("rustc").args(["--print", "sysroot"])) {
        flags.push(format!("--remap-path-prefix={sysroot}/lib/rustlib/src/rust/="));
    }
    flags.join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_link;

    #[test]
    fn one_link_goes() {
        let html = "<link href=./a.js rel=modulepreload><link href=./snippets/b.js rel=modulepreload><p>";
        assert_eq!(without_link(html, "snippets/b.js"), "<link href=./a.js rel=modulepreload><p>");
        assert_eq!(without_link(html, "snippets/c.js"), html);
    }
}
