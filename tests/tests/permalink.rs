//! Runs go into links that can be sent: all shipped scenarios, and 100 commands of one's own.

#![cfg(not(target_arch = "wasm32"))]

use pitr_engine::script::{Script, parse};
use pitr_lessons::{Continuation, SCENARIOS, continued};
use pitr_protocol::{LinkedScript, LinkedTarget, PERMALINK_CHARACTERS, Permalink};
use pitr_tests::carried::carry_out;
use pitr_tests::histories::{Plot, tell};

/// A link that has everything a link can have besides its script.
fn link(script: LinkedScript) -> Permalink {
    Permalink {
        script,
        step: Some(999_999),
        target: Some(LinkedTarget {
            kind: "time".to_owned(),
            text: "2026-03-04 02:59:59.123456+02:00".to_owned(),
            inclusive: false,
            backup: Some("before-lunch".to_owned()),
            timeline: Some("12".to_owned()),
            action: Some("pause".to_owned()),
        }),
        view: [
            ("axis", "lsn"),
            ("inspector", "page 16384 1234 accounts recovered"),
            ("sight", ".123456789 .123456999"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
    }
}

/// The link's length, once it has been seen to read back.
fn characters(script: LinkedScript) -> usize {
    let link = link(script);
    let made = link.link().expect("goes into a link");
    assert_eq!(Permalink::read(&made), Ok(link));
    made.len()
}

#[test]
fn every_scenario_goes_into_a_link() {
    for scenario in SCENARIOS {
        let script = parse(scenario.text).expect("is a scenario");
        let Continuation { stem, commands, own } = Continuation::of(&script).expect("is a scenario's own");
        let by_name = characters(LinkedScript::Shipped { stem: stem.to_owned(), commands, own });
        let in_full = characters(LinkedScript::Own(scenario.text.to_owned()));
        println!("{}: {by_name} characters by its name, {in_full} in full", scenario.stem);
        assert!(by_name <= 200 && in_full <= PERMALINK_CHARACTERS, "{}: {by_name}, {in_full}", scenario.stem);
    }
}

/// The first commands of a history, as somebody would have written them.
fn told(seed: u64, commands: usize) -> Script {
    let mut script = tell(seed, Plot { eras: 2, steps: 220, faults: true, workloads: true }).script;
    assert!(script.commands.len() >= commands, "seed {seed}: {}", script.commands.len());
    script.commands.truncate(commands);
    script.remarks.clear();
    script.expectations.clear();
    script
}

#[test]
fn a_hundred_commands_go_into_a_link() {
    let mut longest = 0;
    for seed in 1..=20 {
        let text = told(seed, 100).to_string();
        let length = characters(LinkedScript::Own(text.clone()));
        println!("seed {seed}: {} bytes, {length} characters", text.len());
        assert!(length <= PERMALINK_CHARACTERS, "seed {seed}: {length}");
        longest = longest.max(length);
    }
    println!("the longest has {longest} characters");
}

#[test]
fn a_hundred_commands_go_behind_a_scenario() {
    for scenario in SCENARIOS {
        let taken = parse(scenario.text).expect("is a scenario").commands.len() as u32;
        let own: Vec<String> = told(7, 100).to_string().lines().skip(2).map(str::to_owned).collect();
        let stem = scenario.stem.to_owned();
        let length = characters(LinkedScript::Shipped { stem, commands: Some(taken), own: own.join("\n") });
        assert!(length <= PERMALINK_CHARACTERS, "{}: {length}", scenario.stem);
    }
}

#[test]
fn what_a_link_holds_runs_alike() {
    let scenario = SCENARIOS[0];
    let own = "03:11:00 ops recover from b1 to time '02:59:59'\n03:20:00 ops note 'There they are.'\n";
    let text = format!("{}\n{own}", scenario.text);
    let told = parse(&text).expect("is a script");
    let Continuation { stem, commands, own } = Continuation::of(&told).expect("begins as a scenario does");
    let made = link(LinkedScript::Shipped { stem: stem.to_owned(), commands, own }).link().expect("goes into a link");
    let LinkedScript::Shipped { stem, commands, own } = Permalink::read(&made).expect("reads back").script else {
        panic!("{made} is no scenario");
    };
    let linked = continued(&stem, commands, &own).expect("is a script").to_string();
    let (here, there) = (carry_out(&text).expect("runs").run, carry_out(&linked).expect("runs").run);
    assert_eq!(here.events(), there.events());
    for step in (0..here.events().len()).step_by(97) {
        assert_eq!(here.state_at(step).digest(), there.state_at(step).digest(), "step {step}");
    }
}
