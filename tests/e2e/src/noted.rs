//! A test that fails notes its path where `cargo xtask test` looks for it, to run it again (`xtask/src/again.rs`).

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::thread;

/// Lives as long as the test.
#[derive(Debug)]
pub struct Noted;

impl Drop for Noted {
    fn drop(&mut self) {
        let (true, Some(file)) = (thread::panicking(), env::var_os("PITR_FAILED")) else { return };
        let path = thread::current().name().unwrap_or("a test without a name").to_owned();
        // One write for one line: tests fail side by side.
        let noted = OpenOptions::new().create(true).append(true).open(&file);
        if let Err(error) = noted.and_then(|mut file| file.write_all(format!("{path}\n").as_bytes())) {
            eprintln!("{path} failed, and that could not be noted in {}: {error}", file.display());
        }
    }
}
