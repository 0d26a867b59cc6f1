//! `cargo xtask test`: all the tests, in the order in which a failure is cheapest to learn of.
//!
//! 1. native: everything that needs no browser, and the smaller build of the engine held against the whole one;
//! 2. wasm: the engine's tests compiled to Wasm, in headless Chromium;
//! 3. e2e: the page as it is published and the page that can be told to crash, in headless Chromium; and the weight of a first visit.
//!
//! What a part needs is found or installed before its work begins.

use crate::args::Given;
use crate::build::{self, Kind};
use crate::child::{cargo, command, run};
use crate::say::{Doing, Outcome, elapsed, fail, grouped, say, table};
use crate::{again, browser, paths, size, tools, visit};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What a first visit may weigh, in bytes after brotli.
const FIRST_LOAD_BYTES_MAX: u64 = 250_000;

type Part = (&'static str, fn(&str) -> Outcome);

const PARTS: [Part; 3] = [("native", native), ("wasm", wasm), ("e2e", e2e)];

pub fn test(given: &Given) -> Outcome {
    let any_named = PARTS.iter().any(|(name, _)| given.has(name));
    let filter = given.value("filter").unwrap_or_default();
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for (name, part) in PARTS {
        if any_named && !given.has(name) {
            continue;
        }
        say(format!("tests, part {name}"));
        let began = elapsed();
        let outcome = part(filter);
        let seconds = (elapsed() - began).as_secs();
        let verdict = if outcome.is_ok() { "passed" } else { "FAILED" };
        rows.push(vec![name.to_owned(), verdict.to_owned(), format!("{seconds} s")]);
        if let Err(failure) = outcome {
            say(format!("part {name}: {failure}"));
            failed.push(name);
        }
    }
    print!("\n{}", table(&rows));
    if failed.is_empty() {
        say("all tests passed");
        Ok(())
    } else {
        fail(format!("tests failed: {}. `cargo xtask test --{}` runs that part alone", failed.join(", "), failed[0]))
    }
}

/// Every test of the workspace but those in a browser. The page's and the worker's crates compile natively too.
fn native(filter: &str) -> Outcome {
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--exclude", "pitr-e2e", "--no-fail-fast", "--features", "pitr-worker/study"]);
    run(with_filter(seeded(&mut tests), filter), "testing natively")?;
    // By themselves they are what the lab's first program has.
    let mut smaller = cargo();
    smaller.args(["test", "--package", "pitr-engine", "--package", "pitr-worker", "--no-default-features"]);
    smaller.args(["--test", "alike", "--test", "desk"]);
    run(with_filter(seeded(&mut smaller), filter), "testing the smaller engine against the whole one")
}

/// The property tests draw the same cases whenever they are run, unless somebody asks for others.
fn seeded(tests: &mut Command) -> &mut Command {
    const SEED: &str = "PROPTEST_RNG_SEED";
    match std::env::var_os(SEED) {
        Some(_) => tests,
        None => tests.env(SEED, "20260304"),
    }
}

/// The golden scripts once more, in a real browser.
fn wasm(filter: &str) -> Outcome {
    tools::wasm_target()?;
    let runner = tools::TEST_RUNNER.find()?;
    let browser = browser::find()?;
    let mut tests = cargo();
    tests.args(["test", "--package", "pitr-tests", "--test", "golden", "--target", tools::WASM_TARGET]);
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    tests.env("CHROMEDRIVER", browser.driver);
    tests.env("WASM_BINDGEN_TEST_ONLY_WEB", "1");
    tests.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    tests.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", paths::root().join("webdriver.json"));
    run(with_filter(&mut tests, filter), "testing the engine in Chromium")
}

/// The page, from the outside.
fn e2e(filter: &str) -> Outcome {
    let browser = browser::find()?;
    let axe = browser::axe()?;
    browser::types()?;
    let site = build::site(Kind::Release)?;
    let faults = build::site(Kind::Faults)?;

    let loaded = visit::first_load(&site)?;
    let bytes: u64 = loaded.iter().map(|file| file.2).sum();
    print!("\nWhat a first visit loads:\n{}\n", size::sizes(&loaded));
    let books = (book("tests/hosts/mdbook")?, book("docs/guide")?);
    let tests = || {
        let mut tests = page_tests(&browser);
        tests.env("PITR_SITE", &site).env("PITR_SITE_FAULTS", &faults).env("PITR_AXE", &axe);
        tests.env("PITR_BOOK", &books.0).env("PITR_GUIDE", &books.1);
        tests
    };
    again::run_page_tests(tests, filter, &paths::target().join("failed-page-tests.txt"))?;
    if bytes > FIRST_LOAD_BYTES_MAX {
        return fail(format!(
            "a first visit loads {} bytes, {} are allowed: see the table above for what grew",
            grouped(bytes),
            grouped(FIRST_LOAD_BYTES_MAX)
        ));
    }
    say(format!("a first visit loads {} bytes of the {} allowed", grouped(bytes), grouped(FIRST_LOAD_BYTES_MAX)));
    Ok(())
}

/// A book of ours, made by mdBook: the folder of its pages.
fn book(name: &str) -> Outcome<PathBuf> {
    let to = paths::target().join("books").join(name);
    let doing = format!("making the book {name}");
    say(&doing);
    let mut make = command(tools::MDBOOK.find()?);
    run(make.arg("build").arg(paths::root().join(name)).arg("--dest-dir").arg(&to), &doing)?;
    Ok(to)
}

fn page_tests(browser: &browser::Browser) -> Command {
    let mut tests = cargo();
    tests.args(["test", "--package", "pitr-e2e"]);
    tests.env("CHROMIUM", &browser.chromium).env("CHROMEDRIVER", &browser.driver);
    // Where a test of a browser failed, no stack of ours says why.
    tests.env("RUST_BACKTRACE", "0");
    tests.env("PITR_SCREENSHOTS", paths::target().join("screenshots"));
    tests
}

pub fn with_filter<'a>(tests: &'a mut Command, filter: &str) -> &'a mut Command {
    if filter.is_empty() { tests } else { tests.arg(filter) }
}

/// The pictures of the page, and the README's among them.
pub fn screenshots(_: &Given) -> Outcome {
    let browser = browser::find()?;
    let axe = browser::axe()?;
    let site = build::site(Kind::Release)?;
    let mut tests = page_tests(&browser);
    tests.env("PITR_SITE", &site).env("PITR_SITE_FAULTS", &site).env("PITR_AXE", axe);
    run(tests.arg("look::"), "looking at the page in Chromium")?;
    let shown = paths::target().join("screenshots/lab.png");
    let picture = paths::root().join("docs/lab.png");
    fs::create_dir_all(paths::root().join("docs")).doing("making docs/")?;
    fs::copy(&shown, &picture).doing(format!("copying {}", shown.display()))?;
    say("the pictures are in target/screenshots/, the README's in docs/lab.png");
    Ok(())
}
