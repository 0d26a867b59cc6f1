//! The tree *Timelines*: one of them before a recovery, and one more, below it, for each server that was promoted.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use thirtyfour::Key;

/// The tree's items: the level that each says it has, the depth it lies at, and its first words.
async fn items(lab: &Lab) -> Outcome<Vec<(u32, u32, String)>> {
    let tree = lab.find("tree", "Timelines").await?;
    let script = "const [tree] = arguments;
        const depth = (item) => item === tree ? 0 : depth(item.parentElement.closest('[role=treeitem], [role=tree]')) + 1;
        return [...tree.querySelectorAll('[role=treeitem]')]
            .map((item) => [Number(item.ariaLevel), depth(item), item.querySelector('p').innerText.replace(/\\s+/g, ' ').trim()])";
    Ok(serde_json::from_value(lab.script(script, vec![tree.to_json()?]).await?)?)
}

/// Waits until there are so many.
async fn grown(lab: &Lab, wanted: usize) -> Outcome<Vec<(u32, u32, String)>> {
    lab.wait(&format!("{wanted} timelines"), async || {
        let names = lab.names("treeitem").await.ok()?.len();
        let items = items(lab).await.ok()?;
        (names == wanted && items.len() == wanted).then_some(items)
    })
    .await
}

#[test]
fn it_grows_by_a_child_when_a_recovery_is_promoted() {
    visit("tree", Setting::default(), async |lab| {
        lab.slider_saying("Part in sight", "record").await?;
        let first = grown(lab, 1).await?;
        ensure!(first[0].0 == 1 && first[0].2.starts_with("Timeline 1"), "the first: {first:?}");
        let before = lab.last_step().await?;
        lab.recover_at_once().await?;
        let two = grown(lab, 2).await?;
        ensure!(two[0] == first[0], "the first is as it was: {two:?}");
        let (level, depth, said) = &two[1];
        ensure!((*level, *depth) == (2, 2), "the second lies below the first: {two:?}");
        ensure!(said.starts_with("Timeline 2") && said.contains("forks from 1 at 0/"), "it says whence: {said}");
        lab.is_accessible("tree").await?;
        // Where it begins can be gone to; its history file can be read.
        lab.press("Go to where 2 begins").await?;
        let last = lab.last_step().await?;
        lab.wait("where it begins", async || lab.slider("Position").await.ok().filter(|at| *at > before && *at < last))
            .await?;
        lab.press("History file of 2").await?;
        let fork = said.split_once(" at ").and_then(|(_, rest)| rest.split([',', ' ']).next()).unwrap_or_default();
        lab.region_saying("Inspector", &["history file of timeline 2", "parent", "1", "fork", fork, "reason"]).await?;
        // Before the recovery there was one.
        lab.find("slider", "Position").await?.send_keys(Key::Home).await?;
        grown(lab, 1).await?;
        Ok(())
    });
}
