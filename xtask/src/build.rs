//! `cargo xtask build`: the site, as static files.
//!
//! ```text
//! dist/index.html                    by Trunk, with the styles, and the build's id in its meta element
//! dist/pitr-lab-HASH.js, ..._bg.wasm by Trunk, from lab/: the page and its worker
//! dist/snippets/...                  scripts that the program imports, from web/js/
//! dist/worker/worker.js              from worker/: starts that same program as a worker
//! dist/study/pitr_study.js, ..._bg.wasm   by wasm-bindgen, from lab/: charts and self-check with their worker, fetched later
//! dist/study/worker.js, study.css    from worker/ and web/style/, for the study
//! ```
//!
//! Invariants: a site is made aside and takes its place only when it is complete and has passed the audit; the site of the tests,
//! which can be told to crash, never is `dist`.

use crate::args::Given;
use crate::child::{answer, cargo, command, run};
use crate::say::{Doing, Outcome, fail, say};
use crate::{audit, paths, size, slim, stamp, tools};
use std::fs;
use std::path::{Path, PathBuf};

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
    worker(&aside.join("worker"), &format!("../{}", program(&aside)?))?;
    study(kind, &wasm_bindgen, &aside.join("study"))?;
    worker(&aside.join("study"), "./pitr_study.js")?;
    styles(&aside.join("study/study.css"))?;
    if kind != Kind::Dev {
        slim::slim(&aside)?;
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
    let script = paths::root().join("worker/worker.js");
    let text = fs::read_to_string(&script).doing(format!("reading {}", script.display()))?;
    if text.matches(PROGRAM).count() != 1 {
        return fail(format!("{} must say `{PROGRAM}` once: there the program's name goes", script.display()));
    }
    fs::create_dir_all(to).doing(format!("making {}", to.display()))?;
    fs::write(to.join("worker.js"), text.replace(PROGRAM, program)).doing("writing worker.js")
}

/// What stands in `worker.js` in place of its program's name.
const PROGRAM: &str = "unnamed";

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
const STUDY_STYLES: [&str; 5] = ["contrast.css", "study.css", "dashboard.css", "lessons.css", "questions.css"];

fn styles(to: &Path) -> Outcome {
    let mut all = String::new();
    for name in STUDY_STYLES {
        let sheet = paths::root().join("web/style").join(name);
        all += &fs::read_to_string(&sheet).doing(format!("reading {}", sheet.display()))?;
    }
    fs::write(to, all).doing("writing the study's styles")
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
