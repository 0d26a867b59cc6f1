//! What a chart's sweep takes, natively and in Wasm, for `cargo xtask bench`.

use crate::build;
use crate::child::{answer, command, run, typed};
use crate::lab;
use crate::packages;
use crate::paths;
use crate::say::{Outcome, fail, say};

/// The figures, by name.
pub fn figures() -> Outcome<Vec<(String, String)>> {
    // Compiled first, where it can be heard.
    run(lab::program("measure-sweep").arg("--compiled"), "compiling the sweep")?;
    let mut measure = lab::program("measure-sweep");
    let Some(lines) = answer(&mut measure) else {
        return fail(format!("`{}` failed: run it to see why", typed(&measure)));
    };
    let pairs = lines.lines().filter_map(|line| line.split_once(' '));
    let mut figures: Vec<(String, String)> = pairs.map(|(name, number)| (name.to_owned(), number.to_owned())).collect();
    let native = figures.iter().find(|(name, _)| name == "sweep_native_ms").and_then(|(_, ms)| ms.parse::<f64>().ok());
    let Some(native) = native else {
        return fail(format!("`{}` does not say sweep_native_ms", typed(&measure)));
    };
    let script = build::for_node("measure-sweep")?;
    if paths::on_path("node").is_none() {
        packages::install(&["nodejs"], "Node.js runs the measurements in Wasm")?;
    }
    say("measuring the sweep in Wasm");
    let mut node = command("node");
    node.args(["-e", &format!("console.log(require({:?}).sweep_ms())", script.display().to_string())]);
    let Some(wasm) = answer(&mut node).and_then(|said| said.trim().parse::<f64>().ok()) else {
        return fail(format!("`{}` failed: run it to see why", typed(&node)));
    };
    figures.push(("sweep_wasm_ms".to_owned(), format!("{wasm:.0}")));
    figures.push(("sweep_wasm_over_native".to_owned(), format!("{:.3}", native / wasm)));
    Ok(figures)
}
