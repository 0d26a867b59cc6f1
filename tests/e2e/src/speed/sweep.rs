//! How fast a sweep is from a press to its points on the page: the one that the engine's own measurement runs, chosen by the page's controls.

use super::{Figure, WATCH, numbers};
use crate::{CHARTS, Lab, Outcome, Setting, visit};
use serde_json::json;

/// Measurements; the fastest counts, as of the engine's.
const TRIES: usize = 5;

/// Presses, and notes when the first mark of either chart is painted, when both are complete, and how many frames went by.
const PRESS: &str = "const [names, done] = [arguments[0], arguments[1]];
    const button = [...document.querySelectorAll('button')].find(each => each.textContent === 'Run it again');
    const figures = [...document.querySelectorAll('figure')].filter(each => names.includes(each.querySelector('h3')?.textContent));
    let first = null, frames = 0;
    const began = performance.now();
    button.click();
    const look = () => {
        frames += 1;
        const now = performance.now() - began;
        const running = figures.every(each => !each.textContent.includes('run just now')) || first !== null;
        if (first === null && running && figures.some(each => each.querySelector('.chart-mark'))) first = now;
        if (first !== null && figures.every(each => each.textContent.includes('run just now'))) {
            return done([first, now, frames / now * 1000]);
        }
        if (now > 60000) return done(null);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// Measures it.
pub fn measure() -> Vec<Figure> {
    let mut best = [f64::INFINITY, f64::INFINITY, 0.0];
    visit("sweep", Setting { before: WATCH, ..Setting::default() }, async |lab| {
        lab.charts_are_done().await?;
        // The busy shop, by its knobs; the rest of the section is far below the screen and is not run.
        lab.script("document.querySelectorAll('details').forEach(each => each.open = true)", Vec::new()).await?;
        for (knob, to) in [("Database", "500 MB"), ("A commit every", "5 ms")] {
            lab.choose(knob, to).await?;
        }
        for _ in 0..TRIES {
            let [first, total, fps] = sweep(lab).await?;
            best = [best[0].min(first), best[1].min(total), best[2].max(fps)];
        }
        Ok(())
    });
    vec![("sweep_first_point_ms", best[0]), ("sweep_total_ms", best[1]), ("sweep_fps", best[2])]
}

async fn sweep(lab: &Lab) -> Outcome<[f64; 3]> {
    lab.wait("the page to be at rest", async || {
        let button = lab.find_all("button", "Run it again").await.ok()?;
        (!button.is_empty()).then_some(())
    })
    .await?;
    let seen = lab.driver.execute_async(PRESS, vec![json!(CHARTS)]).await?;
    let seen = numbers(seen.json());
    seen.try_into().map_err(|seen| format!("the sweep did not come to its end: {seen:?}").into())
}
