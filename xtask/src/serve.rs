//! `cargo xtask serve`: builds the lab, serves it here, opens it, and builds it again when a file changes.

use crate::args::Given;
use crate::build::{self, Kind};
use crate::child::command;
use crate::paths;
use crate::say::{Doing, Outcome, fail, say};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, SystemTime};
use xtask::server::Server;

/// What the site is made of.
const SOURCES: [&str; 10] =
    ["authoring", "embed", "engine", "lab", "lessons", "locales", "protocol", "web", "worker", "index.html"];

pub fn serve(given: &Given) -> Outcome {
    let port = match given.value("port") {
        None => 8080,
        Some(text) => match text.parse::<u16>() {
            Ok(port) => port,
            Err(_) => return fail(format!("`--port {text}`: a port is a number from 0 to 65535")),
        },
    };
    let kind = if given.has("dev") { Kind::Dev } else { Kind::Release };
    let dir = build::site(kind)?;
    let server = match Server::start(&dir, "/", port) {
        Ok(server) => server,
        Err(error) => {
            return fail(format!(
                "cannot listen on port {port} ({error}): stop what listens there, or choose another by --port"
            ));
        }
    };
    say(format!("PITR Lab is at {} (end with Ctrl-C; a file that changes is built again)", server.url()));
    if !given.has("no-open") {
        open(&server.url());
    }
    let mut seen = newest(&paths::root())?;
    loop {
        thread::sleep(Duration::from_secs(1));
        let now = newest(&paths::root())?;
        if now != seen {
            seen = now;
            say("a file changed");
            match build::site(kind) {
                Ok(_) => say(format!("reload {}", server.url())),
                Err(failure) => say(format!("{failure}\n        the last site that was built stays as it is")),
            }
        }
    }
}

/// Opens a browser, if there is one to open.
fn open(url: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let opened = command(opener).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if opened.is_err() {
        say("no browser could be opened from here: open the address by hand");
    }
}

/// When any source changed last, and how many there are: a file that is gone is a change too.
fn newest(root: &Path) -> Outcome<(SystemTime, usize)> {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut count = 0;
    for source in SOURCES {
        let source = root.join(source);
        let files = if source.is_dir() {
            paths::files_under(&source)?.into_iter().map(|file| source.join(file)).collect()
        } else {
            vec![source]
        };
        for file in files {
            // An editor may be about to put it back.
            let Ok(about) = file.metadata() else { continue };
            newest = newest.max(about.modified().doing("reading when a file changed")?);
            count += 1;
        }
    }
    Ok((newest, count))
}
