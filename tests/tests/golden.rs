//! The golden scripts, natively and in a real browser: one set of digests for both.

use pitr_tests::golden;
use pitr_tests::histories::seeds;
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test(unsupported = test)]
fn every_claim_holds() {
    assert_eq!(golden::unmet(), Vec::<String>::new());
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_bytes_as_ever_and_everywhere() {
    let digests = golden::digests();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/digests.txt");
        std::fs::write(file, &digests).expect("the digests can be written");
        return;
    }
    assert_eq!(digests, golden::DIGESTS, "UPDATE_GOLDEN=1 accepts the new digests");
}

#[wasm_bindgen_test(unsupported = test)]
fn fifty_random_histories_come_to_the_same_bytes_twice_and_everywhere() {
    let lines = seeds::lines();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/seeds.txt");
        std::fs::write(file, &lines).expect("the lines can be written");
        return;
    }
    for (line, expected) in lines.lines().zip(seeds::LINES.lines()) {
        assert_eq!(line, expected, "UPDATE_GOLDEN=1 accepts the new digests");
    }
    assert_eq!(lines.lines().count(), seeds::SEEDS as usize);
    assert_eq!(lines, seeds::LINES, "UPDATE_GOLDEN=1 accepts the new digests");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_run_can_be_seen_at_every_step_of_it() {
    let (_, text) =
        golden::all().into_iter().find(|(name, _)| name == "worked-example+recovery").expect("is among them");
    let carried = pitr_tests::carried::carry_out(&text).expect("is a script");
    let last = carried.run.events().len() - 1;
    for event in (8..last).step_by(7) {
        let state = carried.run.state_at(event);
        assert_eq!(state.told(), event as u64 + 1, "event {event}");
    }
    assert_eq!(carried.run.state_at(last).digest(), carried.run.cluster().digest());
}
