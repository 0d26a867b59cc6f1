//! The dashboard: gauges that follow the playhead, alerts that begin at their step and not before, three boards.

use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};
use thirtyfour::Key;

/// A night in which the archiver stands still for two hours, and a restore behind it.
const STALLED: &str = "# The archiver stands still\nscenario date 2026-03-04, archive timeout 5m, segment 4KiB\n\
    00:00:00 ops CREATE TABLE t (id int primary key, account int, item text)\n\
    00:00:01 app workload t every 1m\n\
    00:00:02 ops backup b1\n\
    00:30:00 ops invariant few: rows t <= 40\n\
    01:00:00 ops recover from b1 to time '00:50:00'\n\
    02:00:00 ops stop archiver\n\
    04:00:00 ops start archiver\n\
    05:00:00 ops recover from b1 to time '00:20:00'\n\
    05:30:00 ops note 'so'\n";

/// Brings the panel into view, and waits until its gauges are there: out of sight it does not follow the playhead.
async fn open(lab: &Lab) -> Outcome {
    lab.wait("the panel", async || {
        let shown = "const place = document.getElementById('boards'); place?.scrollIntoView({ block: 'start' }); return !!place?.firstElementChild";
        (lab.script(shown, Vec::new()).await.ok()? == true).then_some(())
    })
    .await?;
    lab.wait("the gauges", async || {
        let there = lab.script("return document.querySelectorAll('#boards [data-gauge]').length", Vec::new()).await;
        (there.ok()?.as_u64()? > 0).then_some(())
    })
    .await
}

/// Chooses a board by its tab.
async fn board(lab: &Lab, name: &str) -> Outcome {
    let tab = lab.find("tab", name).await?;
    lab.script("arguments[0].click()", vec![tab.to_json()?]).await?;
    lab.wait(&format!("the board {name}"), async || {
        (tab.attr("aria-selected").await.ok()?.as_deref() == Some("true")).then_some(())
    })
    .await
}

/// What a gauge says.
async fn gauge(lab: &Lab, name: &str) -> Option<String> {
    let said =
        format!("return document.querySelector('#boards [data-gauge={name}] .gauge-value')?.textContent ?? null");
    lab.script(&said, Vec::new()).await.ok()?.as_str().map(str::to_owned)
}

async fn gauge_saying(lab: &Lab, name: &str, says: impl Fn(&str) -> bool) -> Outcome<String> {
    lab.wait(&format!("another value of {name}"), async || gauge(lab, name).await.filter(|said| says(said))).await
}

/// The rules of the alerts that go on where the page stands.
async fn firing(lab: &Lab) -> Outcome<Vec<String>> {
    let rules = "return [...document.querySelectorAll('#boards .is-firing')].map(each => each.dataset.rule)";
    Ok(serde_json::from_value(lab.script(rules, Vec::new()).await?)?)
}

async fn firing_is(lab: &Lab, wanted: &[&str]) -> Outcome {
    lab.wait(&format!("the alerts {wanted:?}"), async || (firing(lab).await.ok()? == wanted).then_some(())).await
}

/// Goes to an alert by its entry in the list of all.
async fn go_to(lab: &Lab, alert: &str) -> Outcome<u32> {
    let before = lab.slider("Position").await?;
    let button = lab.find("button", alert).await?;
    lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
    lab.wait(&format!("the page to go to {alert:?}"), async || {
        let at = lab.slider("Position").await.ok()?;
        (at != before).then_some(at)
    })
    .await
}

#[test]
fn an_alert_begins_at_its_step_and_its_entry_goes_there() {
    visit("boards-alerts", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.run_titled(STALLED).await?;
        open(lab).await?;
        lab.wait("the alerts of the run", async || {
            let rows = lab.rows("Alerts of this run").await.ok()?;
            (rows.len() == 3).then_some(rows)
        })
        .await?;
        let rows = lab.rows("Alerts of this run").await?;
        let of = |name: &str| rows.iter().find(|row| row[0].contains(name)).cloned().unwrap_or_default();
        let [page, ticket, wrong] =
            ["Commits are not archived", "The window is running out", "A restore was found wrong"].map(of);
        ensure!(page[1].contains("Page") && page[2].starts_with("02:") && page[3].starts_with("04:"), "{rows:?}");
        ensure!(ticket[1].contains("Ticket") && wrong[1].contains("Page"), "{rows:?}");
        ensure!(wrong[3].starts_with("05:"), "the restore that is right ends it: {rows:?}");
        // There it goes on, and at the step before it does not.
        let at = go_to(lab, "Commits are not archived").await?;
        firing_is(lab, &["validation_failed", "point_age"]).await?;
        gauge_saying(lab, "point_age", |said| said.contains("min")).await?;
        lab.press("Step back").await?;
        open(lab).await?;
        firing_is(lab, &["validation_failed"]).await?;
        ensure!(lab.slider("Position").await? == at - 1, "one step back");
        lab.press("Step forward").await?;
        open(lab).await?;
        firing_is(lab, &["validation_failed", "point_age"]).await?;
        // At the end all is well again.
        lab.slide_to_end("Position").await?;
        open(lab).await?;
        firing_is(lab, &[]).await?;
        ensure!(lab.region("Dashboard").await?.contains("Nobody is called at this instant."), "it is said");
        Ok(())
    });
}

#[test]
fn gauges_follow_the_playhead_on_three_boards() {
    visit("boards-gauges", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.run_titled(STALLED).await?;
        open(lab).await?;
        lab.slide_to_end("Position").await?;
        open(lab).await?;
        board(lab, "Executive").await?;
        gauge_saying(lab, "success_rate", |said| said == "100\u{202f}%").await?;
        gauge_saying(lab, "coverage", |said| said == "100\u{202f}%").await?;
        let cost = gauge_saying(lab, "cost_per_gb", |said| said.starts_with('$')).await?;
        let restores = lab.rows("Recent restores").await?;
        ensure!(
            restores.len() == 2 && restores[0][0].starts_with("05:00") && restores[1][3].contains("found wrong"),
            "{restores:?}"
        );
        board(lab, "On call").await?;
        gauge_saying(lab, "validation_rate", |said| said == "50\u{202f}%").await?;
        board(lab, "Debug").await?;
        gauge_saying(lab, "backups", |said| said == "1").await?;
        let failures = gauge(lab, "errors").await.unwrap_or_default();
        ensure!(failures.parse().is_ok_and(|count: u32| count > 0), "the archiver's tries failed: {failures}");
        // Before the first restore there is nothing to be told of restores, and the stores hold less.
        lab.find("slider", "Position").await?.send_keys(Key::Home).await?;
        open(lab).await?;
        gauge_saying(lab, "divergence", |said| said == "–").await?;
        board(lab, "Executive").await?;
        gauge_saying(lab, "success_rate", |said| said == "–").await?;
        gauge_saying(lab, "cost_per_gb", |said| said != cost).await?;
        ensure!(lab.region("Dashboard").await?.contains("Nothing has been restored up to here."), "no restores yet");
        // The table behind the lines ends where the page stands.
        lab.script("document.querySelectorAll('#boards details').forEach(each => each.open = true)", Vec::new())
            .await?;
        let lines = lab.wait("the table behind the lines", async || {
            lab.rows("What the lines show").await.ok().filter(|rows| rows.len() == 11)
        });
        let lines = lines.await?;
        ensure!(lines[10][1] == "–" && lines[10][5] == gauge(lab, "stored").await.unwrap_or_default(), "{lines:?}");
        Ok(())
    });
}

#[test]
fn nothing_is_asked_before_it_is_seen_and_nothing_drawn_out_of_sight() {
    visit("boards-unseen", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        let gauges = "return document.querySelectorAll('#boards [data-gauge]').length";
        ensure!(lab.script(gauges, Vec::new()).await? == 0, "nobody has seen the panel");
        open(lab).await?;
        lab.script("scrollTo(0, 0); window.boardsDrawn = 0; new MutationObserver(all => window.boardsDrawn += all.length)
            .observe(document.getElementById('boards'), { subtree: true, childList: true, characterData: true, attributes: true })", Vec::new())
            .await?;
        lab.wait("the panel to be out of sight", async || {
            lab.script("window.boardsDrawn = 0", Vec::new()).await.ok()?;
            let slider = lab.find("slider", "Position").await.ok()?;
            for key in [Key::Home, Key::Right, Key::End, Key::Left] {
                let before = lab.slider("Position").await.ok()?;
                slider.send_keys(key).await.ok()?;
                lab.wait("the page to move", async || (lab.slider("Position").await.ok()? != before).then_some(()))
                    .await
                    .ok()?;
            }
            (lab.script("return window.boardsDrawn", Vec::new()).await.ok()? == 0).then_some(())
        })
        .await?;
        // Seen again, it stands where the page stands.
        let clock = lab.slider_text("Position").await?;
        open(lab).await?;
        lab.wait("the panel to stand where the page stands", async || {
            let at = lab.script("return document.querySelector('.boards-at').textContent", Vec::new()).await.ok()?;
            let time = at.as_str()?.trim_start_matches("At ").split('.').next()?.to_owned();
            clock.contains(&time).then_some(())
        })
        .await
    });
}

#[test]
fn it_is_for_every_hand_eye_and_screen() {
    visit("boards-look", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.run_titled(STALLED).await?;
        open(lab).await?;
        go_to(lab, "Commits are not archived").await?;
        firing_is(lab, &["validation_failed", "point_age"]).await?;
        // The tabs' keys.
        let tab = lab.find("tab", "On call").await?;
        lab.script("arguments[0].focus()", vec![tab.to_json()?]).await?;
        for (key, name) in [
            ('\u{E014}', "Debug"),
            ('\u{E014}', "Executive"),
            ('\u{E012}', "Debug"),
            ('\u{E011}', "Executive"),
            ('\u{E010}', "Debug"),
        ] {
            lab.keys(key.to_string()).await?;
            lab.wait(&format!("the tab {name} to have the focus"), async || {
                let on = "const tab = document.activeElement; return tab.getAttribute('aria-selected') === 'true' && tab.tabIndex === 0 ? tab.textContent : ''";
                (lab.script(on, Vec::new()).await.ok()? == name).then_some(())
            })
            .await?;
        }
        lab.script("document.querySelectorAll('#boards details').forEach(each => each.open = true)", Vec::new())
            .await?;
        lab.wait("the rules", async || lab.rows("What calls whom").await.ok().filter(|rows| rows.len() == 5)).await?;
        for name in ["Executive", "On call", "Debug"] {
            board(lab, name).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.is_accessible(&format!("{name}, {}", theme.name())).await?;
            }
        }
        for (width, height) in [(1440, 900), (820, 1180), (390, 844), (320, 640)] {
            lab.size(width, height).await?;
            for name in ["Executive", "On call", "Debug"] {
                board(lab, name).await?;
                let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
                ensure!(
                    wide.as_u64().is_some_and(|wide| wide <= u64::from(width)),
                    "{name} at {width} px is {wide} px wide"
                );
                for theme in [Theme::Light, Theme::Dark] {
                    lab.theme(theme).await?;
                    shoot(lab, &format!("boards-{}-{width}-{}", name.replace(' ', "-"), theme.name())).await?;
                }
            }
        }
        Ok(())
    });
}

/// A picture of the panel alone.
async fn shoot(lab: &Lab, name: &str) -> Outcome {
    let place = "const r = document.getElementById('boards').getBoundingClientRect(); return [r.left + scrollX, r.top + scrollY, r.width, r.height]";
    let place: [f64; 4] = serde_json::from_value(lab.script(place, Vec::new()).await?)?;
    lab.shoot_at(name, place).await?;
    Ok(())
}
