//! The golden scripts, natively and in a real browser: what they show, what they claim, and one set of digests for both.

use pitr_tests::golden;
use pitr_tests::histories::seeds;
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Whether what is seen is to be accepted.
fn accepts() -> bool {
    cfg!(not(target_arch = "wasm32")) && std::env::var_os("UPDATE_GOLDEN").is_some()
}

fn accept(name: &str, text: &str) {
    let file = format!("{}/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::write(file, text).expect("a golden file can be written");
}

#[wasm_bindgen_test(unsupported = test)]
fn every_script_shows_what_stands_in_it() {
    let mut findings = Vec::new();
    for (name, shows) in golden::otherwise() {
        match shows {
            Ok(text) if accepts() => accept(&format!("{name}.pitr"), &text),
            Ok(text) => {
                let before = golden::SCRIPTS.iter().find(|(other, _)| *other == name).map_or("", |(_, before)| before);
                findings.push(format!("tests/golden/{name}.pitr\n{}", golden::difference(before, &text)));
            }
            Err(error) => findings.push(format!("tests/golden/{name}.pitr cannot be carried out: {error}")),
        }
    }
    assert!(findings.is_empty(), "{}\n\nUPDATE_GOLDEN=1 accepts what is shown now", findings.join("\n\n"));
}

#[wasm_bindgen_test(unsupported = test)]
fn every_claim_holds() {
    assert_eq!(golden::unmet(), Vec::<String>::new());
}

#[wasm_bindgen_test(unsupported = test)]
fn every_script_begins_with_its_claim() {
    let unclear = |(_, text): &&(&str, &str)| !text.starts_with("# ");
    let unclear: Vec<&str> = golden::SCRIPTS.iter().filter(unclear).map(|(name, _)| *name).collect();
    assert_eq!(unclear, Vec::<&str>::new(), "a script's first line is its claim, as a comment");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_bytes_as_ever_and_everywhere() {
    let digests = golden::digests();
    if accepts() {
        return accept("digests.txt", &digests);
    }
    assert!(digests == golden::DIGESTS, "{}\n\nUPDATE_GOLDEN=1 accepts", golden::difference(golden::DIGESTS, &digests));
}

#[wasm_bindgen_test(unsupported = test)]
fn fifty_random_histories_come_to_the_same_bytes_twice_and_everywhere() {
    let lines = seeds::lines();
    if accepts() {
        return accept("seeds.txt", &lines);
    }
    for (line, expected) in lines.lines().zip(seeds::LINES.lines()) {
        assert_eq!(line, expected, "UPDATE_GOLDEN=1 accepts the new digests");
    }
    assert_eq!(lines.lines().count(), seeds::SEEDS as usize);
    assert_eq!(lines, seeds::LINES, "UPDATE_GOLDEN=1 accepts the new digests");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_sweep_comes_to_the_same_numbers_everywhere() {
    let lines = pitr_tests::sweeps::lines();
    if accepts() {
        return accept("sweeps.txt", &lines);
    }
    for (line, expected) in lines.lines().zip(pitr_tests::sweeps::LINES.lines()) {
        assert_eq!(line, expected, "UPDATE_GOLDEN=1 accepts the new numbers");
    }
    assert_eq!(lines, pitr_tests::sweeps::LINES, "UPDATE_GOLDEN=1 accepts the new numbers");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_run_can_be_seen_at_every_step_of_it() {
    let (_, text) =
        golden::scenarios().into_iter().find(|(name, _)| name == "worked-example+recovery").expect("is among them");
    let carried = pitr_tests::carried::carry_out(&text).expect("is a script");
    let last = carried.run.events().len() - 1;
    for event in (8..last).step_by(7) {
        let state = carried.run.state_at(event);
        assert_eq!(state.told(), event as u64 + 1, "event {event}");
    }
    assert_eq!(carried.run.state_at(last).digest(), carried.run.cluster().digest());
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_seed_is_the_same_question_everywhere() {
    let lines = pitr_tests::questions::lines();
    if accepts() {
        return accept("questions.txt", &lines);
    }
    for (line, expected) in lines.lines().zip(pitr_tests::questions::LINES.lines()) {
        assert_eq!(line, expected, "UPDATE_GOLDEN=1 accepts the new digests");
    }
    assert_eq!(lines, pitr_tests::questions::LINES, "UPDATE_GOLDEN=1 accepts the new digests");
}
