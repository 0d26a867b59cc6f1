//! Running other programs: their output passes through as it comes, and a silent one is spoken for.

use crate::say::{Doing, Outcome, elapsed, fail, say};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a program may be silent before we say that it is still at work.
const SILENCE: Duration = Duration::from_secs(10);

/// A command in the folder of the workspace, without what `cargo run` put into our own environment: with it a cargo below us would
/// build everything again.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::paths::root());
    for (name, _) in std::env::vars_os() {
        let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if name.to_str().is_some_and(ours) {
            command.env_remove(name);
        }
    }
    command
}

/// Cargo, the one that runs us.
pub fn cargo() -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.env("CARGO_TERM_PROGRESS_WHEN", "never");
    cargo
}

/// The command as one would type it.
pub fn typed(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Runs it to its end. `what` names the work in lines like "still compiling the worker".
pub fn run(command: &mut Command, what: &str) -> Outcome {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .doing(format!("starting `{}`", typed(command)))?;
    let last_heard = Arc::new(AtomicU64::new(elapsed().as_millis() as u64));
    let readers = [
        child.stdout.take().map(|from| forward(from, std::io::stdout(), &last_heard)),
        child.stderr.take().map(|from| forward(from, std::io::stderr(), &last_heard)),
    ];
    let began = elapsed();
    let status = loop {
        if let Some(status) = child.try_wait().doing(format!("waiting for `{}`", typed(command)))? {
            break status;
        }
        thread::sleep(Duration::from_millis(30));
        let silent = elapsed().saturating_sub(Duration::from_millis(last_heard.load(Ordering::Relaxed)));
        if silent >= SILENCE {
            say(format!("still {what} ({} s)", (elapsed() - began).as_secs()));
            last_heard.store(elapsed().as_millis() as u64, Ordering::Relaxed);
        }
    };
    // What it started may hold its output open for ever: hear it out for a moment, no longer.
    let patience = elapsed() + Duration::from_secs(2);
    for reader in readers.into_iter().flatten() {
        while !reader.is_finished() && elapsed() < patience {
            thread::sleep(Duration::from_millis(10));
        }
    }
    if status.success() { Ok(()) } else { fail(format!("{what} failed: `{}` ended with {status}", typed(command))) }
}

fn forward(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    last_heard: &Arc<AtomicU64>,
) -> JoinHandle<()> {
    let last_heard = Arc::clone(last_heard);
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(count) = from.read(&mut buffer) {
            if count == 0 || to.write_all(&buffer[..count]).and_then(|()| to.flush()).is_err() {
                break;
            }
            last_heard.store(elapsed().as_millis() as u64, Ordering::Relaxed);
        }
    })
}

/// What it prints, if it can be started and succeeds.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
