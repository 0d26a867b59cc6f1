//! A sample of the crash matrix; all of it is `cargo xtask crashes`.

use pitr_tests::crash_matrix::{Extent, run};

#[test]
fn whatever_is_lost_what_was_acknowledged_is_there_and_nothing_else() {
    let tried = run(Extent::SAMPLE, |_| ()).unwrap_or_else(|fault| panic!("{fault}"));
    println!("{} crashes: {tried:?}", tried.crashes());
    // That nothing was found wrong means something only if there was something to find.
    assert!(tried.clean > 200 && tried.cut > 200 && tried.torn > 400 && tried.again > 200, "{tried:?}");
    assert!(tried.lost_early > 0 && tried.named > 0, "{tried:?}");
}
