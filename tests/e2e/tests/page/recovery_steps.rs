//! The recovery, step by step: both directions, the point of consistency, the rows, the server's own lines, the phases.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};

const PANEL: &str = "The recovery, record by record";

/// The rows of the users as they are at the step; none while there is no table of them.
const USERS: &str =
    "const table = [...document.querySelectorAll('.steps-rows table')].find(table => table.caption.textContent.startsWith('users, '));
    return table ? [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent.trim())) : null";

/// Recovers, and waits for the panel.
async fn recovered(lab: &Lab) -> Outcome {
    lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
    lab.recover_at_once().await?;
    lab.wait("the panel", async || lab.find("slider", "Recovery step").await.ok()).await?;
    // What nobody sees is not asked for.
    lab.script("document.getElementById('recovery-steps').scrollIntoView()", Vec::new()).await?;
    let end = lab.last_step().await?;
    lab.wait("the panel to stand where the page stands", async || {
        let max = lab.find("slider", "Recovery step").await.ok()?.attr("max").await.ok()??;
        (lab.slider("Position").await.ok()? == end && lab.slider("Recovery step").await.ok()?.to_string() == max)
            .then_some(())
    })
    .await
}

async fn click(lab: &Lab, button: &str) -> Outcome {
    let button = lab.find("button", button).await?;
    lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
    Ok(())
}

/// The lines of the server's log, those at hand with a mark in front.
async fn server_log(lab: &Lab) -> Outcome<Vec<String>> {
    let script = "return [...document.querySelectorAll('.steps-log li')]
        .map(li => (li.ariaCurrent === 'step' ? '> ' : li.className + ' ') + li.textContent)";
    Ok(serde_json::from_value(lab.script(script, Vec::new()).await?)?)
}

#[test]
fn the_recovery_goes_both_ways_and_the_rows_with_it() {
    visit("steps", Setting::default(), async |lab| {
        recovered(lab).await?;
        let end = lab.slider("Recovery step").await?;
        ensure!(end > 10, "it stands at its end: {end}");
        click(lab, "To its start").await?;
        lab.slider_saying("Recovery step", "not consistent yet").await?;
        ensure!(lab.slider("Recovery step").await? == 0, "at its start");
        click(lab, "To consistency").await?;
        lab.slider_saying("Recovery step", "records replayed, consistent").await?;
        // At once: whoever looks for a table by its caption waits in vain for one that says another number of rows by then.
        let rows = async || -> Option<Vec<Vec<String>>> {
            serde_json::from_value(lab.script(USERS, Vec::new()).await.ok()?).ok()
        };
        let mut before = lab.wait("rows that can be read", async || rows().await).await?;
        // On to a commit that changes what a reader sees, and back again.
        let mut came = None;
        for _ in 0..30 {
            let at = lab.slider("Recovery step").await?;
            click(lab, "On one").await?;
            lab.wait("the next step", async || (lab.slider("Recovery step").await.ok()? > at).then_some(())).await?;
            let shown = lab.wait("its rows", async || rows().await).await?;
            if shown.iter().any(|row| row[0] == "came" || row[0] == "changed") {
                came = Some(shown);
                break;
            }
            before = shown;
        }
        let came = came.ok_or("no step changed a row")?;
        let without_marks =
            |rows: &[Vec<String>]| -> Vec<Vec<String>> { rows.iter().map(|row| row[1..].to_vec()).collect() };
        ensure!(without_marks(&came) != without_marks(&before), "the rows have changed");
        click(lab, "Back one").await?;
        let back = lab.wait("the rows as they were", async || {
            (without_marks(&rows().await?) == without_marks(&before)).then_some(())
        });
        if let Err(error) = back.await {
            let at = lab.slider("Recovery step").await?;
            return Err(format!("{error}: at {at} there are {:?} where there were {before:?}", rows().await).into());
        }
        // The lab stands where the slider stands.
        let position = lab.slider("Position").await?;
        click(lab, "On one").await?;
        lab.wait("the lab to follow", async || (lab.slider("Position").await.ok()? == position + 1).then_some(()))
            .await?;
        // The slider itself takes keys.
        let at = lab.slider("Recovery step").await?;
        lab.find("slider", "Recovery step").await?.send_keys(thirtyfour::Key::Left).await?;
        lab.wait("the key to step back", async || (lab.slider("Recovery step").await.ok()? + 1 == at).then_some(()))
            .await?;
        lab.is_accessible("recovery step by step").await
    });
}

#[test]
fn the_servers_own_lines_stand_beside() {
    visit("steps-log", Setting::default(), async |lab| {
        recovered(lab).await?;
        lab.wait("the server's log", async || server_log(lab).await.ok().filter(|lines| !lines.is_empty())).await?;
        let text = server_log(lab).await?.join("\n");
        let mut rest = text.as_str();
        for words in [
            "starting point-in-time recovery to 2026-03-04 02:59:59+00",
            "redo starts at 0/",
            "consistent recovery state reached at 0/",
            "recovery stopping before commit of transaction 113, time 2026-03-04 03:00:00+00",
            "redo done at 0/",
            "selected new timeline ID: 2",
            "archive recovery complete",
            "database system is ready to accept connections",
        ] {
            let Some((_, after)) = rest.split_once(words) else {
                return Err(format!("{words} in its place in:\n{text}").into());
            };
            rest = after;
        }
        click(lab, "To consistency").await?;
        let at_hand = async || {
            let lines = server_log(lab).await.ok()?;
            let is_now = |words: &str| lines.iter().any(|line| line.starts_with("> ") && line.contains(words));
            (is_now("consistent recovery state reached") && !is_now("redo starts")).then_some(())
        };
        lab.wait("the line of the step to be marked", at_hand).await?;
        let flagged =
            lab.script("return document.querySelector('.steps-list .is-consistency').textContent", Vec::new());
        ensure!(
            flagged.await?.as_str().is_some_and(|text| text.contains("consistent from here on")),
            "the list marks it"
        );
        // A line leads to its step.
        let script = "[...document.querySelectorAll('.steps-log button')].find(b => b.textContent.startsWith('redo starts')).click()";
        lab.script(script, Vec::new()).await?;
        lab.slider_saying("Recovery step", "1 of").await?;
        Ok(())
    });
}

#[test]
fn the_phases_have_seconds_and_percents() {
    visit("steps-phases", Setting::default(), async |lab| {
        recovered(lab).await?;
        let script = "return [...document.querySelectorAll('.steps-phases strong')].map(each => each.textContent)";
        let said: Vec<String> = serde_json::from_value(lab.script(script, Vec::new()).await?)?;
        let percent =
            |text: &String| -> Option<u32> { text.rsplit_once('·')?.1.trim().strip_suffix(" %")?.parse().ok() };
        let percents: Vec<u32> = said.iter().filter_map(percent).collect();
        ensure!(percents.len() == 5 && percents.iter().sum::<u32>() == 100, "{said:?}");
        click(lab, "To consistency").await?;
        let at_hand = "return document.querySelector('.steps-phases [aria-current=step]')?.textContent ?? ''";
        lab.wait("the phase at hand", async || {
            let said = lab.script(at_hand, Vec::new()).await.ok()?;
            said.as_str()?.contains("Replaying the log").then_some(())
        })
        .await?;
        lab.wait("the rows", async || {
            let names = lab.names("table").await.ok()?;
            names.iter().any(|name| name.contains("replayed so far")).then_some(())
        })
        .await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.shoot(&format!("steps-{width}-{}", theme.name())).await?;
            }
            let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
            ensure!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "at {width} px it is {wide} px wide");
        }
        lab.region_saying(PANEL, &["replayed"]).await?;
        Ok(())
    });
}

#[test]
fn nothing_is_there_before_a_recovery() {
    visit("steps-none", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        ensure!(lab.find_all("slider", "Recovery step").await?.is_empty(), "no slider without a recovery");
        Ok(())
    });
}
