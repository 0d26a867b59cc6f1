//! Shipped scenarios are chosen; what takes long shows how far it is, and can be cancelled.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use pitr_protocol::{LinkedScript, Permalink};
use thirtyfour::{Key, WebElement};

/// As the page writes the number, with narrow spaces.
const ALL: &str = "of 1\u{202f}010\u{202f}265 records";
const MILLION: &str = "Open A million log records";

/// The progress bar of long work, while there is one; objectives have another that stays.
async fn bar(lab: &Lab) -> Outcome<Option<WebElement>> {
    for bar in lab.find_all("progressbar", "").await? {
        if bar.attr("aria-label").await?.is_none_or(|name| name != "Recoveries done") {
            return Ok(Some(bar));
        }
    }
    Ok(None)
}

/// What it says, and its value.
async fn progress(lab: &Lab) -> Option<(String, u32)> {
    let bar = bar(lab).await.ok()??;
    let said = bar.attr("aria-valuetext").await.ok()??;
    let value = bar.attr("aria-valuenow").await.ok()??;
    Some((said, value.parse().ok()?))
}

/// Waits until the bar says this, and has come so far.
async fn progress_saying(lab: &Lab, words: &str, at_least: u32) -> Outcome {
    lab.wait_long(&format!("a progress bar that says {words:?} at {at_least}"), async || {
        progress(lab).await.is_some_and(|(said, value)| said.contains(words) && value >= at_least)
    })
    .await
}

async fn is_over(lab: &Lab) -> Outcome {
    lab.wait("the bar to go", async || bar(lab).await.ok()?.is_none().then_some(())).await
}

async fn alert_saying(lab: &Lab, words: &str) -> Outcome {
    let said = async || {
        for alert in lab.find_all("alert", "").await.ok()? {
            if alert.text().await.ok()?.contains(words) {
                return Some(());
            }
        }
        None
    };
    lab.wait(&format!("an alert that says {words:?}"), said).await
}

#[test]
fn a_scenario_is_chosen_and_the_way_back_leads_to_the_run_before() {
    visit("scenario-chosen", Setting::default(), async |lab| {
        lab.press("Open An empty order book").await?;
        let there = async || lab.typed_script().await.ok()?.starts_with("# An empty order book\n").then_some(());
        lab.wait("the script of the scenario", there).await?;
        lab.wait("its table", async || lab.has_table("orders now").await.ok()?.then_some(())).await?;
        lab.is_accessible("another scenario").await?;
        let named = async || {
            let hash = lab.script("return location.hash", Vec::new()).await.ok()?;
            (hash.as_str()?.len() > 1).then_some(())
        };
        lab.wait("the address to hold the scenario", named).await?;
        lab.driver.back().await?;
        let back = async || lab.typed_script().await.ok()?.starts_with("# The 03:00 DELETE\n").then_some(());
        lab.wait("the run before", back).await
    });
}

#[test]
fn a_long_run_can_be_cancelled_and_the_one_before_stays() {
    visit("scenario-cancelled", Setting::default(), async |lab| {
        lab.find("button", MILLION).await?;
        let before = lab.run_as_shown().await?;
        lab.press(MILLION).await?;
        progress_saying(lab, ALL, 1).await?;
        ensure!(!lab.text().await?.contains("No worker can be started"), "it is carried out in a worker");
        ensure!(lab.run_as_shown().await? == before, "the run before is there meanwhile");
        lab.press("Step back").await?;
        lab.press("Step forward").await?;
        lab.press("Cancel").await?;
        is_over(lab).await?;
        alert_saying(lab, "Cancelled. The run that was there is still there.").await?;
        ensure!(lab.run_as_shown().await? == before, "the run before has stayed");
        // The same by the keyboard.
        lab.press(MILLION).await?;
        progress_saying(lab, ALL, 1).await?;
        lab.keys(Key::Escape).await?;
        is_over(lab).await?;
        // And the engine is free for other work.
        lab.recover_at_once().await?;
        Ok(())
    });
}

#[test]
fn a_million_records_open_and_recover() {
    visit("scenario-million", Setting::default(), async |lab| {
        lab.find("button", MILLION).await?.click().await?;
        progress_saying(lab, ALL, 1).await?;
        lab.is_accessible("long work").await?;
        lab.wait_long("the run", async || lab.last_step().await.is_ok_and(|last| last > 1_000_000)).await?;
        is_over(lab).await?;
        lab.slider_saying("Position", "23:59:50").await?;
        // As many as were announced.
        lab.region_saying("Workbench", &[ALL.trim_end_matches(" records")]).await?;
        lab.wait("its rows", async || lab.has_table("accounts now").await.ok()?.then_some(())).await?;
        let (steps, at) = (lab.last_step().await?, lab.slider_text("Position").await?);
        // A recovery is cancelled like any other long work; then it is let go on.
        lab.press("Recover").await?;
        progress_saying(lab, "records", 5).await?;
        lab.press("Cancel").await?;
        is_over(lab).await?;
        ensure!(lab.last_step().await? == steps && lab.slider_text("Position").await? == at, "the run has stayed");
        lab.press("Recover").await?;
        lab.wait_long("the recovery's steps", async || lab.last_step().await.is_ok_and(|last| last > steps)).await?;
        lab.slide_to_end("Position").await?;
        lab.status_saying(&["Recovered to", "23:59:29"]).await?;
        Ok(())
    });
}

#[test]
fn a_scenario_that_is_not_shipped_is_told() {
    visit("scenario-unknown", Setting::default(), async |lab| {
        let script = LinkedScript::Shipped { stem: "no-such-thing".into(), commands: None, own: String::new() };
        let link = Permalink { script, step: None, target: None, view: Vec::new() }.link();
        let link = link.map_err(|error| format!("{error:?}"))?;
        lab.driver.goto(format!("{}#{link}", lab.url())).await?;
        lab.ready().await?;
        alert_saying(lab, "no-such-thing").await?;
        ensure!(lab.typed_script().await?.starts_with("# The 03:00 DELETE\n"), "the lab's own opens");
        Ok(())
    });
}
