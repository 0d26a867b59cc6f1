//! Somebody who wants no motion gets steps. And where something moves, what is painted of it is the whole of it.

use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};
use std::time::Duration;

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

/// How many of the timeline's pixels are others than those that were kept last.
async fn pixels_changed(lab: &Lab, keep: bool) -> Outcome<u64> {
    // A frame that was asked for has been painted, and the one that its motion would ask for.
    tokio::time::sleep(Duration::from_millis(150)).await;
    let compare = "const size = ({ width, height }) => width * height;
        const shown = [...document.querySelectorAll('.timeline-card canvas')].filter(each => each.offsetWidth > 0);
        const canvas = shown.sort((a, b) => size(b) - size(a))[0];
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const before = window.pixels ?? [];
        if (arguments[0]) window.pixels = data;
        let changed = 0;
        for (let at = 0; at < data.length; at += 4) {
            if ([0, 1, 2, 3].some(channel => !(Math.abs(data[at + channel] - before[at + channel]) < 24))) changed += 1;
        }
        return changed";
    Ok(lab.script(compare, vec![keep.into()]).await?.as_u64().unwrap_or_default())
}

/// Only what has changed is painted: it must come to the same as painting all of it, which another theme asks for.
async fn is_whole(lab: &Lab, at: &str) -> Outcome {
    // Where a part ends within a curve, the browser smooths some of the curve's pixels otherwise. A line of the picture has several hundred.
    const SMOOTHED_MAX: u64 = 150;
    pixels_changed(lab, true).await?;
    lab.theme(Theme::Dark).await?;
    ensure!(pixels_changed(lab, false).await? > 30 * SMOOTHED_MAX, "{at}: the dark is no other theme");
    lab.theme(Theme::Light).await?;
    let others = pixels_changed(lab, false).await?;
    ensure!(others < SMOOTHED_MAX, "{at}: painted afresh, {others} pixels are others");
    Ok(())
}

#[test]
fn what_is_painted_in_parts_is_the_whole_picture() {
    let setting = Setting { reduced_motion: true, ..Setting::default() };
    visit("painted-in-parts", setting, async |lab| {
        for (width, height) in [(1440, 900), (390, 844)] {
            lab.size(width, height).await?;
            let move_to = "const slider = document.querySelector('.scrubber-input');
                slider.value = Math.round(slider.max * arguments[0]);
                slider.dispatchEvent(new Event('input', { bubbles: true }))";
            for share in [0.1, 0.35, 0.37, 0.36, 0.8, 1.0, 0.6] {
                lab.script(move_to, vec![share.into()]).await?;
                tokio::time::sleep(Duration::from_millis(60)).await;
            }
            is_whole(lab, &format!("{width} wide, scrubbed")).await?;
            for at in ["02:30:00", "02:59:59", "02:10:30"] {
                lab.type_into("Target", at).await?;
                lab.region_saying("Recover", &["the cut", at]).await?;
            }
            is_whole(lab, &format!("{width} wide, the target moved")).await?;
            lab.press("Zoom in").await?;
            lab.press("Previous").await?;
            is_whole(lab, &format!("{width} wide, near by")).await?;
            lab.press("Fit").await?;
        }
        lab.recover_at_once().await?;
        is_whole(lab, "recovered").await
    });
}
