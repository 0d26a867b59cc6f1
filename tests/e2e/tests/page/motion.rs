//! Somebody who wants no motion gets steps.

use pitr_e2e::{Setting, ensure, visit};

/// Animations and transitions that take any time, while the run plays.
const MOVING: &str = "return document.getAnimations()
    .filter(each => each.playState === 'running' && each.effect.getComputedTiming().activeDuration > 20)
    .map(each => each.effect.target.className.toString())";

#[test]
fn reduced_motion_is_steps() {
    let setting = Setting { reduced_motion: true, ..Setting::default() };
    visit("reduced-motion", setting, async |lab| {
        lab.press("Play").await?;
        lab.find("button", "Pause").await?;
        for _ in 0..12 {
            let moving = lab.script(MOVING, Vec::new()).await?;
            ensure!(moving.as_array().is_some_and(Vec::is_empty), "nothing moves by itself: {moving}");
            tokio::time::sleep(std::time::Duration::from_millis(120)).await;
        }
        lab.wait("the steps to go on", async || lab.slider("Position").await.ok().filter(|at| *at > 3)).await?;
        lab.press("Pause").await?;
        lab.recover_at_once().await?;
        ensure!(lab.rows("users recovered").await?.len() == 8, "everybody is back");
        Ok(())
    });
}
