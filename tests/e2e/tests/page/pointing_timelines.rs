//! Where a recovered server has taken over, XIDs and positions are given again: each lights its own.

use super::pointing::{hover, says, text};
use super::pointing_everywhere::{let_go, lights, lit, take};
use super::timelines_tree::{TAKEN_OVER, grown};
use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

/// The rows of the table of transactions, by what was said in them: which of those that have an XID are lit.
async fn lit_rows(lab: &Lab, xid: u32) -> Outcome<Vec<String>> {
    let script = "return [...document.querySelectorAll('.as-table:not(.deep-list) tbody > tr')]
        .filter((row) => row.querySelector('th').textContent === arguments[0] && row.hasAttribute('data-lit'))
        .map((row) => row.querySelector('td.sql').textContent)";
    Ok(serde_json::from_value(lab.script(script, vec![xid.to_string().into()]).await?)?)
}

#[test]
fn an_xid_that_was_given_twice_lights_the_one_that_is_meant() {
    visit("pointing-timelines", Setting::default(), async |lab| {
        lab.slider_saying("Part in sight", "record").await?;
        lab.run_script(TAKEN_OVER).await?;
        grown(lab, 2).await?;
        lab.slide_to_end("Position").await?;
        lab.script("document.querySelector('.as-table:not(.deep-list)').open = true", Vec::new()).await?;
        let table = ".as-table:not(.deep-list) tbody > tr";
        for (row, statement) in [(4, "'lost, too'"), (6, "'on the new one'")] {
            hover(lab, &format!("{table}:nth-child({row}) > th")).await?;
            says(lab, statement).await?;
            lights(lab, table).await?;
            let rows = lit_rows(lab, 13).await?;
            ensure!(
                rows.len() == 1 && rows[0].contains(statement),
                "of two with the XID 13 only {statement}: {rows:?}"
            );
            if row == 6 {
                lab.shoot("pointing-timelines").await?;
            }
            let_go(lab).await?;
        }
        // A record of the new timeline is in its segment, and in no other's of the same positions.
        let script = "return [...document.querySelectorAll(`.bench-log tbody > tr[data-timeline='2']`)]
            .find((row) => row.children[2].textContent === '13')?.dataset.lsn";
        let lsn = lab.wait("what XID 13 wrote on the new timeline", async || text(lab, script).await).await?;
        let record = format!(".bench-log tbody > tr[data-timeline='2'][data-lsn='{lsn}']");
        hover(lab, &record).await?;
        says(lab, "XID 13").await?;
        lights(lab, &record).await?;
        ensure!(lit(lab, ".bench-log tbody > tr[data-timeline='1']").await == 0, "none of the first timeline's");
        let rows = lit_rows(lab, 13).await?;
        ensure!(rows.len() == 1 && rows[0].contains("on the new one"), "and its transaction: {rows:?}");
        let_go(lab).await?;
        // A row version on a page was written on the timeline that the server is on, or before it.
        take(lab, "a page", "Page: ").await?;
        let writer = ".bench-fields tr[data-point=xid][data-xid='13']";
        hover(lab, writer).await?;
        says(lab, "'on the new one'").await?;
        lights(lab, table).await?;
        let rows = lit_rows(lab, 13).await?;
        ensure!(rows.len() == 1 && rows[0].contains("on the new one"), "on the page: {rows:?}");
        Ok(())
    });
}
