//! What the tests in a browser need: Chromium, its driver, and axe-core.
//!
//! Invariant: browser and driver are of one version, or the tests do not begin.

use crate::child::{answer, command, run};
use crate::packages;
use crate::paths;
use crate::say::{Doing, Outcome, fail, say};
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Chromium and the driver that speaks to it.
pub struct Browser {
    pub chromium: PathBuf,
    pub driver: PathBuf,
}

/// Finds both, or installs them.
pub fn find() -> Outcome<Browser> {
    let chromium = || program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"]);
    let driver = || program("CHROMEDRIVER", &["chromedriver"]);
    if chromium().is_none() || driver().is_none() {
        packages::install(&["chromium", "chromium-driver"], "the tests need Chromium and its driver")?;
    }
    let (Some(chromium), Some(driver)) = (chromium(), driver()) else {
        return fail(
            "Chromium or chromedriver is still not found: install them and name them by CHROMIUM and CHROMEDRIVER",
        );
    };
    let major = |program: &PathBuf| {
        answer(Command::new(program).arg("--version"))
            .and_then(|said| said.split(|c: char| !c.is_ascii_digit()).find(|word| !word.is_empty()).map(str::to_owned))
    };
    match (major(&chromium), major(&driver)) {
        (Some(one), Some(other)) if one == other => Ok(Browser { chromium, driver }),
        (one, other) => fail(format!(
            "{} is of version {} and {} of version {}: install a pair, or name one by CHROMIUM and CHROMEDRIVER",
            chromium.display(),
            one.as_deref().unwrap_or("unknown"),
            driver.display(),
            other.as_deref().unwrap_or("unknown"),
        )),
    }
}

fn program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(variable).map(PathBuf::from).filter(|file| file.is_file());
    named.or_else(|| names.iter().find_map(|name| paths::on_path(name)))
}

/// The flags that a browser for tests is started with: those of webdriver.json, which the runner of Wasm tests reads too.
pub fn flags() -> Outcome<Vec<String>> {
    let file = paths::root().join("webdriver.json");
    let text = fs::read_to_string(&file).doing(format!("reading {}", file.display()))?;
    Ok(text.split('"').filter(|word| word.starts_with("--")).map(str::to_owned).collect())
}

/// Whether the types that we ship say what an author's script needs (tests/e2e/embedding.ts), by TypeScript's compiler, which comes with axe-core.
pub fn types() -> Outcome {
    axe()?;
    let compiler = paths::target().join("npm/node_modules/typescript/bin/tsc");
    let mut check = command("node");
    check.arg(compiler).args(["--noEmit", "--strict", "--target", "es2022", "--module", "esnext"]);
    check.args(["--moduleResolution", "bundler", "--lib", "es2022,dom", "tests/e2e/embedding.ts"]);
    run(&mut check, "checking the types of the element")
}

/// The script of axe-core, the accessibility checker, at the version of tests/e2e/package-lock.json.
pub fn axe() -> Outcome<PathBuf> {
    let from = paths::root().join("tests/e2e");
    let to = paths::target().join("npm");
    let installed = to.join("node_modules/axe-core/axe.min.js");
    const FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
    let same = |name: &str| match (fs::read(from.join(name)), fs::read(to.join(name))) {
        (Ok(ours), Ok(theirs)) => ours == theirs,
        _ => false,
    };
    if installed.is_file() && FILES.iter().all(|name| same(name)) {
        return Ok(installed);
    }
    if paths::on_path("npm").is_none() {
        packages::install(&["npm"], "the tests need npm, for the accessibility checker axe-core")?;
    }
    say("installing axe-core, the accessibility checker, and TypeScript by npm");
    fs::create_dir_all(&to).doing(format!("making {}", to.display()))?;
    for name in FILES {
        fs::copy(from.join(name), to.join(name)).doing(format!("copying {name}"))?;
    }
    run(command("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&to), "installing axe-core")?;
    if installed.is_file() {
        Ok(installed)
    } else {
        fail(format!("npm succeeded, yet there is no {}: remove {} and try again", installed.display(), to.display()))
    }
}
