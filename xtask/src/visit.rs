//! A first visit: a browser that has never seen the lab loads it, and what it asked for is weighed.
//!
//! What counts is every answer until the default scenario can be used. The page itself says when that is: it asks for its study (charts and
//! self-check) only then, so the first request for a file of the study ends the first load.

use crate::browser;
use crate::paths;
use crate::say::{Doing, Outcome, fail, say};
use crate::size;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use xtask::server::{Served, Server};

/// The page counts as loaded when it has asked for nothing more this long after its last answer.
const QUIET: Duration = Duration::from_secs(4);
/// A page that does not come to rest within this time has gone wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// The folder of what comes after the first load.
const LATER: &str = "/study/";

/// What a first visit loaded until the lab could be used: name, bytes, bytes after brotli. One entry for each answer.
pub fn first_load(site: &Path) -> Outcome<Vec<(String, u64, u64)>> {
    let browser = browser::find()?;
    say("loading the page in a browser that has never seen it");
    let server = Server::start(site, "/lab/", 0).doing("starting a server for the page")?;
    let profile = paths::target().join("first-visit");
    if profile.exists() {
        fs::remove_dir_all(&profile).doing("emptying the browser's folder")?;
    }
    let mut visit = Command::new(&browser.chromium);
    visit.args(browser::flags()?).arg(format!("--user-data-dir={}", profile.display())).arg(server.url());
    visit.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = Visitor(visit.spawn().doing("starting Chromium")?);
    let served = wait(&server)?;
    drop(child);

    let mut loaded = Vec::new();
    for answer in served.into_iter().take_while(|answer| !answer.target.contains(LATER)) {
        let name = answer.target.trim_start_matches("/lab/");
        let name = if name.is_empty() { "index.html" } else { name };
        if answer.status == 304 {
            // The worker asked for what the page has already.
            continue;
        }
        if answer.status != 200 {
            return fail(format!("the page asks for `{name}`, which is not there (status {})", answer.status));
        }
        loaded.push((name.to_owned(), answer.body.len() as u64, size::brotli_bytes(&answer.body)?));
    }
    Ok(loaded)
}

/// The answers until the page rests. It is not at rest before it has asked for its study, which it does when the default scenario is there.
fn wait(server: &Server) -> Outcome<Vec<Served>> {
    let began = Instant::now();
    loop {
        thread::sleep(Duration::from_millis(100));
        let served = server.served();
        let is_there = served.iter().any(|answer| answer.target.contains(LATER));
        if is_there && served.last().is_some_and(|answer| answer.at.elapsed() > QUIET) {
            return Ok(served);
        }
        if began.elapsed() > PATIENCE {
            let asked: Vec<String> = served.into_iter().map(|answer| answer.target).collect();
            return fail(format!(
                "the page was not ready within {} s; it asked for: {}",
                PATIENCE.as_secs(),
                asked.join(", ")
            ));
        }
    }
}

/// The browser, ended when we are done with it.
struct Visitor(Child);

impl Drop for Visitor {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
