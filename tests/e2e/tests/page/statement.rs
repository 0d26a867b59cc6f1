//! The statement box: what it offers, what it remembers, which word is wrong; ready-made statements; undoing.

use pitr_e2e::{Lab, Outcome, Setting, Theme, WIDTHS, ensure, visit};
use thirtyfour::Key;

async fn bench(lab: &Lab) -> Outcome {
    lab.wait("the workbench", async || lab.find("textbox", "Statement").await.ok()).await?;
    Ok(())
}

/// Waits until the box offers this, first of all.
async fn offers(lab: &Lab, wanted: &[&str]) -> Outcome {
    let offered = async || {
        let names = lab.names("option").await.ok()?;
        wanted.iter().all(|wanted| names.iter().any(|name| name == wanted)).then_some(())
    };
    lab.wait(&format!("the box to offer {wanted:?}"), offered).await
}

async fn holds(lab: &Lab, text: &str) -> Outcome {
    let held = async || (lab.typed("Statement").await.ok()? == text).then_some(());
    match lab.wait("the box", held).await {
        Ok(()) => Ok(()),
        Err(_) => Err(format!("the box holds {:?}, not {text:?}", lab.typed("Statement").await?).into()),
    }
}

/// What was done last, as the workbench tells it.
async fn told(lab: &Lab, words: &str) -> Outcome {
    lab.region_saying("Workbench", &[words]).await?;
    Ok(())
}

#[test]
fn what_is_begun_can_be_completed_by_the_keyboard() {
    visit("complete", Setting::default(), async |lab| {
        bench(lab).await?;
        lab.find("textbox", "Statement").await?.click().await?;
        lab.keys("del").await?;
        offers(lab, &["DELETE FROM", "delete backup"]).await.or(offers(lab, &["DELETE FROM"]).await)?;
        lab.keys(Key::Tab).await?;
        holds(lab, "DELETE FROM ").await?;
        // The tables are the engine's.
        offers(lab, &["users", "orders"]).await?;
        lab.keys(Key::Down).await?;
        lab.keys(Key::Down).await?;
        let active = async || {
            let script = "const box = document.activeElement;
                const active = document.getElementById(box.getAttribute('aria-activedescendant'));
                return [box.id, active?.textContent, active?.getAttribute('aria-selected')]";
            let found = lab.script(script, Vec::new()).await.ok()?;
            (found == serde_json::json!(["bench-statement", "users", "true"])).then_some(())
        };
        lab.wait("the second option to be the active one", active).await?;
        lab.is_accessible("options").await?;
        lab.shoot("statement-options").await?;
        lab.keys(Key::Enter).await?;
        holds(lab, "DELETE FROM users ").await?;
        lab.keys("WHERE ci").await?;
        offers(lab, &["city"]).await?;
        lab.keys(Key::Escape).await?;
        let closed = async || lab.names("option").await.ok()?.iter().all(|name| name != "city").then_some(());
        lab.wait("the list to close", closed).await?;
        holds(lab, "DELETE FROM users WHERE ci").await?;
        lab.keys("ty = 'nowhere'").await?;
        lab.keys(Key::Enter).await?;
        told(lab, "ops ran DELETE FROM users WHERE city = 'nowhere'.").await?;
        // What was run can be had again.
        lab.find("textbox", "Statement").await?.click().await?;
        lab.keys(Key::Up).await?;
        holds(lab, "DELETE FROM users WHERE city = 'nowhere'").await?;
        lab.keys(Key::Down).await?;
        holds(lab, "").await?;
        // A table that was dropped is offered no more, whatever the script says.
        lab.keys("DROP TABLE orders").await?;
        lab.keys(Key::Enter).await?;
        told(lab, "ops ran DROP TABLE orders.").await?;
        lab.find("textbox", "Statement").await?.click().await?;
        lab.keys("SELECT * FROM ").await?;
        offers(lab, &["users"]).await?;
        ensure!(!lab.names("option").await?.iter().any(|name| name == "orders"), "orders is gone");
        Ok(())
    });
}

#[test]
fn what_is_wrong_is_shown_at_its_word() {
    visit("wrong-word", Setting::default(), async |lab| {
        bench(lab).await?;
        lab.type_into("Statement", "DELETE FRM users").await?;
        lab.keys(Key::Escape).await?;
        lab.keys(Key::Enter).await?;
        let marked = async || {
            let script = "return document.querySelector('#bench-wrong mark')?.textContent";
            let word = lab.script(script, Vec::new()).await.ok()?;
            (word == "FRM").then_some(())
        };
        lab.wait("the word to be marked", marked).await?;
        lab.is_accessible("a wrong word").await?;
        lab.press("Select it in the box").await?;
        let selected =
            "const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd)";
        ensure!(lab.script(selected, Vec::new()).await? == "FRM", "the word is selected");
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            lab.shoot(&format!("statement-wrong-{width}")).await?;
        }
        lab.keys("FROM").await?;
        lab.keys(Key::Escape).await?;
        lab.keys(Key::Enter).await?;
        told(lab, "ops ran DELETE FROM users.").await
    });
}

#[test]
fn what_nobody_has_is_shown_at_its_word() {
    visit("wrong-names", Setting::default(), async |lab| {
        bench(lab).await?;
        let before = lab.run_as_shown().await?;
        for (statement, word, says) in [
            ("INSERT INTO userz VALUES (11, 'Radia', 'Boston')", "userz", "There is no table userz."),
            ("DELETE FROM users WHERE town = 'Boston'", "town", "has no column town"),
            ("INSERT INTO users VALUES (11, 12, 'Boston')", "12", "The column name holds text"),
            ("INSERT INTO orders VALUES (12, 3, 'Moth', 1)", "12", "12"),
            ("INSERT INTO users VALUES (11, 'Radia')", "(11, 'Radia')", "users"),
            ("recover from b7 to end", "b7", "There is no snapshot b7."),
            ("recover to name 'nowhere'", "'nowhere'", "There is no restore point nowhere"),
            ("recover to end along 7", "7", "There is no timeline 7"),
            ("backup b1", "b1", "There already is a snapshot b1."),
            ("DROP TABLE order", "order", "There is no table order."),
        ] {
            lab.type_into("Statement", statement).await?;
            lab.keys(Key::Escape).await?;
            lab.keys(Key::Enter).await?;
            // What is around the word is shown too, and the sentence says what is wrong with it.
            let wrong = "const wrong = document.querySelector('#bench-wrong');
                return [wrong.querySelector('mark')?.textContent, wrong.querySelector('pre')?.textContent, wrong.innerText]";
            let marked = async || {
                let found = lab.script(wrong, Vec::new()).await.ok()?;
                let is_so = found[0] == word && found[1] == statement && found[2].as_str()?.contains(says);
                is_so.then_some(())
            };
            let marked = lab.wait(&format!("{word:?} of {statement:?} to be marked"), marked).await;
            if let Err(error) = marked {
                return Err(format!("{error}; it says {}", lab.script(wrong, Vec::new()).await?).into());
            }
        }
        lab.press("Select it in the box").await?;
        let selected =
            "const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd)";
        ensure!(lab.script(selected, Vec::new()).await? == "order", "the word is selected");
        ensure!(lab.run_as_shown().await? == before, "nothing was carried out");
        Ok(())
    });
}

#[test]
fn a_recovery_that_is_typed_is_shown_as_it_has_ended() {
    visit("typed-recovery", Setting::default(), async |lab| {
        bench(lab).await?;
        for (statement, says) in [
            ("recover to time '02:59:59'", "ops ran recover to time '02:59:59'."),
            // It is at the end of the run: what is typed next comes behind it.
            ("switch over", "ops ran switch over."),
            ("INSERT INTO users VALUES (11, 'Radia', 'Boston')", "ops ran INSERT INTO users"),
        ] {
            lab.type_into("Statement", statement).await?;
            lab.keys(Key::Escape).await?;
            lab.keys(Key::Enter).await?;
            told(lab, says).await?;
            let end = async || {
                let (at, last) = (lab.slider("Position").await.ok()?, lab.last_step().await.ok()?);
                (at == last).then_some(())
            };
            lab.wait(&format!("the end of {statement:?}"), end).await?;
            if statement.starts_with("recover") {
                lab.wait("its heading", async || {
                    lab.text().await.ok()?.contains("11 transactions replayed").then_some(())
                })
                .await?;
            }
        }
        let rows = lab.rows("users now").await?;
        ensure!(
            rows.iter().any(|row| row.iter().any(|cell| cell.contains("Radia"))),
            "it has the users again: {rows:?}"
        );
        Ok(())
    });
}

#[test]
fn what_fails_within_a_block_is_told_as_it_happens() {
    visit("failed-in-block", Setting::default(), async |lab| {
        bench(lab).await?;
        for (statement, says) in [
            ("BEGIN", "ops ran BEGIN."),
            (
                "INSERT INTO users VALUES (1, 'Ada', 'London'), (1, 'Ada', 'Paris')",
                "The statement of ops fails: the key is there already.",
            ),
        ] {
            lab.type_into("Statement", statement).await?;
            lab.keys(Key::Escape).await?;
            lab.keys(Key::Enter).await?;
            told(lab, says).await?;
        }
        // As on a server, the block takes nothing more.
        lab.type_into("Statement", "DELETE FROM orders").await?;
        lab.keys(Key::Escape).await?;
        lab.keys(Key::Enter).await?;
        told(lab, "commands are ignored until the end of the block").await
    });
}

#[test]
fn every_button_does_what_it_says() {
    visit("ready-made", Setting::default(), async |lab| {
        bench(lab).await?;
        let deeds = [
            ("Back up", "ops ran backup b2."),
            ("Restore point", "ops ran restore point 'point"),
            ("Switch segment", "ops ran switch segment."),
            ("Orders", "shop ran workload orders every 10s inserts 2"),
            ("Transfers, constant sum", "bank ran CREATE TABLE accounts"),
            ("A seeded mix", "mix ran workload"),
            ("Let a minute pass", "ops ran note"),
            ("Flip a bit", "ops ran flip bit 5000 of segment"),
            ("Lose a segment", "ops ran lose segment"),
            ("Stop the archiver", "ops ran stop archiver."),
            ("Start the archiver", "ops ran start archiver."),
            ("Clock on an hour", "ops ran clock '2026-03-04 04:"),
            ("Clock back an hour", "ops ran clock '2026-03-04 02:"),
            ("Drop the table", "ops ran DROP TABLE"),
            ("Power off, page torn", "ops ran crash tearing pages."),
            ("Start again", "ops ran restart."),
            ("Crash", "ops ran crash."),
        ];
        for (button, says) in deeds {
            lab.press(button).await?;
            told(lab, says).await.map_err(|error| format!("{button}: {error}"))?;
        }
        let script = lab.typed_script().await?;
        ensure!(script.contains("sum accounts.balance = 400"), "transfers can be held to their sum");
        Ok(())
    });
}

#[test]
fn a_full_disk_and_generators() {
    visit("generators", Setting::default(), async |lab| {
        bench(lab).await?;
        lab.press("Transfers, constant sum").await?;
        let sum = async || {
            let rows = lab.rows("accounts now").await.ok()?;
            let balances: Vec<i64> = rows.iter().filter_map(|row| row.get(1)?.parse().ok()).collect();
            (balances.len() == 4 && balances.iter().sum::<i64>() == 400 && balances.iter().any(|one| *one != 100))
                .then_some(())
        };
        lab.wait("money to have moved, and none to be lost", sum).await?;
        lab.press("Fill the disk").await?;
        told(lab, "ops ran fill disk.").await
    });
}

#[test]
fn undo_steps_back_and_redo_on_again() {
    visit("undo", Setting::default(), async |lab| {
        bench(lab).await?;
        let undo = lab.find("button", "Undo").await?;
        ensure!(!undo.is_enabled().await?, "nothing was done here yet");
        let before = lab.last_step().await?;
        let shown = lab.run_as_shown().await?;
        lab.type_into("Statement", "INSERT INTO users VALUES (11, 'Radia Perlman', 'Boston')").await?;
        lab.press("Run").await?;
        told(lab, "ops ran INSERT").await?;
        let has = async |wanted: bool| {
            lab.wait("the row to be there, or not", async || {
                let rows = lab.rows("users now").await.ok()?;
                (rows.iter().flatten().any(|cell| cell.contains("Radia")) == wanted).then_some(())
            })
            .await
        };
        has(true).await?;
        lab.press("Undo").await?;
        has(false).await?;
        told(lab, "before INSERT INTO users").await?;
        ensure!(lab.slider("Position").await? == before, "the page stands before it");
        lab.press("Redo").await?;
        has(true).await?;
        lab.press("Undo").await?;
        has(false).await?;
        for (width, height) in WIDTHS {
            lab.size(width, height).await?;
            lab.theme(if width == 820 { Theme::Dark } else { Theme::Light }).await?;
            lab.shoot(&format!("statement-undone-{width}")).await?;
        }
        lab.is_accessible("undone").await?;
        // Something else from here is a branch without it.
        lab.type_into("Statement", "checkpoint").await?;
        lab.press("Run").await?;
        told(lab, "ops ran checkpoint.").await?;
        ensure!(!lab.typed_script().await?.contains("Radia"), "the branch is without it");
        lab.press("Undo").await?;
        let back = async || (lab.slider("Position").await.ok()? == before).then_some(());
        lab.wait("the step before", back).await?;
        let same = lab.run_as_shown().await?;
        let tables = |shown: &str| shown.split_once("users").map(|(_, rows)| rows.to_owned());
        ensure!(tables(&same) == tables(&shown), "the rows are as they were: {same}");
        Ok(())
    });
}
