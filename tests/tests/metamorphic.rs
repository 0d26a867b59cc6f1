//! The golden scripts on other machines: see `metamorphic`.

use pitr_tests::golden::SCRIPTS;
use pitr_tests::metamorphic::{Tally, VARIANTS, try_script};

#[test]
fn every_recovery_is_the_same_on_other_machines() {
    let mut tally = Tally::default();
    for (name, text) in SCRIPTS {
        try_script(name, text, &mut tally);
    }
    let Tally { scripts, runs, recoveries, as_they_are, immovable, otherwise } = tally;
    println!(
        "{scripts} scripts on {} other machines: {runs} runs, {recoveries} recoveries; {as_they_are} scripts meant as they are, \
         {immovable} with a place in the log that has no counterpart",
        VARIANTS.len()
    );
    assert!(otherwise.is_empty(), "{} came out otherwise:\n\n{}", otherwise.len(), otherwise.join("\n\n"));
    assert!(scripts > 100 && recoveries > 1000 && immovable < scripts / 10);
}
