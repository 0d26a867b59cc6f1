//! What lies on the timeline's picture is named where a pointer or a finger comes to it, and lit in the other views; and the other way round.

use pitr_e2e::{Lab, Outcome, Pointer, Setting, ensure, visit};
use thirtyfour::Key;

/// What the line at the page's lower edge says.
async fn says(lab: &Lab, words: &str) -> Outcome {
    let said = "return document.querySelector('.pointing-says')?.textContent ?? ''";
    let is_so = async || {
        let said = lab.script(said, Vec::new()).await.ok()?;
        said.as_str()?.contains(words).then_some(())
    };
    lab.wait(&format!("the line to say {words:?}"), is_so).await
}

/// The first cells of the rows of *Log records* that are lit.
async fn lit_records(lab: &Lab) -> Outcome<Vec<String>> {
    let table = lab.find("table", "Log records").await?;
    let lit = "return [...arguments[0].tBodies[0].rows].filter(row => row.dataset.lit !== undefined).map(row => row.cells[0].innerText.trim())";
    Ok(serde_json::from_value(lab.script(lit, vec![table.to_json()?]).await?)?)
}

async fn are_lit(lab: &Lab, wanted: &[&str]) -> Outcome {
    let are = async || (lit_records(lab).await.ok()? == wanted).then_some(());
    match lab.wait(&format!("the records {wanted:?} to be lit"), are).await {
        Ok(()) => Ok(()),
        Err(error) => Err(format!("{error}; lit are {:?}", lit_records(lab).await?).into()),
    }
}

/// The last two transactions fill the picture, by the log.
async fn near(lab: &Lab) -> Outcome {
    lab.slider_saying("Part in sight", "record").await?;
    lab.find("table", "Log records").await?;
    lab.press("LSN").await?;
    for _ in 0..4 {
        let before = lab.slider_text("Part in sight").await?;
        lab.press("Zoom in").await?;
        lab.wait("to be nearer", async || lab.slider_text("Part in sight").await.ok().filter(|now| *now != before))
            .await?;
    }
    Ok(())
}

#[test]
fn a_tap_names_what_it_touches_and_lights_it_elsewhere() {
    visit("tap", Setting::default(), async |lab| {
        lab.cdp("Emulation.setTouchEmulationEnabled", serde_json::json!({ "enabled": true })).await?;
        near(lab).await?;
        let place = lab.slider("Position").await?;
        let words = lab.point_at(Pointer::Finger, "XID 115, app-2").await?;
        ensure!(words.contains("INSERT INTO orders") && words.contains("committed"), "it is named: {words}");
        says(lab, "XID 115 of app-2").await?;
        are_lit(lab, &["0/F028", "0/F088"]).await?;
        let words = lab.point_at(Pointer::Finger, "insert, XID 115").await?;
        ensure!(words.contains("at 0/F028"), "it says where: {words}");
        are_lit(lab, &["0/F028"]).await?;
        ensure!(lab.slider("Position").await? == place, "a finger that asks goes nowhere");
        lab.is_accessible("tapped").await
    });
}

#[test]
fn a_record_under_the_mouse_is_lit_in_the_list_and_its_row_in_the_table() {
    visit("hover-record", Setting::default(), async |lab| {
        near(lab).await?;
        lab.point_at(Pointer::Mouse, "insert, XID 115").await?;
        are_lit(lab, &["0/F028"]).await?;
        let row = "return [...document.querySelectorAll('tr[data-lit]')].map(row => row.innerText.replace(/\\s+/g, ' ')).filter(text => text.includes('Moth'))";
        lab.wait("the row that it put there", async || {
            (lab.script(row, Vec::new()).await.ok()?.as_array()?.len() == 1).then_some(())
        })
        .await?;
        // Let go, nothing is lit any more.
        lab.keys(Key::Escape).await?;
        are_lit(lab, &[]).await
    });
}

#[test]
fn a_record_of_the_list_has_its_segment_its_page_and_its_row() {
    visit("list-record", Setting::default(), async |lab| {
        lab.find("table", "Log records").await?;
        let parts = async |part: &str, table: &str| {
            let button = lab.find("button", part).await?;
            lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
            lab.wait(part, async || lab.rows(table).await.ok().filter(|rows| !rows.is_empty())).await
        };
        let point = async || {
            lab.keys(Key::Escape).await?;
            let script =
                "const row = [...arguments[0].tBodies[0].rows].find(row => row.cells[0].innerText.trim() === '0/F028');
                row.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))";
            let table = lab.find("table", "Log records").await?;
            lab.script(script, vec![table.to_json()?]).await?;
            says(lab, "It is about orders, row 12").await
        };
        // What is lit, by what it stands for.
        let lit = "return [...document.querySelectorAll('[data-lit]')].map(each => `${each.dataset.point ?? (each.tagName === 'TR' ? 'row' : 'other')} ${each.innerText.replace(/\\s+/g, ' ')}`)";
        let is_lit = async |kind: &str, words: &str| {
            let (kind, words) = (format!("{kind} "), words.to_owned());
            lab.wait(&format!("a {kind} with {words:?} to be lit"), async || {
                let lit: Vec<String> = serde_json::from_value(lab.script(lit, Vec::new()).await.ok()?).ok()?;
                lit.iter().any(|lit| lit.starts_with(&kind) && lit.contains(&words)).then_some(())
            })
            .await
        };
        parts("Buffer pool and data files", "newer in memory than on disk").await?;
        point().await?;
        is_lit("page", "orders").await?;
        is_lit("row", "Moth").await?;
        parts("Log on disk and archive", "to be archived").await?;
        point().await?;
        is_lit("segment", "00000001000000000000000F").await
    });
}
