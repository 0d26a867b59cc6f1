//! The workbench: statements that are carried out, branches, bytes taken apart, rows explained.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};

/// Waits until the workbench has come, which is after the page.
async fn bench(lab: &Lab) -> Outcome {
    lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
    Ok(())
}

/// Types a statement and runs it.
async fn run(lab: &Lab, statement: &str) -> Outcome {
    lab.type_into("Statement", statement).await?;
    lab.press("Run").await
}

async fn region_has(lab: &Lab, region: &str, words: &[&str]) -> Outcome {
    lab.region_saying(region, words).await?;
    Ok(())
}

#[test]
fn a_statement_becomes_a_line_of_the_script() {
    visit("statement", Setting::default(), async |lab| {
        bench(lab).await?;
        run(lab, "INSERT INTO users VALUES (11, 'Radia Perlman', 'Boston')").await?;
        let there = async || {
            let rows = lab.rows("users now").await.ok()?;
            rows.iter().any(|row| row.iter().any(|cell| cell.contains("Radia"))).then_some(())
        };
        lab.wait("the row to be there", there).await?;
        ensure!(lab.typed_script().await?.contains("Radia Perlman"), "the script has the statement");
        // What cannot be is said beside the box, and the run stays as it was.
        let before = lab.run_as_shown().await?;
        run(lab, "INSERT INTO users VALUES (11, 'Again', 'Boston')").await?;
        let said = async || {
            let alerts = lab.find_all("alert", "").await.ok()?;
            for alert in alerts {
                if alert.text().await.ok()?.contains("11") {
                    return Some(());
                }
            }
            None
        };
        lab.wait("a message about the key", said).await?;
        run(lab, "DELTE FROM users").await?;
        let near = async || {
            for alert in lab.find_all("alert", "").await.ok()? {
                if alert.text().await.ok()?.contains("DELETE") {
                    return Some(());
                }
            }
            None
        };
        lab.wait("a message that knows the word", near).await?;
        ensure!(lab.run_as_shown().await? == before, "the run stays as it was");
        lab.is_accessible("workbench").await
    });
}

#[test]
fn stepping_back_and_running_something_else_is_a_branch() {
    visit("branch", Setting::default(), async |lab| {
        bench(lab).await?;
        // Before the damage.
        let steps = lab.last_step().await?;
        for _ in 0..60 {
            if lab.rows("users now").await.is_ok_and(|rows| !rows.is_empty()) {
                break;
            }
            lab.press("Step back").await?;
        }
        ensure!(!lab.rows("users now").await?.is_empty(), "the users are there again");
        region_has(lab, "Workbench", &["branch"]).await?;
        run(lab, "backup b2").await?;
        region_has(lab, "Workbench", &["Branches that you left"]).await?;
        ensure!(!lab.typed_script().await?.contains("DELETE FROM users\n"), "the branch is without the damage");
        let back =
            lab.wait("the way back", async || lab.find_all("button", "The 03:00 DELETE").await.ok()?.pop()).await?;
        back.click().await?;
        let there = async || lab.typed_script().await.ok()?.contains("DELETE FROM users\n").then_some(());
        lab.wait("the run that was left", there).await?;
        ensure!(lab.last_step().await? == steps, "it is the run that it was");
        Ok(())
    });
}

#[test]
fn rows_are_explained_and_bytes_taken_apart() {
    visit("why", Setting::default(), async |lab| {
        bench(lab).await?;
        lab.recover_at_once().await?;
        let whys = lab.wait("a button on every row", async || {
            let found = lab.find_all("button", "Why?").await.ok()?;
            (found.len() > 10).then_some(found)
        });
        let whys = whys.await?;
        whys.first().ok_or("no button")?.click().await?;
        region_has(lab, "Why?", &["XID", "committed", "past the stop"]).await?;
        // The record's own bytes.
        let script = "document.querySelector('.bench-chain button').click()";
        lab.script(script, Vec::new()).await?;
        region_has(lab, "Inspector", &["Log record", "XID", "previous", "checksum", "Ada Lovelace"]).await?;
        lab.is_accessible("inspector").await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            for theme in [Theme::Light, Theme::Dark] {
                lab.theme(theme).await?;
                lab.shoot(&format!("workbench-{width}-{}", theme.name())).await?;
            }
            let wide = lab.script("return document.documentElement.scrollWidth", Vec::new()).await?;
            ensure!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "at {width} px it is {wide} px wide");
        }
        Ok(())
    });
}

#[test]
fn the_address_holds_the_run_and_the_place() {
    visit("address", Setting::default(), async |lab| {
        bench(lab).await?;
        run(lab, "restore point 'shared'").await?;
        let there = async || lab.typed_script().await.ok()?.contains("restore point 'shared'").then_some(());
        lab.wait("the restore point", there).await?;
        lab.press("Step back").await?;
        lab.press("Step back").await?;
        let shown = lab.run_as_shown().await?;
        let at = lab.slider("Position").await?;
        let address = async || {
            let address = lab.script("return location.href", Vec::new()).await.ok()?;
            let address = address.as_str()?.to_owned();
            (address.contains("#1.") && address.len() < 2000).then_some(address)
        };
        lab.wait("a link in the address", address).await?;
        tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
        // Reloaded, it is the same run at the same place.
        lab.script("location.reload()", Vec::new()).await?;
        lab.ready().await?;
        bench(lab).await?;
        lab.wait("the restore point again", there).await?;
        let same = async || (lab.slider("Position").await.ok()? == at).then_some(());
        lab.wait("the place again", same).await?;
        ensure!(lab.run_as_shown().await? == shown, "it is the same run");
        // Back is the run before.
        lab.script("history.back()", Vec::new()).await?;
        let before = async || (!lab.typed_script().await.ok()?.contains("restore point 'shared'")).then_some(());
        lab.wait("the run before", before).await
    });
}

#[test]
fn a_damaged_link_is_told_and_the_lab_opens() {
    visit("damaged-link", Setting::default(), async |lab| {
        lab.script("location.hash = '1.AAAAAAAA'; location.reload()", Vec::new()).await?;
        lab.ready().await?;
        bench(lab).await?;
        let told = async || {
            for alert in lab.find_all("alert", "").await.ok()? {
                if alert.text().await.ok()?.contains("link") {
                    return Some(());
                }
            }
            None
        };
        lab.wait("a message about the link", told).await?;
        ensure!(lab.has_table("users now").await?, "the lab opens as ever");
        Ok(())
    });
}

#[test]
fn the_same_act_is_said_in_other_words() {
    visit("elsewhere", Setting::default(), async |lab| {
        bench(lab).await?;
        lab.press("Show the same act elsewhere").await?;
        region_has(
            lab,
            "The same act elsewhere",
            &["PostgreSQL", "recovery_target_time = '2026-03-04 02:59:59+00'", "mysqlbinlog", "RestoreDateTime"],
        )
        .await?;
        lab.is_accessible("elsewhere").await
    });
}

#[test]
fn larger_steps_and_the_list_of_keys() {
    visit("strides", Setting::default(), async |lab| {
        bench(lab).await?;
        let at = lab.slider("Position").await?;
        lab.press("Transaction back").await?;
        let earlier = async || (lab.slider("Position").await.ok()? < at).then_some(());
        lab.wait("an earlier step", earlier).await?;
        lab.script("document.activeElement.blur()", Vec::new()).await?;
        lab.keys(">").await?;
        lab.keys(",").await?;
        lab.keys("?").await?;
        lab.wait("the list of keys", async || lab.find("dialog", "Keyboard shortcuts").await.ok()).await?;
        lab.is_accessible("keys").await?;
        lab.keys("\u{e00c}").await?;
        let gone = async || lab.find_all("dialog", "Keyboard shortcuts").await.ok()?.is_empty().then_some(());
        lab.wait("the list to go", gone).await?;
        lab.keys("/").await?;
        let there = async || {
            let focused = lab.script("return document.activeElement.id", Vec::new()).await.ok()?;
            (focused == "bench-statement").then_some(())
        };
        lab.wait("the keyboard in the statement box", there).await?;
        // They can be switched off, by the keyboard too.
        lab.script("document.activeElement.blur()", Vec::new()).await?;
        lab.press("Keys").await?;
        let switch = lab.find("checkbox", "Keys of one character").await?;
        switch.click().await?;
        lab.press("Close").await?;
        lab.script("document.activeElement.blur()", Vec::new()).await?;
        lab.keys("/").await?;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let focused = lab.script("return document.activeElement.id", Vec::new()).await?;
        ensure!(focused != "bench-statement", "the key does nothing any more");
        Ok(())
    });
}
