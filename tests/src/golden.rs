//! The golden scripts: each a claim, what is to be seen of it, what must hold for it, and a digest of every byte that it makes.
//!
//! `golden/README.md` tells the format. The scenarios that the lab ships are held to their digests too. Everything that was printed,
//! `golden/digests.txt` included, is written anew by `UPDATE_GOLDEN=1 cargo test -p pitr-tests --test golden`; a change of a digest means
//! that runs which people have saved come out otherwise than before.

use crate::carried::{Carried, carry_out, carry_out_what_can_be};
use crate::printed;
use pitr_lessons::SCENARIOS;

/// The scripts of `golden/` by their paths without the ending: `topic/claim`.
pub const SCRIPTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/golden.rs"));

/// The digests as they were.
pub const DIGESTS: &str = include_str!("../golden/digests.txt");

/// Too long for every run of the tests, natively and in a browser.
const LONG: [&str; 1] = ["million"];

/// The scenarios that the lab ships, by name, and the worked example with the recovery that it is made for; those that take long aside.
pub fn scenarios() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for scenario in SCENARIOS.iter().filter(|scenario| !LONG.contains(&scenario.stem)) {
        all.push((scenario.stem.to_owned(), scenario.text.to_owned()));
        if scenario.stem == "worked-example" {
            let recovery = "03:10:00 ops recover from b1 to time '02:59:59' inclusive";
            all.push((format!("{}+recovery", scenario.stem), format!("{}\n{recovery}\n", scenario.text.trim_end())));
        }
    }
    all
}

/// Everything carried out, by name; nothing of a scenario may be refused.
fn carried() -> impl Iterator<Item = (String, Result<Carried, String>)> {
    let scenarios = scenarios().into_iter().map(|(name, text)| (name, carry_out(&text)));
    let scripts = SCRIPTS.iter().map(|(name, text)| ((*name).to_owned(), carry_out_what_can_be(text)));
    scenarios.chain(scripts)
}

/// A line for each script: its name, and its digest or what is wrong with it.
pub fn digests() -> String {
    let digest = |carried: Carried| carried.run.cluster().digest().to_string();
    carried().map(|(name, carried)| format!("{name} {}\n", carried.map_or_else(|error| error, digest))).collect()
}

/// The claims of all scripts that do not hold.
pub fn unmet() -> Vec<String> {
    let mut unmet = Vec::new();
    for (name, carried) in carried() {
        let faults = carried.map_or_else(|error| vec![error], |carried| carried.unmet());
        unmet.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    unmet
}

/// Scripts that do not show what stands in them: their names, and what they show; or why that cannot be said.
pub fn otherwise() -> Vec<(&'static str, Result<String, String>)> {
    let prints = SCRIPTS.iter().map(|(name, text)| (*name, *text, printed::printed(text)));
    prints.filter(|(_, text, print)| print.as_deref() != Ok(*text)).map(|(name, _, print)| (name, print)).collect()
}

/// The lines of a script that changed: `-` for what stands there, `+` for what is seen now, with a line of what is around them.
pub fn difference(before: &str, now: &str) -> String {
    let (before, now): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let begin = before.iter().zip(&now).take_while(same).count();
    let end = before[begin..].iter().rev().zip(now[begin..].iter().rev()).take_while(same).count();
    let mut lines: Vec<String> = Vec::new();
    if let Some(above) = begin.checked_sub(1).and_then(|above| before.get(above)) {
        lines.push(format!("{begin:>4}   {above}"));
    }
    lines.extend(before[begin..before.len() - end].iter().map(|line| format!("     - {line}")));
    lines.extend(now[begin..now.len() - end].iter().map(|line| format!("     + {line}")));
    lines.join("\n")
}
