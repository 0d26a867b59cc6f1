//! How fast the page answers: measured in the browser, with real input, beside a page that does nothing but draw.
//!
//! What is measured is the scrubbing of a run of a million log records: a pointer that drags the slider over its steps, sixty times a second. And a sweep over
//! policies, from a press to its points.

mod sweep;

use crate::{Lab, Outcome, Setting, visit};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const WATCH: &str = include_str!("watch.js");
const BARE: &str = include_str!("bare.js");

/// The scenario that is scrubbed, as its button is named, and how many steps its run has at least.
const LONG: &str = "Open A million log records";
const STEPS: u32 = 1_000_000;
/// It must have come within this time.
const PATIENCE: Duration = Duration::from_secs(180);
/// A pointer's moves in one measurement, and how far apart.
const MOVES: u32 = 180;
const APART: Duration = Duration::from_micros(16_667);
/// Visits that are made for the time to the first interaction; the median counts.
const VISITS: usize = 3;
const PLAYED: Duration = Duration::from_secs(3);

/// A figure's name and its value.
pub type Figure = (&'static str, f64);

/// Measures everything. Panics where the page cannot be used.
pub fn measure() -> Vec<Figure> {
    let mut figures = Vec::new();
    let watched = Setting { before: WATCH, ..Setting::default() };
    let mut first: Vec<f64> = Vec::new();
    for _ in 0..VISITS {
        visit("first interaction", watched, async |lab| {
            first.push(first_interaction(lab).await?);
            Ok(())
        });
    }
    first.sort_by(f64::total_cmp);
    figures.push(("first_interaction_ms_slowed4x", first[VISITS / 2]));
    visit("scrubbing", watched, async |lab| {
        figures.extend(scrubbing(lab).await?);
        Ok(())
    });
    figures.extend(sweep::measure());
    figures
}

/// From the beginning of a visit to the paint with which the page can be used, with the processor slowed and nothing stored.
async fn first_interaction(lab: &Lab) -> Outcome<f64> {
    lab.size(320, 640).await?;
    lab.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await?;
    slow(lab, 4).await?;
    lab.driver.goto("about:blank").await?;
    lab.driver.goto(lab.url()).await?;
    let usable = lab.wait("the page to be usable", async || {
        lab.script("return window.pitrWatch?.usable ?? null", Vec::new()).await.ok()?.as_f64()
    });
    let usable = usable.await?;
    slow(lab, 1).await?;
    lab.ready().await?;
    Ok(usable)
}

async fn scrubbing(lab: &Lab) -> Outcome<Vec<Figure>> {
    let opened = open(lab).await?;
    let began = Instant::now();
    at_rest(lab).await?;
    eprintln!(
        "scrubbing a run of {} steps; it was there after {:.1} s, at rest {:.1} s later",
        lab.last_step().await?,
        opened,
        began.elapsed().as_secs_f64()
    );
    // The first time round everything is compiled.
    scrub(lab).await?;
    at_rest(lab).await?;
    let own = scrub(lab).await?;
    profiled(lab).await?;
    at_rest(lab).await?;
    slow(lab, 4).await?;
    scrub(lab).await?;
    let slowed = scrub(lab).await?;
    slow(lab, 1).await?;
    at_rest(lab).await?;
    let playing_fps = play(lab).await?;
    let canvas = lab
        .script(
            // The picture's canvas, not the minimap's: as many pixels as each frame of ours paints.
            "const size = ({ width, height }) => width * height;
            const all = [...document.querySelectorAll('.timeline-card canvas')].sort((a, b) => size(b) - size(a));
            return [all[0].width, all[0].height]",
            Vec::new(),
        )
        .await?;
    let drawn = drawn_a_frame(&own);
    lab.driver.goto("about:blank").await?;
    lab.script(BARE, vec![drawn.0.into(), drawn.1.into(), canvas[0].clone(), canvas[1].clone()]).await?;
    scrub(lab).await?;
    let bare = scrub(lab).await?;
    // Whoever drives the browser looks at the lab's logs at the end.
    lab.driver.goto(lab.url()).await?;
    lab.ready().await?;
    eprintln!("drawn in a frame: {} shapes, {} labels", drawn.0, drawn.1);
    Ok(vec![
        ("open_million_s", opened),
        ("scrub_p95_ms", p95(&numbers(&own["latencies"]))),
        ("bare_canvas_p95_ms", p95(&numbers(&bare["latencies"]))),
        ("scrub_script_p95_ms", p95(&numbers(&own["scripts"]))),
        ("scrub_script_p95_ms_slowed4x", p95(&numbers(&slowed["scripts"]))),
        ("longest_task_ms", longest(&own)),
        ("playing_fps", playing_fps),
    ])
}

/// Opens the long scenario; seconds until it is on show.
async fn open(lab: &Lab) -> Outcome<f64> {
    let button = lab.find("button", LONG).await?;
    let began = Instant::now();
    lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
    loop {
        if lab.last_step().await.is_ok_and(|last| last >= STEPS) {
            return Ok(began.elapsed().as_secs_f64());
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("{LONG:?} did not come within {} s", PATIENCE.as_secs()).into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until a second has passed without a long task, with the target's signals measured.
async fn at_rest(lab: &Lab) -> Outcome {
    let began = Instant::now();
    loop {
        lab.script("window.pitrWatch.begin()", Vec::new()).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let seen = lab.script("return window.pitrWatch.end()", Vec::new()).await?;
        let busy = numbers(&seen["scripts"]).iter().sum::<f64>();
        let measuring = lab.text().await?.contains("Being measured");
        if busy < 50.0 && !measuring {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            return Err("the page does not come to rest".into());
        }
    }
}

/// Drags the slider's handle to and fro, and returns what was watched.
async fn scrub(lab: &Lab) -> Outcome<Value> {
    let place = "const slider = document.querySelector('.scrubber-input');
        slider.scrollIntoView({ block: 'center' });
        const { left, top, width, height } = slider.getBoundingClientRect();
        return [left + width * (slider.value / slider.max), top + height / 2, left + 8, left + width - 8]";
    let place = numbers(&lab.script(place, Vec::new()).await?);
    let [x, y, left, right] = place[..] else { return Err("the slider has no place".into()) };
    let mouse = async |kind: &str, x: f64, buttons: u32| {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
        lab.cdp("Input.dispatchMouseEvent", event).await
    };
    mouse("mouseMoved", x, 0).await?;
    mouse("mousePressed", x.clamp(left, right), 1).await?;
    lab.script("window.pitrWatch.begin()", Vec::new()).await?;
    let began = Instant::now();
    for number in 1..=MOVES {
        // Two rounds, at a pace that varies as a hand's does.
        let share = 0.5 - 0.5 * (f64::from(number) / f64::from(MOVES) * 4.0 * std::f64::consts::PI).cos();
        mouse("mouseMoved", left + (right - left) * share, 1).await?;
        tokio::time::sleep((APART * number).saturating_sub(began.elapsed())).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = lab.script("return window.pitrWatch.end()", Vec::new()).await?;
    mouse("mouseReleased", left, 0).await?;
    crate::ensure!(numbers(&seen["latencies"]).len() > 40, "the slider was hardly moved: {seen}");
    Ok(seen)
}

/// Where the time goes: if `PITR_PROFILE` names a file, a profile of some more scrubbing is written there, for the browser's own tools.
async fn profiled(lab: &Lab) -> Outcome {
    let Some(file) = std::env::var_os("PITR_PROFILE") else { return Ok(()) };
    lab.cdp("Profiler.enable", json!({})).await?;
    lab.cdp("Profiler.setSamplingInterval", json!({ "interval": 200 })).await?;
    lab.cdp("Profiler.start", json!({})).await?;
    scrub(lab).await?;
    let seen = lab.cdp("Profiler.stop", json!({})).await?;
    lab.cdp("Profiler.disable", json!({})).await?;
    Ok(std::fs::write(file, seen["profile"].to_string())?)
}

/// Frames a second while the run is played.
async fn play(lab: &Lab) -> Outcome<f64> {
    let first = "const slider = document.querySelector('.scrubber-input'); slider.value = Math.round(slider.max / 3);
        slider.dispatchEvent(new Event('input', { bubbles: true }))";
    lab.script(first, Vec::new()).await?;
    lab.press("Play").await?;
    lab.find("button", "Pause").await?;
    let count = "return [window.pitrWatch.frames, performance.now()]";
    let before = numbers(&lab.script(count, Vec::new()).await?);
    tokio::time::sleep(PLAYED).await;
    let after = numbers(&lab.script(count, Vec::new()).await?);
    lab.press("Pause").await?;
    Ok((after[0] - before[0]) / (after[1] - before[1]) * 1000.0)
}

async fn slow(lab: &Lab, rate: u32) -> Outcome {
    lab.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await?;
    Ok(())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// The longest of the tasks that count as long, 50 ms and more; where there is none, the longest that our own scripts took in a frame.
fn longest(seen: &Value) -> f64 {
    let tasks = seen["tasks"].as_array().into_iter().flatten().filter_map(|task| task[1].as_f64());
    let scripts = numbers(&seen["scripts"]).into_iter().fold(0.0, f64::max);
    tasks.fold(scripts, f64::max)
}

/// Shapes and labels in a frame of middling many.
fn drawn_a_frame(seen: &Value) -> (u64, u64) {
    let frames = seen["drawn"].as_array().into_iter().flatten();
    let frames = frames.map(|frame| (frame[0].as_u64().unwrap_or(0), frame[1].as_u64().unwrap_or(0)));
    let mut frames: Vec<(u64, u64)> = frames.collect();
    frames.sort_by_key(|(shapes, labels)| shapes + labels);
    frames.get(frames.len() / 2).copied().unwrap_or_default()
}

/// The value that 95 of 100 do not exceed.
fn p95(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * 95).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    #[test]
    fn of_a_hundred_the_ninety_fifth() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(super::p95(&values), 95.0);
        assert_eq!(super::p95(&[7.0]), 7.0);
        assert!(super::p95(&[]).is_nan());
    }
}
