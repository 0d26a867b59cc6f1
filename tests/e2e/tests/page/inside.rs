//! The machine looked into: pages with their two LSNs, the log buffer, segments, backups, the way back; and every page in the inspector.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};

/// Opens a part of the machine, and waits until it shows something.
async fn open(lab: &Lab, part: &str, table: &str) -> Outcome<Vec<Vec<String>>> {
    let button = lab.find("button", part).await?;
    if button.attr("aria-expanded").await?.as_deref() != Some("true") {
        lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
    }
    lab.wait(&format!("{part} to be shown"), async || lab.rows(table).await.ok().filter(|rows| !rows.is_empty())).await
}

/// Steps back until something is true of the page.
async fn back_until(lab: &Lab, what: &str, is_so: impl AsyncFn() -> Option<()>) -> Outcome {
    for _ in 0..80 {
        let at = lab.slider("Position").await?;
        let step = format!("document.getElementById('inside').dataset.seen = '{at}'");
        lab.script(&step, Vec::new()).await?;
        if is_so().await.is_some() {
            return Ok(());
        }
        lab.press("Step back").await?;
        lab.wait("the step before", async || (lab.slider("Position").await.ok()? < at).then_some(())).await?;
        // What is looked into follows a moment later.
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    }
    Err(format!("never came to {what}").into())
}

#[test]
fn a_dirty_page_is_a_page_with_two_lsns() {
    visit("inside-pages", Setting::default(), async |lab| {
        let caption = "newer in memory than on disk";
        open(lab, "Buffer pool and data files", caption).await?;
        let dirty = async || {
            let rows = lab.rows(caption).await.ok()?;
            let row = rows.into_iter().find(|row| row[1].contains("changed by this step"))?;
            (row[1].contains("dirty") && row[2].contains("newer")).then_some(())
        };
        back_until(lab, "a record that changes a page", dirty).await?;
        let rows = lab.rows(caption).await?;
        let row = rows.iter().find(|row| row[1].contains("changed by this step")).ok_or("the row is gone")?;
        let lsns = |cell: &str| cell.split(['n', 'd', 'w', ' ']).next().unwrap_or_default().to_owned();
        ensure!(lsns(&row[2]) != lsns(&row[3]), "two LSNs: {row:?}");
        ensure!(row[0].contains("page"), "it has a name and a block: {row:?}");
        lab.is_accessible("inside, pages").await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.shoot(&format!("inside-{width}-{}", theme.name())).await?;
            }
            let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
            ensure!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "at {width} px it is {wide} px wide");
        }
        Ok(())
    });
}

#[test]
fn the_log_is_told_segment_by_segment_and_the_store_backup_by_backup() {
    visit("inside-log", Setting::default(), async |lab| {
        let segments = open(lab, "Log on disk and archive", "to be archived").await?;
        ensure!(segments.iter().any(|row| row[1].contains("open")), "one is open: {segments:?}");
        ensure!(segments.iter().any(|row| row[2].contains("hot")), "one is archived: {segments:?}");
        let backups = open(lab, "Backup store", "Backups in the store").await?;
        ensure!(backups.iter().any(|row| row[3].contains("full")), "{backups:?}");
        lab.is_accessible("inside, stores").await?;
        // Before a commit its records are in the buffer alone.
        let button = lab.find("button", "Log buffer").await?;
        lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
        let buffered = async || {
            let rows = lab.rows("a power cut now would lose them").await.ok()?;
            (!rows.is_empty()).then_some(())
        };
        back_until(lab, "records in the log buffer", async || {
            let table = lab.find_all("table", "a power cut now would lose them").await.ok()?;
            if table.is_empty() { None } else { buffered().await }
        })
        .await
    });
}

#[test]
fn a_chain_of_backups_and_an_archiver_that_fails() {
    visit("inside-chain", Setting::default(), async |lab| {
        let script = "# a chain and a backlog\nscenario date 2026-03-04\n\
            00:00:00 a CREATE TABLE t (id int primary key)\n00:00:01 a INSERT INTO t VALUES (1)\n\
            00:00:02 ops backup b0\n00:10:00 a INSERT INTO t VALUES (2)\n00:10:01 ops backup b1 incremental from b0\n\
            00:20:00 ops stop archiver\n00:20:01 a INSERT INTO t VALUES (3)\n00:21:00 ops switch segment\n00:30:00 ops note 'so'\n";
        lab.run_titled(script).await?;
        let backups = open(lab, "Backup store", "Backups in the store").await?;
        let chain = backups.iter().find(|row| row[0].contains("continues b0"));
        ensure!(chain.is_some_and(|row| row[3].contains("changed pages alone")), "{backups:?}");
        lab.slide_to_end("Position").await?;
        open(lab, "Log on disk and archive", "to be archived").await?;
        lab.wait("a segment that the archiver cannot send", async || {
            let rows = lab.rows("to be archived").await.ok()?;
            let waits = |row: &Vec<String>| row[1].contains("waits for the archiver") || row[1].contains("on its way");
            rows.iter().any(|row| waits(row) && row[2].contains("tries failed")).then_some(())
        })
        .await
    });
}

#[test]
fn the_way_back_tells_restored_from_redone() {
    visit("inside-back", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.recover_at_once().await?;
        let caption = "of the new server";
        let pages = open(lab, "The way back", caption).await?;
        ensure!(pages.iter().any(|row| row[1].contains("changed by redo")), "{pages:?}");
        let button = lab.find("button", "To consistency").await?;
        lab.script("arguments[0].click()", vec![button.to_json()?]).await?;
        lab.wait("fewer pages touched by redo, or none", async || {
            let rows = lab.rows(caption).await.ok()?;
            (rows != pages).then_some(())
        })
        .await?;
        lab.is_accessible("inside, the way back").await
    });
}

#[test]
fn the_inspector_offers_every_page_by_the_engines_names() {
    visit("inside-inspector", Setting::default(), async |lab| {
        let script = "# many pages\nscenario date 2026-03-04\n\
            00:00:00 a CREATE TABLE t (id int primary key, account int, item text)\n00:00:00 a CREATE SEQUENCE s\n\
            00:00:03 load workload t every 10ms\n00:01:00 ops note 'so'\n";
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        lab.run_titled(script).await?;
        lab.choose("Take apart", "a page").await?;
        lab.wait("the relations", async || lab.find("combobox", "Page of").await.ok()).await?;
        let offered = lab.script(
            "return [...document.getElementById('inspector-relation').options].map(each => each.text).join(';')",
            Vec::new(),
        );
        let offered = offered.await?.as_str().unwrap_or_default().to_owned();
        for name in ["catalog", "t (", "s ("] {
            ensure!(offered.contains(name), "{name} in {offered}");
        }
        lab.choose("Page of", "t (").await?;
        let put = "const field = document.getElementById('inspector-block'); field.value = '1';
            field.dispatchEvent(new Event('change', { bubbles: true }))";
        lab.wait("the table's first page", async || {
            lab.region("Inspector").await.ok()?.contains("t, page 0").then_some(())
        })
        .await?;
        lab.script(put, Vec::new()).await?;
        lab.region_saying("Inspector", &["t, page 1"]).await?;
        Ok(())
    });
}
