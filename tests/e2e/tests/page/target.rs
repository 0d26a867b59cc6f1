//! The target: three kinds, typed or moved, and the cut that it makes, shown before anything is run.

use pitr_e2e::{Setting, ensure, visit};
use thirtyfour::Key;

#[test]
fn the_cut_is_shown_before_anything_is_run() {
    visit("cut", Setting::default(), async |lab| {
        let words = ["02:55:00", "XID 112", "last in", "02:59:59", "03:00:00", "XID 113", "first out", "keeps 11"];
        lab.region_saying("Recover", &words).await?;
        ensure!(!lab.has_table("users recovered").await?, "nothing was run");
        Ok(())
    });
}

#[test]
fn each_kind_says_the_same_cut_in_its_terms() {
    visit("kinds", Setting::default(), async |lab| {
        for (kind, begins) in [("LSN", "0/"), ("XID", "11"), ("Time", "0")] {
            lab.choose_kind(kind).await?;
            let shown = lab
                .wait(&format!("the target as {kind}"), async || {
                    lab.typed("Target").await.ok().filter(|text| text.starts_with(begins))
                })
                .await?;
            lab.slider_saying("Recovery target", &shown).await?;
            lab.region_saying("Recover", &["XID 112", "last in", "XID 113", "first out"]).await?;
        }
        Ok(())
    });
}

#[test]
fn what_is_typed_becomes_the_target() {
    visit("typed", Setting::default(), async |lab| {
        lab.type_into("Target", "02:30:00").await?;
        lab.region_saying("Recover", &["XID 107", "last in", "XID 109", "first out"]).await?;
        lab.find("checkbox", "Inclusive").await?.click().await?;
        lab.region_saying("Recover", &["last in", "XID 107", "first out"]).await?;
        lab.choose_kind("XID").await?;
        lab.type_into("Target", "108").await?;
        let inclusive = lab.find("checkbox", "Inclusive").await?;
        if !inclusive.is_selected().await? {
            inclusive.click().await?;
        }
        // 109 committed before 108: it is in, although its number is higher.
        lab.region_saying("Recover", &["XID 109", "XID 108", "last in", "XID 110", "first out"]).await?;
        Ok(())
    });
}

#[test]
fn the_slider_goes_over_the_places_where_recovery_can_stop() {
    visit("slider", Setting::default(), async |lab| {
        let slider = lab.find("slider", "Recovery target").await?;
        let before = lab.slider_text("Recovery target").await?;
        slider.send_keys(Key::Left).await?;
        lab.wait("the target to move", async || {
            lab.slider_text("Recovery target").await.ok().filter(|text| *text != before)
        })
        .await?;
        slider.send_keys(Key::Home).await?;
        slider.send_keys(Key::End).await?;
        slider.send_keys(Key::Left).await?;
        let text = lab.wait("the target to be near the end", async || {
            lab.slider_text("Recovery target").await.ok().filter(|text| text.contains("03:0"))
        });
        let text = text.await?;
        let typed = lab.typed("Target").await?;
        ensure!(text.contains(&typed), "slider and textbox say the same: {text:?}, {typed:?}");
        Ok(())
    });
}

#[test]
fn what_would_be_kept_and_lost_is_told_in_rows() {
    const CAPTION: &str = "What it would do to the rows there are now";
    visit("rows-of-a-target", Setting::default(), async |lab| {
        let says = async |words: &str| {
            let rows = async || {
                let rows = lab.rows(CAPTION).await.ok()?;
                let said: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
                said.join(", ").eq(words).then_some(())
            };
            lab.wait(&format!("the rows to be {words}"), rows).await
        };
        // Stay, come back, are lost, change.
        lab.type_into("Target", "02:58:00").await?;
        says("orders 9 0 2 0, users 0 8 0 0").await?;
        // Behind the damage nobody comes back.
        lab.type_into("Target", "03:05:00").await?;
        says("orders 10 0 1 0, users 0 0 0 0").await?;
        lab.type_into("Target", "02:30:00").await?;
        says("orders 7 0 4 0, users 0 9 0 0").await?;
        lab.is_accessible("rows of a target").await?;
        ensure!(!lab.has_table("users recovered").await?, "nothing was run");
        Ok(())
    });
}
