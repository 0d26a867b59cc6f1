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
pub async fn grown(lab: &Lab, wanted: usize) -> Outcome<Vec<(u32, u32, String)>> {
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

/// Three notes, a recovery to before the last two, and a server that takes over and writes one more.
pub const TAKEN_OVER: &str = "# Taken over
scenario archive timeout 1m, xid 10
01:00:00 ops    CREATE TABLE notes (id int, text text)
01:01:00 ops    backup b1
01:02:00 app-1  INSERT INTO notes VALUES (1, 'one')
01:04:00 app-1  INSERT INTO notes VALUES (2, 'lost')
01:05:00 app-1  INSERT INTO notes VALUES (3, 'lost, too')
01:06:00 app-1  INSERT INTO notes VALUES (4, 'and this')
01:10:00 ops    recover to xid 12 exclusive
01:11:00 ops    switch over
01:12:00 app-1  INSERT INTO notes VALUES (5, 'on the new one')
01:20:00 ops    note 'That was it.'
";

/// How many records are in sight, as the minimap says it.
async fn in_sight(lab: &Lab) -> Outcome<u32> {
    let said = lab.slider_saying("Part in sight", "record").await?;
    let count = said.rsplit_once(", ").and_then(|(_, records)| records.split(' ').next()?.parse().ok());
    count.ok_or_else(|| format!("no count of records in {said:?}").into())
}

async fn in_sight_is(lab: &Lab, what: &str, wanted: impl Fn(u32) -> bool) -> Outcome<u32> {
    lab.wait(what, async || in_sight(lab).await.ok().filter(|count| wanted(*count))).await
}

#[test]
fn the_log_goes_on_where_a_recovered_server_takes_over() {
    visit("taken-over", Setting::default(), async |lab| {
        lab.slider_saying("Part in sight", "record").await?;
        lab.run_script(TAKEN_OVER).await?;
        grown(lab, 2).await?;
        lab.slide_to_end("Position").await?;
        // Along the clock all that was written is there, along the log what the server has at that step.
        let all = in_sight(lab).await?;
        lab.press("LSN").await?;
        let after = in_sight_is(lab, "the history that goes on", |count| count < all).await?;
        lab.shoot("taken-over").await?;
        lab.find("slider", "Position").await?.send_keys(Key::Home).await?;
        let before = in_sight_is(lab, "the history that was left", |count| count != after).await?;
        ensure!(before < all, "{before} of {all} before");
        // What both share is counted with each of them.
        ensure!(before + after > all, "{before} before and {after} after, of {all}");
        Ok(())
    });
}

/// The number of the timeline whose line has the keyboard, and how many lines are a stop for Tab.
async fn focused(lab: &Lab) -> Outcome<(String, u64)> {
    let script = "return [document.activeElement.dataset.branch ?? '',
        document.querySelectorAll('[role=treeitem][tabindex=\"0\"]').length]";
    let told = lab.script(script, Vec::new()).await?;
    Ok((told[0].as_str().unwrap_or_default().to_owned(), told[1].as_u64().unwrap_or_default()))
}

/// Presses a key and waits until the keyboard is at that timeline's line.
async fn leads(lab: &Lab, key: Key, to: &str) -> Outcome {
    lab.keys(key).await?;
    lab.wait(&format!("the keyboard to be at timeline {to}"), async || {
        (focused(lab).await.ok()? == (to.to_owned(), 1)).then_some(())
    })
    .await
}

#[test]
fn the_keyboard_walks_it_as_a_tree() {
    visit("tree-keys", Setting::default(), async |lab| {
        lab.slider_saying("Part in sight", "record").await?;
        lab.recover_at_once().await?;
        grown(lab, 2).await?;
        let at = lab.slider("Position").await?;
        lab.tab_to("treeitem", "Timeline 1").await?;
        leads(lab, Key::Down, "2").await?;
        leads(lab, Key::Down, "2").await?;
        leads(lab, Key::Up, "1").await?;
        leads(lab, Key::End, "2").await?;
        leads(lab, Key::Home, "1").await?;
        leads(lab, Key::Right, "2").await?;
        leads(lab, Key::Left, "1").await?;
        let outline = "const line = document.activeElement.querySelector('p'); const style = getComputedStyle(line);
            return `${style.outlineStyle} ${parseFloat(style.outlineWidth) >= 2}`";
        ensure!(lab.script(outline, Vec::new()).await? == "solid true", "it is seen where the keyboard is");
        lab.is_accessible("tree-keys").await?;
        lab.shoot("tree-keys").await?;
        // Shut and opened again.
        leads(lab, Key::Left, "1").await?;
        grown(lab, 1).await?;
        let shut = "return document.activeElement.ariaExpanded";
        ensure!(lab.script(shut, Vec::new()).await? == "false", "it says that it is shut");
        leads(lab, Key::Right, "1").await?;
        grown(lab, 2).await?;
        ensure!(lab.slider("Position").await? == at, "the lab has stayed where it was");
        // Tab goes on, to the buttons of the lines; Enter goes to where the timeline begins.
        leads(lab, Key::Down, "2").await?;
        lab.keys(Key::Enter).await?;
        lab.wait("where it begins", async || lab.slider("Position").await.ok().filter(|now| *now < at)).await?;
        Ok(())
    });
}
