//! `cargo xtask`: every script of the project.
//!
//! Invariants: the table below declares each command with its options and its help, and nothing else does. A command says what it
//! does and for how long it has been at it, installs what it needs, and ends with a sentence that tells what to do if it cannot go on.
//!
//! Left out on purpose: the engine. What needs it (`bench`, `content`, `run`) is a program of the crate `pitr-tests`, so that this
//! one compiles in seconds and still runs while the engine does not compile.

#![forbid(unsafe_code)]

mod again;
mod args;
mod audit;
mod bench;
mod bench_sweep;
mod browser;
mod build;
mod child;
mod embed;
mod lab;
mod order;
mod packages;
mod paths;
mod say;
mod serve;
mod size;
mod slim;
mod stamp;
mod test;
mod tools;
mod visit;
mod wasm;

use args::{Command, Opt};
use std::process::ExitCode;

const DEV: Opt =
    Opt { name: "dev", value: None, help: "build quickly, with debug assertions; slower and larger in the browser" };

/// Every command there is, in the order of the help.
const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        operand: None,
        options: &[
            Opt { name: "port", value: Some("N"), help: "listen on this port (8080)" },
            Opt { name: "no-open", value: None, help: "do not open a browser" },
            DEV,
        ],
        help: "build the lab, serve it on this machine and open it; build again when a file changes",
        run: serve::serve,
    },
    Command {
        name: "build",
        operand: None,
        options: &[DEV],
        help: "write dist/: static files that work under any path, with their sizes",
        run: build::build,
    },
    Command {
        name: "test",
        operand: None,
        options: &[
            Opt { name: "native", value: None, help: "the tests that need no browser" },
            Opt { name: "wasm", value: None, help: "the engine's tests, compiled to Wasm, in headless Chromium" },
            Opt { name: "e2e", value: None, help: "the whole page in headless Chromium" },
            Opt { name: "filter", value: Some("TEXT"), help: "only tests with this in their names" },
        ],
        help: "install what the tests need and run them all, or the parts named",
        run: test::test,
    },
    Command {
        name: "bench",
        operand: None,
        options: &[],
        help: "measure; print a table and, as the last line, the same as JSON",
        run: bench::bench,
    },
    Command {
        name: "content",
        operand: Some("[DIR]"),
        options: &[Opt { name: "watch", value: None, help: "check the lessons again whenever a file of them changes" }],
        help: "check lessons, scenarios, questions, the glossary and the files of the languages; or the questions and lessons of a folder",
        run: lab::content,
    },
    Command {
        name: "run",
        operand: Some("FILE|LINK"),
        options: &[],
        help: "run a script, or what a link holds, and print its events, tables, report and digest; fails if an expectation of it does",
        run: lab::run,
    },
    Command {
        name: "conform",
        operand: Some("DIR"),
        options: &[],
        help: "play the recorded recoveries of a real server in a folder through the engine; fails unless all agree",
        run: lab::conform,
    },
    Command {
        name: "crashes",
        operand: None,
        options: &[Opt { name: "workloads", value: Some("N"), help: "only so many workloads (200)" }],
        help: "crash random workloads at every event and every byte, tear pages, recover, and compare with a model",
        run: lab::crash_matrix,
    },
    Command {
        name: "screenshots",
        operand: None,
        options: &[],
        help: "look at the page at three widths in both themes: target/screenshots/, and docs/lab.png",
        run: test::screenshots,
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match args::dispatch(COMMANDS, &words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}
