//! The golden scripts: each a claim, what must hold for it, and a digest of every byte that it makes.
//!
//! A script of `golden/` says its claim in its first comment and holds its expectations. The scenarios that the lab ships are
//! held to their digests too. `golden/digests.txt` is written anew by `UPDATE_GOLDEN=1 cargo test -p pitr-tests --test golden`; a
//! change of it means that runs which people have saved come out otherwise than before.

use crate::carried::carry_out;
use pitr_lessons::SCENARIOS;

/// The scripts of `golden/` by their stems.
pub const SCRIPTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/golden.rs"));

/// The digests as they were.
pub const DIGESTS: &str = include_str!("../golden/digests.txt");

/// Every script that is held to its claims and its digest, by name.
pub fn all() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for scenario in SCENARIOS {
        all.push((scenario.stem.to_owned(), scenario.text.to_owned()));
        if scenario.stem == "worked-example" {
            let recovery = "03:10:00 ops recover from b1 to time '02:59:59' inclusive";
            all.push((format!("{}+recovery", scenario.stem), format!("{}\n{recovery}\n", scenario.text.trim_end())));
        }
    }
    all.extend(SCRIPTS.iter().map(|(stem, text)| ((*stem).to_owned(), (*text).to_owned())));
    all
}

/// A line for each script: its name, and its digest or what is wrong with it.
pub fn digests() -> String {
    let mut lines = String::new();
    for (name, text) in all() {
        let digest = match carry_out(&text) {
            Ok(carried) => carried.run.cluster().digest().to_string(),
            Err(error) => error,
        };
        lines.push_str(&format!("{name} {digest}\n"));
    }
    lines
}

/// The claims of all scripts that do not hold.
pub fn unmet() -> Vec<String> {
    let mut unmet = Vec::new();
    for (name, text) in all() {
        match carry_out(&text) {
            Ok(carried) => unmet.extend(carried.unmet().into_iter().map(|fault| format!("{name}: {fault}"))),
            Err(error) => unmet.push(format!("{name}: {error}")),
        }
    }
    unmet
}
