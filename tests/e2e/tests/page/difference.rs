//! After a recovery each table is there as it is now, as it was recovered, and as the difference; and any row of it is explained.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

/// What is counted over the difference of a table, and what is said under it.
async fn counted(lab: &Lab, table: &str) -> Outcome<String> {
    let table = lab.find("table", &format!("{table} difference")).await?;
    let script = "return arguments[0].closest('.grid-card').innerText";
    Ok(lab.script(script, vec![table.to_json()?]).await?.as_str().unwrap_or_default().to_owned())
}

/// The rows of the difference: what became of them, the key, and the rest.
async fn differing(lab: &Lab, table: &str) -> Outcome<Vec<(String, String, String)>> {
    let rows = lab.rows(&format!("{table} difference")).await?;
    let row = |row: Vec<String>| {
        let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
        (cell(0), cell(1), row.get(2..).unwrap_or_default().join(" | "))
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Asks why about the first row of a selector.
async fn ask(lab: &Lab, row: &str) -> Outcome {
    let ask = "const button = document.querySelector(arguments[0])?.querySelector('button.why');
        button?.click();
        return !!button";
    lab.wait(&format!("{row} to ask about"), async || {
        (lab.script(ask, vec![row.into()]).await.ok()? == true).then_some(())
    })
    .await
}

#[test]
fn what_came_back_and_what_is_gone_is_listed_and_counted() {
    visit("difference", Setting::default(), async |lab| {
        ensure!(!lab.has_table("users difference").await?, "there is no difference before a recovery");
        lab.recover_at_once().await?;
        let users = differing(lab, "users").await?;
        let keys: Vec<&str> = users.iter().map(|(_, key, _)| key.as_str()).collect();
        ensure!(keys == ["1", "3", "4", "5", "7", "8", "9", "10"], "the users of 02:59:59: {keys:?}");
        ensure!(users.iter().all(|(state, ..)| state == "back"), "each of them is back: {users:?}");
        ensure!(users[1].2.contains("Grace Hopper | Arlington"), "with its values: {:?}", users[1]);
        let said = counted(lab, "users").await?;
        ensure!(said.contains("8 back") && !said.contains("gone"), "the users are counted: {said}");
        let orders = differing(lab, "orders").await?;
        let gone: Vec<(&str, &str)> = orders.iter().map(|(state, key, _)| (state.as_str(), key.as_str())).collect();
        ensure!(gone == [("gone", "11"), ("gone", "12")], "the two orders after the damage: {gone:?}");
        let said = counted(lab, "orders").await?;
        ensure!(said.contains("2 gone"), "the orders are counted: {said}");
        ensure!(said.contains("9 rows are the same on both sides."), "and so are those that stay: {said}");
        // Now, recovered and the difference are three tables that agree.
        let now = lab.rows("orders now").await?.len();
        let recovered = lab.rows("orders recovered").await?.len();
        ensure!((now, recovered) == (11, 9), "{now} orders now, {recovered} recovered");
        lab.is_accessible("difference").await
    });
}

#[test]
fn a_changed_row_shows_both_values() {
    visit("difference-changed", Setting::default(), async |lab| {
        // Before the commit of 02:25, which raised the amount of order 2.
        lab.type_into("Target", "02:24:00").await?;
        lab.slider_saying("Recovery target", "02:24:00").await?;
        lab.recover_at_once().await?;
        let orders = differing(lab, "orders").await?;
        let states: Vec<(&str, &str)> = orders.iter().map(|(state, key, _)| (state.as_str(), key.as_str())).collect();
        let expected = [("changed", "2"), ("gone", "7"), ("gone", "9"), ("gone", "10"), ("gone", "11"), ("gone", "12")];
        ensure!(states == expected, "what became of the orders: {states:?}");
        let said = counted(lab, "orders").await?;
        ensure!(said.contains("5 gone, 1 changed"), "they are counted: {said}");
        ensure!(said.contains("5 rows are the same on both sides."), "and so are those that stay: {said}");
        let values = "const row = document.querySelector('.grid-diff tr.is-changed');
            return [row.querySelector('ins').textContent, row.querySelector('del').textContent]";
        let values = lab.script(values, Vec::new()).await?;
        ensure!(values == serde_json::json!(["80", "100"]), "80 is recovered, 100 is there now: {values}");
        Ok(())
    });
}

#[test]
fn why_a_row_that_is_there_now_is_lost_by_the_recovery() {
    visit("why-lost", Setting::default(), async |lab| {
        lab.slider_saying("Part in sight", "record").await?;
        lab.recover_at_once().await?;
        // The recovered server has never had it.
        ask(lab, ".grid-diff tr.is-gone:has([data-why=i11])").await?;
        let said = lab
            .region_saying("Why?", &["orders has no row 11: it was written past", "XID 114 inserted", "past the stop"])
            .await?;
        ensure!(said.contains("Film stock"), "it says which row: {said}");
        // The live one has it still.
        ask(lab, "tr:has([data-why=i11][data-table=orders]:not([data-recovered]))").await?;
        let said = lab.region_saying("Why?", &["is there: what wrote it committed before", "XID 114 inserted"]).await?;
        ensure!(!said.contains("past the stop"), "nothing stops the live server: {said}");
        // Of the other sort: what came back is asked about where it is missing.
        ask(lab, ".grid-diff tr.is-back:has([data-why=i3])").await?;
        lab.region_saying(
            "Why?",
            &["users has no row 3: a transaction that committed before", "deleted it", "XID 113"],
        )
        .await?;
        Ok(())
    });
}
