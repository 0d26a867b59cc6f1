//! Every decoder has its fuzz target, and no target is without one.

use crate::{none, text, tracked};
use pitr_tests::decoders::Decoder;

#[test]
fn every_decoder_has_its_fuzz_target() {
    let declared = text("fuzz/Cargo.toml").expect("is text");
    let files: Vec<String> = tracked().into_iter().filter(|file| file.starts_with("fuzz/fuzz_targets/")).collect();
    let mut findings = Vec::new();
    for decoder in Decoder::ALL {
        let target = decoder.target();
        let file = format!("fuzz/fuzz_targets/{target}.rs");
        if !declared.contains(&format!("name = \"{target}\"\npath = \"fuzz_targets/{target}.rs\"\n")) {
            findings.push(format!("fuzz/Cargo.toml declares no target {target}"));
        }
        match text(&file).filter(|_| files.contains(&file)) {
            Some(source) if source.contains(&format!("(Decoder::{decoder:?}, bytes)")) => {}
            Some(_) => findings.push(format!("{file} is not about Decoder::{decoder:?}")),
            None => findings.push(format!("there is no {file}")),
        }
    }
    if files.len() != Decoder::ALL.len() {
        findings.push(format!("{} targets for {} decoders", files.len(), Decoder::ALL.len()));
    }
    none(findings);
}

#[test]
fn every_crate_that_fuzzing_locks_is_the_public_one() {
    let lock = text("fuzz/Cargo.lock").expect("is text");
    let sources = lock.lines().filter(|line| line.starts_with("source = "));
    let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    none(sources.filter(|line| *line != public).map(|line| format!("fuzz/Cargo.lock: {line}")).collect());
}
