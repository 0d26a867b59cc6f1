//! A link of a hundred commands of one's own is short enough for anybody to send, and opens again to the same run.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

/// A script of a hundred commands: what a shop's day is made of.
fn script() -> String {
    let mut script = String::from(
        "# A hundred commands of my own\nscenario seed 1, date 2026-01-01, zone UTC, scale 1, segment 8KiB, archive timeout 5m\n",
    );
    let mut line = |at: u32, rest: String| script.push_str(&format!("{:02}:{:02}:00 {rest}\n", 1 + at / 60, at % 60));
    line(0, "ops CREATE TABLE items (id int primary key, name text, price int)".to_owned());
    line(1, "ops backup b1".to_owned());
    let names = ["lamp", "chair", "kettle", "rug", "mirror", "shelf", "clock"];
    for at in 2..99 {
        let (session, name) = (if at % 3 == 0 { "app-2" } else { "app-1" }, names[at as usize * 5 % 7]);
        line(
            at,
            match at % 7 {
                3 => format!("{session} UPDATE items SET price = price + {} WHERE id = {}", at * 13 % 29, at - 1),
                5 => format!("{session} DELETE FROM items WHERE id = {}", at - 4),
                6 => format!("ops restore point 'at {at}'"),
                _ => format!("{session} INSERT INTO items VALUES ({at}, '{name} {}', {})", at * 31 % 97, at * 17 % 113),
            },
        );
    }
    line(99, "ops note 'so much for today'".to_owned());
    script
}

async fn items(lab: &Lab) -> Outcome<Vec<Vec<String>>> {
    lab.wait("the items", async || lab.rows("items now").await.ok().filter(|rows| rows.len() > 10)).await
}

#[test]
fn a_hundred_commands_fit_and_come_back() {
    visit("address-hundred", Setting::default(), async |lab| {
        lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
        let script = script();
        ensure!(script.lines().count() == 102, "a title, a scenario, and a hundred commands");
        lab.run_titled(&script).await?;
        let rows = items(lab).await?;
        let (last, said) = (lab.last_step().await?, lab.slider_text("Position").await?);
        let address = lab
            .wait("a link in the address", async || {
                let address = lab.script("return location.href", Vec::new()).await.ok()?;
                let address = address.as_str()?.to_owned();
                pitr_protocol::Permalink::read(&address).is_ok_and(|link| link.step == Some(last)).then_some(address)
            })
            .await?;
        ensure!(address.len() <= 2_000, "the address has {} characters", address.len());
        // Somebody else opens it, who has been nowhere yet.
        lab.driver.goto("about:blank").await?;
        lab.driver.goto(&address).await?;
        lab.wait("the run of the link", async || (lab.last_step().await.ok()? == last).then_some(())).await?;
        lab.slider_saying("Position", &said).await?;
        ensure!(items(lab).await? == rows, "the rows are the same");
        let again = lab.typed_script().await?;
        ensure!(again.lines().count() == 102, "all of its lines: {again}");
        for (now, before) in again.lines().zip(script.lines()) {
            let is_same = now.split_whitespace().eq(before.split_whitespace());
            ensure!(is_same, "its words are the same: {now:?}, {before:?}");
        }
        Ok(())
    });
}
