//! What breaks can be taken back: behind a fault the world before it is still there, and a fault at a past moment is a branch that loses nothing.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};

/// The buttons that break something, and what is told of each.
const FAULTS: [(&str, &str); 8] = [
    ("Crash", "crash"),
    ("Power off, page torn", "crash"),
    ("Flip a bit", "flip bit"),
    ("Lose a segment", "lose segment"),
    ("Stop the archiver", "stop archiver"),
    ("Fill the disk", "fill disk"),
    ("Clock on an hour", "clock"),
    ("Drop the table", "DROP TABLE"),
];

/// The world at the moment on show: the place, what the machine has where, and the tables.
async fn world(lab: &Lab) -> Outcome<String> {
    let places = "return [...document.querySelectorAll('section.machine .place')].map(each => each.innerText.replace(/\\s+/g, ' ')).join('; ')";
    let machine = lab.script(places, Vec::new()).await?;
    let position = lab.slider_text("Position").await?;
    let mut world = format!("{position}: {machine}");
    for table in ["users now", "orders now"] {
        // A server that is down has none, and a table may have been dropped.
        let rows = if lab.has_table(table).await? { lab.rows(table).await? } else { Vec::new() };
        world.push_str(&format!("; {table} {rows:?}"));
    }
    Ok(world)
}

async fn is_as_before(lab: &Lab, before: &str, when: &str) -> Outcome {
    let same = async || (world(lab).await.ok()? == before).then_some(());
    match lab.wait(&format!("the world as before {when}"), same).await {
        Ok(()) => Ok(()),
        Err(error) => Err(format!("{error}: it was\n{before}\nand is\n{:?}", world(lab).await).into()),
    }
}

/// Breaks something, and waits until the run has it at its end.
async fn break_by(lab: &Lab, button: &str, told: &str) -> Outcome {
    let before = lab.slider("Position").await?;
    lab.press(button).await?;
    lab.region_saying("Workbench", &[&format!("ops ran {told}")]).await?;
    let there = async || lab.typed_script().await.ok()?.lines().rev().find(|line| line.contains(told)).map(|_| ());
    lab.wait(&format!("{told} in the script"), there).await?;
    lab.wait("the end of the run", async || {
        let at = lab.slider("Position").await.ok()?;
        (at != before && at == lab.last_step().await.ok()?).then_some(())
    })
    .await
}

/// One fault after another, each at the end of the run that there was: behind it, stepping back leads to what was.
fn each_can_be_stepped_back_from(name: &str, faults: &[(&str, &str)]) {
    visit(name, Setting::default(), async |lab| {
        lab.find("textbox", "Statement").await?;
        let (last, before) = (lab.last_step().await?, world(lab).await?);
        for (button, told) in faults {
            break_by(lab, button, told).await?;
            ensure!(lab.last_step().await? > last, "{button} is a step of its own");
            // Step by step to where it had not happened yet.
            for _ in 0..40 {
                if lab.slider("Position").await? == last {
                    break;
                }
                lab.press("Step back").await?;
            }
            is_as_before(lab, &before, button).await?;
            // What was done can be taken back in one go, and done again.
            lab.slide_to_end("Position").await?;
            lab.press("Undo").await?;
            is_as_before(lab, &before, &format!("{button}, taken back")).await?;
            lab.press("Redo").await?;
            lab.wait(&format!("{button} again"), async || {
                (lab.slider("Position").await.ok()? == lab.last_step().await.ok()?).then_some(())
            })
            .await?;
            ensure!(world(lab).await? != before, "{button} leaves its mark");
            // The next one is a branch of its own, from before this one.
            lab.press("Undo").await?;
            is_as_before(lab, &before, &format!("{button}, taken back again")).await?;
        }
        Ok(())
    });
}

#[test]
fn what_strikes_the_server_can_be_stepped_back_from() {
    each_can_be_stepped_back_from("undo-server", &FAULTS[..4]);
}

#[test]
fn what_goes_wrong_around_it_can_be_stepped_back_from() {
    each_can_be_stepped_back_from("undo-around", &FAULTS[4..]);
}

#[test]
fn a_fault_at_a_past_moment_is_a_branch_and_the_first_stays() {
    visit("fault-branch", Setting::default(), async |lab| {
        lab.find("textbox", "Statement").await?;
        let (last, before) = (lab.last_step().await?, world(lab).await?);
        // Two faults, each at a moment of its own, each a branch of the one run.
        for (past, button, told) in [(150, "Crash", "crash"), (120, "Drop the table", "DROP TABLE")] {
            lab.go_to_step(past).await?;
            // Nobody can break something within a statement: the end of a transaction is a moment between two.
            lab.press("Transaction back").await?;
            lab.wait("an earlier step", async || lab.slider("Position").await.ok().filter(|now| *now < past)).await?;
            let past = lab.slider("Position").await?;
            lab.region_saying("Workbench", &["branch"]).await?;
            let then = world(lab).await?;
            break_by(lab, button, told).await?;
            ensure!(!lab.typed_script().await?.contains("DELETE FROM users\n"), "what came later is not in the branch");
            lab.go_to_step(past).await?;
            is_as_before(lab, &then, button).await?;
            lab.region_saying("Workbench", &["Branches that you left"]).await?;
            let first = lab.find("button", "The 03:00 DELETE").await?;
            lab.script("arguments[0].click()", vec![first.to_json()?]).await?;
            lab.wait("the run that was left", async || (lab.last_step().await.ok()? == last).then_some(())).await?;
            lab.slide_to_end("Position").await?;
            is_as_before(lab, &before, "the branch").await?;
        }
        ensure!(lab.typed_script().await?.contains("DELETE FROM users\n"), "it is the run that it was");
        Ok(())
    });
}
