//! Time goes both ways: by event, by record, by transaction, slowly and fast; and other systems say where they have nothing of the kind.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

async fn bench(lab: &Lab) -> Outcome {
    lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
    Ok(())
}

/// Presses a button and waits until the place is another one.
async fn moved_by(lab: &Lab, button: &str) -> Outcome<u32> {
    let before = lab.slider("Position").await?;
    lab.press(button).await?;
    lab.wait(&format!("{button} to move the place"), async || {
        lab.slider("Position").await.ok().filter(|now| *now != before)
    })
    .await
}

#[test]
fn every_stride_goes_back_and_on_again() {
    visit("strides-both-ways", Setting::default(), async |lab| {
        bench(lab).await?;
        for (back, on) in
            [("Record back", "Record on"), ("Transaction back", "Transaction on"), ("Step back", "Step forward")]
        {
            // From a place that is one of its own.
            let mut places = vec![moved_by(lab, back).await?];
            for _ in 0..4 {
                places.push(moved_by(lab, back).await?);
            }
            ensure!(places.windows(2).all(|pair| pair[1] < pair[0]), "{back} goes back: {places:?}");
            for before in places.iter().rev().skip(1) {
                let now = moved_by(lab, on).await?;
                ensure!(now == *before, "{on} comes to where {back} was: {now}, {places:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_stride_goes_by_what_it_is_called() {
    visit("strides-what", Setting::default(), async |lab| {
        bench(lab).await?;
        moved_by(lab, "Transaction back").await?;
        let said = lab.slider_text("Position").await?;
        ensure!(said.contains("commits") || said.contains("rolled back"), "the end of a transaction: {said}");
        moved_by(lab, "Record back").await?;
        let said = lab.slider_text("Position").await?;
        ensure!(said.contains("logs"), "a record: {said}");
        Ok(())
    });
}

#[test]
fn the_target_says_what_it_is_before() {
    visit("target-valuetext", Setting::default(), async |lab| {
        let said = lab.slider_text("Recovery target").await?;
        ensure!(said == "02:59:59, before XID 113", "it says {said:?}");
        Ok(())
    });
}

#[test]
fn what_has_no_equivalent_elsewhere_says_so() {
    visit("elsewhere-none", Setting::default(), async |lab| {
        bench(lab).await?;
        // A recovery to a position of the log: DynamoDB has no log that anybody sees.
        lab.choose_kind("LSN").await?;
        lab.wait("a position", async || lab.typed("Target").await.ok().filter(|text| text.starts_with("0/"))).await?;
        lab.press("Show the same act elsewhere").await?;
        lab.region_saying("The same act elsewhere", &["recovery_target_lsn", "It has no equivalent there."]).await?;
        Ok(())
    });
}

#[test]
fn a_faster_clock_gets_further() {
    visit("speed", Setting::default(), async |lab| {
        let options = "const select = document.querySelector('.speed select');
            return [...select.options].map(option => option.text)";
        let options: Vec<String> = serde_json::from_value(lab.script(options, Vec::new()).await?)?;
        ensure!(options.len() >= 3, "there is a choice: {options:?}");
        let fastest = options.last().cloned().unwrap_or_default();
        lab.choose("Speed", &fastest).await?;
        let last = lab.last_step().await?;
        lab.press("Play").await?;
        lab.wait("the end", async || (lab.slider("Position").await.ok()? == last).then_some(())).await?;
        lab.find("button", "Play").await?;
        Ok(())
    });
}
