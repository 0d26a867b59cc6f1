//! Objectives: a policy and a disaster are chosen, recoveries run as they are, and what came of them is charted, read, opened, taken along and held against a goal.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};
use thirtyfour::{By, Key};

/// Notes what is given away as files, by the name of the link that is pressed.
const NOTE_FILES: &str = "window.given = [];
    const make = URL.createObjectURL;
    const blobs = new Map();
    URL.createObjectURL = (blob) => { const url = make.call(URL, blob); blobs.set(url, blob); return url; };
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
        if (!this.download) return click.call(this);
        const blob = blobs.get(this.href);
        const told = { name: this.download, type: blob.type, size: blob.size };
        window.given.push(told);
        if (blob.type === 'image/png') createImageBitmap(blob).then((it) => { told.width = it.width; told.height = it.height; });
        else blob.text().then((text) => { told.text = text; });
    };";

const ALL: [&str; 6] = [
    "RTO against snapshot cadence",
    "RPO against archive interval",
    "Storage cost against snapshot cadence",
    "Storage cost against archive interval",
    "Trade-off: RTO against cost",
    "Trade-off: RPO against cost",
];

/// Goes to the section and waits until all is run.
async fn all_done(lab: &Lab) -> Outcome {
    lab.charts_are_done().await?;
    let title = lab.find("heading", "Objectives").await?;
    lab.script("arguments[0].scrollIntoView()", vec![title.to_json()?]).await?;
    for chart in ALL {
        let said = format!("{chart} to be complete");
        lab.wait(&said, async || figure_text(lab, chart).await.ok()?.contains("run just now").then_some(())).await?;
    }
    lab.region_saying("Set a goal", &["meet"]).await?;
    Ok(())
}

async fn figure_text(lab: &Lab, chart: &str) -> Outcome<String> {
    Ok(lab.find("figure", chart).await?.text().await?)
}

/// The rows of a chart's table.
async fn numbers(lab: &Lab, chart: &str, caption: &str) -> Outcome<Vec<Vec<String>>> {
    let figure = lab.find("figure", chart).await?;
    lab.script("arguments[0].querySelector('details').open = true", vec![figure.to_json()?]).await?;
    lab.rows(caption).await
}

#[test]
fn objectives_can_be_chosen_and_a_change_begins_anew() {
    visit("objectives-chosen", Setting::default(), async |lab| {
        all_done(lab).await?;
        let before = numbers(lab, ALL[0], "RTO by snapshot cadence").await?;
        ensure!(before.iter().any(|row| row[0].contains("every 24 h") && row[0].contains("yours")), "{before:?}");
        // Without the people in it, the time that the snapshots make is to be seen.
        lab.find("checkbox", "Count noticing and deciding").await?.click().await?;
        lab.wait("times from the request on", async || {
            let text = figure_text(lab, ALL[0]).await.ok()?;
            let is_shorter = lab.rows("RTO by snapshot cadence").await.ok()?[0][1] != before[0][1];
            (text.contains("without noticing") && !text.contains("People dominate") && is_shorter).then_some(())
        })
        .await?;
        lab.find("checkbox", "Count noticing and deciding").await?.click().await?;
        // A preset, then a knob of it: whatever is run is of the newest.
        lab.choose("Policy", "Laptop").await?;
        lab.choose("Disaster", "wrong DELETE").await?;
        lab.choose("Noticed after", "1 h").await?;
        lab.wait("another RTO", async || {
            let text = figure_text(lab, ALL[0]).await.ok()?;
            let rows = lab.rows("RTO by snapshot cadence").await.ok()?;
            (text.contains("run just now") && rows.len() == before.len() && rows[0][1] != before[0][1]).then_some(())
        })
        .await?;
        lab.script("document.querySelectorAll('details').forEach(each => each.open = true)", Vec::new()).await?;
        lab.choose("Snapshot every", "6 h").await?;
        lab.wait("the knob to be another's", async || {
            let preset = lab.find("combobox", "Policy").await.ok()?.prop("value").await.ok()?;
            let rows = lab.rows("RTO by snapshot cadence").await.ok()?;
            let is_yours = rows.iter().any(|row| row[0].contains("every 6 h") && row[0].contains("yours"));
            (preset.is_none_or(|name| name.is_empty()) && is_yours).then_some(())
        })
        .await?;
        ensure!(lab.typed("The policy as text").await?.contains("backup every 6h"), "the text follows the knob");
        // The same seed gives the same numbers, another one others.
        lab.type_into("Seed", "123").await?;
        lab.keys(Key::Tab).await?;
        lab.wait("the seed to be used", async || {
            let text = figure_text(lab, ALL[0]).await.ok()?;
            (text.contains("seed 123") && text.contains("run just now")).then_some(())
        })
        .await?;
        let first = lab.rows("RPO by archive interval").await?;
        lab.press("Run it again").await?;
        let running = async || lab.status().await.ok()?.contains("Recoveries are running").then_some(());
        lab.wait("recoveries to run", running).await?;
        lab.wait("the same numbers", async || {
            let text = figure_text(lab, ALL[1]).await.ok()?;
            (text.contains("run just now") && lab.rows("RPO by archive interval").await.ok()? == first).then_some(())
        })
        .await?;
        // A text that is no policy is told where it stands, and what was chosen stays.
        lab.type_into("The policy as text", "copies 0").await?;
        lab.keys(Key::Tab).await?;
        let field = lab.find("textbox", "The policy as text").await?;
        lab.wait("the mistake", async || (field.attr("aria-invalid").await.ok()?? == "true").then_some(())).await
    });
}

#[test]
fn objectives_can_be_cancelled_at_once() {
    visit("objectives-cancelled", Setting::default(), async |lab| {
        lab.charts_are_done().await?;
        let title = lab.find("heading", "Objectives").await?;
        lab.script("arguments[0].scrollIntoView()", vec![title.to_json()?]).await?;
        // Much to do, which is thought better of: pressed in the very instant in which the button is there.
        lab.choose("Policy", "Bank ledger").await?;
        let press = "const all = [...document.querySelectorAll('button')];
            const cancel = all.find(each => each.textContent === 'Cancel the sweep'); cancel?.click(); return !!cancel";
        lab.wait("the button", async || (lab.script(press, Vec::new()).await.ok()? == true).then_some(())).await?;
        lab.status_saying(&["Cancelled"]).await?;
        lab.press("Run it again").await?;
        lab.status_saying(&["Recoveries are running"]).await?;
        lab.press("Cancel the sweep").await?;
        lab.status_saying(&["Cancelled"]).await?;
        Ok(())
    });
}

#[test]
fn objectives_are_read_by_keyboard_and_open_their_run_at_the_disaster() {
    visit("objectives-read", Setting::default(), async |lab| {
        all_done(lab).await?;
        let figure = lab.find("figure", ALL[1]).await?;
        let mark = figure.find(By::Css("button[tabindex='0'][aria-label*='opens the']")).await?;
        mark.focus().await?;
        let label = async || -> Outcome<String> {
            Ok(lab.driver.active_element().await?.attr("aria-label").await?.unwrap_or_default())
        };
        ensure!(label().await?.contains("every 10 s") && label().await?.contains("median run"), "{}", label().await?);
        lab.keys(Key::End + Key::Up + Key::Up).await?;
        ensure!(label().await?.contains("every 1 h") && label().await?.contains("worst run"), "{}", label().await?);
        lab.keys(Key::Left + Key::Down).await?;
        let read = label().await?;
        ensure!(read.contains("every 30 min") && read.contains("95 of 100"), "{read}");
        ensure!(figure.text().await?.contains("Enter or click opens the run at 95 of 100"), "it is written beside it");
        lab.keys(Key::Up).await?;
        let before = lab.slider_text("Position").await?;
        let worst =
            label().await?.split("worst ").nth(1).and_then(|it| it.split(',').next()).unwrap_or_default().to_owned();
        lab.keys(Key::Enter).await?;
        lab.wait("the run at its disaster", async || {
            let text = lab.slider_text("Position").await.ok()?;
            (text != before && text.to_lowercase().contains("lost")).then_some(())
        })
        .await?;
        let said = lab.text().await?;
        ensure!(said.contains("The run that you opened") && said.contains(&worst), "it lost {worst}: {said}");
        lab.slide_to_end("Position").await?;
        lab.status_saying(&["Recovered to"]).await?;
        Ok(())
    });
}

#[test]
fn objectives_goal_is_answered_by_runs() {
    visit("objectives-goal", Setting::default(), async |lab| {
        all_done(lab).await?;
        let said = lab.region_saying("Set a goal", &["misses the goal", "RPO", "too much", "cheapest knob"]).await?;
        ensure!(said.contains("-day window holds"), "{said}");
        let caption = "Policies that meet the goal, the cheapest first";
        let meeting = lab.rows(caption).await?;
        ensure!(!meeting.is_empty(), "some policy meets it");
        lab.type_into("RPO at most, minutes", "30").await?;
        lab.region_saying("Set a goal", &["Your policy meets the goal", "to spare"]).await?;
        ensure!(lab.rows(caption).await?.iter().any(|row| row[0] == "your policy"), "it is among them");
        lab.type_into("Cost at most, dollars a month", "0.01").await?;
        lab.region_saying("Set a goal", &["misses the goal", "No single knob"]).await?;
        lab.type_into("RTO at most, minutes", "soon").await?;
        lab.region_saying("Set a goal", &["Write a number"]).await?;
        Ok(())
    });
}

#[test]
fn objectives_can_be_taken_along() {
    visit("objectives-files", Setting { before: NOTE_FILES, ..Setting::default() }, async |lab| {
        all_done(lab).await?;
        for (kind, chart) in [("CSV", ALL[0]), ("SVG", ALL[0]), ("PNG", ALL[0]), ("CSV", ALL[4]), ("SVG", ALL[5])] {
            lab.press(&format!("Download {chart} as {kind}")).await?;
        }
        let given = lab.wait("five files", async || {
            let given = lab.script("return window.given", Vec::new()).await.ok()?;
            let files = given.as_array()?.clone();
            let is_read = |file: &serde_json::Value| file["text"].is_string() || file["width"].is_u64();
            (files.len() == 5 && files.iter().all(is_read)).then_some(files)
        });
        let given = given.await?;
        let file = |name: &str| given.iter().find(|file| file["name"] == name).cloned().unwrap_or_default();
        let csv = file("rto.csv")["text"].as_str().unwrap_or_default().to_owned();
        let rows = numbers(lab, ALL[0], "RTO by snapshot cadence").await?;
        ensure!(csv.lines().count() == rows.len() + 1 && csv.starts_with("policy,x_s,median_s"), "{csv}");
        let svg = file("rto.svg")["text"].as_str().unwrap_or_default().to_owned();
        ensure!(svg.starts_with("<svg") && svg.contains(ALL[0]) && !svg.contains("#01000"), "{svg}");
        let parsed = "return new DOMParser().parseFromString(arguments[0], 'image/svg+xml').querySelector('parsererror')?.textContent ?? ''";
        let fault = lab.script(parsed, vec![svg.as_str().into()]).await?;
        ensure!(fault == "", "{fault}");
        let width =
            svg.split("width=\"").nth(1).and_then(|it| it.split('"').next()).and_then(|it| it.parse::<u64>().ok());
        let png = file("rto.png");
        ensure!(png["width"].as_u64() >= width.map(|width| width * 2) && png["size"].as_u64() > Some(5_000), "{png}");
        ensure!(file("rto-cost.csv")["text"].as_str().is_some_and(|text| text.contains("on_frontier")), "{given:?}");
        Ok(())
    });
}

#[test]
fn objectives_look() {
    visit("objectives-look", Setting::default(), async |lab| {
        all_done(lab).await?;
        lab.script("document.querySelectorAll('.objectives details').forEach(each => each.open = true)", Vec::new())
            .await?;
        lab.is_accessible("objectives").await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.shoot(&format!("objectives-{width}-{}", theme.name())).await?;
            }
            let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
            ensure!(wide.as_u64() <= Some(u64::from(width)), "at {width} px the page is {wide} px wide");
        }
        Ok(())
    });
}
