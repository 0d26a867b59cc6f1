//! `cargo xtask bench`: figures that were measured just now, as a table and as one line of JSON.

use crate::args::Given;
use crate::bench_sweep;
use crate::browser;
use crate::build::{self, Kind};
use crate::child::{answer, cargo, command, run, typed};
use crate::lab;
use crate::packages;
use crate::paths;
use crate::say::{Outcome, fail, say, table};
use crate::size;
use crate::visit;
use std::process::Command;

pub fn bench(_: &Given) -> Outcome {
    let site = build::site(Kind::Release)?;
    let loaded = visit::first_load(&site)?;
    print!("\nWhat a first visit loads:\n{}\n", size::sizes(&loaded));
    let sum = |files: &[(String, u64, u64)]| files.iter().map(|file| file.2).sum::<u64>().to_string();
    let mut figures = vec![
        ("first_load_brotli_bytes".to_owned(), sum(&loaded)),
        ("whole_site_brotli_bytes".to_owned(), sum(&size::files(&site)?)),
    ];

    say("measuring the engine");
    let mut measure = lab::program("measure");
    // Compiled first, where it can be heard.
    run(measure.arg("--compiled"), "compiling the measurements")?;
    let mut measure = lab::program("measure");
    figures.extend(printed(&mut measure)?);

    figures.push(wasm_over_native(&figures)?);
    figures.extend(bench_sweep::figures()?);

    say("measuring the page in Chromium");
    let browser = browser::find()?;
    const PAGE: [&str; 4] = ["--package", "pitr-e2e", "--bin", "page-speed"];
    run(cargo().arg("build").args(PAGE), "compiling what measures the page")?;
    let mut page = cargo();
    page.args(["run", "--quiet"]).args(PAGE);
    page.env("CHROMIUM", &browser.chromium).env("CHROMEDRIVER", &browser.driver).env("PITR_SITE", &site);
    page.env("PITR_SCREENSHOTS", paths::target().join("screenshots"));
    figures.extend(printed(&mut page)?);

    let rows: Vec<Vec<String>> = figures.iter().map(|(name, number)| vec![name.clone(), number.clone()]).collect();
    print!("\nMeasured:\n{}\n", table(&rows));
    let pairs: Vec<String> = figures.iter().map(|(name, number)| format!("\"{name}\": {number}")).collect();
    println!("{{{}}}", pairs.join(", "));
    Ok(())
}

/// The figures that a program prints: a name and a number a line.
fn printed(program: &mut Command) -> Outcome<Vec<(String, String)>> {
    let Some(lines) = answer(program) else {
        return fail(format!("`{}` failed: run it to see why", typed(program)));
    };
    let figure = |line: &str| match line.split_once(' ') {
        Some((name, number)) if number.parse::<f64>().is_ok_and(f64::is_finite) => {
            Ok((name.to_owned(), number.to_owned()))
        }
        _ => fail(format!("`{}` printed `{line}`, which is not a name and a number", typed(program))),
    };
    lines.lines().map(figure).collect()
}

/// How fast Wasm replays, as a share of what this machine does natively with the same records.
fn wasm_over_native(figures: &[(String, String)]) -> Outcome<(String, String)> {
    let measured = |wanted: &str| {
        let figure = figures.iter().find(|(name, _)| name == wanted);
        figure.and_then(|(_, number)| number.parse::<f64>().ok())
    };
    let (Some(records), Some(native_ns)) = (measured("replay_wasm_records"), measured("replay_native_ns_per_record"))
    else {
        return fail("the engine's measurements lack what Wasm is compared with");
    };
    let script = build::for_node("measure-wasm")?;
    if paths::on_path("node").is_none() {
        packages::install(&["nodejs"], "Node.js runs the measurements in Wasm")?;
    }
    say("measuring the engine in Wasm");
    let call = format!("console.log(require({:?}).seconds_per_record({records}, 5))", script.display().to_string());
    let mut node = command("node");
    node.args(["-e", &call]);
    match answer(&mut node).and_then(|said| said.trim().parse::<f64>().ok()) {
        Some(seconds) => Ok(("replay_wasm_over_native".to_owned(), format!("{:.3}", native_ns / 1e9 / seconds))),
        None => fail(format!("`{}` failed: run it to see why", typed(&node))),
    }
}
