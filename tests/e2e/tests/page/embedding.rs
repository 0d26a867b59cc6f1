//! The lab as an element in a page of another origin.

use pitr_e2e::{ELEMENT_IS_READY, Pages, Setting, Site, ensure, visit_host};
use serde_json::json;

const WATCHED: Setting =
    Setting { before: ELEMENT_IS_READY, site: Site::Published, provokes_errors: false, reduced_motion: false };

#[test]
fn the_element_mirrors_the_engines_door() {
    visit_host("embedding-door", Pages::Examples, WATCHED, async |lab| {
        lab.goto("v1/examples/strict.html").await?;
        let ready = lab.told("ready").await?;
        ensure!(ready["time"] == "03:10:00" && ready["recovered"].is_null(), "{ready}");
        let at = lab.call("pitr-lab", "seek", vec![json!("02:55")]).await?;
        ensure!(at["time"] == "02:55:00", "{at}");
        let by_number = lab.call("pitr-lab", "seek", vec![at["step"].clone()]).await?;
        ensure!(by_number == at, "{by_number} is {at}");
        let state = lab.call("pitr-lab", "state", Vec::new()).await?;
        let link = state["link"].as_str().unwrap_or_default().to_owned();
        ensure!(link.starts_with("1.") && state["step"] == at["step"], "{state}");
        let digest = lab.call("pitr-lab", "digest", Vec::new()).await?;
        ensure!(digest.as_str().is_some_and(|digest| digest.len() >= 16), "{digest}");
        // In the past a statement makes another run.
        let done = lab.call("pitr-lab", "execute", vec![json!("restore point 'mine'")]).await?;
        ensure!(done["steps"].as_u64() < ready["steps"].as_u64(), "a branch is shorter: {done}");
        let back = lab.call("pitr-lab", "load", vec![json!(link)]).await?;
        ensure!(back["steps"] == ready["steps"] && back["step"] == at["step"], "{back}");
        let again = lab.call("pitr-lab", "digest", Vec::new()).await?;
        ensure!(again == digest, "the same state is the same digest");
        let recovered = lab.call("pitr-lab", "recover", vec![json!("02:59:59")]).await?;
        ensure!(
            recovered["recovered"]["says"].as_str().is_some_and(|says| says.contains("113")),
            "it stopped before XID 113: {recovered}"
        );
        let told = lab.told("recovered").await?;
        ensure!(told["recovered"] == recovered["recovered"], "{told}");
        for (function, arg, code) in [
            ("load", json!("no-such-thing"), "no_such_scenario"),
            ("load", json!({ "script": "# X\n01:00:00 ops frobnicate" }), "unknown_verb"),
            ("load", json!({ "src": "1.AAAA" }), "link_damaged"),
            ("execute", json!("frobnicate"), "unknown_verb"),
            ("recover", json!("before-the-flood"), "no_restore_point"),
            ("recover", json!("time"), "embed_target"),
            ("seek", json!("soon"), "embed_place"),
        ] {
            let refused = lab.call("pitr-lab", function, vec![arg.clone()]).await?;
            let said = refused["code"].as_str().unwrap_or_default();
            ensure!(said == code, "{function} {arg}: {refused}");
        }
        let worker = lab.in_frame("pitr-lab", "return document.body.innerText.includes('No worker')").await?;
        ensure!(worker == false, "the engine has a worker of its own");
        let after = lab.call("pitr-lab", "load", vec![json!({ "scenario": "quiz-same-second" })]).await?;
        ensure!(after["recovered"].is_null() && after["title"] != ready["title"], "{after}");
        Ok(())
    });
}
