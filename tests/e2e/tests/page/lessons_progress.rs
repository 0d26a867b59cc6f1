//! Progress: kept in the browser, exported, imported, erased; and nonsense in its place.

use crate::lessons_acts::{choose, lock, panel_saying};
use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

const KEY: &str = "pitr-lab.progress";

async fn stored(lab: &Lab) -> Outcome<String> {
    let text = lab.script(&format!("return localStorage.getItem('{KEY}') ?? ''"), Vec::new()).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Gives the import a file with this text.
async fn import(lab: &Lab, text: &str) -> Outcome {
    let script = "const input = document.querySelector('aside input[type=file]');
        const files = new DataTransfer();
        files.items.add(new File([arguments[0]], 'progress.txt', { type: 'text/plain' }));
        input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    lab.script(script, vec![text.into()]).await?;
    Ok(())
}

#[test]
fn progress_survives_a_reload_and_can_be_taken_along() {
    visit("lesson-progress", Setting::default(), async |lab| {
        lab.press("New here? Start with “One bad write”, 5 minutes").await?;
        panel_saying(lab, &["One bad write", "Your prediction"]).await?;
        choose(lab, "no further").await?;
        lock(lab).await?;
        panel_saying(lab, &["That is what happens."]).await?;
        ensure!(stored(lab).await? == "pitr-lab progress 1\none-bad-write which\n", "{}", stored(lab).await?);
        // The address names the lesson: a reload comes back to it, at the first step without an answer.
        lab.script("location.reload()", Vec::new()).await?;
        lab.ready().await?;
        panel_saying(lab, &["The price of a photograph", "How many committed transactions"]).await?;
        lab.press("All lessons").await?;
        panel_saying(lab, &["1. One bad write", "1 of 3 steps answered", "Your progress"]).await?;
        lab.is_accessible("the course map").await?;

        lab.script("window.saved = []; URL.createObjectURL = blob => { blob.text().then(text => window.saved.push(text)); return '#'; }", Vec::new()).await?;
        lab.press("Export progress").await?;
        let saved = lab
            .wait("the export", async || {
                lab.script("return window.saved[0] ?? ''", Vec::new())
                    .await
                    .ok()?
                    .as_str()
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            })
            .await?;
        ensure!(saved == "pitr-lab progress 1\none-bad-write which\n", "{saved}");

        lab.press("Erase progress").await?;
        lab.press("Really erase it").await?;
        panel_saying(lab, &["not begun", "Erased."]).await?;
        ensure!(stored(lab).await?.is_empty(), "nothing is left");
        import(lab, "{\"lessons\": 3}").await?;
        panel_saying(lab, &["This is not progress of the lab: line 1 cannot be read."]).await?;
        import(lab, "pitr-lab progress 9\n").await?;
        panel_saying(lab, &["another version of the lab (version 9)"]).await?;
        ensure!(stored(lab).await?.is_empty(), "what cannot be read changes nothing");
        import(lab, &saved).await?;
        panel_saying(lab, &["1 of 3 steps answered", "Imported."]).await?;
        ensure!(stored(lab).await? == saved, "it is kept");
        lab.press("Close").await?;
        lab.find("button", "Lessons").await?;
        Ok(())
    });
}

#[test]
fn nonsense_in_the_storage_is_told_and_harms_nothing() {
    let before = "localStorage.setItem('pitr-lab.progress', '\\u0000[[nonsense');";
    visit("lesson-nonsense", Setting { before, ..Setting::default() }, async |lab| {
        lab.press("New here? Start with “One bad write”, 5 minutes").await?;
        panel_saying(lab, &["One bad write"]).await?;
        lab.press("All lessons").await?;
        panel_saying(lab, &["Your progress", "This is not progress of the lab"]).await?;
        Ok(())
    });
}

#[test]
fn a_lesson_that_is_none_is_told() {
    visit("lesson-none", Setting::default(), async |lab| {
        lab.driver.goto(format!("{}?lesson=no-such", lab.url())).await?;
        lab.ready().await?;
        panel_saying(lab, &["There is no lesson no-such. There are: one-bad-write", "1. One bad write"]).await?;
        Ok(())
    });
}
