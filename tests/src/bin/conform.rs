//! `conform FOLDER...`: plays recorded recoveries of PostgreSQL through the engine, and prints each point on which they differ and a count.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    use std::process::ExitCode;

    let folders: Vec<std::path::PathBuf> = std::env::args_os().skip(1).map(Into::into).collect();
    if folders.is_empty() {
        eprintln!("error: name folders of recordings: conform FOLDER...");
        return ExitCode::FAILURE;
    }
    let summary = pitr_tests::conform::run(&folders);
    for sentence in &summary.unreadable {
        eprintln!("error: {sentence}");
    }
    for disagreement in &summary.disagreements {
        println!("{disagreement}");
    }
    println!("{}", summary.json());
    if summary.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// There are no files in a browser.
#[cfg(target_arch = "wasm32")]
fn main() {}
