//! Play, pause, steps forward and back, and the position.

use pitr_e2e::{Setting, ensure, visit};
use std::time::Duration;
use thirtyfour::Key;

#[test]
fn steps_go_both_ways() {
    visit("steps", Setting::default(), async |lab| {
        let last = lab.last_step().await?;
        ensure!(lab.slider("Position").await? == last, "the page opens at the end");
        let mut said = Vec::new();
        for back in 1..=12 {
            lab.press("Step back").await?;
            lab.wait("the position to go back by one", async || {
                (lab.slider("Position").await.ok()? == last - back).then_some(())
            })
            .await?;
            said.push(lab.slider_text("Position").await?);
        }
        for (forward, before) in said.iter().rev().enumerate() {
            ensure!(lab.slider_text("Position").await? == *before, "the same step is the same place again: {before}");
            lab.press("Step forward").await?;
            let at = last - 12 + forward as u32 + 1;
            lab.wait("the position to go on by one", async || (lab.slider("Position").await.ok()? == at).then_some(()))
                .await?;
        }
        Ok(())
    });
}

#[test]
fn a_step_is_said() {
    visit("said", Setting::default(), async |lab| {
        lab.press("Step back").await?;
        let first = lab
            .wait("the status to say something", async || {
                lab.status().await.ok().filter(|said| !said.trim().is_empty())
            })
            .await?;
        lab.press("Step back").await?;
        lab.wait("the status to say something else", async || {
            lab.status().await.ok().filter(|said| *said != first && !said.trim().is_empty())
        })
        .await?;
        Ok(())
    });
}

#[test]
fn play_runs_and_pause_stays() {
    visit("play", Setting::default(), async |lab| {
        let last = lab.last_step().await?;
        lab.press("Play").await?;
        lab.find("button", "Pause").await?;
        let buttons = lab.names("button").await?;
        ensure!(!buttons.iter().any(|name| name == "Play"), "one button is Play or Pause: {buttons:?}");
        let early = lab
            .wait("play to start from the beginning", async || {
                lab.slider("Position").await.ok().filter(|at| *at < last / 2)
            })
            .await?;
        lab.wait("play to go on", async || lab.slider("Position").await.ok().filter(|at| *at > early + 3)).await?;
        lab.press("Pause").await?;
        lab.find("button", "Play").await?;
        let paused = lab.slider("Position").await?;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        ensure!(lab.slider("Position").await? == paused, "a paused run stays where it is");
        lab.press("Play").await?;
        lab.wait("play to go on from there", async || lab.slider("Position").await.ok().filter(|at| *at > paused))
            .await?;
        ensure!(lab.slider("Position").await? < last, "it did not jump to the end");
        Ok(())
    });
}

#[test]
fn the_position_shows_the_day_as_it_was() {
    visit("scrub", Setting::default(), async |lab| {
        let slider = lab.find("slider", "Position").await?;
        slider.send_keys(Key::Home).await?;
        lab.slider_saying("Position", "01:58").await?;
        lab.wait("there to be no table yet", async || (!lab.has_table("users now").await.ok()?).then_some(())).await?;
        slider.send_keys(Key::End).await?;
        lab.slider_saying("Position", "03:10").await?;
        // Back, a page at a time, to before the DELETE: everybody is there again.
        lab.wait("the users to be back", async || {
            lab.press("Step back").await.ok()?;
            let rows = lab.rows("users now").await.ok()?;
            (rows.len() == 8).then_some(())
        })
        .await?;
        let text = lab.slider_text("Position").await?;
        ensure!(text.contains("03:00") || text.contains("02:5"), "that is just before it was committed: {text}");
        Ok(())
    });
}
