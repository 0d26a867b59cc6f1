//! The whole worked example with the keyboard alone.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use thirtyfour::{By, Key};

/// Comes to a control by Tab, and sees that the focus can be seen there.
async fn tab_to(lab: &Lab, role: &str, name: &str) -> Outcome {
    lab.tab_to(role, name).await?;
    let reached = lab.find(role, name).await?;
    let json = reached.to_json()?;
    // The parts of a slider are drawn by the browser: only a picture tells.
    let around = reached.find(By::XPath("../..")).await?;
    let focused = around.screenshot_as_png().await?;
    lab.script("arguments[0].blur()", vec![json.clone()]).await?;
    let unfocused = around.screenshot_as_png().await?;
    lab.script("arguments[0].focus({ focusVisible: true })", vec![json]).await?;
    ensure!(focused != unfocused, "the focus on {role} {name} can be seen");
    Ok(())
}

#[test]
fn everything_works_without_a_pointer() {
    visit("keyboard", Setting::default(), async |lab| {
        let last = lab.last_step().await?;
        tab_to(lab, "slider", "Recovery target").await?;
        lab.keys(Key::Left).await?;
        lab.wait("the target to move", async || {
            lab.slider_text("Recovery target").await.ok().filter(|text| !text.contains("02:59:59"))
        })
        .await?;

        tab_to(lab, "slider", "Position").await?;
        lab.keys(Key::Home).await?;
        lab.wait("the beginning", async || lab.slider("Position").await.ok().filter(|at| *at == 0)).await?;
        lab.keys(Key::Right).await?;
        lab.wait("the next step", async || lab.slider("Position").await.ok().filter(|at| *at == 1)).await?;

        tab_to(lab, "button", "Play").await?;
        lab.keys(" ").await?;
        lab.wait("play", async || lab.slider("Position").await.ok().filter(|at| *at > 4)).await?;
        lab.keys(" ").await?;
        lab.find("button", "Play").await?;

        tab_to(lab, "button", "Step forward").await?;
        let at = lab.slider("Position").await?;
        lab.keys(Key::Enter).await?;
        lab.wait("a step on", async || lab.slider("Position").await.ok().filter(|now| *now == at + 1)).await?;
        tab_to(lab, "button", "Step back").await?;
        lab.keys(Key::Enter).await?;
        lab.wait("a step back", async || lab.slider("Position").await.ok().filter(|now| *now == at)).await?;

        tab_to(lab, "radio", "Time").await?;
        lab.keys(Key::Right).await?;
        lab.wait("the target as an LSN", async || lab.typed("Target").await.ok().filter(|text| text.starts_with("0/")))
            .await?;
        lab.keys(Key::Left).await?;
        lab.wait("the target as a time", async || lab.typed("Target").await.ok().filter(|text| text.contains(':')))
            .await?;

        tab_to(lab, "textbox", "Target").await?;
        lab.keys(Key::Control + "a").await?;
        lab.keys("02:59:59").await?;
        lab.region_saying("Recover", &["XID 112", "last in", "XID 113", "first out"]).await?;
        tab_to(lab, "checkbox", "Inclusive").await?;
        lab.keys(" ").await?;
        lab.keys(" ").await?;

        tab_to(lab, "button", "Recover").await?;
        lab.keys(Key::Enter).await?;
        lab.wait("the recovery", async || lab.last_step().await.ok().filter(|now| *now > last)).await?;
        tab_to(lab, "slider", "Position").await?;
        lab.keys(Key::End).await?;
        lab.status_saying(&["Recovered to 02:59:59", "XID 113"]).await?;
        ensure!(lab.rows("users recovered").await?.len() == 8, "everybody is back");
        Ok(())
    });
}
