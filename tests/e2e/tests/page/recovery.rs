//! The recovery: watched to its end, and what it gives.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

const SENTENCE: &str = "Recovered to 02:59:59: 11 transactions replayed, stopped before XID 113 (DELETE FROM users)";

/// The users as they were at 02:59:59.
async fn everybody_is_back(lab: &Lab) -> Outcome {
    let users = lab.rows("users recovered").await?;
    let ids: Vec<&str> = users.iter().filter_map(|row| row.first()).map(String::as_str).collect();
    ensure!(ids == ["1", "3", "4", "5", "7", "8", "9", "10"], "the users of 02:59:59: {ids:?}");
    let grace =
        users.iter().find(|row| row.iter().any(|cell| cell == "Grace Hopper")).ok_or("Grace Hopper is there")?;
    ensure!(grace.iter().any(|cell| cell == "Arlington"), "with the change of 02:55: {grace:?}");
    ensure!(lab.rows("users now").await?.is_empty(), "the live table is as empty as it was");
    ensure!(lab.rows("orders now").await?.len() == 11, "the live database goes on");
    ensure!(lab.rows("orders recovered").await?.len() == 9, "the two orders after 03:00 are the price");
    Ok(())
}

#[test]
fn it_can_be_watched_paused_and_stepped() {
    visit("watched", Setting::default(), async |lab| {
        let before = lab.last_step().await?;
        lab.press("Recover").await?;
        lab.wait("the recovery to play", async || lab.slider("Position").await.ok().filter(|at| *at > before + 2))
            .await?;
        lab.press("Pause").await?;
        let paused = lab.slider("Position").await?;
        lab.press("Step back").await?;
        lab.press("Step forward").await?;
        lab.wait("the step to come again", async || lab.slider("Position").await.ok().filter(|at| *at == paused))
            .await?;
        ensure!(!lab.status().await?.contains("Recovered to"), "it has not ended yet");
        lab.press("Play").await?;
        lab.status_saying(&[SENTENCE]).await?;
        everybody_is_back(lab).await?;
        let report = lab.text().await?;
        for words in ["XID 112", "XID 113", "timeline 2", "Fetching the snapshot"] {
            ensure!(report.contains(words), "the report says {words:?}");
        }
        Ok(())
    });
}

#[test]
fn the_result_is_the_same_by_time_lsn_and_xid() {
    visit("three-kinds", Setting::default(), async |lab| {
        for kind in ["LSN", "XID", "Time"] {
            lab.choose_kind(kind).await?;
            lab.region_saying("Recover", &["XID 112", "last in", "XID 113", "first out"]).await?;
            let said = lab.recover_at_once().await?;
            ensure!(said.contains("11 transactions replayed"), "{kind}: {said}");
            everybody_is_back(lab).await?;
        }
        Ok(())
    });
}

#[test]
fn a_target_past_the_damage_brings_the_damage_back() {
    visit("too-late", Setting::default(), async |lab| {
        lab.type_into("Target", "03:00:00").await?;
        lab.region_saying("Recover", &["XID 113", "last in", "XID 114", "first out"]).await?;
        let said = lab.recover_at_once().await?;
        ensure!(said.contains("12 transactions replayed"), "the DELETE is replayed too: {said}");
        ensure!(lab.rows("users recovered").await?.is_empty(), "and nobody is back");
        Ok(())
    });
}
