//! The timeline in depth: from the whole run to a single record, along it, and to the next event of a kind.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};
use thirtyfour::Key;

const PART: &str = "Part in sight";

/// Waits until the study has taken the picture over.
async fn deep(lab: &Lab) -> Outcome {
    lab.find("slider", PART).await?;
    lab.slider_saying(PART, "record").await?;
    Ok(())
}

/// How many records are in sight, as the picture says.
async fn records(lab: &Lab) -> Outcome<u32> {
    let said = lab.slider_text(PART).await?;
    let count = said.rsplit(", ").next().and_then(|last| last.split(' ').next()).unwrap_or_default();
    count.parse().map_err(|_| format!("it says {said:?}").into())
}

/// Zooms in until no more than so many records are in sight.
async fn zoom_to(lab: &Lab, few: u32) -> Outcome<u32> {
    for _ in 0..40 {
        let now = records(lab).await?;
        if now <= few {
            return Ok(now);
        }
        let before = lab.slider_text(PART).await?;
        lab.press("Zoom in").await?;
        lab.wait("another part in sight", async || lab.slider_text(PART).await.ok().filter(|said| *said != before))
            .await?;
    }
    Err(format!("there are still {} records in sight", records(lab).await?).into())
}

/// Waits until another part of the run is in sight, and says which.
async fn other_part(lab: &Lab, before: &str) -> Outcome<String> {
    lab.wait("another part in sight", async || lab.slider_text(PART).await.ok().filter(|said| said != before)).await
}

/// The study comes when the page is at leisure: this page is when the test says so.
const HELD_BACK: &str =
    "window.requestIdleCallback = (come) => { window.comeNow = () => come({ timeRemaining: () => 50 }); return 1; };";

#[test]
fn the_study_begins_where_the_lab_looked() {
    visit("depth-same-sight", Setting { before: HELD_BACK, ..Setting::default() }, async |lab| {
        lab.press("LSN").await?;
        let sight = "return document.querySelector('.timeline-host')?.dataset.sight ?? ''";
        for _ in 0..2 {
            let before = lab.script(sight, Vec::new()).await?;
            lab.press("Zoom in").await?;
            lab.wait("the lab to look nearer", async || {
                lab.script(sight, Vec::new()).await.ok().filter(|now| *now != before)
            })
            .await?;
        }
        let seen = lab.script(sight, Vec::new()).await?;
        let seen: Vec<f64> =
            seen.as_str().unwrap_or_default().split(' ').filter_map(|part| part.parse().ok()).collect();
        ensure!(seen.len() == 2 && seen[1] - seen[0] < 300_000.0, "the lab looks at a quarter: {seen:?}");
        lab.script("window.comeNow()", Vec::new()).await?;
        lab.slider_saying(PART, "record").await?;
        let middle = lab.find("slider", PART).await?.attr("aria-valuenow").await?.unwrap_or_default();
        let middle: f64 = middle.parse().map_err(|_| format!("the middle of what is seen is {middle:?}"))?;
        ensure!((middle - (seen[0] + seen[1]) / 20_000.0).abs() <= 1.0, "{middle} is the middle of {seen:?}");
        let wide = "const part = document.querySelector('.deep-window').style.inlineSize; return parseFloat(part)";
        let wide = lab.script(wide, Vec::new()).await?.as_f64().unwrap_or_default();
        ensure!((wide - (seen[1] - seen[0]) / 10_000.0).abs() < 0.1, "{wide}% are in sight of {seen:?}");
        Ok(())
    });
}

#[test]
fn the_study_takes_the_picture_over() {
    visit("depth-takes-over", Setting::default(), async |lab| {
        deep(lab).await?;
        for (role, name) in [("button", "Fit"), ("button", "Zoom in"), ("button", "LSN"), ("slider", "Recovery target")]
        {
            let found = lab.names(role).await?.iter().filter(|own| *own == name).count();
            ensure!(found == 1, "there is one {role} {name}, not {found}");
        }
        // The slider is the handle's still: the picture follows it.
        lab.find("slider", "Recovery target").await?.send_keys(Key::Left).await?;
        let flag = "return document.querySelector('.deep .target-flag')?.textContent ?? ''";
        lab.wait("the flag to go along", async || {
            let said = lab.script(flag, Vec::new()).await.ok()?;
            let typed = lab.typed("Target").await.ok()?;
            said.as_str().filter(|said| *said == typed && *said != "02:59:59").map(|_| ())
        })
        .await?;
        lab.is_accessible("depth").await
    });
}

#[test]
fn from_the_whole_run_to_a_single_record() {
    visit("depth-zoom", Setting::default(), async |lab| {
        deep(lab).await?;
        let all = records(lab).await?;
        let whole = lab.slider_text(PART).await?;
        ensure!(all > 40, "the whole run is in sight: {all}");
        lab.press("LSN").await?;
        lab.slider_saying(PART, "0/").await?;
        // Where we are is the end of the log: the last of it stays in sight.
        ensure!(zoom_to(lab, 2).await? <= 2, "a record or two");
        let one = lab.slider_text(PART).await?;
        lab.press("Earlier").await?;
        other_part(lab, &one).await?;
        lab.press("Fit").await?;
        lab.wait("all records", async || records(lab).await.ok().filter(|now| *now == all)).await?;
        lab.press("Time").await?;
        lab.slider_saying(PART, &whole).await?;
        ensure!(zoom_to(lab, 8).await? <= 8, "by time as well");
        Ok(())
    });
}

#[test]
fn keys_and_wheel_and_fingers_move_it() {
    visit("depth-hands", Setting::default(), async |lab| {
        deep(lab).await?;
        let whole = lab.slider_text(PART).await?;
        lab.script("document.activeElement.blur()", Vec::new()).await?;
        lab.keys("+").await?;
        let near = other_part(lab, &whole).await?;
        let part = lab.find("slider", PART).await?;
        part.send_keys(Key::Home).await?;
        let first = other_part(lab, &near).await?;
        ensure!(first.starts_with("01:5"), "the beginning: {first}");
        part.send_keys(Key::Right).await?;
        let next = other_part(lab, &first).await?;
        part.send_keys(Key::End).await?;
        other_part(lab, &next).await?;
        lab.press("Fit").await?;
        lab.slider_saying(PART, &whole).await?;
        let wheel = "const canvas = document.querySelector('.deep-stage > canvas');
            const { left, top, width } = canvas.getBoundingClientRect();
            const turn = (ctrlKey) => canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: -240, ctrlKey,
                clientX: left + width / 2, clientY: top + 120, bubbles: true, cancelable: true }));
            return [turn(false), turn(true)];";
        let passed = lab.script(wheel, Vec::new()).await?;
        ensure!(passed == serde_json::json!([true, false]), "the plain wheel is the page's: {passed}");
        let wheeled = other_part(lab, &whole).await?;
        let pinch = "const canvas = document.querySelector('.deep-stage > canvas');
            const { left, top, width } = canvas.getBoundingClientRect();
            const at = (kind, pointerId, share) => canvas.dispatchEvent(new PointerEvent(kind, { pointerId, button: 0,
                pointerType: 'touch', clientX: left + width * share, clientY: top + 120, bubbles: true }));
            at('pointerdown', 11, 0.45); at('pointerdown', 12, 0.55);
            at('pointermove', 11, 0.3); at('pointermove', 12, 0.7);
            at('pointerup', 11, 0.3); at('pointerup', 12, 0.7);";
        lab.script(pinch, Vec::new()).await?;
        let pinched = other_part(lab, &wheeled).await?;
        // A drag moves along.
        let drag = "const canvas = document.querySelector('.deep-stage > canvas');
            const { left, top, width } = canvas.getBoundingClientRect();
            const at = (kind, share) => canvas.dispatchEvent(new PointerEvent(kind, { pointerId: 1, button: 0,
                pointerType: 'mouse', clientX: left + width * share, clientY: top + 120, bubbles: true }));
            at('pointerdown', 0.4); at('pointermove', 0.5); at('pointermove', 0.6); at('pointerup', 0.6);";
        let position = lab.slider("Position").await?;
        lab.script(drag, Vec::new()).await?;
        other_part(lab, &pinched).await?;
        ensure!(lab.slider("Position").await? == position, "moving along is no going there");
        Ok(())
    });
}

#[test]
fn the_next_event_of_a_kind() {
    visit("depth-next", Setting::default(), async |lab| {
        deep(lab).await?;
        lab.find("slider", "Position").await?.send_keys(Key::Home).await?;
        lab.wait("the beginning", async || lab.slider("Position").await.ok().filter(|at| *at == 0)).await?;
        lab.choose("Kind of event", "commits").await?;
        let mut before = 0;
        for _ in 0..3 {
            lab.press("Next").await?;
            before =
                lab.wait("a later step", async || lab.slider("Position").await.ok().filter(|at| *at > before)).await?;
            let said = lab.slider_text("Position").await?;
            ensure!(said.contains("commit"), "a commit: {said}");
        }
        lab.press("Previous").await?;
        lab.wait("an earlier step", async || lab.slider("Position").await.ok().filter(|at| *at < before)).await?;
        lab.choose("Kind of event", "checkpoints").await?;
        let at = lab.slider("Position").await?;
        lab.press("Previous").await?;
        lab.wait("a checkpoint before", async || lab.slider("Position").await.ok().filter(|now| *now < at)).await?;
        Ok(())
    });
}

#[test]
fn what_is_pointed_at_is_told_to_all() {
    visit("depth-point", Setting::default(), async |lab| {
        deep(lab).await?;
        lab.press("LSN").await?;
        zoom_to(lab, 6).await?;
        let hover = "const canvas = document.querySelector('.deep-stage > canvas');
            window.pointed ??= (window.addEventListener('pitr-point', ({ detail }) => {
                if (detail.kind === 'record') window.told = detail; }), true);
            const { left, top, width, height } = canvas.getBoundingClientRect();
            for (let y = 0; y < height && window.told?.kind !== 'record'; y += 20)
                for (let x = 0.08; x < 0.99 && window.told?.kind !== 'record'; x += 0.004)
                    canvas.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'mouse', pointerId: 1,
                        clientX: left + width * x, clientY: top + y, bubbles: true }));
            return window.told ?? null;";
        let told = lab
            .wait("a record to be pointed at", async || {
                let told = lab.script(hover, Vec::new()).await.ok()?;
                (told["kind"] == "record").then_some(told)
            })
            .await?;
        ensure!(told["lsn"].as_str().is_some_and(|lsn| lsn.parse::<u64>().is_ok()), "it says where: {told}");
        Ok(())
    });
}

#[test]
fn how_it_looks() {
    visit("depth-look", Setting::default(), async |lab| {
        deep(lab).await?;
        for (width, height) in WIDTHS.into_iter().chain([(320, 700)]) {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.shoot_top(&format!("depth-opened-{width}-{}", theme.name()), width, 1500).await?;
            }
            let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
            ensure!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "at {width} px it is {wide} px wide");
        }
        lab.theme(Theme::Light).await?;
        for scale in ["Time", "LSN"] {
            lab.size(1440, 900).await?;
            lab.press("Fit").await?;
            lab.press(scale).await?;
            lab.press("Target").await?;
            for (name, few) in [("near", 24), ("records", 9)] {
                lab.size(1440, 900).await?;
                zoom_to(lab, few).await?;
                for (width, height) in WIDTHS {
                    lab.size(width, height).await?;
                    lab.theme(if width == 820 { Theme::Dark } else { Theme::Light }).await?;
                    lab.shoot_top(&format!("depth-{name}-{scale}-{width}"), width, 1500).await?;
                }
            }
        }
        Ok(())
    });
}

#[test]
fn after_a_recovery() {
    visit("depth-recovered", Setting::default(), async |lab| {
        deep(lab).await?;
        lab.recover_at_once().await?;
        lab.slider_saying(PART, "record").await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            lab.shoot_top(&format!("depth-recovered-{width}"), width, 1500).await?;
        }
        lab.is_accessible("depth recovered").await
    });
}

#[test]
fn a_statement_leaves_the_part_in_sight_as_near_as_it_was() {
    visit("depth-goes-on", Setting::default(), async |lab| {
        deep(lab).await?;
        zoom_to(lab, 12).await?;
        let before = lab.slider_text(PART).await?;
        let last = lab.last_step().await?;
        lab.press("Back up").await?;
        lab.wait("the backup", async || lab.last_step().await.ok().filter(|now| *now > last)).await?;
        other_part(lab, &before).await?;
        // As near as before, and where the page stands.
        lab.wait("a few records", async || records(lab).await.ok().filter(|now| *now < 40)).await?;
        let said = lab.slider_text("Position").await?;
        let clock = said.split([' ', ',']).next().unwrap_or_default().to_owned();
        let part = lab.slider_text(PART).await?;
        let (from, to) =
            (part.split(' ').next().unwrap_or_default(), part.split([' ', ',']).nth(2).unwrap_or_default());
        ensure!(from <= clock.as_str() && clock.as_str() <= to, "{clock} lies within {part}");
        Ok(())
    });
}
