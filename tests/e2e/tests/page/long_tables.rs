//! A table that is longer than what keeps up with every step has all its rows a few hundred at a time, by the keyboard too.

use pitr_e2e::{Lab, Outcome, Setting, Theme, ensure, visit};
use thirtyfour::Key;

/// A table of so many rows, a backup before the last hundred of them, and a DELETE of all.
fn script(rows: u32) -> String {
    let mut script = String::from(
        "# A long table\nscenario segment 64KiB, archive timeout 5m\n01:00:00 ops CREATE TABLE items (id int primary key, name text)\n",
    );
    let values = |from: u32, to: u32| {
        let rows: Vec<String> = (from..to).map(|id| format!("({id}, 'item {id}')")).collect();
        rows.join(", ")
    };
    script.push_str(&format!("01:00:10 app INSERT INTO items VALUES {}\n", values(1, rows - 100)));
    script.push_str("01:05:00 ops backup b1\n");
    script.push_str(&format!("01:10:00 app INSERT INTO items VALUES {}\n", values(rows - 100, rows + 1)));
    script.push_str("01:20:00 app DELETE FROM items WHERE id = 7\n01:30:00 ops note 'so many'\n");
    script
}

async fn opened(lab: &Lab, rows: u32) -> Outcome {
    lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
    lab.run_script(&script(rows)).await?;
    lab.find("region", "All rows of a long table").await?;
    Ok(())
}

async fn part(lab: &Lab, words: &str) -> Outcome {
    lab.region_saying("All rows of a long table", &[words]).await?;
    Ok(())
}

/// The keys in the table of the part on show.
async fn keys(lab: &Lab) -> Outcome<Vec<u32>> {
    let script = "return [...document.querySelectorAll('#all-rows tbody th')].map(cell => Number(cell.textContent))";
    Ok(serde_json::from_value(lab.script(script, Vec::new()).await?)?)
}

#[test]
fn its_pages_are_turned_by_the_keyboard() {
    visit("long-table", Setting::default(), async |lab| {
        opened(lab, 450).await?;
        part(lab, "items now: 1 to 200 of 449 rows").await?;
        let first = keys(lab).await?;
        ensure!(first.len() == 200 && first[5..7] == [6, 8], "the first rows in the order of their keys: {first:?}");
        lab.is_accessible("long-table").await?;
        lab.script("document.querySelector('.all-rows-turns button:not([disabled])').focus()", Vec::new()).await?;
        lab.keys(Key::Enter).await?;
        part(lab, "items now: 201 to 400 of 449 rows").await?;
        ensure!(keys(lab).await?[0] == 202, "the rows after: {:?}", keys(lab).await?.first());
        lab.press("Last rows").await?;
        part(lab, "items now: 401 to 449 of 449 rows").await?;
        ensure!(keys(lab).await?.last() == Some(&450), "the last row");
        lab.press("Rows before").await?;
        part(lab, "201 to 400").await?;
        // Any of them can be asked about.
        let ask = "document.querySelector('#all-rows tbody tr:last-child .why').click()";
        lab.script(ask, Vec::new()).await?;
        lab.region_saying("Why?", &["item 401", "committed"]).await?;
        for (width, height) in [(1440, 900), (390, 844)] {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.script("document.querySelector('.all-rows').scrollIntoView()", Vec::new()).await?;
                lab.shoot(&format!("long-table-{width}-{}", theme.name())).await?;
            }
            let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
            ensure!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "at {width} px it is {wide} px wide");
        }
        Ok(())
    });
}

#[test]
fn it_follows_the_place_and_the_recovery() {
    visit("long-table-place", Setting::default(), async |lab| {
        opened(lab, 450).await?;
        part(lab, "of 449 rows").await?;
        // Before the last hundred were put in, there were fewer.
        for _ in 0..40 {
            if lab.region("All rows of a long table").await?.contains("of 349 rows") {
                break;
            }
            lab.press("Transaction back").await?;
        }
        part(lab, "of 349 rows").await?;
        lab.choose_kind("End of log").await?;
        lab.recover_at_once().await?;
        lab.choose("Table", "items recovered").await?;
        part(lab, "items recovered: 1 to 200 of 449 rows").await
    });
}
